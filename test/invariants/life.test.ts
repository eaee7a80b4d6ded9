import fc from "fast-check";
import { loadFixture } from "../helpers/chain";
import { anyCommand, everyKindOfCommand } from "./commands";
import type { Command } from "./commands/command";
import { keptSeeds } from "./kept-seeds";
import { KINDS } from "./kinds";
import { holdThroughLives, LONGEST_SEARCH_MS } from "./lives.behavior";
import { emptyWorld, type KindsOfLife, startLife } from "./system";
import type { Tally } from "./tally";

const LONGEST_LIFE = 240;

describe("Invariants", () => {
  holdThroughLives({
    what: "hold through",
    kept: keptSeeds(),
    live,
    judge: (tally) => tally.expectBothOfEach(everyKindOfCommand()),
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
