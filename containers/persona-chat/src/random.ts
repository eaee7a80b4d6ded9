/**
 * A small generator of 32-bit numbers (sfc32: four words of state, additions, shifts and xors only).
 * It is the same on every machine, which `Math.random` is not.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** @param words Seed words; every one of them is mixed in, in order. */
  constructor(words: readonly number[]) {
    this.a = 0x9e3779b9 | 0;
    this.b = 0x243f6a88 | 0;
    this.c = 0xb7e15162 | 0;
    for (const word of words) {
      this.a ^= word | 0;
      for (let round = 0; round < 4; round++) this.next();
    }
    for (let round = 0; round < 12; round++) this.next();
  }

  /** @returns The next unsigned 32-bit integer. */
  next(): number {
    const result = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + result;
    this.c |= 0;
    return result >>> 0;
  }

  /** @returns An integer in `[0, bound)`. The bias is below bound / 2^32. */
  below(bound: number): number {
    return this.next() % bound;
  }
}

/** @returns The eight 32-bit words of a seed of 64 hex digits. */
export function seedWords(hex: string): number[] {
  const words: number[] = [];
  for (let at = 0; at < hex.length; at += 8) words.push(Number.parseInt(hex.slice(at, at + 8), 16) | 0);
  return words;
}
