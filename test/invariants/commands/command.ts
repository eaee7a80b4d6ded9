import fc, { type AsyncCommand } from "fast-check";
import type { ContractTransactionResponse } from "ethers";
import type { Person } from "../../helpers/chain";
import type { RealCollection } from "../collections";
import { belongs, type Family } from "../kinds";
import type { ModelCollection } from "../model/collection";
import type { ModelProgram } from "../model/program";
import type { Refusal } from "../model/refusal";
import type { ModelWorld } from "../model/world";
import { pick, type System } from "../system";

export type Command = AsyncCommand<ModelWorld, System>;

/** A kind of command, on what it works, and how often it comes among the others. */
export interface WeightedCommand {
  kind: string;
  family: Family;
  weight: number;
  arbitrary: fc.Arbitrary<Command>;
}

/** One act: what the model makes of it, and how it is sent to the contracts. */
export interface Act {
  refusal: Refusal | undefined;
  send(): Promise<ContractTransactionResponse>;
}

/** Nothing when there is nothing to act on yet. */
export type MaybeAct = Act | undefined | Promise<Act | undefined>;

/** The collection that a command works on, and everything around it. */
export interface CollectionTarget {
  model: ModelWorld;
  real: System;
  collection: RealCollection;
  told: ModelCollection;
  /** Unix seconds of the block in which the act will stand. */
  time: bigint;
}

/** The program that a command works on. */
export interface ProgramTarget extends CollectionTarget {
  program: ModelProgram;
  /** Who acts: mostly the controller. */
  by: Person;
}

/**
 * A kind of command over small numbers, on the oracle. `prepare` runs once the time of the next block is set; it judges
 * the act by the model and says how to send it.
 */
export function oracleCommand<Choices extends object>(
  kind: string,
  weight: number,
  choices: fc.Arbitrary<Choices>,
  prepare: (model: ModelWorld, real: System, choices: Choices) => MaybeAct,
): WeightedCommand {
  return { kind, family: "oracle", weight, arbitrary: arbitraryOf(kind, () => undefined, choices, prepare) };
}

/** A kind of command on one of a life's collections of a family. */
export function collectionCommand<Choices extends object>(
  kind: string,
  weight: number,
  family: Family,
  choices: fc.Arbitrary<Choices>,
  prepare: (target: CollectionTarget, choices: Choices) => MaybeAct,
): WeightedCommand {
  const placed = fc.record({ place: choice(), chosen: choices });
  const collectionOf = (real: System, place: number): RealCollection =>
    pick(
      real.collections.filter((collection) => belongs(collection.kind, family)),
      place,
    );
  const arbitrary = arbitraryOf(
    kind,
    (real, { place }) => collectionOf(real, place),
    placed,
    (model, real, { place, chosen }) => {
      const collection = collectionOf(real, place);
      const told = pick(model.collections, real.collections.indexOf(collection));
      return prepare({ model, real, collection, told, time: model.time }, chosen);
    },
  );
  return { kind, family, weight, arbitrary };
}

/** A kind of command on one program of one of a life's collections of a family. */
export function programCommand<Choices extends object>(
  kind: string,
  weight: number,
  family: Family,
  choices: fc.Arbitrary<Choices>,
  prepare: (target: ProgramTarget, choices: Choices) => MaybeAct,
): WeightedCommand {
  const aimed = fc.record({ token: choice(), by: choice(), stranger: oneIn(5), chosen: choices });
  return collectionCommand(kind, weight, family, aimed, (target, { token, by, stranger, chosen }) => {
    const { told, real } = target;
    if (told.programs.length === 0) return undefined;
    const program = pick(told.programs, token);
    const controller = stranger ? undefined : real.personAt(program.controller);
    return prepare({ ...target, program, by: controller ?? real.person(by) }, chosen);
  });
}

/** How an act is called in the tally. */
export function tallied(kind: string, collection: string): string {
  return `${kind} of ${collection}`;
}

function arbitraryOf<Choices extends object>(
  kind: string,
  touchedBy: (real: System, choices: Choices) => RealCollection | undefined,
  choices: fc.Arbitrary<Choices>,
  prepare: (model: ModelWorld, real: System, choices: Choices) => MaybeAct,
): fc.Arbitrary<Command> {
  return fc.tuple(choices, seconds()).map(([chosen, wait]) => ({
    check: () => true,
    run: async (model, real) => {
      await real.nextBlock(model, wait);
      const act = await prepare(model, real, chosen);
      if (act === undefined) return real.idle(model);
      const touched = touchedBy(real, chosen);
      const name = touched === undefined ? kind : tallied(kind, touched.name);
      await real.expectSame(name, model, act.refusal, act.send, touched);
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
