import type { ChainView, Context } from "./context.ts";

/** Blocks that the first look takes; each further one takes twice as many as the one before. */
const FIRST_LOOK = 64n;
/** Blocks asked for at once. */
const RANGE = 500n;
/** Blocks after which is compared although nothing new was asked. */
const COMPARE_EVERY = 64n;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 600_000;

/** Holds the contract's count of requests against those known here, and looks again for what a node has hidden. */
export class Gaps {
  readonly #context: Context;
  readonly #startBlock: bigint;
  #missing = 0n;
  /** What was compared last: the count is of all requests, and there are no new gaps without new ones. */
  #compared = "";
  /** Looks since something began to be missing, and when the next one is due. */
  #looks = 0;
  #notBefore = 0;

  constructor(context: Context, startBlock: bigint) {
    this.#context = context;
    this.#startBlock = startBlock;
  }

  /** Requests that the contract counts and this relay has not seen. */
  get missing(): bigint {
    return this.#missing;
  }

  /** For whoever has forgotten blocks: what they held may be somewhere else now. */
  rewritten(): void {
    this.#compared = "";
  }

  /**
   * Compares, and reads confirmed blocks again while something is missing, the newest first: rarely and more of them each
   * time. `asked` is the contract's count, not newer than the view's head. Answers what was found. Throws
   * `ChainUnavailable`.
   */
  async watch(asked: bigint, { head, confirmed }: ChainView): Promise<readonly bigint[]> {
    const compared = `${asked} ${head.number / COMPARE_EVERY}`;
    if (compared === this.#compared && this.#missing === 0n) return [];
    this.#compared = compared;
    await this.#compare(asked);
    const now = this.#context.clock.now();
    if (this.#missing === 0n || now < this.#notBefore) return [];
    const blocks = FIRST_LOOK * 2n ** BigInt(this.#looks);
    // Counted before it is tried: a node that fails must not be asked for the same in every round.
    this.#notBefore = now + Math.min(FIRST_PAUSE_MS * 2 ** this.#looks, LONGEST_PAUSE_MS);
    this.#looks += 1;
    const found = await this.#look(confirmed.number, blocks, asked);
    this.#context.log.warn("Blocks were read again for requests that are missing", {
      ...{ from: confirmed.number, back: blocks, found: found.map(String), stillMissing: this.#missing },
    });
    return found;
  }

  /** The contract numbers its requests: a number between the first and the newest that was never seen was hidden. */
  async #compare(asked: bigint): Promise<void> {
    const known = await this.#context.store.chain.knownRequests();
    const first = this.#startBlock === 0n ? 1n : (known?.first ?? asked + 1n);
    const missing = asked - first + 1n - (known?.count ?? 0n);
    if (missing > 0n && missing > this.#missing) {
      this.#context.log.error("Requests are missing: the node may hide events", { asked, missing });
    }
    this.#missing = missing > 0n ? missing : 0n;
    if (this.#missing === 0n) this.#looks = this.#notBefore = 0;
  }

  /** Reads so many blocks back from one, until nothing is missing. */
  async #look(newest: bigint, blocks: bigint, asked: bigint): Promise<readonly bigint[]> {
    const { chain, store } = this.#context;
    const lowest = newest - blocks + 1n > this.#startBlock ? newest - blocks + 1n : this.#startBlock;
    const found: bigint[] = [];
    for (let to = newest; to >= lowest && this.#missing > 0n; to -= RANGE) {
      const from = to - RANGE + 1n > lowest ? to - RANGE + 1n : lowest;
      found.push(...(await store.chain.append([], await chain.eventsBetween(from, to))));
      await this.#compare(asked);
    }
    return found;
  }
}
