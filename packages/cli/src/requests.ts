import {
  type Address,
  asBytes32,
  asHex,
  type AskedAt,
  type BatchedResultEvent,
  type Bytes32,
  decodeOrderLog,
  decodeRequestLog,
  decodeResultLog,
  type OrderEvent,
  type PlacedLog,
  readLogs,
  REQUEST_TOPICS,
  type RequestEvent,
  type ResultEvent,
} from "ainft-core";
import { getBytes, type JsonRpcProvider, toBeHex, type TransactionReceipt } from "ethers";
import { asked, read } from "./chain.ts";
import { ChainUnavailable, InputRefused } from "./errors.ts";
import { sourceOf } from "./logs.ts";
import { DESK, deskOf, ORACLE } from "./oracle.ts";
import type { Settings } from "./settings.ts";

/** Results of one batch: the first of them names them all. */
const MAX_BATCH = 256n;

/** A request as the oracle's event tells it. */
export interface FoundRequest {
  readonly at: AskedAt;
  readonly request: RequestEvent;
  readonly block: bigint;
  readonly transaction: string;
}

/** An order as the desk's event tells it, and as the desk wants it back. */
export interface FoundOrder {
  readonly order: OrderEvent;
  readonly fields: unknown;
}

/** How a request ended, and the transaction that ended it. */
export interface FoundResult {
  readonly result: ResultEvent | BatchedResultEvent;
  readonly transaction: string;
  /** The bytes, where they went into the event. */
  readonly output: Uint8Array | undefined;
}

/** Finds a request of an oracle. Throws {@link InputRefused} when there is none. */
export async function requestOf(
  provider: JsonRpcProvider,
  settings: Settings,
  oracle: Address,
  requestId: bigint,
  fromBlock = settings.fromBlock,
): Promise<FoundRequest> {
  const [count] = await read(provider, { to: oracle, abi: ORACLE, name: "requestCount", args: [] });
  if (requestId === 0n || requestId > BigInt(String(count)))
    throw new InputRefused(`The oracle ${oracle} has no request ${requestId}.`);
  const topics = [REQUEST_TOPICS.request, [wordOf(requestId)]];
  const log = await firstLog(provider, settings, oracle, topics, BigInt(fromBlock));
  if (log === undefined)
    throw new InputRefused(`Request ${requestId} is older than block ${fromBlock}: give an earlier --from-block.`);
  const at = { oracle, desk: await deskOf(provider, oracle) };
  return { at, request: decodeRequestLog(log), block: log.blockNumber, transaction: log.transactionHash };
}

/** The order of a request, which was opened together with it; undefined when it has none. */
export async function orderOf(provider: JsonRpcProvider, found: FoundRequest): Promise<FoundOrder | undefined> {
  const { desk } = found.at;
  for (const log of (await receiptOf(provider, found.transaction)).logs) {
    const event = log.address.toLowerCase() === desk.toLowerCase() ? DESK.parseLog(log) : null;
    if (event?.name !== "OrderOpened") continue;
    const order = decodeOrderLog(log);
    if (order.requestId === found.request.requestId) return { order, fields: event.args.getValue("order") };
  }
  return undefined;
}

/** How a request ended; undefined when no event tells it. */
export async function resultOf(
  provider: JsonRpcProvider,
  settings: Settings,
  { request, block, at }: FoundRequest,
): Promise<FoundResult | undefined> {
  const { requestId } = request;
  const first = requestId >= MAX_BATCH ? requestId - MAX_BATCH + 1n : 1n;
  const ids = Array.from({ length: Number(requestId - first) + 1 }, (_, place) => wordOf(first + BigInt(place)));
  const open = new Map([[requestId, request]]);
  let result: ResultEvent | BatchedResultEvent | undefined;
  const log = await firstLog(provider, settings, at.oracle, [REQUEST_TOPICS.result, ids], block, (one) => {
    [result] = decodeResultLog(one, open);
    return result !== undefined;
  });
  if (log === undefined || result === undefined) return undefined;
  const { transactionHash: transaction } = log;
  const { logs } = await receiptOf(provider, transaction);
  const told = logs.flatMap((one) =>
    one.address.toLowerCase() === at.oracle.toLowerCase() ? (ORACLE.parseLog(one) ?? []) : [],
  );
  const output = told.find(({ name, args }) => name === "ResultOutput" && args.getValue("requestId") === requestId);
  return { result, transaction, output: output && getBytes(String(output.args.getValue("output"))) };
}

async function firstLog(
  provider: JsonRpcProvider,
  settings: Settings,
  address: Address,
  topics: readonly (readonly Bytes32[])[],
  fromBlock: bigint,
  fits: (log: PlacedLog) => boolean = () => true,
): Promise<PlacedLog | undefined> {
  const toBlock = BigInt(await asked(undefined, async () => provider.getBlockNumber()));
  const onProgress = (reached: bigint): void => settings.io.progress(`block ${reached} of ${toBlock}`);
  const range = { fromBlock, toBlock };
  for await (const log of readLogs(sourceOf(settings), { address, topics, ...range }, { onProgress }))
    if (fits(log)) return log;
  return undefined;
}

async function receiptOf(provider: JsonRpcProvider, hash: string): Promise<TransactionReceipt> {
  const receipt = await asked(undefined, async () => provider.getTransactionReceipt(hash));
  if (receipt === null) throw new ChainUnavailable(`The node knows no transaction ${hash}. Ask again.`);
  return receipt;
}

/** A number as a topic. */
export function wordOf(id: bigint): Bytes32 {
  return asBytes32(asHex(toBeHex(id, 32)), "topic");
}
