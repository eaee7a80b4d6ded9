import type { Address, Bytes32, Hex } from "ainft-core";
import type {
  ActivityBatch,
  ActivityEvent,
  ActivityKey,
  ActivityState,
  EventState,
  SignedGrant,
} from "../domain/activity.ts";
import type { TokenRef } from "../domain/request.ts";

/** An event in the relay's care. */
export interface TrackedEvent extends ActivityEvent {
  readonly id: bigint;
  readonly state: EventState;
  /** The token's sequence that its update set; null before. */
  readonly sequence: bigint | null;
  readonly note: string | null;
}

/** A token with waiting events. */
export interface WaitingToken extends TokenRef {
  /** Id of the first of them. */
  readonly first: bigint;
}

/** What became of an event that was to be kept. */
export type AddedEvent = "new" | "known" | "taken" | "gap" | "full";

/** One entry of what a relay tells its peers: a grant, or an event whose grant came before. */
export type FeedEntry =
  { readonly id: bigint; readonly grant: SignedGrant } | { readonly id: bigint; readonly event: ActivityEvent };

/** One page of a peer's feed. */
export interface FeedPage {
  readonly instance: string;
  readonly cursor: bigint;
  readonly entries: readonly FeedEntry[];
}

/** A grant that a peer has, with events of it. */
export interface GrantPage {
  readonly grant: SignedGrant;
  readonly events: readonly ActivityEvent[];
}

/** An update that stands on chain. */
export interface AppliedUpdate {
  readonly sequence: bigint;
  readonly inputDigest: Bytes32;
  /** Number of the block that it stands in. */
  readonly block: bigint;
}

/** How far a token's updates are known. */
export interface TokenScan {
  /** Block up to which they were read; null before the first read. */
  readonly scanned: bigint | null;
  /** Sequence of the last one, or what the token's was before the first one that was read; null when nothing is known. */
  readonly last: bigint | null;
}

/** A reporter's signature of a batch. */
export interface BatchSignature {
  readonly signer: Address;
  readonly signature: Hex;
}

/** What the one who orders a token's events asks the others to run and sign. */
export interface Proposal {
  readonly report: ActivityBatch["report"];
  readonly token: TokenRef;
  /** Sequence of the token before the first of them. */
  readonly baseSequence: bigint;
  readonly events: readonly ActivityEvent[];
  /** The orderer's first. */
  readonly signatures: readonly BatchSignature[];
}

/** Grants, events and batches. Every method is one transaction. */
export interface ActivityLedger {
  addGrant(grant: SignedGrant): Promise<boolean>;
  grant(digest: Bytes32): Promise<SignedGrant | null>;
  /** Highest number among a granter's grants for a token; 0 without any. */
  highestNonce(granter: Address, token: TokenRef): Promise<bigint>;
  /**
   * Keeps an event. `known` when it was there; `taken` when its counter was used, unless `replace` says that a waiting
   * event of the same counter gives way; `gap` when one before it is missing; `full` when too many wait.
   */
  addEvent(event: ActivityEvent, replace: boolean, maxPending: number): Promise<AddedEvent>;
  event(digest: Bytes32): Promise<TrackedEvent | null>;
  lastCounter(grant: Bytes32): Promise<bigint>;
  /** Highest counter of a grant whose event was applied; 0 without any. */
  lastApplied(grant: Bytes32): Promise<bigint>;
  /** Tokens with waiting events and no batch under way, the longest waiting first; those that wait since after an event. */
  waitingTokens(after: bigint, limit: number): Promise<WaitingToken[]>;
  /** Tokens with waiting events, whether or not a batch is under way; otherwise as {@link waitingTokens}. */
  pendingTokens(after: bigint, limit: number): Promise<WaitingToken[]>;
  pendingOf(token: TokenRef, limit: number): Promise<TrackedEvent[]>;
  /** Leaves PENDING. */
  endEvent(digest: Bytes32, state: "FAILED" | "DROPPED", note: string): Promise<void>;
  /** Entries above an id. One that is not there yet gets a higher id than all that are. */
  feed(since: bigint, limit: number): Promise<FeedEntry[]>;
  /** Events of a grant above a counter, in order. */
  eventsOf(grant: Bytes32, after: bigint, limit: number): Promise<ActivityEvent[]>;
  scanOf(token: TokenRef): Promise<TokenScan>;
  /**
   * Keeps what updates of a token were applied up to a block, and, when it is known, the sequence before the first of all;
   * waiting events among them -> APPLIED. Answers how many.
   */
  recordApplied(
    token: TokenRef,
    updates: readonly AppliedUpdate[],
    upTo: bigint,
    base?: bigint | null,
  ): Promise<number>;
  /** Has a token's updates read from the start again. What is known of them stays. */
  rescan(token: TokenRef): Promise<void>;
  /** Whether a request to the token may still change its state: its update comes first. */
  hasOpenRequest(token: TokenRef): Promise<boolean>;
  /**
   * Keeps a batch with our signature, before anybody sees it. Throws `EquivocationRefused` when another answer was signed
   * for one of its sequences whose deadline is not before `chainTime`.
   */
  commitBatch(batch: ActivityBatch, own: BatchSignature, chainTime: bigint): Promise<void>;
  batch(key: ActivityKey): Promise<ActivityBatch | null>;
  batchesIn(states: readonly ActivityState[]): Promise<ActivityBatch[]>;
  addSignature(digest: Bytes32, signature: BatchSignature): Promise<void>;
  signaturesOf(digest: Bytes32): Promise<BatchSignature[]>;
  /** SIGNED -> QUORUM. */
  commitQuorum(key: ActivityKey, attestation: Hex, at: number): Promise<boolean>;
  close(key: ActivityKey, from: readonly ActivityState[], to: ActivityState): Promise<boolean>;
}

/** What activity needs of the chain. Reads throw `ChainUnavailable`. */
export interface ActivityChain {
  /** Whether an account holds a token, or uses it for a time, at a block. */
  mayGrant(account: Address, token: TokenRef, at: bigint): Promise<boolean>;
  /** Whether a contract takes a signature for its own (ERC-1271), at a block. False for an account without code. */
  isSignatureOf(account: Address, digest: Bytes32, signature: Hex, at: bigint): Promise<boolean>;
  /** Updates of a token in these blocks, both ends included. */
  updatesOf(token: TokenRef, from: bigint, to: bigint): Promise<AppliedUpdate[]>;
}

/** Another reporter's relay, as far as activity goes. Throws `PeerUnavailable` or `PeerPayloadRefused`. */
export interface ActivityPeer {
  readonly url: string;
  feed(since: bigint): Promise<FeedPage>;
  /** A grant, with some of its events above a counter, in order; null when the peer has not got it. */
  grant(digest: Bytes32, after: bigint): Promise<GrantPage | null>;
  /** The peer's signature; null while it has not run the batch yet. */
  propose(proposal: Proposal): Promise<BatchSignature | null>;
}
