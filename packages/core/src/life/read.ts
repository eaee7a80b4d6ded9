import { toBeHex } from "ethers";
import { asAddress, asBytes32 } from "../hex.ts";
import type { TrainedToken } from "../training/history.ts";
import { decodeLifeLog, LIFE_TOPICS, type LifeEvent } from "./events.ts";
import { type LogSource, readLogs, type ReadOptions } from "./source.ts";

/** One event of a token's life, and where it stands. */
export interface LivedEvent {
  readonly block: bigint;
  readonly logIndex: number;
  readonly transaction: string;
  readonly event: LifeEvent;
}

/** Blocks, both included. */
export interface BlockRange {
  readonly fromBlock: bigint;
  readonly toBlock: bigint;
}

/**
 * A token's events in the chain's order, one at a time and in bounded memory. Nothing tells whether a node withholds
 * some: feed them to a `TokenLife`, and compare it with the chain at `toBlock`. Throws what `readLogs` and
 * `decodeLifeLog` throw.
 */
export async function* readTokenLife(
  source: LogSource,
  { collection, tokenId }: TrainedToken,
  range: BlockRange,
  options: ReadOptions = {},
): AsyncGenerator<LivedEvent, void, undefined> {
  const topics = [LIFE_TOPICS, [asBytes32(toBeHex(tokenId, 32))]];
  const filter = { address: asAddress(collection, "collection"), topics, ...range };
  for await (const log of readLogs(source, filter, options)) {
    const { blockNumber: block, logIndex, transactionHash: transaction } = log;
    yield { block, logIndex, transaction, event: decodeLifeLog(log) };
  }
}
