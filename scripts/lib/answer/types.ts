/** One thing that was recomputed from chain data, and whether it came out as the chain says. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What was compared, or why it failed. */
  readonly detail: string;
}

/** What the chain tells about one answered request of a stateful program. Digests are 32-byte hex, gas is in units. */
export interface AnswerStory {
  readonly requestId: bigint;
  readonly requester: string;
  readonly collection: string;
  readonly tokenId: bigint;
  readonly activeVersion: bigint;
  readonly manifestDigest: string;
  readonly tokenUri: string;
  /** Input and output as text. */
  readonly input: string;
  readonly output: string;
  readonly resultDigest: string;
  readonly stateBefore: string;
  readonly stateAfter: string;
  readonly sequence: bigint;
  readonly signers: readonly string[];
  readonly gas: { readonly request: bigint; readonly fulfil: bigint; readonly update: bigint };
  readonly checks: readonly Check[];
}
