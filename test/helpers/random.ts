import { dataSlice, getAddress, id, keccak256, toBeHex, concat } from "ethers";

/** Everything random in the tests grows from this; set AINFT_TEST_SEED to repeat a failure or to try other cases. */
export const SEED = process.env["AINFT_TEST_SEED"] ?? "ainft";

/** A seed as a number, for tools that want one. */
export function numericSeed(seed: string): number {
  return Number(BigInt(dataSlice(id(seed), 0, 4))) | 0;
}

/** Repeatable random values: keccak-256 of the seed and a counter. */
export class Random {
  private readonly label: string;
  private readonly seed: string;
  private counter = 0;

  constructor(label: string) {
    this.label = label;
    this.seed = id(`${SEED}/${label}`);
  }

  /** Other values, as repeatable, for a part of what is tried. */
  fork(part: string): Random {
    return new Random(`${this.label}/${part}`);
  }

  bytes32(): string {
    return keccak256(concat([this.seed, toBeHex(this.counter++, 32)]));
  }

  bytes(length: number): string {
    const words = Array.from({ length: Math.ceil(length / 32) }, () => this.bytes32());
    return dataSlice(concat(words), 0, length);
  }

  address(): string {
    return getAddress(dataSlice(this.bytes32(), 12));
  }

  /**
   * An unsigned integer of at most so many bits. One in eight is the smallest or the largest there is, and the rest
   * have any width, so that small values are as likely as large ones.
   */
  uint(bits: number): bigint {
    const kind = this.below(16);
    if (kind === 0) return 0n;
    if (kind === 1) return (1n << BigInt(bits)) - 1n;
    return BigInt(this.bytes32()) >> BigInt(256 - 1 - this.below(bits));
  }

  /** An integer from 0 up to, but without, the limit. */
  below(limit: number): number {
    return Number(BigInt(this.bytes32()) % BigInt(limit));
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new Error("Nothing to pick from.");
    return value;
  }

  list<T>(length: number, make: () => T): T[] {
    return Array.from({ length }, make);
  }
}

/** A test over random values; a failure names the seed that repeats it. */
export function itRandomly(title: string, test: (random: Random) => Promise<void>): void {
  it(title, async () => {
    try {
      await test(new Random(title));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`With AINFT_TEST_SEED=${SEED}: ${reason}`, { cause: error });
    }
  });
}
