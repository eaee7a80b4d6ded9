import type { Address, Bytes32, Hex } from "ainft-core";
import type { Fees, Market } from "../domain/fees.ts";
import type { AskedRequest, Block, OracleEvents, ProgramState, ReporterConfig, TokenRef } from "../domain/request.ts";

/** A mined transaction. */
export interface MinedReceipt {
  readonly hash: Bytes32;
  readonly blockNumber: bigint;
  readonly blockHash: Bytes32;
  readonly succeeded: boolean;
}

/** An unsigned transaction of ours, complete. */
export interface UnsignedTransaction {
  readonly to: Address;
  readonly data: Hex;
  readonly nonce: bigint;
  readonly gasLimit: bigint;
  readonly fees: Fees;
}

/** What the relay reads of the chain. Every method throws `ChainUnavailable` when the node does not answer. */
export interface ChainReader {
  head(): Promise<Block>;
  blockByNumber(number: bigint): Promise<Block | null>;
  /** Events of one block, by its hash. Throws when the node does not know the block any more. */
  eventsOf(block: Block): Promise<OracleEvents>;
  /** Events of a range of blocks that can no longer change. */
  eventsBetween(from: bigint, to: bigint): Promise<OracleEvents>;
  requestCount(): Promise<bigint>;
  isFulfilled(requestId: bigint): Promise<boolean>;
  currentConfig(): Promise<ReporterConfig | null>;
  /** The program of a token, as of a block or now; null when the token is unknown. */
  program(token: TokenRef, at?: bigint): Promise<ProgramState | null>;
  /** Whether an update of the token names this output, in a block of the range. */
  hasUpdate(token: TokenRef, outputDigest: Bytes32, from: bigint, to: bigint): Promise<boolean>;
}

/** What the transaction manager asks of the chain, and sends. */
export interface ChainWriter {
  nonceOf(sender: Address): Promise<bigint>;
  market(): Promise<Market>;
  /** Gas that the call needs. Throws `ContractRefused` when the contract would revert. */
  simulate(sender: Address, to: Address, data: Hex): Promise<bigint>;
  /** Sends once. Answers the node's objection, or null; an objection does not mean that the transaction is not known. */
  broadcast(raw: Hex): Promise<Error | null>;
  receiptOf(hash: Bytes32): Promise<MinedReceipt | null>;
}

export type { AskedRequest };
