import { numericSeed, SEED } from "../helpers/random";
import { ACTS, TELLING_ACTS } from "./acts";
import type { KeptSeed } from "./kept-seeds";
import { Tally } from "./tally";

const LIVES_OF_A_ROUND = 10;
const LIVES_OF_A_KEPT_SEED = 5;
/** Most milliseconds that a failing life is shortened for. */
export const LONGEST_SEARCH_MS = 300_000;
/** Far more than an act takes, together with all that is read after it. */
const LONGEST_ACT_MS = 100;

/** Random lives of one world. */
export interface Lives {
  /** Titles up to the lives, such as "hold through". */
  what: string;
  kept: readonly KeptSeed[];
  /** Lives so many lives of one seed. */
  live(seed: number, lives: number, tally: Tally): Promise<void>;
  /** What so many acts must have shown. */
  judge(tally: Tally): void;
}

/** Tries the kept seeds, then `ACTS` random acts and more. */
export function holdThroughLives({ what, kept, live, judge }: Lives): void {
  for (const { seed, why } of kept) {
    it(`${what} the lives of the kept seed ${seed}: ${why}`, async function () {
      this.timeout(LONGEST_SEARCH_MS * 2);
      await live(seed, LIVES_OF_A_KEPT_SEED, new Tally());
    });
  }

  it(`${what} random lives of ${ACTS} acts and more (AINFT_TEST_SEED=${SEED})`, async function () {
    this.timeout(LONGEST_SEARCH_MS * 2 + ACTS * LONGEST_ACT_MS);
    const tally = new Tally();
    const first = numericSeed(SEED);
    for (let round = 0; tally.acts < ACTS; round++) {
      await live(first + round, LIVES_OF_A_ROUND, tally);
      if (ACTS > TELLING_ACTS) console.log(`      ${tally.acts} acts`);
    }
    if (ACTS > TELLING_ACTS) console.log(String(tally));
    if (ACTS >= TELLING_ACTS) judge(tally);
  });
}
