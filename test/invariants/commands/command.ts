import fc, { type AsyncCommand } from "fast-check";
import type { ContractTransactionResponse } from "ethers";
import type { Refusal } from "../model/refusal";
import type { ModelWorld } from "../model/world";
import type { System } from "../system";

export type Command = AsyncCommand<ModelWorld, System>;

/** A kind of command, and how often it comes among the others. */
export interface WeightedCommand {
  weight: number;
  arbitrary: fc.Arbitrary<Command>;
}

/** One act: what the model makes of it, and how it is sent to the contracts. */
export interface Act {
  refusal: Refusal | undefined;
  send(): Promise<ContractTransactionResponse>;
}

/**
 * A kind of command over small numbers. `prepare` runs once the time of the next block is set; it judges the act by the
 * model and says how to send it. It answers nothing when there is nothing to act on yet.
 */
export function command<Choices extends object>(
  kind: string,
  choices: fc.Arbitrary<Choices>,
  prepare: (model: ModelWorld, real: System, choices: Choices) => Act | undefined | Promise<Act | undefined>,
): fc.Arbitrary<Command> {
  return fc.tuple(choices, seconds()).map(([chosen, wait]) => ({
    check: () => true,
    run: async (model, real) => {
      await real.nextBlock(model, wait);
      const act = await prepare(model, real, chosen);
      if (act === undefined) await real.idle(model);
      else await real.expectSame(kind, model, act.refusal, act.send);
    },
    toString: () => `${kind} after ${wait} s ${JSON.stringify(chosen)}`,
  }));
}

/** Mostly the next second, sometimes days. */
function seconds(): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 12, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 3600 }) },
    { weight: 1, arbitrary: fc.integer({ min: 86_400, max: 4 * 86_400 }) },
  );
}

/** A choice that is later taken modulo what there is. */
export function choice(): fc.Arbitrary<number> {
  return fc.noBias(fc.nat({ max: 63 }));
}

/** True once in so many. */
export function oneIn(times: number): fc.Arbitrary<boolean> {
  return fc.noBias(fc.nat({ max: times - 1 })).map((value) => value === times - 1);
}
