import { concat, getBytes } from "ethers";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
/** CIDv1, codec raw, sha2-256, 32 bytes. */
const CID_PREFIX = "0x01551220";

/** The URI of a manifest digest, the obvious way: a string of bits cut into fives. */
export function manifestUri(digest: string): string {
  const bytes = getBytes(concat([CID_PREFIX, digest]));
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const fives = bits.match(/.{1,5}/gu) ?? [];
  const text = fives.map((five) => ALPHABET[Number.parseInt(five.padEnd(5, "0"), 2)]).join("");
  return `ipfs://b${text}`;
}
