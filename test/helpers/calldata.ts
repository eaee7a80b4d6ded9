import { concat, dataSlice, toBeHex } from "ethers";

const SELECTOR_BYTES = 4;
const WORD_BYTES = 32;

/** One argument word of an encoded call. Position 0 is the first word after the selector. */
export function wordAt(call: string, position: number): bigint {
  const start = SELECTOR_BYTES + WORD_BYTES * position;
  return BigInt(dataSlice(call, start, start + WORD_BYTES));
}

/** The same call with one argument word replaced. */
export function withWord(call: string, position: number, word: bigint): string {
  const start = SELECTOR_BYTES + WORD_BYTES * position;
  return concat([dataSlice(call, 0, start), toBeHex(word, WORD_BYTES), dataSlice(call, start + WORD_BYTES)]);
}

/** The same call with one bit of an argument word set. Bit 255 is the highest. */
export function withDirtyWord(call: string, position: number, bit: bigint): string {
  return withWord(call, position, wordAt(call, position) | (1n << bit));
}
