import { toBeHex, zeroPadValue } from "ethers";
import { type Address, asAddress, asBytes32, asHex, type Bytes32, ZERO_BYTES32 } from "../hex.ts";
import { requestHash } from "../report/hash.ts";
import { outcomeOfStatus } from "../report/result.ts";
import { RequestOutcome } from "../report/types.ts";
import type { TrainedToken } from "../training/history.ts";
import { type Begun, inOrder, type Lane, type Place, readLane } from "./lane.ts";
import type { BlockRange } from "./read.ts";
import {
  askedOf,
  type BatchedResultEvent,
  type ClosingEvent,
  decodeClosingLog,
  decodeOrderLog,
  decodeRequestLog,
  decodeResultLog,
  type OrderEvent,
  REQUEST_TOPICS,
  type RequestEvent,
  type ResultEvent,
} from "./request-events.ts";
import type { LogSource, PlacedLog, ReadOptions } from "./source.ts";

/** Where a token's requests are: an oracle that its collection obeys or obeyed, and the desk that this oracle made. */
export interface AskedAt {
  readonly oracle: Address;
  readonly desk: Address;
}

/** What oracle and desk answer at the last block that is read. */
export interface RequestBooks {
  outcomeOf(requestId: bigint): Promise<RequestOutcome>;
  /** Zero when no such order is open. */
  orderHashOf(requestId: bigint): Promise<Bytes32>;
}

/** What happened to a request, and where; what begins, with what the chain keeps of it in the end. */
export type AskedLived = Place & {
  readonly event:
    | (RequestEvent & { readonly outcome: RequestOutcome })
    | (OrderEvent & { readonly outcome: RequestOutcome; readonly kept: Bytes32 })
    | ResultEvent
    | BatchedResultEvent
    | ClosingEvent;
};

type Opened = Extract<AskedLived["event"], { readonly kind: "request" }>;
type Ordered = Extract<AskedLived["event"], { readonly kind: "order" }>;

/**
 * The requests of a token and what became of them, in the chain's order; kept are those alone that are open. Results do not
 * say whose they are: all of the oracle's are read while a request of the token waits for one that the oracle has. Nothing
 * tells whether a node withholds a request. Throws what `readLogs` throws, what the books throw, and `NotALifeLog`.
 */
export function readTokenRequests(
  source: LogSource,
  books: RequestBooks,
  token: TrainedToken,
  at: AskedAt,
  range: BlockRange,
  options: ReadOptions = {},
): AsyncGenerator<AskedLived> {
  return inOrder<AskedLived>([
    readLane(source, requestLane(books, token, at.oracle, range), options),
    readLane(source, orderLane(books, token, at.desk, range), options),
  ]);
}

function requestLane(
  books: RequestBooks,
  { collection, tokenId }: TrainedToken,
  oracle: Address,
  range: BlockRange,
): Lane<Opened, ResultEvent | BatchedResultEvent> {
  const address = asAddress(oracle, "oracle");
  const token = [[wordOf(collection)], [asBytes32(toBeHex(tokenId, 32))]];
  return {
    openings: { address, topics: [REQUEST_TOPICS.request, [], ...token], ...range },
    endings: { address, topics: [REQUEST_TOPICS.result], ...range },
    begin: async (log: PlacedLog): Promise<Begun<Opened>> => {
      const request = decodeRequestLog(log);
      const outcome = await books.outcomeOf(request.requestId);
      return { id: request.requestId, event: { ...request, outcome }, ends: outcome !== RequestOutcome.OPEN };
    },
    end: (log, open) => decodeResultLog(log, open).map((event) => ({ requestId: event.requestId, event })),
  };
}

/** The desk's events tell the collection alone: the orders of its other tokens are passed over. */
function orderLane(
  books: RequestBooks,
  { collection, tokenId }: TrainedToken,
  desk: Address,
  range: BlockRange,
): Lane<Ordered, ClosingEvent> {
  const address = asAddress(desk, "desk");
  return {
    openings: { address, topics: [REQUEST_TOPICS.order, [], [], [wordOf(collection)]], ...range },
    endings: { address, topics: [REQUEST_TOPICS.closing], ...range },
    begin: async (log: PlacedLog): Promise<Begun<Ordered> | undefined> => {
      const order = decodeOrderLog(log);
      if (order.tokenId !== tokenId) return undefined;
      const { requestId } = order;
      const [kept, outcome] = await Promise.all([books.orderHashOf(requestId), books.outcomeOf(requestId)]);
      return { id: requestId, event: { ...order, kept, outcome }, ends: kept === ZERO_BYTES32 };
    },
    end: (log, open) => {
      const { requestId, outcome } = decodeClosingLog(log);
      const order = open.get(requestId);
      if (order === undefined) return [];
      const { currency, amount } = order;
      return [{ requestId, event: { kind: "closing", ...askedOf(order), outcome, currency, amount } }];
    },
  };
}

function wordOf(account: Address): Bytes32 {
  return asHex(zeroPadValue(account.toLowerCase(), 32), "topic", 32);
}

/** What about requests is compared with the chain. */
export type RequestAspect = "results" | "orders";

/** Whether events and chain agree on one aspect, in a line that a person can read. */
export interface RequestVerdict {
  readonly aspect: RequestAspect;
  readonly agrees: boolean;
  readonly detail: string;
}

/**
 * Holds a token's requests and orders, of one oracle and its desk, against what these keep of them. Keeps those whose end
 * is still to come, and counts the rest. What contradicts itself is kept until {@link TokenRequests.compare}, and never
 * thrown.
 */
export class TokenRequests {
  readonly #waiting = new Map<bigint, Opened>();
  readonly #closing = new Map<bigint, Ordered>();
  readonly #faults = new Map<RequestAspect, string>();
  #latest: Opened | undefined;
  #requests = 0;
  #answered = 0;
  #failed = 0;
  #orders = 0;
  #paid = 0;
  #returned = 0;

  /** Takes the next event, in the chain's order. */
  add(event: AskedLived["event"]): void {
    switch (event.kind) {
      case "request":
        return this.#ask(event);
      case "result":
      case "batched-result":
        return this.#answer(event);
      case "order":
        return this.#order(event);
      case "closing":
        return this.#close(event);
    }
  }

  /** A verdict for each aspect: whatever ended on chain must have its end in the events. */
  compare(): RequestVerdict[] {
    for (const requestId of this.#waiting.keys())
      this.#fault("results", `the result of request ${requestId} is missing`);
    for (const requestId of this.#closing.keys()) this.#fault("orders", `how order ${requestId} was closed is missing`);
    const waiting = this.#requests - this.#answered - this.#failed;
    const open = this.#orders - this.#paid - this.#returned;
    const requests = `${this.#requests} requests: ${this.#answered} answered, ${this.#failed} failed`;
    const orders = `${this.#orders} orders: ${this.#paid} paid out, ${this.#returned} given back`;
    return [
      this.#verdict("results", this.#requests === 0 ? "no requests" : `${requests}, ${waiting} without a result`),
      this.#verdict("orders", this.#orders === 0 ? "no orders" : `${orders}, ${open} open`),
    ];
  }

  #ask(event: Opened): void {
    const { requestId } = event;
    if (this.#latest !== undefined && requestId <= this.#latest.requestId)
      this.#fault("results", `request ${requestId} follows request ${this.#latest.requestId}`);
    if (requestHash(event) !== event.requestHash)
      this.#fault("results", `request ${requestId} is not what its hash says`);
    this.#requests += 1;
    this.#latest = event;
    if (event.outcome !== RequestOutcome.OPEN) this.#waiting.set(requestId, event);
  }

  #answer(event: ResultEvent | BatchedResultEvent): void {
    const { requestId, status } = event;
    const request = this.#waiting.get(requestId);
    if (request === undefined) return this.#fault("results", `the result of request ${requestId} comes unasked`);
    this.#waiting.delete(requestId);
    if (event.kind === "result" && event.requestHash !== request.requestHash)
      this.#fault("results", `the result of request ${requestId} answers another one`);
    const outcome = outcomeOfStatus(status);
    if (outcome !== request.outcome)
      this.#fault(
        "results",
        `request ${requestId} is ${nameOf(request.outcome)} on chain, ${nameOf(outcome)} in events`,
      );
    if (outcome === RequestOutcome.ANSWERED) this.#answered += 1;
    else this.#failed += 1;
  }

  /** The desk asks the oracle first: an order follows its request. */
  #order(event: Ordered): void {
    const { requestId, kept, orderHash } = event;
    const { requestId: asked, requestHash: hash, requester } = this.#latest ?? {};
    if (asked !== requestId || hash !== event.requestHash || requester !== event.requester)
      this.#fault("orders", `order ${requestId} is of no request of the token`);
    this.#orders += 1;
    if (kept === ZERO_BYTES32) this.#closing.set(requestId, event);
    else if (kept !== orderHash) this.#fault("orders", `the desk keeps another order ${requestId}`);
  }

  /** A request can still be answered after its order was cancelled. */
  #close({ requestId, outcome }: ClosingEvent): void {
    const order = this.#closing.get(requestId);
    if (order === undefined) return this.#fault("orders", `order ${requestId} is closed and was not to be`);
    this.#closing.delete(requestId);
    if (outcome !== RequestOutcome.OPEN && outcome !== order.outcome)
      this.#fault("orders", `order ${requestId} was closed as ${nameOf(outcome)}, and is ${nameOf(order.outcome)}`);
    if (outcome === RequestOutcome.ANSWERED) this.#paid += 1;
    else this.#returned += 1;
  }

  #fault(aspect: RequestAspect, what: string): void {
    if (!this.#faults.has(aspect)) this.#faults.set(aspect, what);
  }

  #verdict(aspect: RequestAspect, counted: string): RequestVerdict {
    const fault = this.#faults.get(aspect);
    return { aspect, agrees: fault === undefined, detail: fault ?? counted };
  }
}

/** An outcome by the contract's name. */
function nameOf(outcome: RequestOutcome): string {
  switch (outcome) {
    case RequestOutcome.OPEN:
      return "OPEN";
    case RequestOutcome.ANSWERED:
      return "ANSWERED";
    case RequestOutcome.FAILED:
      return "FAILED";
  }
}
