import { asHex, asUint, type Hex } from "../hex.ts";
import { compactSignature } from "../signature.ts";
import { AttestationLengthMismatch, DuplicateSignerIndex, EmptyAttestation, SignerIndexOutOfRange } from "./errors.ts";
import type { ReportTerms } from "./types.ts";

/** Most reporters a config can name: the mask has one bit for each. */
export const MAX_REPORTERS = 32;

/** Hexadecimal digits: config version (4 bytes), deadline (8 bytes) and mask (4 bytes), then 64 bytes a signature. */
const VERSION_END = 8;
const DEADLINE_END = 24;
const HEADER_END = 32;
const SIGNATURE_DIGITS = 128;

/** One reporter's signature with its place in the config's list. */
export interface IndexedSignature {
  /** 0 to 31. */
  readonly index: number;
  /** 64 bytes (EIP-2098); `encodeAttestation` also takes 65. */
  readonly signature: Hex;
}

/** An attestation taken apart. */
export interface Attestation extends ReportTerms {
  /** By ascending index. */
  readonly signatures: readonly IndexedSignature[];
}

/**
 * Packs signatures of one report, in any order, as the contract reads them: config version, deadline and mask, then 64
 * bytes each by ascending index. `terms` may be the report itself.
 * Throws {@link EmptyAttestation}, {@link SignerIndexOutOfRange}, {@link DuplicateSignerIndex}, `UintOutOfRange`, or what
 * `compactSignature` throws.
 */
export function encodeAttestation(terms: ReportTerms, signatures: readonly IndexedSignature[]): Hex {
  if (signatures.length === 0) throw new EmptyAttestation();
  const byIndex = new Map<number, Hex>();
  for (const { index, signature } of signatures) {
    if (!Number.isInteger(index) || index < 0 || index >= MAX_REPORTERS) {
      throw new SignerIndexOutOfRange(index, MAX_REPORTERS);
    }
    if (byIndex.has(index)) throw new DuplicateSignerIndex(index);
    byIndex.set(index, compactSignature(signature));
  }
  const ascending = [...byIndex].sort(([left], [right]) => left - right);
  const mask = ascending.reduce((bits, [index]) => bits | (1n << BigInt(index)), 0n);
  const header = [
    uintDigits(asUint(terms.configVersion, 32, "configVersion"), VERSION_END),
    uintDigits(asUint(terms.deadline, 64, "deadline"), DEADLINE_END - VERSION_END),
    uintDigits(mask, HEADER_END - DEADLINE_END),
  ];
  return `0x${header.join("")}${ascending.map(([, signature]) => signature.slice(2)).join("")}`;
}

/**
 * Takes an attestation apart.
 * Throws {@link AttestationLengthMismatch}, {@link EmptyAttestation}, `InvalidHex`, or what `compactSignature` throws.
 */
export function decodeAttestation(attestation: string): Attestation {
  const digits = asHex(attestation, "attestation").slice(2);
  const actual = digits.length / 2;
  if (digits.length < HEADER_END) throw new AttestationLengthMismatch(HEADER_END / 2, actual);
  const indexes = indexesOf(Number.parseInt(digits.slice(DEADLINE_END, HEADER_END), 16));
  const expected = (HEADER_END + SIGNATURE_DIGITS * indexes.length) / 2;
  if (actual !== expected) throw new AttestationLengthMismatch(expected, actual);
  if (indexes.length === 0) throw new EmptyAttestation();
  return {
    configVersion: BigInt(`0x${digits.slice(0, VERSION_END)}`),
    deadline: BigInt(`0x${digits.slice(VERSION_END, DEADLINE_END)}`),
    signatures: indexes.map((index, place) => {
      const start = HEADER_END + SIGNATURE_DIGITS * place;
      return { index, signature: compactSignature(`0x${digits.slice(start, start + SIGNATURE_DIGITS)}`) };
    }),
  };
}

function indexesOf(mask: number): number[] {
  return Array.from({ length: MAX_REPORTERS }, (_, index) => index).filter((index) => (mask >>> index) & 1);
}

function uintDigits(value: bigint, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
