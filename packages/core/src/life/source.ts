import { asAddress } from "../hex.ts";
import type { Address, Bytes32 } from "../hex.ts";
import type { RawLog } from "../training/events.ts";
import { StrangeLogs, TooManyLogs } from "./errors.ts";

/** A log and its place in the chain. */
export interface PlacedLog extends RawLog {
  readonly blockNumber: bigint;
  readonly logIndex: number;
  readonly transactionHash: string;
}

/** Logs of one contract, both blocks included; a list of topics stands for any of them, an empty one for any at all. */
export interface LogFilter {
  readonly address: Address;
  readonly topics: readonly (readonly Bytes32[])[];
  readonly fromBlock: bigint;
  readonly toBlock: bigint;
}

/** Where logs come from: a node, a file, a test. Throws {@link TooManyLogs} to be asked for fewer blocks. */
export interface LogSource {
  getLogs(filter: LogFilter): Promise<readonly PlacedLog[]>;
}

export interface ReadOptions {
  /** Blocks in the first question; default 16. */
  readonly firstStep?: bigint;
  /** Blocks in a question at most; default 10,000. */
  readonly largestStep?: bigint;
  /** Hears of every answer: the last block that is read, and how many logs were read so far. */
  readonly onProgress?: (block: bigint, logs: number) => void;
}

const FIRST_STEP = 16n;
const LARGEST_STEP = 10_000n;
/** Logs in an answer that are handled well: above, fewer blocks are asked for, and below half of it, more. */
const COMFORTABLE = 1_000;

/**
 * Logs in the chain's order, a bounded range of blocks at a time, so that memory does not grow with the chain or with a
 * token's age. The range follows how much is answered. Throws {@link StrangeLogs}, and what the source throws.
 */
export async function* readLogs(
  source: LogSource,
  filter: LogFilter,
  { firstStep = FIRST_STEP, largestStep = LARGEST_STEP, onProgress }: ReadOptions = {},
): AsyncGenerator<PlacedLog, void, undefined> {
  let step = firstStep;
  let count = 0;
  let previous: PlacedLog | undefined;
  for (let from = filter.fromBlock; from <= filter.toBlock;) {
    const to = min(filter.toBlock, from + step - 1n);
    const logs = await ask(source, { ...filter, fromBlock: from, toBlock: to });
    if (logs === undefined) {
      step = half(to - from + 1n);
      continue;
    }
    for (const log of logs) {
      check(log, previous, filter, from, to);
      previous = log;
      yield log;
    }
    count += logs.length;
    onProgress?.(to, count);
    from = to + 1n;
    if (logs.length > COMFORTABLE) step = half(step);
    else if (logs.length < COMFORTABLE / 2) step = min(largestStep, step * 2n);
  }
}

/** Undefined when fewer blocks have to be asked for. */
async function ask(source: LogSource, filter: LogFilter): Promise<readonly PlacedLog[] | undefined> {
  try {
    return await source.getLogs(filter);
  } catch (error) {
    if (error instanceof TooManyLogs && filter.toBlock > filter.fromBlock) return undefined;
    throw error;
  }
}

function check(log: PlacedLog, previous: PlacedLog | undefined, filter: LogFilter, from: bigint, to: bigint): void {
  if (log.removed === true) throw new StrangeLogs("one was taken back by a reorganisation");
  if (asAddress(log.address, "address") !== filter.address) throw new StrangeLogs(`one is of ${log.address}`);
  if (log.blockNumber < from || log.blockNumber > to) throw new StrangeLogs(`one is of block ${log.blockNumber}`);
  const fits = filter.topics.every(
    (topics, place) => topics.length === 0 || topics.some((topic) => topic === log.topics[place]),
  );
  if (!fits) throw new StrangeLogs("one is of another event or token");
  if (previous === undefined || log.blockNumber > previous.blockNumber) return;
  if (log.blockNumber < previous.blockNumber || log.logIndex <= previous.logIndex) {
    throw new StrangeLogs(`log ${log.logIndex} of block ${log.blockNumber} is out of order`);
  }
}

function min(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}

function half(step: bigint): bigint {
  return step > 1n ? step / 2n : 1n;
}
