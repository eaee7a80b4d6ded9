import { recoverAddress } from "ethers";
import { PermanentError } from "./errors.ts";
import { type Address, asAddress, asHex, type Bytes32, type Hex } from "./hex.ts";

const HALF_CURVE_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
const PARITY_BIT = 1n << 255n;

/** Bytes that are no ECDSA signature: neither 64 (EIP-2098) nor 65, or with a recovery byte other than 27 and 28. */
export class InvalidSignatureEncoding extends PermanentError {
  override readonly code = "INVALID_SIGNATURE_ENCODING";

  constructor(problem: string, options?: ErrorOptions) {
    super(`Signature refused: ${problem}.`, options);
  }
}

/** The signature's s lies in the upper half of the curve order, so a second form of it exists. */
export class HighSSignature extends PermanentError {
  override readonly code = "HIGH_S_SIGNATURE";

  constructor() {
    super(
      "Signature refused: s lies in the upper half of the curve order; sign again with a signer that keeps it low.",
    );
  }
}

/** No key can have made this signature: r or s is zero or out of range, or r is no point of the curve. */
export class UnrecoverableSignature extends PermanentError {
  override readonly code = "UNRECOVERABLE_SIGNATURE";

  constructor(options?: ErrorOptions) {
    super("Signature refused: no public key can be recovered from it.", options);
  }
}

/**
 * The 64-byte EIP-2098 form of a 64-byte or 65-byte signature.
 * Throws {@link InvalidSignatureEncoding} or {@link HighSSignature}.
 */
export function compactSignature(signature: string): Hex {
  const { r, s, yParity } = readSignature(signature);
  return `0x${hex32(r)}${hex32(yParity ? s | PARITY_BIT : s)}`;
}

/**
 * The 65-byte form (`r || s || v`, v = 27 or 28) of a 64-byte or 65-byte signature.
 * Throws {@link InvalidSignatureEncoding} or {@link HighSSignature}.
 */
export function expandedSignature(signature: string): Hex {
  const { r, s, yParity } = readSignature(signature);
  return `0x${hex32(r)}${hex32(s)}${yParity ? "1c" : "1b"}`;
}

/**
 * The account that signed a digest.
 * Throws {@link InvalidSignatureEncoding}, {@link HighSSignature} or {@link UnrecoverableSignature}.
 */
export function recoverSigner(digest: Bytes32, signature: string): Address {
  const expanded = expandedSignature(signature);
  try {
    return asAddress(recoverAddress(digest, expanded), "signer");
  } catch (cause) {
    throw new UnrecoverableSignature({ cause });
  }
}

interface SignatureParts {
  readonly r: bigint;
  readonly s: bigint;
  readonly yParity: boolean;
}

function readSignature(signature: string): SignatureParts {
  const parts = splitSignature(asHex(signature, "signature"));
  if (parts.s > HALF_CURVE_ORDER) throw new HighSSignature();
  return parts;
}

function splitSignature(signature: Hex): SignatureParts {
  const bytes = (signature.length - 2) / 2;
  if (bytes !== 64 && bytes !== 65) throw new InvalidSignatureEncoding(`expected 64 or 65 bytes, got ${bytes}`);
  const r = BigInt(`0x${signature.slice(2, 66)}`);
  const second = BigInt(`0x${signature.slice(66, 130)}`);
  if (bytes === 64) return { r, s: second & ~PARITY_BIT, yParity: (second & PARITY_BIT) !== 0n };
  const v = signature.slice(130);
  if (v !== "1b" && v !== "1c") throw new InvalidSignatureEncoding("expected a recovery byte of 27 or 28");
  return { r, s: second, yParity: v === "1c" };
}

function hex32(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}
