import { Interface, toBeHex } from "ethers";
import type { Bytes32, LogFilter, LogSource, PlacedLog, RawLog, TrainedToken } from "../../src/index.ts";
import { leavesLog, recordLog, vectorRecord } from "../../scripts/vectors/history.ts";

export const TOKEN: TrainedToken = { collection: "0x5FbDB2315678afecb367f032d93F642f64180aa3", tokenId: 7n };
export const ACTOR = vectorRecord(0).contributor;

const events = new Interface([
  "event VersionPublished(uint256 indexed tokenId, uint32 indexed version, bytes32 manifestDigest)",
  "event VersionActivated(uint256 indexed tokenId, uint32 indexed version, uint32 previousVersion, bytes32 reasonDigest, address indexed actor)",
  "event VersionRetired(uint256 indexed tokenId, uint32 indexed version, uint32 fallbackVersion, bytes32 reasonDigest)",
  "event StateUpdated(uint256 indexed tokenId, address indexed actor, uint64 sequence, bytes32 inputDigest, bytes32 outputDigest, bytes32 stateDigest)",
  "event DisputeLock(uint256 indexed tokenId, bool locked)",
  "event ProgramFrozen(uint256 indexed tokenId, address indexed actor)",
  "event Transfer(address indexed from, address indexed to, uint256 indexed tokenId)",
]);

export type EventName =
  | "VersionPublished"
  | "VersionActivated"
  | "VersionRetired"
  | "StateUpdated"
  | "DisputeLock"
  | "ProgramFrozen"
  | "Transfer";

/** 32 bytes that say which they are. */
export function digest(number: number): Bytes32 {
  return toBeHex(number, 32) as Bytes32; // 64 digits
}

/** The raw log of an event of TOKEN; values follow the token id. */
export function lifeLog(name: EventName, ...values: readonly unknown[]): RawLog {
  return { address: TOKEN.collection, ...events.encodeEventLog(name, [TOKEN.tokenId, ...values]) };
}

export const trainingLog = (index: bigint): RawLog => recordLog(TOKEN, index, vectorRecord(Number(index)));
export const trainingsLog = (index: bigint, leaves: readonly Bytes32[]): RawLog =>
  leavesLog(TOKEN, index, ACTOR, leaves);

export function placed(log: RawLog, block: bigint, logIndex = 0): PlacedLog {
  return { ...log, blockNumber: block, logIndex, transactionHash: digest(Number(block)) };
}

/** A node with these logs, which remembers what it was asked. */
export class MemorySource implements LogSource {
  readonly asked: (readonly [bigint, bigint])[] = [];
  readonly #logs: readonly PlacedLog[];
  readonly #refuse: (filter: LogFilter) => Error | undefined;

  constructor(logs: readonly PlacedLog[], refuse: (filter: LogFilter) => Error | undefined = () => undefined) {
    this.#logs = logs;
    this.#refuse = refuse;
  }

  async getLogs(filter: LogFilter): Promise<readonly PlacedLog[]> {
    this.asked.push([filter.fromBlock, filter.toBlock]);
    const refusal = this.#refuse(filter);
    if (refusal !== undefined) throw refusal;
    return this.#logs.filter(
      ({ address, blockNumber, topics }) =>
        address === filter.address &&
        blockNumber >= filter.fromBlock &&
        blockNumber <= filter.toBlock &&
        filter.topics.every((wanted, place) => wanted.length === 0 || wanted.some((topic) => topic === topics[place])),
    );
  }
}

/** Everything that a generator gives. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
