import { type Address, asAddress, asHex, asUint, type Hex } from "../hex.ts";
import { compactSignature } from "../signature.ts";
import { AttestationLengthMismatch, DuplicateSignerIndex, EmptyAttestation, SignerIndexOutOfRange } from "./errors.ts";
import { asReporterSet, type IndexedReporter, MAX_REPORTERS } from "./reporters.ts";
import type { ReportTerms } from "./types.ts";

/** Bytes: config version (4), deadline (8) and mask (4), then 64 for each signer and 20 for each other reporter. */
const VERSION_END = 4;
const DEADLINE_END = 12;
const HEADER_END = 16;
const SIGNATURE_BYTES = 64;
const ADDRESS_BYTES = 20;

/** One reporter's signature with its place in the config's list. */
export interface IndexedSignature {
  /** 0 to 31. */
  readonly index: number;
  /** 64 bytes (EIP-2098); `encodeAttestation` also takes 65. */
  readonly signature: Hex;
}

/** An attestation taken apart. Signers and silent reporters together are the config's whole list. */
export interface Attestation extends ReportTerms {
  /** By ascending index. */
  readonly signatures: readonly IndexedSignature[];
  /** Who did not sign, by ascending index. */
  readonly silent: readonly IndexedReporter[];
}

/**
 * Packs signatures of one report, in any order, as the contract reads them: config version, deadline and mask, then for
 * each of the config's reporters, by ascending index, the signature (64 bytes) or the address (20 bytes) of who did not
 * sign. `terms` may be the report itself.
 * Throws {@link EmptyAttestation}, {@link SignerIndexOutOfRange}, {@link DuplicateSignerIndex}, `InvalidReporterSet`,
 * `InvalidAddress`, `UintOutOfRange`, or what `compactSignature` throws.
 */
export function encodeAttestation(
  terms: ReportTerms,
  signatures: readonly IndexedSignature[],
  reporters: readonly Address[],
): Hex {
  if (signatures.length === 0) throw new EmptyAttestation();
  const members = asReporterSet(reporters);
  const byIndex = new Map<number, Hex>();
  for (const { index, signature } of signatures) {
    if (members[index] === undefined) throw new SignerIndexOutOfRange(index, members.length);
    if (byIndex.has(index)) throw new DuplicateSignerIndex(index);
    byIndex.set(index, compactSignature(signature));
  }
  const mask = [...byIndex.keys()].reduce((bits, index) => bits | (1n << BigInt(index)), 0n);
  const header = [
    uintDigits(asUint(terms.configVersion, 32, "configVersion"), VERSION_END),
    uintDigits(asUint(terms.deadline, 64, "deadline"), DEADLINE_END - VERSION_END),
    uintDigits(mask, HEADER_END - DEADLINE_END),
  ];
  const entries = members.map((member, index) => (byIndex.get(index) ?? member.toLowerCase()).slice(2));
  return `0x${header.join("")}${entries.join("")}`;
}

/**
 * Takes an attestation apart.
 * Throws {@link AttestationLengthMismatch}, {@link EmptyAttestation}, `InvalidHex`, or what `compactSignature` throws.
 */
export function decodeAttestation(attestation: string): Attestation {
  const digits = asHex(attestation, "attestation").slice(2);
  const bytes = (start: number, end: number): Hex => `0x${digits.slice(2 * start, 2 * end)}`;
  const size = digits.length / 2;
  if (size < HEADER_END) throw new AttestationLengthMismatch(HEADER_END, size);
  const mask = Number(bytes(DEADLINE_END, HEADER_END));
  const count = reporterCount(mask, size);
  const signatures: IndexedSignature[] = [];
  const silent: IndexedReporter[] = [];
  let start = HEADER_END;
  for (let index = 0; index < count; index += 1) {
    const end = start + (isSigner(mask, index) ? SIGNATURE_BYTES : ADDRESS_BYTES);
    const entry = bytes(start, end);
    if (isSigner(mask, index)) signatures.push({ index, signature: compactSignature(entry) });
    else silent.push({ index, address: asAddress(entry, "attestation") });
    start = end;
  }
  return {
    configVersion: BigInt(bytes(0, VERSION_END)),
    deadline: BigInt(bytes(VERSION_END, DEADLINE_END)),
    signatures,
    silent,
  };
}

/** Size of an attestation by so many signers of so many reporters, in bytes. */
export function attestationSize(signers: number, reporters: number): number {
  return HEADER_END + SIGNATURE_BYTES * signers + ADDRESS_BYTES * (reporters - signers);
}

/** How many entries there are. Throws unless the bytes end with an entry, and every bit of the mask has its own. */
function reporterCount(mask: number, size: number): number {
  if (mask === 0) throw new EmptyAttestation();
  const named = MAX_REPORTERS - Math.clz32(mask); // reporters up to the last signer
  const signers = Array.from({ length: named }, (_, index) => index).filter((index) => isSigner(mask, index)).length;
  const least = attestationSize(signers, named);
  const behind = Math.min(Math.max(Math.floor((size - least) / ADDRESS_BYTES), 0), MAX_REPORTERS - named);
  const expected = least + ADDRESS_BYTES * behind;
  if (size !== expected) throw new AttestationLengthMismatch(expected, size);
  return named + behind;
}

function isSigner(mask: number, index: number): boolean {
  return ((mask >>> index) & 1) === 1;
}

function uintDigits(value: bigint, bytes: number): string {
  return value.toString(16).padStart(2 * bytes, "0");
}
