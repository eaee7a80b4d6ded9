import type { OracleDomain, TypedDataSigner } from "../eip712.ts";
import type { Address, Hex } from "../hex.ts";
import { compactSignature, recoverSigner } from "../signature.ts";
import { type Attestation, attestationSize, decodeAttestation } from "./attestation.ts";
import {
  AttestationLengthMismatch,
  AttestationTermsMismatch,
  InvalidThreshold,
  QuorumNotExact,
  SignerIndexOutOfRange,
  WrongReporter,
  WrongSilentReporter,
} from "./errors.ts";
import { reportDigest, reportTypedData } from "./hash.ts";
import { asReporterSet, type IndexedReporter } from "./reporters.ts";
import type { Report } from "./types.ts";

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
export function recoverReporters(report: Report, attestation: Hex, domain: OracleDomain): IndexedReporter[] {
  return recoverAll(report, readAttestation(report, attestation), domain);
}

/**
 * Holds an attestation against a config by the contract's rules. Returns when it passes.
 *
 * Whether the deadline has passed, the config is live or the request is done is the chain's to judge, not looked at here.
 * Throws {@link InvalidReporterSet}, {@link InvalidThreshold}, {@link AttestationTermsMismatch},
 * {@link SignerIndexOutOfRange}, {@link QuorumNotExact}, {@link AttestationLengthMismatch}, {@link WrongReporter},
 * {@link WrongSilentReporter}, or what `decodeAttestation` or `recoverSigner` throws.
 */
export function verifyQuorum(
  report: Report,
  attestation: Hex,
  reporters: readonly Address[],
  threshold: number,
  domain: OracleDomain,
): void {
  const members = asReporterSet(reporters);
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > members.length) {
    throw new InvalidThreshold(threshold, members.length);
  }
  const read = readAttestation(report, attestation);
  const { signatures, silent } = read;
  const highest = signatures.at(-1)?.index ?? 0;
  if (highest >= members.length) throw new SignerIndexOutOfRange(highest, members.length);
  if (signatures.length !== threshold) throw new QuorumNotExact(threshold, signatures.length);
  const size = attestationSize(threshold, members.length);
  const actual = (attestation.length - 2) / 2;
  if (actual !== size) throw new AttestationLengthMismatch(size, actual);
  for (const { index, address } of recoverAll(report, read, domain)) {
    const expected = memberAt(members, index);
    if (address !== expected) throw new WrongReporter(index, expected, address);
  }
  for (const { index, address } of silent) {
    const expected = memberAt(members, index);
    if (address !== expected) throw new WrongSilentReporter(index, expected, address);
  }
}

function recoverAll(report: Report, { signatures }: Attestation, domain: OracleDomain): IndexedReporter[] {
  const digest = reportDigest(report, domain);
  return signatures.map(({ index, signature }) => ({ index, address: recoverSigner(digest, signature) }));
}

/** An attestation that speaks of this report. */
function readAttestation(report: Report, attestation: Hex): Attestation {
  const read = decodeAttestation(attestation);
  for (const field of ["configVersion", "deadline"] as const) {
    if (read[field] !== report[field]) throw new AttestationTermsMismatch(field, report[field], read[field]);
  }
  return read;
}

function memberAt(members: readonly Address[], index: number): Address {
  const member = members[index];
  if (member === undefined) throw new SignerIndexOutOfRange(index, members.length);
  return member;
}
