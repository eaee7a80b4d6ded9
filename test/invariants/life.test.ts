import fc from "fast-check";
import { loadFixture } from "../helpers/chain";
import { numericSeed, SEED } from "../helpers/random";
import { anyCommand, everyKindOfCommand } from "./commands";
import type { Command } from "./commands/command";
import { keptSeeds } from "./kept-seeds";
import { KINDS } from "./kinds";
import { emptyWorld, type KindsOfLife, startLife } from "./system";
import { Tally } from "./tally";

/** Instrumented code is slow, and says nothing about invariants that plain code does not. */
const FEWEST_ACTS = process.env["SOLIDITY_COVERAGE"] === "true" ? 1_000 : 10_000;
/** `npm run invariants` asks for more. */
const ACTS = Number(process.env["AINFT_INVARIANT_ACTS"] ?? FEWEST_ACTS);
const LIVES_OF_A_ROUND = 10;
const LIVES_OF_A_KEPT_SEED = 5;
const LONGEST_LIFE = 240;
const LONGEST_SEARCH_MS = 300_000;
/** Far more than an act takes, together with all that is read after it. */
const LONGEST_ACT_MS = 200;

describe("Invariants", () => {
  for (const { seed, why } of keptSeeds()) {
    it(`hold through the lives of the kept seed ${seed}: ${why}`, async function () {
      this.timeout(LONGEST_SEARCH_MS * 2);
      await live(seed, LIVES_OF_A_KEPT_SEED, new Tally());
    });
  }

  it(`hold through random lives of ${ACTS} acts and more (AINFT_TEST_SEED=${SEED})`, async function () {
    this.timeout(LONGEST_SEARCH_MS * 2 + ACTS * LONGEST_ACT_MS);
    const tally = new Tally();
    const first = numericSeed(SEED);
    for (let round = 0; tally.acts < ACTS; round++) {
      await live(first + round, LIVES_OF_A_ROUND, tally);
      if (ACTS > FEWEST_ACTS) console.log(`      ${tally.acts} acts`);
    }
    if (ACTS > FEWEST_ACTS) console.log(String(tally));
    if (ACTS >= 10_000) tally.expectBothOfEach(everyKindOfCommand());
  });
});

/** A life: its kinds of collection, and what happens to them. */
interface Life {
  kinds: KindsOfLife;
  commands: Command[];
}

/** Lives of one seed; a failing one is shortened for some minutes at most, and its seed and path are printed. */
async function live(seed: number, lives: number, tally: Tally): Promise<void> {
  const property = fc.asyncProperty(anyLife(), async ({ kinds, commands }) => {
    const setup = startLife(await loadFixture(emptyWorld), kinds, tally);
    await fc.asyncModelRun(() => setup, commands);
  });
  await fc.assert(property, { numRuns: lives, seed, interruptAfterTimeLimit: LONGEST_SEARCH_MS });
}

function anyLife(): fc.Arbitrary<Life> {
  const kind = fc.constantFrom(...KINDS);
  return fc.record({ clone: kind, proxy: kind }).chain((kinds) =>
    fc.record({
      kinds: fc.constant(kinds),
      commands: fc.array(anyCommand(kinds), { maxLength: LONGEST_LIFE, size: "max" }),
    }),
  );
}
