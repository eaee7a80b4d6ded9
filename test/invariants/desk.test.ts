import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { loadFixture } from "../helpers/chain";
import { numericSeed, SEED } from "../helpers/random";
import { anyDeskCommand, kindsWithRefusals, RealDesk } from "./desk/commands";
import { DeskModel } from "./desk/model";
import { deskLife } from "./desk/world";
import type { KeptSeed } from "./kept-seeds";
import { Tally } from "./tally";

/** Instrumented code is slow, and says nothing about invariants that plain code does not. */
const FEWEST_ACTS = process.env["SOLIDITY_COVERAGE"] === "true" ? 500 : 10_000;
/** `npm run invariants` asks for more. */
const ACTS = Number(process.env["AINFT_INVARIANT_ACTS"] ?? FEWEST_ACTS);
const LIVES_OF_A_ROUND = 10;
const LIVES_OF_A_KEPT_SEED = 5;
const LONGEST_LIFE = 200;
const LONGEST_SEARCH_MS = 300_000;
/** Far more than an act takes, together with all that is read after it. */
const LONGEST_ACT_MS = 200;

describe("Invariants of the request desk", () => {
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
    const lines = String(tally).split("\n");
    if (ACTS < 10_000) return;
    for (const kind of kindsWithRefusals()) {
      const line = lines.find((each) => each.startsWith(`${kind}: `));
      expect(line, `${kind} proved nothing`).to.match(/: [1-9]\d* accepted, [1-9]\d* refused$/u);
    }
  });
});

/** Lives of one seed; a failing one is shortened for some minutes at most, and its seed and path are printed. */
async function live(seed: number, lives: number, tally: Tally): Promise<void> {
  const commands = fc.array(anyDeskCommand(), { maxLength: LONGEST_LIFE, size: "max" });
  const property = fc.asyncProperty(commands, async (acts) => {
    const life = await loadFixture(deskLife);
    await fc.asyncModelRun(() => ({ model: new DeskModel(life), real: new RealDesk(life, tally) }), acts);
  });
  await fc.assert(property, { numRuns: lives, seed, interruptAfterTimeLimit: LONGEST_SEARCH_MS });
}

/** Seeds whose lives once showed something; they are tried every time. */
function keptSeeds(): KeptSeed[] {
  return JSON.parse(readFileSync(resolve(__dirname, "desk", "seeds.json"), "utf8")) as KeptSeed[];
}
