import { expect } from "chai";
import type { BaseContract, ContractTransactionResponse } from "ethers";
import fc from "fast-check";
import { nextBlockAt } from "../../helpers/chain";
import { keptSeeds } from "../kept-seeds";
import { holdThroughLives, LONGEST_SEARCH_MS } from "../lives.behavior";
import type { Refusal } from "../model/refusal";
import type { Tally } from "../tally";

const LONGEST_LIFE = 240;
/** Everything is read after so many acts; after each of the others, only the books. */
const LOOK_EVERY = 10;

const MINUTE = 60;
const DAY = 86_400;

/** One act as small numbers, which fast-check can make smaller; what they mean depends on the kind. */
export interface Choice<Kind extends string> {
  kind: Kind;
  who: number;
  other: number;
  amount: number;
  way: number;
  /** Seconds since the act before. */
  wait: number;
}

/** What the model makes of an act, and how it is sent. */
export interface Attempt {
  refusal: Refusal | undefined;
  send(): Promise<ContractTransactionResponse>;
  /** Changes the model, once the chain has changed. */
  accept(): void;
}

/** A world with its model. */
export interface EconomyLife<Kind extends string> {
  /** Whose errors refusals are. */
  contract: BaseContract;
  /** Unix seconds of the newest act. */
  time: bigint;
  prepare(choice: Choice<Kind>): Promise<Attempt>;
  /** Holds the books against what came in and went out. */
  expectConserved(): Promise<void>;
  /** Holds everything against the model. */
  expectAsModelled(): Promise<void>;
}

/** The kinds of acts, each with how often it comes among the others. */
export type Weights<Kind extends string> = Readonly<Record<Kind, number>>;

/** Random lives, by the seed of the day and by kept ones; each kind of act must be accepted and refused. */
export function holdThroughEconomy<Kind extends string>(
  what: string,
  seeds: string,
  weights: Weights<Kind>,
  start: () => Promise<EconomyLife<Kind>>,
): void {
  holdThroughLives({
    what: `${what} through`,
    kept: keptSeeds(seeds),
    live: (seed, lives, tally) => live(seed, lives, weights, start, tally),
    judge: (tally) => tally.expectBothOfEach(Object.keys(weights)),
  });
}

async function live<Kind extends string>(
  seed: number,
  lives: number,
  weights: Weights<Kind>,
  start: () => Promise<EconomyLife<Kind>>,
  tally: Tally,
): Promise<void> {
  const choices = fc.array(anyChoice(weights), { maxLength: LONGEST_LIFE, size: "max" });
  const property = fc.asyncProperty(choices, async (acts) => {
    const life = await start();
    for (const [index, choice] of acts.entries()) {
      tally.count(choice.kind, await act(life, choice));
      await life.expectConserved();
      if (index % LOOK_EVERY === 0) await life.expectAsModelled();
    }
    await life.expectAsModelled();
  });
  await fc.assert(property, { numRuns: lives, seed, interruptAfterTimeLimit: LONGEST_SEARCH_MS });
}

/** Whether it was accepted. */
async function act<Kind extends string>(life: EconomyLife<Kind>, choice: Choice<Kind>): Promise<boolean> {
  life.time += BigInt(choice.wait);
  const { refusal, send, accept } = await life.prepare(choice);
  await nextBlockAt(life.time);
  if (refusal !== undefined) {
    await expect(send(), choice.kind)
      .to.be.revertedWithCustomError(life.contract, refusal.error)
      .withArgs(...refusal.args);
    return false;
  }
  await send();
  accept();
  return true;
}

function anyChoice<Kind extends string>(weights: Weights<Kind>): fc.Arbitrary<Choice<Kind>> {
  const kinds = Object.entries<number>(weights).map(([kind, weight]) => ({
    arbitrary: fc.constant(kind as Kind), // the keys of the record are the kinds
    weight,
  }));
  return fc.record({
    kind: fc.oneof(...kinds),
    who: fc.nat(4),
    other: fc.nat(4),
    amount: fc.nat(4_000),
    way: fc.nat(99),
    wait: fc.oneof(
      { arbitrary: fc.constantFrom(1, MINUTE), weight: 6 },
      { arbitrary: fc.constantFrom(DAY / 2, DAY, 3 * DAY, 7 * DAY), weight: 3 },
      { arbitrary: fc.constantFrom(14 * DAY, 14 * DAY - 1, 60 * DAY), weight: 1 },
    ),
  });
}

/** The item at a place, counted round and round. */
export function pick<T>(items: readonly T[], place: number): T {
  const item = items[place % items.length];
  if (item === undefined) throw new Error("There is nothing to pick from.");
  return item;
}

export function sum(values: Iterable<bigint>): bigint {
  return [...values].reduce((total, value) => total + value, 0n);
}
