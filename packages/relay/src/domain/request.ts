import type { Address, Bytes32, Request, ResultStatus } from "ainft-core";
import type { PlacedOrder } from "./order.ts";

/** A block, by the three things that the relay needs of it. `time` is in Unix seconds. */
export interface BlockRef {
  readonly number: bigint;
  readonly hash: Bytes32;
  readonly time: bigint;
}

/** A block with its link to the one before. */
export interface Block extends BlockRef {
  readonly parentHash: Bytes32;
}

/** A request as its event on chain tells it. */
export interface AskedRequest extends Request {
  /** From 1. */
  readonly id: bigint;
  readonly requestHash: Bytes32;
  readonly input: Uint8Array;
  readonly block: BlockRef;
}

/** The chain's word that a request has its result, whoever brought it. A batch says the answer's hash alone. */
export interface Landing {
  readonly requestId: bigint;
  /** Null for a result of a batch. */
  readonly resultDigest: Bytes32 | null;
  /** Hash of request, result and size; null for a result on its own. */
  readonly answer: Bytes32 | null;
  readonly status: ResultStatus;
  readonly txHash: Bytes32;
  readonly block: BlockRef;
}

/** The chain's word that a root was committed: each result under it can be proved from now on. */
export interface CommittedRoot {
  readonly firstId: bigint;
  readonly count: bigint;
  readonly root: Bytes32;
  readonly configVersion: bigint;
  readonly txHash: Bytes32;
  readonly block: BlockRef;
}

/** What one block, or a range of blocks, tells about an oracle and its desk. */
export interface OracleEvents {
  readonly requests: readonly AskedRequest[];
  readonly landings: readonly Landing[];
  readonly orders: readonly PlacedOrder[];
  /** Roots of results; those of updates are not followed. */
  readonly roots?: readonly CommittedRoot[];
}

/** A token, as requests and updates name it. */
export interface TokenRef {
  readonly collection: Address;
  readonly tokenId: bigint;
}

/** What a token's program is at one block. */
export interface ProgramState {
  /** Sequence of the last update; 0 before the first. */
  readonly sequence: bigint;
  /** Zero bytes before the first update. */
  readonly stateDigest: Bytes32;
  readonly activeManifest: Bytes32;
  readonly frozen: boolean;
}

/** One reporter config of the oracle. */
export interface ReporterConfig {
  readonly version: bigint;
  /** Signing keys by index. */
  readonly reporters: readonly Address[];
  /** Signatures a report needs. */
  readonly threshold: number;
}
