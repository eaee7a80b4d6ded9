import { getAddress } from "ethers";
import { PermanentError } from "./errors.ts";

/** Bytes as text: `0x`, then an even number of lower-case hexadecimal digits (addresses alone may be mixed case). */
export type Hex = `0x${string}`;

/** 32 bytes: `0x` and 64 lower-case hexadecimal digits. */
export type Bytes32 = Hex;

/** An account: `0x` and 40 digits with the EIP-55 checksum. */
export type Address = Hex;

/** What "nothing yet" looks like on chain: the state of a token nobody has talked to, the root of an empty log. */
export const ZERO_BYTES32: Bytes32 = `0x${"0".repeat(64)}`;

/** A value that must be lower-case hexadecimal of a certain length is not. */
export class InvalidHex extends PermanentError {
  override readonly code = "INVALID_HEX";
  readonly field: string;
  readonly expected: string;

  constructor(field: string, expected: string, options?: ErrorOptions) {
    super(`${field} must be ${expected}.`, options);
    this.field = field;
    this.expected = expected;
  }
}

/** A value that must be an account address is not one, or breaks its EIP-55 checksum. */
export class InvalidAddress extends PermanentError {
  override readonly code = "INVALID_ADDRESS";
  readonly field: string;
  readonly actual: string;

  constructor(field: string, actual: string, options?: ErrorOptions) {
    super(`${field} is not an address with a valid EIP-55 checksum or all in lower case: ${clip(actual)}.`, options);
    this.field = field;
    this.actual = actual;
  }
}

/** A number does not fit the unsigned integer that the contracts use for it. */
export class UintOutOfRange extends PermanentError {
  override readonly code = "UINT_OUT_OF_RANGE";
  readonly field: string;
  readonly bits: number;
  readonly actual: bigint;

  constructor(field: string, bits: number, actual: bigint) {
    super(`${field} must be a bigint that fits uint${bits}, got ${clip(String(actual))}.`);
    this.field = field;
    this.bits = bits;
    this.actual = actual;
  }
}

const HEX = /^0x(?:[0-9a-f]{2})*$/u;

/** Reads `0x` and lower-case hexadecimal digits; `bytes` fixes the length when given. Throws {@link InvalidHex}. */
export function asHex(value: string, field = "value", bytes?: number): Hex {
  const fits = typeof value === "string" && (bytes === undefined || value.length === 2 + 2 * bytes) && HEX.test(value);
  if (!fits) {
    const size = bytes === undefined ? "whole bytes" : `${bytes} bytes`;
    throw new InvalidHex(field, `${size} as 0x and lower-case hexadecimal digits`);
  }
  return value as Hex; // the pattern has just proved the prefix
}

/** Reads 32 bytes of lower-case hexadecimal. Throws {@link InvalidHex}. */
export function asBytes32(value: string, field = "value"): Bytes32 {
  return asHex(value, field, 32);
}

/** Checksums that were reckoned: an EIP-55 checksum is a hash, and a service sees the same few addresses all the time. */
const checksums = new Map<string, Address>();
const MOST_CHECKSUMS = 4_096;

/** Reads an address, checksummed or all lower case, and returns it with its checksum. Throws {@link InvalidAddress}. */
export function asAddress(value: string, field = "address"): Address {
  const known = checksums.get(value);
  if (known !== undefined) return known;
  const given: unknown = value; // callers without types pass anything
  if (typeof given !== "string" || !/^0x[0-9a-fA-F]{40}$/u.test(given)) throw new InvalidAddress(field, String(given));
  const checksummed = getAddress(value.toLowerCase()) as Address; // getAddress always answers 0x and 40 digits
  if (value !== checksummed && value !== value.toLowerCase()) throw new InvalidAddress(field, value);
  if (checksums.size >= MOST_CHECKSUMS) checksums.clear();
  checksums.set(value, checksummed);
  return checksummed;
}

/** Checks that an integer fits `uint<bits>` and returns it. Throws {@link UintOutOfRange}. */
export function asUint(value: bigint, bits: number, field = "value"): bigint {
  if (typeof value !== "bigint" || value < 0n || value >> BigInt(bits) !== 0n) {
    throw new UintOutOfRange(field, bits, value);
  }
  return value;
}

/** One ABI word from an unsigned integer, an address or 32 bytes. The value must have been checked before. */
export function word(value: bigint | Hex): Bytes32 {
  return `0x${digitsOf(value)}`;
}

/** `abi.encode` of static values: one word after another. The values must have been checked before. */
export function abiWords(values: readonly (bigint | Hex)[]): Hex {
  return `0x${values.map(digitsOf).join("")}`;
}

function digitsOf(value: bigint | Hex): string {
  const digits = typeof value === "bigint" ? value.toString(16) : value.slice(2).toLowerCase();
  return digits.padStart(64, "0");
}

/** The bytes of hexadecimal text that was checked before, many times faster than by parsing each pair of digits. */
export function bytesOf(hex: Hex): Uint8Array {
  const bytes = new Uint8Array((hex.length - 2) / 2);
  for (let index = 0; index < bytes.length; index += 1) {
    const place = 2 + 2 * index;
    bytes[index] = (digitAt(hex, place) << 4) | digitAt(hex, place + 1);
  }
  return bytes;
}

function digitAt(hex: string, place: number): number {
  const code = hex.charCodeAt(place); // "0" is 48, "a" is 97
  return code < 58 ? code - 48 : code - 87;
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
