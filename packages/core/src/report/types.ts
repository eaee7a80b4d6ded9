import type { Address, Bytes32 } from "../hex.ts";

/** How an inference ended. Failures are results too: they free the escrow. */
export const ResultStatus = { OK: 0, CONTAINER_ERROR: 1, TIMEOUT: 2, REJECTED_INPUT: 3 } as const;
export type ResultStatus = (typeof ResultStatus)[keyof typeof ResultStatus];
export type ResultStatusName = keyof typeof ResultStatus;

/** What has become of a request. OPEN: no result, or no such request. FAILED: the quorum signed that there is no answer. */
export const RequestOutcome = { OPEN: 0, ANSWERED: 1, FAILED: 2 } as const;
export type RequestOutcome = (typeof RequestOutcome)[keyof typeof RequestOutcome];

/**
 * Where the result's bytes go: into the event (INLINE), off chain under their digest (DIGEST), or to the contract that
 * asked the request desk (CALLBACK).
 */
export const Delivery = { INLINE: 0, DIGEST: 1, CALLBACK: 2 } as const;
export type Delivery = (typeof Delivery)[keyof typeof Delivery];

/** How reporters have to agree on a result, as the manifest says it and the request repeats it. */
export const Agreement = { EXACT: 0, DESIGNATED: 1, TOLERANCE: 2 } as const;
export type Agreement = (typeof Agreement)[keyof typeof Agreement];

/** What a requester asked for on chain, without its id. */
export interface Request {
  readonly requester: Address;
  readonly collection: Address;
  readonly tokenId: bigint;
  readonly manifestDigest: Bytes32;
  /** keccak-256 of the input's bytes. */
  readonly inputDigest: Bytes32;
  /** Largest result, in bytes (uint32). */
  readonly maxOutputBytes: bigint;
  readonly delivery: Delivery;
  readonly agreement: Agreement;
  /** Last second in which a result is taken (uint64). */
  readonly deadline: bigint;
}

/** What was answered to a request. */
export type Answer = Pick<Result, "requestHash" | "resultDigest" | "size">;

/** What reporters say about one request, as the contract takes it; they sign it together with its delivery. */
export interface Result {
  /** Sequential id of the request, from 1 (uint64). */
  readonly requestId: bigint;
  readonly requestHash: Bytes32;
  /** keccak-256 of the result's bytes. */
  readonly resultDigest: Bytes32;
  readonly status: ResultStatus;
  /** Size of the result, in bytes (uint32). */
  readonly size: bigint;
}

/** A change of a token's state that a container proposed. */
export interface StateUpdate {
  readonly collection: Address;
  readonly tokenId: bigint;
  /** Who caused it: the requester. */
  readonly actor: Address;
  /** The token's next sequence, from 1 (uint64). */
  readonly sequence: bigint;
  readonly manifestDigest: Bytes32;
  readonly inputDigest: Bytes32;
  readonly outputDigest: Bytes32;
  readonly stateDigest: Bytes32;
}

/** A value that one of a token's traits gets together with an update. */
export interface TraitValue {
  /** Which trait, as the collection's schema names it. */
  readonly key: Bytes32;
  /** The trait's 32 bytes, as the schema reads them. */
  readonly value: Bytes32;
}

/** What a report adds to its leaves; an attestation begins with it. */
export interface ReportTerms {
  /** Version of the oracle's config that names the reporters (uint32). */
  readonly configVersion: bigint;
  /** Last second in which the report is taken (uint64). */
  readonly deadline: bigint;
}

/** What reporters sign: a Merkle root over results or updates; with `count` 1 the root is the leaf. */
export interface Report extends ReportTerms {
  /** Id of the first request; 0 for updates (uint64). */
  readonly firstId: bigint;
  /** Number of leaves (uint32). */
  readonly count: bigint;
  readonly root: Bytes32;
}
