import { expect } from "chai";
import fc from "fast-check";
import { loadFixture } from "../helpers/chain";
import { NUMERIC_SEED, SEED } from "../helpers/random";
import { anyCommand } from "./commands";
import { emptyWorld, startLife, type Tally } from "./system";

const LIVES = 24;
const SHORTEST_LIFE = 100;
const LONGEST_LIFE = 120;
const FEWEST_ACTS = 2000;
const LONGEST_SEARCH_MS = 600_000;

describe("Invariants", () => {
  it(`hold through ${LIVES} random lives, ${FEWEST_ACTS} acts and more (AINFT_TEST_SEED=${SEED})`, async function () {
    this.timeout(900_000);
    const tally: Tally = new Map();
    const life = fc.asyncProperty(
      fc.array(anyCommand(), { minLength: SHORTEST_LIFE, maxLength: LONGEST_LIFE }),
      async (commands) => {
        const setup = await startLife(await loadFixture(emptyWorld), tally);
        await fc.asyncModelRun(() => setup, commands);
      },
    );

    // A failing life is shortened for some minutes at most; its seed and path are printed either way.
    await fc.assert(life, { numRuns: LIVES, seed: NUMERIC_SEED, interruptAfterTimeLimit: LONGEST_SEARCH_MS });

    expect(sum([...tally.values()].map(({ accepted, refused }) => accepted + refused))).to.be.at.least(FEWEST_ACTS);
    for (const [kind, { accepted, refused }] of tally) {
      // What is sent again is accepted only when its time had not come before.
      if (kind !== "replay") expect(accepted, `${kind} was never accepted`).to.be.greaterThan(0);
      expect(refused, `${kind} was never refused`).to.be.greaterThan(0);
    }
  });
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
