import { Interface } from "ethers";
import {
  type Address,
  Agreement,
  type AskedLived,
  asAddress,
  type Bytes32,
  bytesDigest,
  decodeOrderLog,
  Delivery,
  type PlacedLog,
  type RawLog,
  readTokenRequests,
  type RequestBooks,
  requestHash,
  RequestOutcome,
  TokenRequests,
  ZERO_BYTES32,
} from "../../src/index.ts";
import { ACTOR, all, digest, MemorySource, placed, TOKEN } from "./life.ts";

export const ORACLE: Address = asAddress(`0x${"0a".repeat(20)}`);
export const DESK: Address = asAddress(`0x${"0d".repeat(20)}`);
const INPUT = "0x1234";

const ORDER =
  "tuple(uint64 requestId, bytes32 requestHash, address requester, address collection, uint256 tokenId, uint32 version, address currency, uint128 amount, uint64 deadline, uint32 configVersion, uint32 callbackGas, tuple(uint16 providers, uint16 owner, uint16 contributors, uint16 treasury) shares)";
const events = new Interface([
  "event RequestCreated(uint64 indexed requestId, address indexed collection, uint256 indexed tokenId, address requester, bytes32 manifestDigest, bytes32 requestHash, uint32 maxOutputBytes, uint8 delivery, uint8 agreement, uint64 deadline, bytes input)",
  "event ResultDelivered(uint64 indexed requestId, bytes32 requestHash, bytes32 resultDigest)",
  "event RequestFailed(uint64 indexed requestId, bytes32 requestHash, bytes32 resultDigest, uint8 status)",
  "event BatchDelivered(uint64 indexed firstId, bytes statuses, bytes32[] answers)",
  `event OrderOpened(uint64 indexed requestId, address indexed requester, address indexed collection, ${ORDER} order)`,
  "event OrderClosed(uint64 indexed requestId, uint8 outcome)",
]);

const request = (tokenId: bigint) => ({
  requester: ACTOR,
  collection: TOKEN.collection,
  tokenId,
  manifestDigest: digest(1),
  inputDigest: bytesDigest(Uint8Array.of(0x12, 0x34)),
  maxOutputBytes: 99n,
  delivery: Delivery.INLINE,
  agreement: Agreement.EXACT,
  deadline: 1_000n,
});
/** The hash of every request of a token in these tests. */
export const hashOf = (tokenId: bigint = TOKEN.tokenId): Bytes32 => requestHash(request(tokenId));

const oracleLog = (name: string, ...values: readonly unknown[]): RawLog => ({
  address: ORACLE,
  ...events.encodeEventLog(name, values),
});
export const asked = (id: bigint, tokenId = TOKEN.tokenId, hash = hashOf(tokenId)): RawLog => {
  const { collection, requester, manifestDigest, maxOutputBytes, delivery, agreement, deadline } = request(tokenId);
  const terms = [maxOutputBytes, delivery, agreement, deadline, INPUT];
  return oracleLog("RequestCreated", id, collection, tokenId, requester, manifestDigest, hash, ...terms);
};
export const answered = (id: bigint, hash = hashOf()): RawLog => oracleLog("ResultDelivered", id, hash, digest(50));
export const failed = (id: bigint, status: number): RawLog =>
  oracleLog("RequestFailed", id, hashOf(), digest(51), status);
export const batch = (firstId: bigint, statuses: string, ...answers: readonly Bytes32[]): RawLog =>
  oracleLog("BatchDelivered", firstId, statuses, answers);
export const ordered = (id: bigint, tokenId = TOKEN.tokenId): RawLog => {
  const [version, amount, config] = [2, 500, 1];
  const asker = [ACTOR, TOKEN.collection, tokenId, version, DESK, amount, 1_000, config, 0, [7_000, 1_000, 1_500, 500]];
  const order = [id, hashOf(tokenId), ...asker];
  return { address: DESK, ...events.encodeEventLog("OrderOpened", [id, ACTOR, TOKEN.collection, order]) };
};
export const closed = (id: bigint, outcome: RequestOutcome): RawLog => ({
  address: DESK,
  ...events.encodeEventLog("OrderClosed", [id, outcome]),
});
/** What the desk keeps of an order that is open. */
export const orderHash = (id: bigint): Bytes32 => decodeOrderLog(ordered(id)).orderHash;

/** A chain with these logs, a block each; lists of logs share a block. */
export function chainOf(...logs: readonly (RawLog | readonly RawLog[])[]): MemorySource {
  return new MemorySource(
    logs.flatMap((some, block): PlacedLog[] =>
      (Array.isArray(some) ? (some as RawLog[]) : [some as RawLog]).map((log, index) =>
        placed(log, BigInt(block), index),
      ),
    ),
  );
}

export interface Kept {
  readonly outcomes?: Readonly<Record<string, RequestOutcome>>;
  readonly orders?: Readonly<Record<string, Bytes32>>;
}

/** All that is read of TOKEN, of a chain that keeps this in the end. */
export async function requestsOf(source: MemorySource, kept: Kept, toBlock = 1_000n): Promise<AskedLived[]> {
  const books: RequestBooks = {
    outcomeOf: async (id) => kept.outcomes?.[String(id)] ?? RequestOutcome.OPEN,
    orderHashOf: async (id) => kept.orders?.[String(id)] ?? ZERO_BYTES32,
  };
  const range = { fromBlock: 0n, toBlock };
  return all(readTokenRequests(source, books, TOKEN, { oracle: ORACLE, desk: DESK }, range));
}

/** What is said about them in the end, an aspect a line. */
export function verdictsOf(lived: readonly AskedLived[]): string[] {
  const requests = new TokenRequests();
  for (const { event } of lived) requests.add(event);
  return requests.compare().map(({ aspect, agrees, detail }) => `${agrees ? "yes" : "NO "} ${aspect}: ${detail}`);
}
