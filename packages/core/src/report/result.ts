import { keccak256 } from "ethers";
import { PermanentError } from "../errors.ts";
import { asBytes32, asUint, type Bytes32, ZERO_BYTES32 } from "../hex.ts";
import { canonicalJson } from "../json/canonical.ts";
import type { JsonValue } from "../json/types.ts";
import { Agreement, Delivery, RequestOutcome, ResultStatus, type ResultStatusName } from "./types.ts";

/** The canonical bytes of an answer or a failure, with what the chain keeps of them. */
export interface ResultBody {
  readonly status: ResultStatus;
  readonly bytes: Uint8Array;
  /** keccak-256 of the bytes. */
  readonly digest: Bytes32;
  /** Size in bytes. */
  readonly size: bigint;
}

/** What the oracle numbers. */
export type OracleCode = "status" | "outcome" | "delivery" | "agreement";

/** A number names no status, outcome, delivery or agreement that the oracle knows. */
export class UnknownOracleCode extends PermanentError {
  override readonly code = "UNKNOWN_ORACLE_CODE";
  readonly field: OracleCode;
  readonly actual: string;

  constructor(field: OracleCode, actual: string) {
    super(`The oracle knows no ${field} ${actual}.`);
    this.field = field;
    this.actual = actual;
  }
}

/** The body of an answer: its RFC 8785 bytes. Throws what `canonicalJson` throws. */
export function okResult(value: JsonValue): ResultBody {
  return resultBody(ResultStatus.OK, canonicalJson(value));
}

/** The body of a failure: `{"error":"<CODE>"}`, so that every reporter signs the same bytes. */
export function failureResult(status: Exclude<ResultStatus, typeof ResultStatus.OK>): ResultBody {
  return resultBody(status, canonicalJson({ error: resultStatusName(status) }));
}

/** keccak-256 of bytes: the digest of inputs, results and states. */
export function bytesDigest(bytes: Uint8Array): Bytes32 {
  return keccak256(bytes) as Bytes32; // ethers answers 0x and 64 lower-case digits
}

/** The digest of a state as the chain keeps it: 32 zero bytes for none yet (`null`), else that of its RFC 8785 bytes. */
export function stateDigest(state: JsonValue): Bytes32 {
  return state === null ? ZERO_BYTES32 : bytesDigest(canonicalJson(state));
}

/** The seed a container gets: the request hash as 64 hexadecimal digits. Throws `InvalidHex`. */
export function requestSeed(requestHash: Bytes32): string {
  return asBytes32(requestHash, "requestHash").slice(2);
}

/** Reads a status from the chain. Throws {@link UnknownOracleCode}. */
export function asResultStatus(value: bigint | number): ResultStatus {
  const status = Object.values(ResultStatus).find((known) => known === Number(value));
  if (status === undefined) throw new UnknownOracleCode("status", String(value));
  return status;
}

/** Reads what has become of a request from the chain. Throws {@link UnknownOracleCode}. */
export function asRequestOutcome(value: bigint | number): RequestOutcome {
  const outcome = Object.values(RequestOutcome).find((known) => known === Number(value));
  if (outcome === undefined) throw new UnknownOracleCode("outcome", String(value));
  return outcome;
}

/** What the oracle keeps of a request whose result has this status. */
export function outcomeOfStatus(status: ResultStatus): RequestOutcome {
  return status === ResultStatus.OK ? RequestOutcome.ANSWERED : RequestOutcome.FAILED;
}

/** Reads a delivery from the chain. Throws {@link UnknownOracleCode}. */
export function asDelivery(value: bigint | number): Delivery {
  const delivery = Object.values(Delivery).find((known) => known === Number(value));
  if (delivery === undefined) throw new UnknownOracleCode("delivery", String(value));
  return delivery;
}

/** Reads an agreement from the chain. Throws {@link UnknownOracleCode}. */
export function asAgreement(value: bigint | number): Agreement {
  const agreement = Object.values(Agreement).find((known) => known === Number(value));
  if (agreement === undefined) throw new UnknownOracleCode("agreement", String(value));
  return agreement;
}

/** The number that the oracle knows a manifest's agreement by. */
export function agreementOf(policy: "exact" | "designated" | "tolerance"): Agreement {
  return { exact: Agreement.EXACT, designated: Agreement.DESIGNATED, tolerance: Agreement.TOLERANCE }[policy];
}

/** The name of a status, as failures carry it. */
export function resultStatusName(status: ResultStatus): ResultStatusName {
  switch (status) {
    case ResultStatus.OK:
      return "OK";
    case ResultStatus.CONTAINER_ERROR:
      return "CONTAINER_ERROR";
    case ResultStatus.TIMEOUT:
      return "TIMEOUT";
    case ResultStatus.REJECTED_INPUT:
      return "REJECTED_INPUT";
  }
}

function resultBody(status: ResultStatus, bytes: Uint8Array): ResultBody {
  return { status, bytes, digest: bytesDigest(bytes), size: asUint(BigInt(bytes.length), 32, "size") };
}
