import type { Address, Bytes32, Hex, Report, Result, StateUpdate } from "ainft-core";
import type { Fees, Market } from "../domain/fees.ts";
import type { Block, BlockRef, OracleEvents, ProgramState, ReporterConfig, TokenRef } from "../domain/request.ts";

/** Where a view is read: a block by hash, so that a reorganization in between is noticed, or the newest one. */
export type At = Pick<BlockRef, "hash"> | "latest";

/** The oracle's chain, read only. Every method throws `ChainUnavailable` when the node fails, after its own retries. */
export interface ChainReader {
  head(): Promise<Block>;
  /** Null when the chain has no such block (yet, or any more). */
  blockByNumber(number: bigint): Promise<Block | null>;
  /** Events of one block, by its hash. */
  eventsOfBlock(block: Block): Promise<OracleEvents>;
  /** Events of a range of blocks that cannot change any more, both ends included. */
  eventsInRange(from: bigint, to: bigint): Promise<OracleEvents>;
  requestCount(at: At): Promise<bigint>;
  isFulfilled(requestId: bigint, at: At): Promise<boolean>;
  /** The config that new reports use; null when there is none. */
  currentConfig(at: At): Promise<ReporterConfig | null>;
  /** A config by its number, with whether it counts. */
  config(version: bigint, at: At): Promise<{ readonly config: ReporterConfig; readonly live: boolean }>;
  programOf(token: TokenRef, at: At): Promise<ProgramState>;
  /** Whether an update with this output landed on a token in blocks from `from` on. */
  hasUpdate(token: TokenRef, outputDigest: Bytes32, from: bigint): Promise<boolean>;
}

/** What a receipt says. */
export interface Receipt {
  readonly hash: Bytes32;
  readonly block: Pick<Block, "number" | "hash">;
  readonly succeeded: boolean;
}

/** A contract call that is about to become a transaction. */
export interface ContractCall {
  readonly from: Address;
  readonly target: Address;
  readonly data: Hex;
}

/** The chain, for whoever sends transactions. Reads throw `ChainUnavailable`. */
export interface ChainSender {
  /** Transactions of an account that are in a block: the newest one, or the given one. */
  nonceOf(account: Address, at: At): Promise<bigint>;
  balanceOf(account: Address): Promise<bigint>;
  market(): Promise<Market>;
  /** Gas that a call needs. Throws `ContractRefused` when it would revert. */
  simulate(call: ContractCall): Promise<bigint>;
  /**
   * Hands signed bytes to the node, once. Whatever goes wrong means "unknown": the bytes may be on their way.
   * Throws `ChainUnavailable` with the node's words.
   */
  broadcast(raw: Hex): Promise<void>;
  receipt(hash: Bytes32): Promise<Receipt | null>;
}

/** Calldata of the oracle's entry points. */
export interface OracleCalls {
  readonly oracle: Address;
  fulfill(result: Result, attestation: Hex): Hex;
  fulfillInline(result: Result, output: Uint8Array, attestation: Hex): Hex;
  submitUpdate(update: StateUpdate, attestation: Hex): Hex;
}

/** Start-up questions. */
export interface ChainIdentity {
  chainId(): Promise<bigint>;
  hasCode(): Promise<boolean>;
  /** The EIP-712 domain that the contract at the oracle's address claims; null when it claims none. */
  domain(): Promise<{ name: string; version: string; chainId: bigint; verifyingContract: Address } | null>;
  genesis(): Promise<Bytes32>;
  /** The digest that the contract itself computes for a report. */
  reportDigest(report: Report): Promise<Bytes32>;
}
