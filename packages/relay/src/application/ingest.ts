import { ChainUnavailable, FinalBlockRewritten, ReorganizationTooDeep } from "../domain/errors.ts";
import type { Block, OracleEvents } from "../domain/request.ts";
import type { ChainView, Context } from "./context.ts";
import { Gaps } from "./gaps.ts";
import { inParts } from "./parts.ts";

const FIRST_RANGE = 16n;
const LARGEST_RANGE = 5_000n;
/** Events of one range that are enough to hold in memory at once: a busy chain is read in shorter ranges. */
const MANY_EVENTS = 2_000;

/** Reads the chain into the store: blocks that may vanish one by one and by hash, older ones by ranges. */
export class Ingest {
  readonly #context: Context;
  readonly #startBlock: bigint;
  readonly #gaps: Gaps;
  #range = FIRST_RANGE;

  constructor(context: Context, startBlock: bigint) {
    this.#context = context;
    this.#startBlock = startBlock;
    this.#gaps = new Gaps(context, startBlock);
  }

  /** Requests that the contract counts and this relay has not seen. Not zero means that a node hides events. */
  get missing(): bigint {
    return this.#gaps.missing;
  }

  /** Catches up with the head. Throws `ChainUnavailable`, {@link FinalBlockRewritten} or {@link ReorganizationTooDeep}. */
  async catchUp(signal: AbortSignal): Promise<ChainView> {
    const { chain, store } = this.#context;
    const asked = await chain.requestCount();
    const head = await chain.head();
    await this.#rollBackIfRewritten(head);
    for (;;) {
      signal.throwIfAborted();
      const tip = await store.chain.tip();
      const next = tip === null ? this.#startBlock : tip.number + 1n;
      if (next > head.number) break;
      const settled = head.number - this.#context.confirmations;
      if (next < settled) await this.#readRange(next, settled);
      else await this.#readBlock(tip, next);
    }
    const view = { head, confirmed: await this.#confirmed(head) };
    this.#seen(await this.#gaps.watch(asked, view));
    await this.#advance(view);
    return view;
  }

  async #readRange(from: bigint, settled: bigint): Promise<void> {
    const to = from + this.#range - 1n < settled ? from + this.#range - 1n : settled;
    const { chain, store } = this.#context;
    try {
      const events = await chain.eventsBetween(from, to);
      // A node that lags behind answers a range it does not have with nothing: it must have the last block.
      const last = await chain.blockByNumber(to);
      if (last === null) throw new ChainUnavailable(`it has not got block ${to} yet`);
      this.#seen(await store.chain.append([last], events));
      this.#range = nextRange(this.#range, countOf(events));
    } catch (error) {
      if (this.#range > 1n) this.#range /= 2n; // too many results, or too slow: ask for less next time
      throw error;
    }
  }

  /** Reads one block that may still vanish. */
  async #readBlock(tip: Block | null, number: bigint): Promise<void> {
    const { chain, store } = this.#context;
    const block = await chain.blockByNumber(number);
    if (block === null) throw new ChainUnavailable(`it has not got block ${number} yet`);
    if (tip !== null && block.parentHash !== tip.hash) {
      if (await this.#rollBackIfRewritten(block)) return;
      throw new ChainUnavailable(`block ${number} does not follow the one before it`);
    }
    this.#seen(await store.chain.append([block], await chain.eventsOf(block)));
  }

  /**
   * Walks back to the last block that the node still has, and forgets what came after, unless some of that was final. A
   * block that the node does not have is no proof: it may lag behind. Answers whether anything was forgotten.
   */
  async #rollBackIfRewritten(head: Block): Promise<boolean> {
    const { chain, store } = this.#context;
    const tip = await store.chain.tip();
    if (tip === null) return false;
    const oldest = (await store.chain.oldestBlock()) ?? tip.number;
    let rewritten = false;
    for (let number = tip.number < head.number ? tip.number : head.number; number >= oldest; number -= 1n) {
      const known = await store.chain.blockAt(number);
      if (known === null) continue; // read as part of a range
      const now = await chain.blockByNumber(number);
      if (now === null) throw new ChainUnavailable(`it has lost block ${number}`);
      if (now.hash !== known.hash) {
        rewritten = true;
        continue;
      }
      if (rewritten) await this.#rollBack(tip, number);
      return rewritten;
    }
    if (!rewritten) return false;
    this.#context.log.error("Everything that is remembered of the chain was rewritten: the relay halts", { oldest });
    throw new ReorganizationTooDeep(oldest);
  }

  async #rollBack(tip: Block, number: bigint): Promise<void> {
    const { store, log, confirmations, onPersisted } = this.#context;
    const final = tip.number - confirmations + 1n;
    if (number < final) {
      log.error("Blocks that were final were rewritten: the relay halts", { first: number + 1n, final });
      throw new FinalBlockRewritten(number + 1n, final);
    }
    const orphans = await store.chain.rollBack(number);
    this.#gaps.rewritten();
    log.warn("The chain was rewritten", { backTo: number, orphanedRequests: orphans.map(String) });
    for (const requestId of orphans) onPersisted({ state: "ORPHANED", requestId });
  }

  async #confirmed(head: Block): Promise<Block> {
    const number = head.number - this.#context.confirmations + 1n;
    if (number >= head.number) return head;
    const block = await this.#context.chain.blockByNumber(number < 0n ? 0n : number);
    if (block === null) throw new ChainUnavailable(`it has not got block ${number}`);
    return block;
  }

  async #advance({ head, confirmed }: ChainView): Promise<void> {
    const { store, confirmations, onPersisted, log } = this.#context;
    await inParts(
      async () => store.requests.confirm(head.number - confirmations + 1n),
      (requestId) => onPersisted({ state: "CONFIRMED", requestId }),
    );
    await inParts(
      async () => store.requests.expire(confirmed.time),
      (requestId) => {
        log.warn("A request expired unanswered", { requestId });
        onPersisted({ state: "EXPIRED", requestId });
      },
    );
  }

  #seen(ids: readonly bigint[]): void {
    for (const requestId of ids) {
      this.#context.log.info("A request was seen", { requestId });
      this.#context.onPersisted({ state: "SEEN", requestId });
    }
  }
}

function countOf({ requests, landings, orders }: OracleEvents): number {
  return requests.length + landings.length + orders.length;
}

/** How many blocks to ask for after a range with so many events: about as many as have a range's worth of them. */
function nextRange(range: bigint, events: number): bigint {
  if (events > MANY_EVENTS) {
    const fewer = (range * BigInt(MANY_EVENTS)) / BigInt(events);
    return fewer > 1n ? fewer : 1n;
  }
  return 4 * events <= MANY_EVENTS && range * 2n <= LARGEST_RANGE ? range * 2n : range;
}
