import { asHex, type Hex } from "../hex.ts";
import { compactSignature } from "../signature.ts";
import { AttestationLengthMismatch, DuplicateSignerIndex, EmptyAttestation, SignerIndexOutOfRange } from "./errors.ts";

/** Most reporters a config can name: the mask has one bit for each. */
export const MAX_REPORTERS = 32;

const MASK_BYTES = 4;
const SIGNATURE_BYTES = 64;

/** One reporter's signature with its place in the config's list. */
export interface IndexedSignature {
  /** 0 to 31. */
  readonly index: number;
  /** 64 bytes (EIP-2098); `encodeAttestation` also takes 65. */
  readonly signature: Hex;
}

/**
 * Packs signatures, in any order, as the contract reads them: a 4-byte mask, then 64 bytes each by ascending index.
 * Throws {@link EmptyAttestation}, {@link SignerIndexOutOfRange}, {@link DuplicateSignerIndex}, or what
 * `compactSignature` throws.
 */
export function encodeAttestation(signatures: readonly IndexedSignature[]): Hex {
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
  const mask = ascending.reduce((bits, [index]) => bits + 2 ** index, 0);
  return `0x${mask.toString(16).padStart(2 * MASK_BYTES, "0")}${ascending.map(([, hex]) => hex.slice(2)).join("")}`;
}

/**
 * Unpacks an attestation: signatures by ascending index.
 * Throws {@link AttestationLengthMismatch}, {@link EmptyAttestation}, `InvalidHex`, or what `compactSignature` throws.
 */
export function decodeAttestation(attestation: string): IndexedSignature[] {
  const digits = asHex(attestation, "attestation").slice(2);
  if (digits.length < 2 * MASK_BYTES) throw new AttestationLengthMismatch(MASK_BYTES, digits.length / 2);
  const indexes = indexesOf(Number.parseInt(digits.slice(0, 2 * MASK_BYTES), 16));
  const expected = MASK_BYTES + SIGNATURE_BYTES * indexes.length;
  if (digits.length !== 2 * expected) throw new AttestationLengthMismatch(expected, digits.length / 2);
  if (indexes.length === 0) throw new EmptyAttestation();
  return indexes.map((index, place) => {
    const start = 2 * (MASK_BYTES + SIGNATURE_BYTES * place);
    return { index, signature: compactSignature(`0x${digits.slice(start, start + 2 * SIGNATURE_BYTES)}`) };
  });
}

function indexesOf(mask: number): number[] {
  return Array.from({ length: MAX_REPORTERS }, (_, index) => index).filter((index) => (mask >>> index) & 1);
}
