import { getBytes, Interface, keccak256 } from "ethers";
import { type Address, asAddress, asHex, type Bytes32 } from "../hex.ts";
import { asAgreement, asDelivery, asRequestOutcome, asResultStatus, bytesDigest } from "../report/result.ts";
import type { Request, RequestOutcome, ResultStatus } from "../report/types.ts";
import type { RawLog } from "../training/events.ts";
import type { TrainedToken } from "../training/history.ts";
import { NotALifeLog } from "./errors.ts";
import { accountIn, type Fields, numberIn, parseLog, wordIn } from "./fields.ts";

/** A token was asked. */
export interface RequestEvent extends Request {
  readonly kind: "request";
  readonly oracle: Address;
  readonly requestId: bigint;
  /** As the event claims it; `requestHash` of the event's own fields is what it has to be. */
  readonly requestHash: Bytes32;
}

/** What an end of a request is told with: who asked, and what. */
export interface Asked extends TrainedToken {
  readonly requestId: bigint;
  readonly requester: Address;
}

/** A request got its result, by a report or a proof of its own. */
export interface ResultEvent extends Asked {
  readonly kind: "result";
  readonly status: ResultStatus;
  /** Hash of the request that was answered; the result of another request when it is not this one's. */
  readonly requestHash: Bytes32;
  readonly resultDigest: Bytes32;
}

/** A request got its result among others of a batch, which says each by a hash. */
export interface BatchedResultEvent extends Asked {
  readonly kind: "batched-result";
  readonly status: ResultStatus;
  /** `answerHash` of request, result and size. */
  readonly answerHash: Bytes32;
}

/** A request is an order of the desk: it has a fee or a callback. */
export interface OrderEvent extends Asked {
  readonly kind: "order";
  readonly desk: Address;
  readonly requestHash: Bytes32;
  /** Version that was active then: its contributors are paid. */
  readonly version: bigint;
  /** ERC-20 contract, or zero for ETH. */
  readonly currency: Address;
  /** The fee, in the currency's smallest unit. */
  readonly amount: bigint;
  /** Last second before it can be cancelled. */
  readonly deadline: bigint;
  readonly configVersion: bigint;
  /** Gas that the requester is called back with; 0 for no callback. */
  readonly callbackGas: bigint;
  /** What the desk keeps of it while it is open. */
  readonly orderHash: Bytes32;
}

/** An order was closed: its fee was divided when the outcome is ANSWERED, and given back otherwise. */
export interface ClosingEvent extends Asked {
  readonly kind: "closing";
  /** OPEN for an order that was cancelled. */
  readonly outcome: RequestOutcome;
  readonly currency: Address;
  readonly amount: bigint;
}

/** Whatever happens to the requests of a token. */
export type AskedEvent = RequestEvent | ResultEvent | BatchedResultEvent | OrderEvent | ClosingEvent;

const ORDER =
  "tuple(uint64 requestId, bytes32 requestHash, address requester, address collection, uint256 tokenId, uint32 version, address currency, uint128 amount, uint64 deadline, uint32 configVersion, uint32 callbackGas, tuple(uint16 providers, uint16 owner, uint16 contributors, uint16 treasury) shares)";
const EVENTS = new Interface([
  "event RequestCreated(uint64 indexed requestId, address indexed collection, uint256 indexed tokenId, address requester, bytes32 manifestDigest, bytes32 requestHash, uint32 maxOutputBytes, uint8 delivery, uint8 agreement, uint64 deadline, bytes input)",
  "event ResultDelivered(uint64 indexed requestId, bytes32 requestHash, bytes32 resultDigest)",
  "event RequestFailed(uint64 indexed requestId, bytes32 requestHash, bytes32 resultDigest, uint8 status)",
  "event BatchDelivered(uint64 indexed firstId, bytes statuses, bytes32[] answers)",
  `event OrderOpened(uint64 indexed requestId, address indexed requester, address indexed collection, ${ORDER} order)`,
  "event OrderClosed(uint64 indexed requestId, uint8 outcome)",
]);
const topicOf = (name: string): Bytes32 => asHex(EVENTS.getEvent(name)?.topicHash ?? "0x", name, 32);

/** First topics of what begins and what ends requests (at an oracle) and orders (at its desk), to filter by. */
export const REQUEST_TOPICS = {
  request: [topicOf("RequestCreated")],
  result: [topicOf("ResultDelivered"), topicOf("RequestFailed"), topicOf("BatchDelivered")],
  order: [topicOf("OrderOpened")],
  closing: [topicOf("OrderClosed")],
} as const satisfies Readonly<Record<string, readonly Bytes32[]>>;

/** Reads the log of a request. Throws `NotALifeLog`. */
export function decodeRequestLog(log: RawLog): RequestEvent {
  return decoded(log, "RequestCreated", (args) => ({
    kind: "request",
    oracle: asAddress(log.address, "address"),
    requestId: numberIn(args, "requestId"),
    requester: accountIn(args, "requester"),
    collection: accountIn(args, "collection"),
    tokenId: numberIn(args, "tokenId"),
    manifestDigest: wordIn(args, "manifestDigest"),
    requestHash: wordIn(args, "requestHash"),
    inputDigest: bytesDigest(getBytes(String(args.getValue("input")))),
    maxOutputBytes: numberIn(args, "maxOutputBytes"),
    delivery: asDelivery(numberIn(args, "delivery")),
    agreement: asAgreement(numberIn(args, "agreement")),
    deadline: numberIn(args, "deadline"),
  }));
}

/** Reads the log of an order. Throws `NotALifeLog`. */
export function decodeOrderLog(log: RawLog): OrderEvent {
  return decoded(log, "OrderOpened", (args) => {
    const order = args.getValue("order") as Fields; // the ABI has a tuple with names here
    return {
      kind: "order",
      desk: asAddress(log.address, "address"),
      requestId: numberIn(order, "requestId"),
      requestHash: wordIn(order, "requestHash"),
      requester: accountIn(order, "requester"),
      collection: accountIn(order, "collection"),
      tokenId: numberIn(order, "tokenId"),
      version: numberIn(order, "version"),
      currency: accountIn(order, "currency"),
      amount: numberIn(order, "amount"),
      deadline: numberIn(order, "deadline"),
      configVersion: numberIn(order, "configVersion"),
      callbackGas: numberIn(order, "callbackGas"),
      // The order is all that the data holds, and has no part of changing length: the desk hashes the same bytes.
      orderHash: asHex(keccak256(log.data), "orderHash", 32),
    };
  });
}

/** Reads how the desk closed an order: its request and the outcome. Throws `NotALifeLog`. */
export function decodeClosingLog(log: RawLog): Pick<ClosingEvent, "requestId" | "outcome"> {
  return decoded(log, "OrderClosed", (args) => ({
    requestId: numberIn(args, "requestId"),
    outcome: asRequestOutcome(numberIn(args, "outcome")),
  }));
}

/**
 * Reads the results that a log of the oracle delivers to requests that are open, each with the request that it is for:
 * one, or those of a batch. Throws `NotALifeLog`.
 */
export function decodeResultLog(
  log: RawLog,
  open: ReadonlyMap<bigint, Asked>,
): readonly (ResultEvent | BatchedResultEvent)[] {
  const { name, args } = parseLog(EVENTS, log);
  if (name === "BatchDelivered") return batched(args, open);
  const found = open.get(numberIn(args, "requestId"));
  if (found === undefined) return [];
  return decoded(log, name, () => [
    {
      kind: "result",
      ...askedOf(found),
      status: name === "RequestFailed" ? asResultStatus(numberIn(args, "status")) : 0,
      requestHash: wordIn(args, "requestHash"),
      resultDigest: wordIn(args, "resultDigest"),
    },
  ]);
}

/** The part of a request, or of an order, that its end is told with. */
export function askedOf({ collection, tokenId, requestId, requester }: Asked): Asked {
  return { collection, tokenId, requestId, requester };
}

/** A result is skipped when its request has one already, and when its status is none: neither is open and known here. */
function batched(args: Fields, open: ReadonlyMap<bigint, Asked>): BatchedResultEvent[] {
  const firstId = numberIn(args, "firstId");
  const statuses = String(args.getValue("statuses")).slice(2);
  const answers = args.getValue("answers") as readonly string[]; // the ABI has words here
  return answers.flatMap((answer, place) => {
    const found = open.get(firstId + BigInt(place));
    const status = statuses === "" ? 0 : Number(`0x${statuses.slice(2 * place, 2 * place + 2)}`);
    if (found === undefined || !isStatus(status)) return [];
    return [{ kind: "batched-result", ...askedOf(found), status, answerHash: asHex(answer, "answer", 32) }];
  });
}

function isStatus(status: number): status is ResultStatus {
  return status >= 0 && status <= 3;
}

/** One of ours by its name, whose values are of our kinds. */
function decoded<T>(log: RawLog, expected: string, read: (args: Fields) => T): T {
  const { name, args } = parseLog(EVENTS, log);
  if (name !== expected) throw new NotALifeLog(log.topics[0]);
  try {
    return read(args);
  } catch (cause) {
    throw new NotALifeLog(log.topics[0], { cause });
  }
}
