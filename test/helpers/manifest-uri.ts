import { concat } from "ethers";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
/** CIDv1, codec raw, sha2-256, 32 bytes. */
const CID_PREFIX = "0x01551220";

/** The URI of a manifest digest, the obvious way: a string of bits cut into fives. */
export function manifestUri(digest: string): string {
  const bytes = concat([CID_PREFIX, digest]).slice(2);
  const bits = [...bytes].map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, "0")).join("");
  const fives = bits.match(/.{1,5}/gu) ?? [];
  const text = fives.map((five) => ALPHABET[Number.parseInt(five.padEnd(5, "0"), 2)]).join("");
  return `ipfs://b${text}`;
}
