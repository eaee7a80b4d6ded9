import type { Address, Bytes32, Hex, Manifest, ManifestModelFile, Report } from "ainft-core";
import type { Answer, Question } from "../domain/protocol.ts";
import type { Program } from "../domain/program.ts";
import type { NewSignature } from "./store.ts";
import type { UnsignedTransaction } from "./chain.ts";

/** Milliseconds of this machine's clock, and waiting that ends early when the relay stops. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** What only one of the relays that share a database may do at a time. */
export interface Seats {
  /** Whether this process has the seat; it takes it when it is free. Never throws: without an answer it has not. */
  hold(seat: string): Promise<boolean>;
}

/** Fixed sentences with fields. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Follows requests for whoever operates the relay. */
export interface Tracer {
  /** Does a step of a request's life. Throws what the work throws. */
  step<T>(name: string, requestId: bigint, work: () => Promise<T>): Promise<T>;
}

/** Manifests and model files by digest; every read is hashed again. */
export interface ContentStore {
  /** Throws `ContentUnavailable`, or the signal's reason once it has fired. */
  manifest(digest: Bytes32, signal?: AbortSignal): Promise<Manifest>;
  /**
   * A read-only folder that holds the files under their names. Stops at the first that cannot be had. Throws
   * `ContentUnavailable`, or the signal's reason once it has fired.
   */
  modelFolder(files: readonly ManifestModelFile[], signal?: AbortSignal): Promise<string>;
}

/** Keeps bodies by digest, where anybody who is meant to can find them. */
export interface BodyStore {
  put(bytes: Uint8Array): Promise<void>;
}

/** How a program was run: shown to operators, never signed. */
export interface RunFacts {
  readonly runner: string;
  /** `sha256:…` as the engine told it; undefined for a plain process. */
  readonly imageDigest: string | undefined;
}

/** Runs a program once. */
export interface Runner {
  /**
   * Throws `ContainerFailed`, `ContainerTimedOut` or `InputRejected` for what is signed as a failure, and retryable
   * errors for what is not the program's fault.
   */
  run(
    program: Program,
    question: Question,
    modelDir: string,
    signal: AbortSignal,
  ): Promise<Answer & { facts: RunFacts }>;
  /** Removes what a killed relay left behind. */
  cleanUp(): Promise<void>;
}

/** A reporter's key. It signs reports of one oracle and nothing else. */
export interface ReportSigner {
  readonly address: Address;
  signReport(report: Report): Promise<Hex>;
}

/** A key that pays for transactions to the oracle and its desk. */
export interface TransactionSigner {
  readonly address: Address;
  sign(transaction: UnsignedTransaction): Promise<{ readonly hash: Bytes32; readonly raw: Hex }>;
}

/** One page of a peer's signatures. */
export interface AttestationPage {
  readonly instance: string;
  readonly cursor: bigint;
  readonly signatures: readonly NewSignature[];
}

/** Another reporter's relay. Throws `PeerUnavailable` or `PeerPayloadRefused`. */
export interface Peer {
  readonly url: string;
  attestations(since: bigint): Promise<AttestationPage>;
  push(signature: NewSignature): Promise<void>;
  /** The bytes behind a digest, hashed again; null when the peer has not got them. */
  blob(digest: Bytes32): Promise<Uint8Array | null>;
}
