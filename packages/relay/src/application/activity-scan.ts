import { ChainUnavailable, UpdatesMissing } from "../domain/errors.ts";
import type { TokenRef } from "../domain/request.ts";
import type { ActivityChain, AppliedUpdate, TokenScan } from "../ports/activity.ts";
import { Backoff } from "./backoff.ts";
import type { ChainView, Context } from "./context.ts";
import { forEach } from "./each.ts";
import { Window } from "./window.ts";

/** Most blocks asked for at a time: fewer after each failure, for it may be that they have too many updates. */
const RANGE = 5_000n;
const MOST_HALVINGS = 12;
/** Tokens read in one pass. */
const AT_ONCE = 32;
/** Times that blocks of one token are asked for before others have their turn. */
const MOST_READS = 8;
/** How a token waits whose updates cannot be read. */
const PAUSES = { firstMs: 1_000, longestMs: 60_000 };
/** Failures, a minute or two, after which no node lags behind any more: what is wrong is older, or cannot be known. */
const NO_LAG = 8;

/** What the scan needs beyond the context. */
export interface ScanParts {
  readonly chain: ActivityChain;
  readonly startBlock: bigint;
}

/**
 * Reads what updates of tokens stand on chain, deep enough. A node that lags behind answers with nothing for blocks that it
 * has not got, so what it shows is held against the token's sequence, which each update raises by one.
 */
export class ActivityScan {
  readonly #context: Context;
  readonly #parts: ScanParts;
  readonly #backoff: Backoff;
  readonly #tokens = new Window(AT_ONCE);

  constructor(context: Context, parts: ScanParts) {
    this.#context = context;
    this.#parts = parts;
    this.#backoff = new Backoff(context.clock, PAUSES);
  }

  /**
   * Reads on for some tokens of which something waits, for the next ones each time. Of others nothing has to be known: they
   * are read when something comes, and as far as their sequence stood still that is one question.
   */
  async scan(newest: () => ChainView, signal: AbortSignal): Promise<void> {
    const { store, log } = this.#context;
    const tokens = await this.#tokens.next(
      async (after, limit) => store.activity.pendingTokens(after, limit),
      ({ first }) => first,
    );
    await forEach(
      tokens,
      log,
      ({ collection, tokenId }) => ({ collection, tokenId }),
      async (token) => {
        if (!signal.aborted) await this.upTo(token, newest());
      },
    );
  }

  /**
   * Reads on, some ranges of blocks at a time. Answers whether all updates up to the confirmed block are known. Throws
   * `ChainUnavailable` or {@link UpdatesMissing}; then nothing of what was shown last was kept.
   */
  async upTo({ collection, tokenId }: TokenRef, view: ChainView): Promise<boolean> {
    const token = { collection, tokenId };
    const name = `${collection} ${tokenId}`;
    if (!this.#backoff.isDue(name)) return false;
    try {
      const isDone = await this.#read(token, view.confirmed.number, this.#backoff.timesOf(name));
      this.#backoff.succeeded(name);
      return isDone;
    } catch (error) {
      this.#backoff.failed(name);
      const isStuck = error instanceof UpdatesMissing && this.#backoff.timesOf(name) % NO_LAG === 0;
      if (isStuck && error.known !== null) {
        this.#context.log.warn("Updates of a token are read from the start again", { ...token, error });
        await this.#context.store.activity.rescan(token);
      }
      throw error;
    }
  }

  async #read(token: TokenRef, to: bigint, failures: number): Promise<boolean> {
    const { chain, store } = this.#context;
    const scan = await store.activity.scanOf(token);
    if (scan.scanned !== null && scan.scanned >= to) return true;
    const program = await chain.program(token, to);
    if (program === null) return true; // no program: nothing that a relay submits is ever applied to it
    const { sequence } = program;
    // Where nothing is known yet, what the token had before the first update is kept with what is found.
    const base = scan.last === null && sequence > 0n ? await this.#sequenceBefore(token) : 0n;
    const known = { ...scan, last: scan.last ?? base, base: scan.last === null ? base : null };
    if (known.last !== sequence) return this.#readRanges(token, known, { to, sequence, failures });
    // Each update raises the sequence: where it stands still there is none to look for.
    return this.#keep(token, [], to, known.base);
  }

  async #readRanges(token: TokenRef, known: Known, { to, sequence, failures }: Goal): Promise<boolean> {
    const { startBlock } = this.#parts;
    let { last, base } = known;
    let from = known.scanned === null || known.scanned < startBlock ? startBlock : known.scanned + 1n;
    for (let reads = 0; reads < MOST_READS && from <= to; reads += 1) {
      const end = endOf(from, to, failures);
      const updates = await this.#updates(token, from, end);
      const [first] = updates;
      if (last === null && first !== undefined) base = first.sequence - 1n;
      last = lastOf(updates, last);
      if (last === sequence) return this.#keep(token, updates, to, base);
      if (end === to) {
        // The node has no state as old as the first block, and again and again shows no update since: there was none.
        if (last === null && failures >= NO_LAG) return this.#keep(token, [], to, sequence);
        throw new UpdatesMissing(last, sequence);
      }
      await this.#keep(token, updates, end, base);
      from = end + 1n;
    }
    return false;
  }

  /** Updates in blocks that the node has: one that lags behind answers with nothing for those that it has not got. */
  async #updates(token: TokenRef, from: bigint, to: bigint): Promise<readonly AppliedUpdate[]> {
    const updates = await this.#parts.chain.updatesOf(token, from, to);
    if ((await this.#context.chain.blockByNumber(to)) === null) {
      throw new ChainUnavailable(`it has not got block ${to} yet`);
    }
    return updates;
  }

  /** What a token's sequence was before the first block that is read. Null when the node has no state as old as that. */
  async #sequenceBefore(token: TokenRef): Promise<bigint | null> {
    const { startBlock } = this.#parts;
    if (startBlock === 0n) return 0n;
    try {
      return (await this.#context.chain.program(token, startBlock - 1n))?.sequence ?? 0n;
    } catch (error) {
      if (error instanceof ChainUnavailable) return null;
      throw error;
    }
  }

  async #keep(token: TokenRef, updates: readonly AppliedUpdate[], upTo: bigint, base: bigint | null): Promise<true> {
    const { store, log } = this.#context;
    const applied = await store.activity.recordApplied(token, updates, upTo, base);
    if (applied > 0) log.info("Events were applied", { ...token, applied });
    return true;
  }
}

/** What is known of a token's updates, and what its sequence was before them; null when that is kept already, or unknown. */
interface Known extends TokenScan {
  readonly base: bigint | null;
}

/** Where a token's updates are to be read to, and its sequence there. */
interface Goal {
  readonly to: bigint;
  readonly sequence: bigint;
  /** How often it was tried in vain. */
  readonly failures: number;
}

function endOf(from: bigint, to: bigint, failures: number): bigint {
  const range = RANGE >> BigInt(Math.min(failures, MOST_HALVINGS));
  return from + range - 1n < to ? from + range - 1n : to;
}

/** The last of updates that follow those that are known without a gap; null when none is. Throws {@link UpdatesMissing}. */
function lastOf(updates: readonly AppliedUpdate[], known: bigint | null): bigint | null {
  let last = known;
  for (const { sequence } of updates) {
    if (last !== null && sequence <= last) continue; // read again
    if (last !== null && sequence !== last + 1n) throw new UpdatesMissing(last, sequence);
    last = sequence;
  }
  return last;
}
