import { type LogFilter, type LogSource, type PlacedLog, readLogs, type ReadOptions } from "./source.ts";

/** Where something stands in the chain. */
export interface Place {
  readonly block: bigint;
  readonly logIndex: number;
  readonly transaction: string;
}

/** Something that began. */
export interface Begun<Event> {
  readonly id: bigint;
  readonly event: Event;
  /** Whether its end stands in the chain, too, and has to be found. */
  readonly ends: boolean;
}

/** What begins with one log of a contract, and may end with another, which does not say to whom it belongs. */
export interface Lane<Opening, Ending> {
  readonly openings: LogFilter;
  readonly endings: LogFilter;
  /** Undefined for what belongs to somebody else. */
  begin(log: PlacedLog): Promise<Begun<Opening> | undefined>;
  /** What a log ends of all that is open. */
  end(log: PlacedLog, open: ReadonlyMap<bigint, Opening>): readonly { readonly requestId: bigint; event: Ending }[];
}

/** Questions to the chain at once. */
const AT_ONCE = 16;
/** Blocks that are read on, rather than left out, to where something opens again. */
const NEAR = 10_000n;

/**
 * Beginnings and ends in the chain's order. Endings are read only while something is open that ends, and only what is open
 * is kept. Throws what `readLogs` and the lane throw.
 */
export async function* readLane<Opening, Ending>(
  source: LogSource,
  lane: Lane<Opening, Ending>,
  options: ReadOptions = {},
): AsyncGenerator<Place & { readonly event: Opening | Ending }, void, undefined> {
  const open = new Map<bigint, Opening>();
  const endings = new Endings(source, lane.endings);
  const ended = async function* (before?: Place): AsyncGenerator<Place & { readonly event: Ending }> {
    while (open.size > 0) {
      const log = await endings.next(before);
      if (log === undefined) return;
      for (const { requestId, event } of lane.end(log, open)) {
        open.delete(requestId);
        yield { ...placeOf(log), event };
      }
    }
  };
  for await (const logs of chunks(readLogs(source, lane.openings, options), AT_ONCE)) {
    const begun = await Promise.all(logs.map(async (log) => ({ place: placeOf(log), found: await lane.begin(log) })));
    for (const { place, found } of begun) {
      if (found === undefined) continue;
      yield* ended(place);
      yield { ...place, event: found.event };
      if (!found.ends) continue;
      endings.startAt(place.block);
      open.set(found.id, found.event);
    }
  }
  yield* ended();
}

/** What several readers tell, in the chain's order; each of them tells in that order. */
export async function* inOrder<T extends Place>(readers: readonly AsyncIterator<T>[]): AsyncGenerator<T> {
  const heads = await Promise.all(readers.map(async (reader) => reader.next()));
  for (;;) {
    let first: { readonly at: number; readonly value: T } | undefined;
    for (const [at, head] of heads.entries())
      if (head.done !== true && (first === undefined || isBefore(head.value, first.value)))
        first = { at, value: head.value };
    if (first === undefined) return;
    yield first.value;
    const next = await readers[first.at]?.next();
    if (next !== undefined) heads[first.at] = next;
  }
}

/** Endings in their order, from where something is open. */
class Endings {
  readonly #source: LogSource;
  readonly #filter: LogFilter;
  #logs: AsyncGenerator<PlacedLog, void, undefined> | undefined;
  #head: PlacedLog | undefined;
  /** Block of the last log that was read; the last of all when there is none any more. */
  #reached = 0n;

  constructor(source: LogSource, filter: LogFilter) {
    this.#source = source;
    this.#filter = filter;
  }

  /** Nothing that ended before matters. */
  startAt(block: bigint): void {
    if (this.#logs !== undefined && this.#reached + NEAR >= block) return;
    this.#logs = readLogs(this.#source, { ...this.#filter, fromBlock: block });
    this.#head = undefined;
    this.#reached = block;
  }

  /** The next one before a place; undefined when there is none. */
  async next(before: Place | undefined): Promise<PlacedLog | undefined> {
    if (this.#head === undefined) {
      const next = await this.#logs?.next();
      if (next === undefined || next.done === true) {
        this.#reached = this.#filter.toBlock;
        return undefined;
      }
      this.#head = next.value;
      this.#reached = next.value.blockNumber;
    }
    const log = this.#head;
    if (before !== undefined && !isBefore(placeOf(log), before)) return undefined;
    this.#head = undefined;
    return log;
  }
}

function placeOf({ blockNumber, logIndex, transactionHash }: PlacedLog): Place {
  return { block: blockNumber, logIndex, transaction: transactionHash };
}

function isBefore(left: Place, right: Place): boolean {
  return left.block === right.block ? left.logIndex < right.logIndex : left.block < right.block;
}

async function* chunks<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let some: T[] = [];
  for await (const item of items) {
    some.push(item);
    if (some.length < size) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
