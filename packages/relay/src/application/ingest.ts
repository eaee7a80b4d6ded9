import { ReorganizationTooDeep } from "../domain/errors.ts";
import type { Block } from "../domain/request.ts";
import type { Context } from "./context.ts";

const FIRST_RANGE = 500n;
const LARGEST_RANGE = 5_000n;

/** Reads the chain into the store: blocks that may vanish one by one and by hash, older ones by ranges. */
export class Ingest {
  readonly #context: Context;
  readonly #startBlock: bigint;
  #range = FIRST_RANGE;
  #missing = 0n;

  constructor(context: Context, startBlock: bigint) {
    this.#context = context;
    this.#startBlock = startBlock;
  }

  /** Catches up with the head and answers it. Throws `ChainUnavailable` or {@link ReorganizationTooDeep}. */
  async catchUp(signal: AbortSignal): Promise<Block> {
    const { chain, store } = this.#context;
    const asked = await chain.requestCount();
    const head = await chain.head();
    await this.#rollBackIfRewritten();
    for (;;) {
      signal.throwIfAborted();
      const tip = await store.chain.tip();
      const next = tip === null ? this.#startBlock : tip.number + 1n;
      if (next > head.number) break;
      const settled = head.number - this.#context.confirmations;
      if (next < settled) await this.#readRange(next, settled);
      else if (!(await this.#readBlock(tip, next))) break;
    }
    await this.#advance(head);
    await this.#watchForGaps(asked);
    return head;
  }

  async #readRange(from: bigint, settled: bigint): Promise<void> {
    const to = from + this.#range - 1n < settled ? from + this.#range - 1n : settled;
    const { chain, store } = this.#context;
    try {
      const events = await chain.eventsBetween(from, to);
      const last = await chain.blockByNumber(to);
      if (last === null) return;
      this.#seen(await store.chain.append([last], events));
      if (this.#range * 2n <= LARGEST_RANGE) this.#range *= 2n;
    } catch (error) {
      if (this.#range > 1n) this.#range /= 2n; // too many results, or too slow: ask for less next time
      throw error;
    }
  }

  /** Reads one block that may still vanish. Answers false when the node has not got it. */
  async #readBlock(tip: Block | null, number: bigint): Promise<boolean> {
    const { chain, store } = this.#context;
    const block = await chain.blockByNumber(number);
    if (block === null) return false;
    if (tip !== null && block.parentHash !== tip.hash) {
      await this.#rollBackIfRewritten();
      return true;
    }
    this.#seen(await store.chain.append([block], await chain.eventsOf(block)));
    return true;
  }

  /** Walks back from the tip to the last block that the node still has, and forgets what came after. */
  async #rollBackIfRewritten(): Promise<void> {
    const { chain, store, log } = this.#context;
    const tip = await store.chain.tip();
    if (tip === null) return;
    const oldest = (await store.chain.oldestBlock()) ?? tip.number;
    for (let number = tip.number; number >= oldest; number -= 1n) {
      const known = await store.chain.blockAt(number);
      if (known === null) continue; // read as part of a range
      const now = await chain.blockByNumber(number);
      if (now?.hash === known.hash) {
        if (number === tip.number) return;
        const orphans = await store.chain.rollBack(number);
        log.warn("The chain was rewritten", { backTo: number, orphanedRequests: orphans.map(String) });
        for (const requestId of orphans) this.#context.onPersisted({ state: "ORPHANED", requestId });
        return;
      }
    }
    throw new ReorganizationTooDeep(oldest);
  }

  async #advance(head: Block): Promise<void> {
    const { store, confirmations, onPersisted, log } = this.#context;
    for (const requestId of await store.requests.confirm(head.number - confirmations + 1n)) {
      onPersisted({ state: "CONFIRMED", requestId });
    }
    for (const requestId of await store.requests.expire(head.time)) {
      log.warn("A request expired unanswered", { requestId });
      onPersisted({ state: "EXPIRED", requestId });
    }
  }

  #seen(ids: readonly bigint[]): void {
    for (const requestId of ids) {
      this.#context.log.info("A request was seen", { requestId });
      this.#context.onPersisted({ state: "SEEN", requestId });
    }
  }

  /** The contract counts its requests: a number that was never seen means that a node hid a log. */
  async #watchForGaps(asked: bigint): Promise<void> {
    const known = await this.#context.store.requests.counts();
    const seen = BigInt(Object.values(known).reduce((sum, count) => sum + count, 0));
    const missing = asked > seen && this.#startBlock === 0n ? asked - seen : 0n;
    if (missing > 0n && missing !== this.#missing) {
      this.#context.log.error("Requests are missing: the node may hide events", { asked, seen });
    }
    this.#missing = missing;
  }
}
