import type { Bytes32 } from "ainft-core";
import type { BatchKey, BatchKind, BatchMember, BatchRange, Candidate } from "../domain/batch.ts";
import type { ReportKey, TrackedReport } from "../domain/report.ts";
import type { BlockRef, CommittedRoot } from "../domain/request.ts";
import type { Persisted } from "../domain/states.ts";
import type { NewSignature, SignatureRecord } from "./store.ts";

/** A batch in the relay's care. */
export interface TrackedBatch extends TrackedReport, BatchRange {
  readonly key: BatchKey;
  readonly kind: BatchKind;
  /** Root over the results, as the contract builds it. */
  readonly root: Bytes32;
}

/** An aligned range in which results wait. */
export interface OpenRange {
  readonly firstId: bigint;
  readonly fresh: bigint;
}

/** What a signature of a batch says about its results, and under which root. */
export interface SignedBatch {
  readonly key: BatchKey;
  readonly kind: BatchKind;
  readonly root: Bytes32;
  /** The leaf of each result, with the key under which a second answer is forbidden. */
  readonly leaves: readonly { readonly key: ReportKey; readonly leaf: Bytes32 }[];
  /** Until when no other leaf may be signed in their place. */
  readonly bindsUntil: bigint;
}

/** Batches of results, and the reports of single ones as a whole. Every method is one transaction. */
export interface BatchLedger {
  /** Aligned ranges above `after` with results that wait to be signed in a batch, and how many, the lowest first. */
  open(size: bigint, after: bigint, limit: number): Promise<OpenRange[]>;
  /** Confirmed requests of a range, as the chain tells of them, by id. */
  candidates(range: BatchRange, upTo: bigint): Promise<Candidate[]>;
  /** Requests of a range and how far they are, by id. */
  members(range: BatchRange): Promise<BatchMember[]>;
  /**
   * Keeps our signature of a batch and makes it SIGNED, and forbids other answers to each of its requests. Throws
   * `EquivocationRefused` when another answer to one of them was signed whose deadline is not before `chainTime`.
   */
  commitSignature(signature: NewSignature, batch: SignedBatch, chainTime: bigint): Promise<void>;
  inStates(states: readonly TrackedReport["state"][]): Promise<TrackedBatch[]>;
  byKey(key: BatchKey): Promise<TrackedBatch | null>;
  /** EXECUTED results of these requests are signed on their own from now on. Answers how many there were. */
  leaveAlone(ids: readonly bigint[]): Promise<number>;
  /**
   * Peers' signatures of results under a config that no report of ours has the digest of, above an id, the oldest first.
   * Not those that are about a request that may still be run here.
   */
  unmatched(configVersion: bigint, after: bigint, limit: number): Promise<SignatureRecord[]>;
  /** Whether a reporter signed another digest under a batch's key. */
  isDisputed(key: BatchKey, digest: Bytes32, configVersion: bigint): Promise<boolean>;
  /**
   * Ends what the chain has ended by a block: results that landed, were committed or ran out of time, and batches of which
   * nothing is left. Results of a batch that ran out of time go on alone. Answers what was ended.
   */
  close(confirmed: BlockRef): Promise<Persisted[]>;
  /** The newest committed root over a request. */
  rootOver(requestId: bigint): Promise<CommittedRoot | null>;
}
