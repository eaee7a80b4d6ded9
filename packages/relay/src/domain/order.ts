import { type Bytes32, type Hex, ResultStatus } from "ainft-core";
import type { BlockRef } from "./request.ts";

/** An order, as the desk's event tells it. The request that it is about is told in the same block. */
export interface PlacedOrder {
  readonly requestId: bigint;
  readonly requestHash: Bytes32;
  /** The fee, in the currency's smallest unit; 0 for an order that only wants a callback. */
  readonly amount: bigint;
  /** Gas that the requester is called back with; 0 for no callback. */
  readonly callbackGas: bigint;
  /** All of it, ABI-encoded: whoever closes the order has to bring it. */
  readonly encoded: Hex;
  /** keccak-256 of that, which is all that the desk keeps. */
  readonly hash: Bytes32;
  readonly block: BlockRef;
}

/**
 * Life of an order in this relay.
 *
 * OPEN: nothing of ours is on its way to settle it. TX_READY, SENT, INCLUDED, FINAL: as for a report. Ends too: CLOSED
 * (settled by somebody else, or together with its callback), ORPHANED (its block vanished; it may come back).
 */
export type OrderState = "OPEN" | "TX_READY" | "SENT" | "INCLUDED" | "FINAL" | "CLOSED" | "ORPHANED";

/** Names the settlement of an order. */
export type OrderKey = `order:${bigint}`;

/** An order in the relay's care. */
export interface TrackedOrder extends PlacedOrder {
  readonly key: OrderKey;
  readonly state: OrderState;
  /** When it was first seen to be due, in milliseconds of this machine's clock; null before. */
  readonly dueAt: number | null;
}

const ORDER = "order:";

/** The key of an order's settlement. */
export function orderKey(requestId: bigint): OrderKey {
  return `order:${requestId}`;
}

/** Whether a key names the settlement of an order, and no report. */
export function isOrderKey(key: string): key is OrderKey {
  return key.startsWith(ORDER);
}

/** The request whose order a key names. */
export function requestOf(key: OrderKey): bigint {
  return BigInt(key.slice(ORDER.length));
}

/** Gas to record that a requester did not take its answer. */
const RECORD_GAS = 40_000n;

/** Most gas that the desk calls a requester with to tell of a failure, whatever it asked for. */
const FAILURE_CALLBACK_GAS = 100_000n;

/**
 * Gas beside what the node estimates for a delivery with a callback. The estimate is for a requester as it is now: it may
 * need all that it is due when the transaction is mined, of which a call gets 63/64, and fail all the same.
 */
export function callbackReserve(callbackGas: bigint, status: ResultStatus): bigint {
  const isShort = status !== ResultStatus.OK && callbackGas > FAILURE_CALLBACK_GAS;
  const due = isShort ? FAILURE_CALLBACK_GAS : callbackGas;
  return due + due / 63n + RECORD_GAS;
}
