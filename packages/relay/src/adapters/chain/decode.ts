import { ainft721Abi, inferenceOracleAbi, requestDeskAbi } from "ainft-contracts";
import { asBytes32, asHex, asResultStatus, type Hex, ResultStatus } from "ainft-core";
import {
  AbiCoder,
  getBytes,
  Interface,
  keccak256,
  type LogDescription,
  type ParamType,
  type Result as EthersResult,
} from "ethers";
import { z } from "zod";
import { ChainUnavailable } from "../../domain/errors.ts";
import type { PlacedOrder } from "../../domain/order.ts";
import type { AskedRequest, Block, BlockRef, CommittedRoot, Landing, OracleEvents } from "../../domain/request.ts";
import { readRequest } from "./request-log.ts";

export const oracleInterface = new Interface(inferenceOracleAbi);
export const deskInterface = new Interface(requestDeskAbi);
export const collectionInterface = new Interface(ainft721Abi);

const hex = z.string().regex(/^0x[0-9a-fA-F]*$/);
const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]+$/)
  .transform(BigInt);
const blockShape = z.object({
  number: quantity,
  hash: hex,
  parentHash: hex,
  timestamp: quantity,
  baseFeePerGas: quantity.optional(),
});
const logShape = z.object({
  address: hex,
  topics: z.array(hex),
  data: hex,
  blockNumber: quantity,
  blockHash: hex,
  transactionHash: hex,
});

export type RawLog = z.output<typeof logShape>;

/** The name of what a contract threw, or the first bytes of it when it is none of ours. */
export function errorName(data: string): string {
  for (const contract of [oracleInterface, deskInterface, collectionInterface]) {
    // By the selector alone: what follows is a stranger's, and need not be what the error has.
    const error = data.length >= 10 ? contract.getError(data.slice(0, 10)) : null;
    if (error !== null) return error.name;
  }
  return data.slice(0, 10);
}

const REQUEST_CREATED = oracleInterface.getEvent("RequestCreated")?.topicHash ?? "";
const ORDER_OPENED = deskInterface.getEvent("OrderOpened")?.topicHash ?? "";

/** Topics of the events of the oracle and its desk that the relay follows. */
export const FOLLOWED_TOPICS = [
  ORDER_OPENED,
  REQUEST_CREATED,
  ...["ResultDelivered", "RequestFailed", "ResultSkipped", "BatchDelivered", "RootCommitted"].map(
    (name) => oracleInterface.getEvent(name)?.topicHash ?? "",
  ),
];

/** Reads a block as the node answered it. Throws {@link ChainUnavailable} when it is not one. */
export function readBlock(answer: unknown): Block & { readonly baseFee: bigint } {
  const { number, hash, parentHash, timestamp, baseFeePerGas } = shaped("a block", blockShape, answer);
  return {
    number,
    hash: asBytes32(hash),
    parentHash: asBytes32(parentHash),
    time: timestamp,
    baseFee: baseFeePerGas ?? 0n,
  };
}

/** Reads logs as the node answered them. */
export function readLogs(answer: unknown): RawLog[] {
  return shaped("logs", z.array(logShape), answer);
}

/** Checks a node's answer against its shape. Throws {@link ChainUnavailable}. */
export function shaped<T extends z.ZodType>(what: string, shape: T, answer: unknown): z.output<T> {
  const parsed = shape.safeParse(answer);
  if (!parsed.success) throw new ChainUnavailable(`its answer is not ${what}`, { cause: parsed.error });
  return parsed.data;
}

/** Turns the logs of an oracle and its desk into what they tell. `blockOf` gives the block of a log. */
export function readEvents(logs: readonly RawLog[], blockOf: (log: RawLog) => BlockRef): OracleEvents {
  const requests: AskedRequest[] = [];
  const landings: Landing[] = [];
  const orders: PlacedOrder[] = [];
  const roots: CommittedRoot[] = [];
  const skipped = new Set<string>();
  for (const log of logs) {
    if (log.topics[0] === ORDER_OPENED) {
      orders.push(toOrder(log, blockOf(log)));
      continue;
    }
    if (log.topics[0] === REQUEST_CREATED) {
      requests.push(readRequest(log, blockOf(log)));
      continue;
    }
    const event = oracleInterface.parseLog(log);
    if (event === null) throw new ChainUnavailable("it gave a log that was not asked for");
    if (event.name === "ResultSkipped") skipped.add(placeOf(log, event.args.getValue("requestId") as bigint));
    else if (event.name === "RootCommitted") roots.push(...toRoots(event, log, blockOf(log)));
    else if (event.name === "BatchDelivered") {
      landings.push(...toLandings(event, log, blockOf(log), skipped));
    } else landings.push(toLanding(event, log, blockOf(log)));
  }
  return { requests, landings, orders, roots };
}

/** The order is all that the event's data holds, and has no part of changing length: the desk hashes the same bytes. */
function toOrder(log: RawLog, block: BlockRef): PlacedOrder {
  const encoded = asHex(log.data.toLowerCase());
  const order = decodeOrder(encoded);
  return {
    requestId: BigInt(String(order.getValue("requestId"))),
    requestHash: asBytes32(String(order.getValue("requestHash"))),
    amount: BigInt(String(order.getValue("amount"))),
    callbackGas: BigInt(String(order.getValue("callbackGas"))),
    encoded,
    hash: asBytes32(keccak256(encoded)),
    block,
  };
}

/** The only parameter of `settle` is the order. */
const ORDER: readonly ParamType[] = deskInterface.getFunction("settle")?.inputs ?? [];

/** The fields of an order. Throws {@link ChainUnavailable} when the bytes are not exactly one. */
export function decodeOrder(encoded: Hex): EthersResult {
  const coder = AbiCoder.defaultAbiCoder();
  try {
    const decoded = coder.decode(ORDER, encoded);
    if (coder.encode(ORDER, decoded) === encoded) return decoded[0] as EthersResult; // the order is a struct
  } catch {
    // Not even decodable: the same as another length.
  }
  throw new ChainUnavailable("it gave an order that is none");
}

/** What was skipped of a batch is said before the batch is, in the same transaction. */
function placeOf(log: RawLog, requestId: bigint): string {
  return `${log.transactionHash} ${requestId}`;
}

/** A landing for each result of a batch that was not skipped. */
function toLandings(event: LogDescription, log: RawLog, block: BlockRef, skipped: ReadonlySet<string>): Landing[] {
  const firstId = BigInt(String(event.args.getValue("firstId")));
  const statuses = getBytes(String(event.args.getValue("statuses")));
  const answers = [...(event.args.getValue("answers") as Iterable<unknown>)];
  const txHash = asBytes32(log.transactionHash);
  return answers.flatMap((answer, index) => {
    const requestId = firstId + BigInt(index);
    if (skipped.has(placeOf(log, requestId))) return [];
    const status = asResultStatus(statuses[index] ?? ResultStatus.OK);
    return [{ requestId, resultDigest: null, answer: asBytes32(String(answer)), status, txHash, block }];
  });
}

/** A root of updates names no first request, and is of no concern here. */
function toRoots(event: LogDescription, log: RawLog, block: BlockRef): CommittedRoot[] {
  const field = (name: string): string => String(event.args.getValue(name));
  const [firstId, count] = [BigInt(field("firstId")), BigInt(field("count"))];
  const [root, txHash] = [asBytes32(field("root")), asBytes32(log.transactionHash)];
  return firstId === 0n ? [] : [{ firstId, count, root, configVersion: BigInt(field("configVersion")), txHash, block }];
}

function toLanding(event: LogDescription, log: RawLog, block: BlockRef): Landing {
  const field = (name: string): string => String(event.args.getValue(name));
  return {
    requestId: BigInt(field("requestId")),
    resultDigest: asBytes32(field("resultDigest")),
    answer: null,
    status: event.name === "ResultDelivered" ? ResultStatus.OK : asResultStatus(BigInt(field("status"))),
    txHash: asBytes32(log.transactionHash),
    block,
  };
}
