import { PermanentError } from "../errors.ts";
import type { Address } from "../hex.ts";

/** An attestation, or the quorum it is held against, that the contract would refuse. */
export abstract class AttestationError extends PermanentError {}

/** An attestation without a single signature. */
export class EmptyAttestation extends AttestationError {
  override readonly code = "EMPTY_ATTESTATION";

  constructor() {
    super("Attestation refused: it holds no signature.");
  }
}

/** An attestation is not exactly 16 bytes of header, 64 bytes a signer and 20 bytes for each other reporter. */
export class AttestationLengthMismatch extends AttestationError {
  override readonly code = "ATTESTATION_LENGTH_MISMATCH";
  /** Size that fits the mask, and the config when one is known, in bytes. */
  readonly expected: number;
  readonly actual: number;

  constructor(expected: number, actual: number) {
    super(`Attestation refused: ${actual} bytes, its mask calls for ${expected}.`);
    this.expected = expected;
    this.actual = actual;
  }
}

/** An attestation begins with another config version or deadline than the report it is held against. */
export class AttestationTermsMismatch extends AttestationError {
  override readonly code = "ATTESTATION_TERMS_MISMATCH";
  readonly field: "configVersion" | "deadline";
  readonly expected: bigint;
  readonly actual: bigint;

  constructor(field: "configVersion" | "deadline", expected: bigint, actual: bigint) {
    super(`Attestation refused: its ${field} is ${actual}, the report's is ${expected}.`);
    this.field = field;
    this.expected = expected;
    this.actual = actual;
  }
}

/** A signature claims a place that the reporter list does not have. */
export class SignerIndexOutOfRange extends AttestationError {
  override readonly code = "SIGNER_INDEX_OUT_OF_RANGE";
  readonly index: number;
  /** Number of reporters. */
  readonly reporters: number;

  constructor(index: number, reporters: number) {
    super(`Attestation refused: signer index ${index} of ${reporters} reporters.`);
    this.index = index;
    this.reporters = reporters;
  }
}

/** Two signatures claim the same place. */
export class DuplicateSignerIndex extends AttestationError {
  override readonly code = "DUPLICATE_SIGNER_INDEX";
  readonly index: number;

  constructor(index: number) {
    super(`Attestation refused: signer index ${index} stands twice.`);
    this.index = index;
  }
}

/** An attestation has more or fewer signatures than the threshold; exactly as many are taken. */
export class QuorumNotExact extends AttestationError {
  override readonly code = "QUORUM_NOT_EXACT";
  readonly expected: number;
  readonly actual: number;

  constructor(expected: number, actual: number) {
    super(`Attestation refused: ${actual} signatures, exactly ${expected} are taken.`);
    this.expected = expected;
    this.actual = actual;
  }
}

/** A signature was not made by the reporter at its place (or over another report, config or oracle). */
export class WrongReporter extends AttestationError {
  override readonly code = "WRONG_REPORTER";
  readonly index: number;
  readonly expected: Address;
  readonly actual: Address;

  constructor(index: number, expected: Address, actual: Address) {
    super(`Attestation refused: signer index ${index} is ${expected}, the signature gives ${actual}.`);
    this.index = index;
    this.expected = expected;
    this.actual = actual;
  }
}

/** An attestation names another account than the reporter at a place where nobody signed. */
export class WrongSilentReporter extends AttestationError {
  override readonly code = "WRONG_SILENT_REPORTER";
  readonly index: number;
  readonly expected: Address;
  readonly actual: Address;

  constructor(index: number, expected: Address, actual: Address) {
    super(`Attestation refused: reporter ${index} is ${expected}, it names ${actual}.`);
    this.index = index;
    this.expected = expected;
    this.actual = actual;
  }
}

/** A reporter list that no config can have: empty, over 32, not strictly ascending, or with the zero address. */
export class InvalidReporterSet extends AttestationError {
  override readonly code = "INVALID_REPORTER_SET";

  constructor(problem: string) {
    super(`Reporter list refused: ${problem}.`);
  }
}

/** A threshold that no config can have: it must be 1 to the number of reporters. An unset one fails closed. */
export class InvalidThreshold extends AttestationError {
  override readonly code = "INVALID_THRESHOLD";
  readonly threshold: number;
  readonly reporters: number;

  constructor(threshold: number, reporters: number) {
    super(`Threshold refused: ${threshold} of ${reporters} reporters.`);
    this.threshold = threshold;
    this.reporters = reporters;
  }
}
