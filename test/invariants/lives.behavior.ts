import { numericSeed, SEED } from "../helpers/random";
import type { KeptSeed } from "./kept-seeds";
import { Tally } from "./tally";

const LIVES_OF_A_ROUND = 10;
const LIVES_OF_A_KEPT_SEED = 5;
/** Most milliseconds that a failing life is shortened for. */
export const LONGEST_SEARCH_MS = 300_000;
/** Far more than an act takes, together with all that is read after it. */
const LONGEST_ACT_MS = 200;
/** Acts that are enough for every kind to have been accepted and refused. */
const TELLING_ACTS = 10_000;

/** Random lives of one world. */
export interface Lives {
  kept: readonly KeptSeed[];
  /** Acts at least where code is instrumented: it is slow, and says nothing about invariants that plain code does not. */
  fewestInstrumented: number;
  /** Lives so many lives of one seed. */
  live(seed: number, lives: number, tally: Tally): Promise<void>;
  /** What so many acts must have shown. */
  judge(tally: Tally): void;
}

/** Tries the kept seeds, then as many random acts as `AINFT_INVARIANT_ACTS` says; `npm run invariants` asks for more. */
export function holdThroughLives({ kept, fewestInstrumented, live, judge }: Lives): void {
  const fewest = process.env["SOLIDITY_COVERAGE"] === "true" ? fewestInstrumented : TELLING_ACTS;
  const acts = Number(process.env["AINFT_INVARIANT_ACTS"] ?? fewest);

  for (const { seed, why } of kept) {
    it(`hold through the lives of the kept seed ${seed}: ${why}`, async function () {
      this.timeout(LONGEST_SEARCH_MS * 2);
      await live(seed, LIVES_OF_A_KEPT_SEED, new Tally());
    });
  }

  it(`hold through random lives of ${acts} acts and more (AINFT_TEST_SEED=${SEED})`, async function () {
    this.timeout(LONGEST_SEARCH_MS * 2 + acts * LONGEST_ACT_MS);
    const tally = new Tally();
    const first = numericSeed(SEED);
    for (let round = 0; tally.acts < acts; round++) {
      await live(first + round, LIVES_OF_A_ROUND, tally);
      if (acts > fewest) console.log(`      ${tally.acts} acts`);
    }
    if (acts > fewest) console.log(String(tally));
    if (acts >= TELLING_ACTS) judge(tally);
  });
}
