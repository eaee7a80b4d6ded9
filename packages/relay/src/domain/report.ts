import {
  answerHash,
  type Bytes32,
  type Hex,
  type Report,
  type ReportTerms,
  type Result,
  type ResultStatus,
  singleResultReport,
  singleUpdateReport,
  type StateUpdate,
} from "ainft-core";
import type { BatchKey } from "./batch.ts";
import type { AskedRequest, Landing, TokenRef } from "./request.ts";
import type { ReportKind, ReportState } from "./states.ts";

/** Most seconds between a request's block and the deadline of its result: the contract takes no longer report. */
export const MAX_REPORT_SECONDS = 7n * 24n * 3_600n;

/** Seconds that an update may take after its result landed. Every reporter must use the same number. */
export const UPDATE_SECONDS = 3_600n;

/** What the container of a request came to. */
export interface Outcome {
  readonly status: ResultStatus;
  readonly resultDigest: Bytes32;
  /** Size of the result, in bytes. */
  readonly size: bigint;
}

/** Names the one question that a report answers. A reporter never gives two answers to one key at a time. */
export type ReportKey = `result:${bigint}` | `update:${string}:${bigint}:${bigint}` | BatchKey;

/** A report in the relay's care. */
export interface TrackedReport {
  readonly key: ReportKey;
  readonly kind: ReportKind;
  /** Of a batch: its first request. */
  readonly requestId: bigint;
  readonly state: ReportState;
  /** The token's sequence that an update sets; null for a result. */
  readonly sequence: bigint | null;
  /** Last second in which the report is taken; null while it is not known (an update whose result is not final). */
  readonly deadline: bigint | null;
  /** Config that the signature is for; null until signed. */
  readonly configVersion: bigint | null;
  /** EIP-712 digest that was signed; null until signed. */
  readonly digest: Bytes32 | null;
  /** What the contract checks; null until there is a quorum. */
  readonly attestation: Hex | null;
  /** When the quorum was complete, in milliseconds of this machine's clock; null before. */
  readonly quorumAt: number | null;
}

/** The key of a request's result. */
export function resultKey(requestId: bigint): ReportKey {
  return `result:${requestId}`;
}

/** The key of an update. */
export function updateKey(token: TokenRef, sequence: bigint): ReportKey {
  return `update:${token.collection}:${token.tokenId}:${sequence}`;
}

/**
 * Last second in which a result may be submitted. Taken from the request's block and nothing else, because reporters
 * must sign the same number.
 */
export function resultDeadline(request: Pick<AskedRequest, "deadline" | "block">): bigint {
  const latest = request.block.time + MAX_REPORT_SECONDS;
  return request.deadline < latest ? request.deadline : latest;
}

/** Last second in which an update may be submitted: an hour after the block that delivered its result. */
export function updateDeadline(landedAt: bigint): bigint {
  return landedAt + UPDATE_SECONDS;
}

/** What reporters say about a request. */
export function resultOf(request: AskedRequest, outcome: Outcome): Result {
  return {
    requestId: request.id,
    requestHash: request.requestHash,
    resultDigest: outcome.resultDigest,
    status: outcome.status,
    size: outcome.size,
  };
}

/** Whether what stands on chain is what this relay came to. */
export function isOurAnswer(landing: Landing, request: Pick<AskedRequest, "requestHash">, outcome: Outcome): boolean {
  if (landing.status !== outcome.status) return false;
  if (landing.resultDigest !== null) return landing.resultDigest === outcome.resultDigest;
  return landing.answer === answerHash({ requestHash: request.requestHash, ...outcome });
}

/** What reporters say about the token a request was made to. */
export function updateOf(
  request: AskedRequest,
  outputDigest: Bytes32,
  stateDigest: Bytes32,
  sequence: bigint,
): StateUpdate {
  return {
    collection: request.collection,
    tokenId: request.tokenId,
    actor: request.requester,
    sequence,
    manifestDigest: request.manifestDigest,
    inputDigest: request.inputDigest,
    outputDigest,
    stateDigest,
  };
}

/** The report over one result, as it is signed. */
export function resultReport(request: AskedRequest, outcome: Outcome, terms: ReportTerms): Report {
  return singleResultReport(resultOf(request, outcome), request.delivery, terms);
}

/** The report over one update, as it is signed. */
export function updateReport(update: StateUpdate, terms: ReportTerms): Report {
  return singleUpdateReport(update, terms);
}
