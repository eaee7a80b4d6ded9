import type { Address, Bytes32, Hex, Result, StateUpdate } from "ainft-core";
import type { Fees, Market } from "../domain/fees.ts";
import type { Block, OracleEvents, ProgramState, ReporterConfig, TokenRef } from "../domain/request.ts";

/** The chain of an oracle and its desk, read only. Every method throws `ChainUnavailable` when the node fails, after its own retries. */
export interface ChainReader {
  head(): Promise<Block>;
  /** Null when the node has no such block (yet, or any more). */
  blockByNumber(number: bigint): Promise<Block | null>;
  /** Events of one block, by its hash. */
  eventsOf(block: Block): Promise<OracleEvents>;
  /** Events of blocks that cannot change any more, both ends included. */
  eventsBetween(from: bigint, to: bigint): Promise<OracleEvents>;
  requestCount(): Promise<bigint>;
  /** What the desk keeps of an order, at a block or now. Null when none is open. */
  orderHashOf(requestId: bigint, at?: bigint): Promise<Bytes32 | null>;
  /** The config that new reports use; null when there is none. */
  currentConfig(): Promise<ReporterConfig | null>;
  /** A config by its number, and whether a report under it counts now. Null when it never existed. */
  config(version: bigint): Promise<(ReporterConfig & { readonly live: boolean }) | null>;
  /** What a token's program is at a block. Null when the collection or the token is not one. */
  program(token: TokenRef, at: bigint): Promise<ProgramState | null>;
  /** Whether an update with this output landed on a token in these blocks, both ends included. */
  hasUpdate(token: TokenRef, outputDigest: Bytes32, from: bigint, to: bigint): Promise<boolean>;
}

/** What a receipt says. */
export interface MinedReceipt {
  readonly hash: Bytes32;
  readonly blockNumber: bigint;
  readonly blockHash: Bytes32;
  readonly succeeded: boolean;
  /** Absent when the node does not say. */
  readonly gasUsed?: bigint | undefined;
  /** In wei. */
  readonly gasPrice?: bigint | undefined;
}

/** The oracle's chain, for whoever sends transactions. Reads throw `ChainUnavailable`. */
export interface ChainWriter {
  /** Transactions of an account that are in the blocks up to one; up to the newest one without `at`. */
  nonceOf(sender: Address, at?: bigint): Promise<bigint>;
  /** In wei. */
  balanceOf(account: Address): Promise<bigint>;
  market(): Promise<Market>;
  /** Gas that a call needs. Throws `ContractRefused` when it would revert. */
  simulate(sender: Address, to: Address, data: Hex): Promise<bigint>;
  /** Hands signed bytes to the node, once. Answers what it objects to; whether it took them is unknown either way. */
  broadcast(raw: Hex): Promise<Error | null>;
  receiptOf(hash: Bytes32): Promise<MinedReceipt | null>;
}

/** A transaction to sign. */
export interface UnsignedTransaction {
  readonly to: Address;
  readonly data: Hex;
  readonly nonce: bigint;
  readonly gasLimit: bigint;
  readonly fees: Fees;
}

/** Encodes the calls that deliver reports and settle orders. An order is ABI-encoded, as it was opened. */
export interface CallEncoder {
  fulfill(result: Result, attestation: Hex): Hex;
  fulfillInline(result: Result, output: Uint8Array, attestation: Hex): Hex;
  fulfillBatch(firstId: bigint, answers: readonly Bytes32[], statuses: Hex, attestation: Hex): Hex;
  commitRoot(firstId: bigint, count: bigint, root: Bytes32, attestation: Hex): Hex;
  /** To the desk: delivers a result, settles its order and calls the requester. */
  fulfillOrder(order: Hex, result: Result, output: Uint8Array, attestation: Hex): Hex;
  submitUpdate(update: StateUpdate, attestation: Hex): Hex;
  /** To the desk: divides the fee of an order whose request is over. */
  settle(order: Hex): Hex;
}
