import type { OracleDomain, TypedDataSigner } from "../eip712.ts";
import { type Address, asAddress, type Hex } from "../hex.ts";
import { compactSignature, recoverSigner } from "../signature.ts";
import { decodeAttestation, type IndexedSignature, MAX_REPORTERS } from "./attestation.ts";
import {
  AttestationTermsMismatch,
  InvalidReporterSet,
  InvalidThreshold,
  QuorumNotExact,
  SignerIndexOutOfRange,
  WrongReporter,
} from "./errors.ts";
import { reportDigest, reportTypedData } from "./hash.ts";
import type { Report } from "./types.ts";

/** Who signed at which place of the reporter list. */
export interface RecoveredReporter {
  readonly index: number;
  readonly address: Address;
}

/** Asks a signer for its 64-byte (EIP-2098) signature of a report. Throws what `compactSignature` throws. */
export async function signReport(signer: TypedDataSigner, report: Report, domain: OracleDomain): Promise<Hex> {
  const { domain: eip712, types, message } = reportTypedData(report, domain);
  return compactSignature(await signer.signTypedData(eip712, types, { ...message }));
}

/** The account that signed a report. Throws what `recoverSigner` throws. */
export function recoverReporter(report: Report, signature: Hex, domain: OracleDomain): Address {
  return recoverSigner(reportDigest(report, domain), signature);
}

/**
 * The accounts behind an attestation of a report, by ascending index.
 * Throws {@link AttestationTermsMismatch}, or what `decodeAttestation` or `recoverSigner` throws.
 */
export function recoverReporters(report: Report, attestation: Hex, domain: OracleDomain): RecoveredReporter[] {
  const digest = reportDigest(report, domain);
  return signaturesOf(report, attestation).map(({ index, signature }) => ({
    index,
    address: recoverSigner(digest, signature),
  }));
}

/**
 * Holds an attestation against a config by the contract's rules. Returns when it passes.
 *
 * Whether the deadline has passed, the config is live or the request is done is the chain's to judge, not looked at here.
 * Throws {@link InvalidReporterSet}, {@link InvalidThreshold}, {@link AttestationTermsMismatch},
 * {@link SignerIndexOutOfRange}, {@link QuorumNotExact}, {@link WrongReporter}, or what `decodeAttestation` or
 * `recoverSigner` throws.
 */
export function verifyQuorum(
  report: Report,
  attestation: Hex,
  reporters: readonly Address[],
  threshold: number,
  domain: OracleDomain,
): void {
  const members = checkedReporters(reporters);
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > members.length) {
    throw new InvalidThreshold(threshold, members.length);
  }
  const signatures = signaturesOf(report, attestation);
  const highest = signatures.at(-1)?.index ?? 0;
  if (highest >= members.length) throw new SignerIndexOutOfRange(highest, members.length);
  if (signatures.length !== threshold) throw new QuorumNotExact(threshold, signatures.length);
  for (const { index, address } of recoverReporters(report, attestation, domain)) {
    const expected = members[index];
    if (expected === undefined) throw new SignerIndexOutOfRange(index, members.length);
    if (address !== expected) throw new WrongReporter(index, expected, address);
  }
}

/** The signatures of an attestation that speaks of this report. */
function signaturesOf(report: Report, attestation: Hex): readonly IndexedSignature[] {
  const { signatures, ...terms } = decodeAttestation(attestation);
  for (const field of ["configVersion", "deadline"] as const) {
    if (terms[field] !== report[field]) throw new AttestationTermsMismatch(field, report[field], terms[field]);
  }
  return signatures;
}

/** Reads a reporter list as a config holds it. Throws {@link InvalidReporterSet} or `InvalidAddress`. */
function checkedReporters(reporters: readonly Address[]): Address[] {
  if (reporters.length === 0) throw new InvalidReporterSet("it is empty");
  if (reporters.length > MAX_REPORTERS) throw new InvalidReporterSet(`it names more than ${MAX_REPORTERS}`);
  let previous = 0n;
  return reporters.map((reporter, index) => {
    const address = asAddress(reporter, `reporters[${index}]`);
    const value = BigInt(address);
    if (value <= previous) throw new InvalidReporterSet(`reporters[${index}] is not above the one before it`);
    previous = value;
    return address;
  });
}
