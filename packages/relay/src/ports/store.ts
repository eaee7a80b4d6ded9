import type { Address, Bytes32, Hex, Report } from "ainft-core";
import type { ActivityKey } from "../domain/activity.ts";
import type { Lane } from "../domain/batch.ts";
import type { Blob, Execution } from "../domain/execution.ts";
import type { Fees } from "../domain/fees.ts";
import type { OrderKey, TrackedOrder } from "../domain/order.ts";
import type { NoopKey } from "../domain/noop.ts";
import type { Outcome, ReportKey, TrackedReport } from "../domain/report.ts";
import type { AskedRequest, Block, Landing, OracleEvents } from "../domain/request.ts";
import type { BatchLedger } from "./batches.ts";
import type { ReportState, RequestState, TransactionState } from "../domain/states.ts";
import type { ActivityLedger } from "./activity.ts";

/** A request in the relay's care. */
export interface TrackedRequest extends AskedRequest {
  readonly state: RequestState;
  /** Null until executed. */
  readonly outcome: Outcome | null;
  /** Digest of the state that the container proposed; null when there is none. */
  readonly newState: Bytes32 | null;
  /** The chain's word; null until a result landed. */
  readonly landing: Landing | null;
  /** True when a later request of the same token may run. */
  readonly settled: boolean;
  /** How it was run, or why it cannot be: for operators. */
  readonly note: string | null;
}

/** A run that came to something that can be signed. */
export interface FinishedRun {
  readonly id: bigint;
  readonly execution: Execution;
  /** Sequence that its update sets; null when there is none. */
  readonly sequence: bigint | null;
  /** Last second in which its result may be submitted on its own. */
  readonly deadline: bigint;
  /** How its result is to be signed. */
  readonly lane: Lane;
  readonly note: string | null;
}

/** Request ids that the relay knows, to be held against the contract's counter. */
export interface KnownRequests {
  readonly count: bigint;
  readonly first: bigint;
  readonly last: bigint;
}

/** What the relay has read of the chain. Every method is one transaction. */
export interface ChainLedger {
  tip(): Promise<Block | null>;
  blockAt(number: bigint): Promise<Block | null>;
  oldestBlock(): Promise<bigint | null>;
  /** Adds blocks that follow the tip, with their events. Answers the requests that are new. */
  append(blocks: readonly Block[], events: OracleEvents): Promise<bigint[]>;
  /** Forgets all blocks above `number`, and what stood in them. Answers the requests whose block vanished. */
  rollBack(number: bigint): Promise<bigint[]>;
  /** Forgets the blocks above one, but nothing of what they said: they are read again, and what was missed is found. */
  rewind(to: Block | null): Promise<void>;
  knownRequests(): Promise<KnownRequests | null>;
}

/** Requests and how far they are. Every method is one transaction. */
export interface RequestLedger {
  byId(id: bigint): Promise<TrackedRequest | null>;
  /** SEEN -> CONFIRMED up to a block, as many as one statement should move. Answers the ids; none when all are moved. */
  confirm(upTo: bigint): Promise<bigint[]>;
  /**
   * Requests that were not run before their deadline -> EXPIRED, as many as one statement should move; executed ones are
   * settled. Answers the expired ids; none when all are moved.
   */
  expire(chainTime: bigint): Promise<bigint[]>;
  /** Unsettled requests above an id whose result landed in a block up to this one, by id. */
  landed(upTo: bigint, after: bigint, limit: number): Promise<TrackedRequest[]>;
  /**
   * CONFIRMED -> LEASED for this relay, the nearest deadline first: of each token only its first unsettled request, and
   * none that others have answered, that waits for its next try, or whose token has a batch of events under way. What
   * another relay leases meanwhile is passed over.
   */
  lease(limit: number): Promise<TrackedRequest[]>;
  /** Makes this relay's leases last anew. Answers how many it has. */
  renewLeases(): Promise<number>;
  /** LEASED -> CONFIRMED: this relay's run came to nothing that can be signed. Nobody tries again before `afterMs`. */
  release(id: bigint, afterMs: number): Promise<void>;
  /** LEASED -> CONFIRMED, all that this data folder's relay left when it was killed. Answers how many. */
  releaseOwn(): Promise<number>;
  /** LEASED -> CONFIRMED, all that was not renewed in time: the relay that leased it is dead or cut off. */
  releaseExpired(): Promise<bigint[]>;
  /**
   * LEASED -> EXECUTED with the result, its report, and the report of an update when `sequence` is given.
   * False when the request vanished in between, or the lease was lost to another relay.
   */
  recordExecution(
    id: bigint,
    execution: Execution,
    sequence: bigint | null,
    deadline: bigint,
    note: string | null,
  ): Promise<boolean>;
  /** The same for many, each in its lane. Answers those that were recorded. */
  recordExecutions(runs: readonly FinishedRun[]): Promise<ReadonlySet<bigint>>;
  /** Notes whether a program keeps state: the requests of one that keeps none need not wait for each other. */
  learnProgram(manifestDigest: Bytes32, stateful: boolean): Promise<void>;
  /**
   * Requests that were not run when their result landed in a block up to this one -> SUPERSEDED, as many as one statement
   * should move. Answers the ids; none when all are moved.
   */
  supersedeLanded(upTo: bigint): Promise<bigint[]>;
  /** Settles run requests whose result landed in a block up to this one and cannot change a token. */
  settleStateless(upTo: bigint): Promise<void>;
  /** Whether a request was made at the desk. */
  hasOrder(id: bigint): Promise<boolean>;
  abandon(id: bigint, note: string): Promise<void>;
  settle(id: bigint): Promise<void>;
  /** DEAD -> CONFIRMED, and a request that waits for its next try waits no more. False when it is neither. */
  retry(id: bigint): Promise<boolean>;
  counts(): Promise<Record<string, number>>;
}

/** Orders at the desk. Every method is one transaction. */
export interface OrderLedger {
  /** Null also while its block has vanished. */
  byId(requestId: bigint): Promise<TrackedOrder | null>;
  /**
   * OPEN orders with a fee whose request's result landed in a block up to this one, the oldest first. Notes `now` as the
   * time since when they are due.
   */
  due(upTo: bigint, now: number, limit: number): Promise<TrackedOrder[]>;
  /** OPEN -> CLOSED: the desk has it no more. False when it was not OPEN. */
  close(requestId: bigint): Promise<boolean>;
}

/** A signature of a report, by anybody in a config. */
export interface SignatureRecord {
  readonly id: bigint;
  readonly key: ReportKey;
  readonly report: Report;
  readonly digest: Bytes32;
  readonly signer: Address;
  readonly signature: Hex;
}

/** A signature about to be kept. */
export type NewSignature = Omit<SignatureRecord, "id">;

/** A report and everybody's signatures of what it says. */
export interface GatheredReport {
  readonly report: TrackedReport;
  readonly signatures: readonly SignatureRecord[];
}

/** Reports and signatures. Every method is one transaction. */
export interface ReportLedger {
  byKey(key: ReportKey): Promise<TrackedReport | null>;
  ofRequest(requestId: bigint): Promise<TrackedReport[]>;
  /** Reports of one kind, of requests above an id, by request. */
  inStates(
    states: readonly ReportState[],
    kind: "result" | "update",
    after: bigint,
    limit: number,
  ): Promise<TrackedReport[]>;
  /** EXECUTED reports that are signed on their own, by request. Updates wait until their result has landed. */
  unsigned(limit: number): Promise<TrackedReport[]>;
  setDeadline(key: ReportKey, deadline: bigint): Promise<void>;
  /** Changes the state if it is one of `from`. False when it was not. */
  move(key: ReportKey, from: readonly ReportState[], to: ReportState): Promise<boolean>;
  /**
   * EXECUTED -> SIGNED with our signature. Throws `EquivocationRefused` when another answer to the same key was signed
   * whose deadline is not before `chainTime`.
   */
  commitSignature(signature: NewSignature, chainTime: bigint): Promise<void>;
  /** SIGNED -> QUORUM. False when the report is no longer the one with this digest. */
  commitQuorum(key: ReportKey, digest: Bytes32, attestation: Hex, at: number): Promise<boolean>;
  /** Keeps a peer's signature. False when it was there, or when the signer has too many that match nothing. */
  addPeerSignature(signature: NewSignature): Promise<boolean>;
  signaturesOf(digest: Bytes32): Promise<SignatureRecord[]>;
  hasSignature(digest: Bytes32, signer: Address): Promise<boolean>;
  /** SIGNED reports with at least so many signatures, and these. */
  withSignatures(threshold: number, limit: number): Promise<GatheredReport[]>;
  /** SIGNED and QUORUM reports under another config than this -> EXECUTED. */
  renew(configVersion: bigint): Promise<void>;
  ownSignatures(since: bigint, limit: number): Promise<SignatureRecord[]>;
  counts(): Promise<Record<string, number>>;
}

/** One signed form of a transaction. */
export interface Attempt {
  readonly hash: Bytes32;
  /** The signed bytes. Never logged. */
  readonly raw: Hex;
  readonly fees: Fees;
  /** Milliseconds of this machine's clock. */
  readonly createdAt: number;
}

/** What a transaction is for: a report, the settlement of an order, a batch of activity, or nothing but its nonce. */
export type TransactionKey = ReportKey | OrderKey | ActivityKey | NoopKey;

/** A transaction of ours: one nonce, one or more attempts. */
export interface TrackedTransaction {
  readonly id: bigint;
  readonly key: TransactionKey;
  readonly nonce: bigint;
  readonly target: Address;
  readonly data: Hex;
  readonly gasLimit: bigint;
  readonly state: TransactionState;
  readonly includedHash: Bytes32 | null;
  readonly includedBlock: bigint | null;
  readonly includedBlockHash: Bytes32 | null;
  /** The oldest first. */
  readonly attempts: readonly Attempt[];
}

/** A transaction about to be kept. */
export type NewTransaction = Pick<TrackedTransaction, "key" | "nonce" | "target" | "data" | "gasLimit">;

/**
 * Transactions of one sender. Every method is one transaction of the database. What is said of a report holds for an order
 * too, which is OPEN where a report is at QUORUM.
 */
export interface TransactionLedger {
  /** OPEN and INCLUDED, by nonce. */
  unfinished(sender: Address): Promise<TrackedTransaction[]>;
  /** How many are OPEN or INCLUDED, without their bytes. */
  countUnfinished(sender: Address): Promise<number>;
  ofKey(key: TransactionKey): Promise<TrackedTransaction[]>;
  highestNonce(sender: Address): Promise<bigint | null>;
  /** The highest nonce of an OPEN one. */
  highestOpenNonce(sender: Address): Promise<bigint | null>;
  /** Nonces of all our transactions, whatever became of them, from one on. */
  noncesFrom(sender: Address, nonce: bigint): Promise<bigint[]>;
  /** QUORUM -> TX_READY with the signed bytes. False when the report is no longer at QUORUM. One for nothing is just kept. */
  prepare(sender: Address, transaction: NewTransaction, attempt: Attempt): Promise<boolean>;
  addAttempt(id: bigint, attempt: Attempt): Promise<void>;
  /** TX_READY -> SENT. False when the report has moved on. */
  markSent(id: bigint): Promise<boolean>;
  /** OPEN -> INCLUDED; when it succeeded the report follows. Answers whether the report did. */
  include(id: bigint, hash: Bytes32, block: Pick<Block, "number" | "hash">, succeeded: boolean): Promise<boolean>;
  /** INCLUDED -> OPEN: its block vanished. */
  reopen(id: bigint): Promise<void>;
  /** INCLUDED -> FINAL; the report follows. Answers whether the report did. */
  finalize(id: bigint): Promise<boolean>;
  /** INCLUDED but reverted, deep enough -> FINAL; the report goes back to QUORUM. */
  finalizeFailure(id: bigint): Promise<void>;
  /** OPEN -> LOST: another transaction took the nonce; the report goes back to QUORUM. */
  lose(id: bigint): Promise<void>;
}

/** Bytes by keccak-256: inputs, results and states. */
export interface BlobStore {
  get(digest: Bytes32): Promise<Uint8Array | null>;
  put(blob: Blob): Promise<void>;
}

/** How far the relay has read each peer. */
export interface PeerBook {
  /** The identity of this data folder, so that peers notice when it was replaced. */
  instance(): Promise<string>;
  progress(url: string): Promise<{ readonly instance: string; readonly cursor: bigint } | null>;
  setProgress(url: string, instance: string, cursor: bigint): Promise<void>;
  /** Ties the database to one oracle or reporter. Answers what it was tied to before, or null when this is the first time. */
  bind(to: "oracle" | "reporter", name: string): Promise<string | null>;
}

/** The whole database. */
export interface Store {
  readonly chain: ChainLedger;
  readonly requests: RequestLedger;
  readonly orders: OrderLedger;
  readonly reports: ReportLedger;
  readonly batches: BatchLedger;
  readonly transactions: TransactionLedger;
  readonly activity: ActivityLedger;
  readonly blobs: BlobStore;
  readonly peers: PeerBook;
}
