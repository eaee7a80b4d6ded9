import { expect } from "chai";
import fc from "fast-check";
import { loadFixture } from "../helpers/chain";
import { anyDeskCommand, kindsWithRefusals, RealDesk } from "./desk/commands";
import { DeskModel } from "./desk/model";
import { deskLife } from "./desk/world";
import { keptSeeds } from "./kept-seeds";
import { holdThroughLives, LONGEST_SEARCH_MS } from "./lives.behavior";
import type { Tally } from "./tally";

const LONGEST_LIFE = 200;

describe("Invariants of the request desk", () => {
  holdThroughLives({
    what: "hold through",
    kept: keptSeeds("desk/seeds.json"),
    live,
    judge: (tally) => {
      const lines = String(tally).split("\n");
      for (const kind of kindsWithRefusals()) {
        const line = lines.find((each) => each.startsWith(`${kind}: `));
        expect(line, `${kind} proved nothing`).to.match(/: [1-9]\d* accepted, [1-9]\d* refused$/u);
      }
    },
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
