import fc from "fast-check";
import { collectionCommands } from "./commands/collections";
import { type Command, tallied, type WeightedCommand } from "./commands/command";
import { disputeCommands } from "./commands/disputes";
import { editionCommands } from "./commands/editions";
import { oracleCommands } from "./commands/oracle";
import { programCommands } from "./commands/programs";
import { reportCommands } from "./commands/report";
import { tokenCommands } from "./commands/tokens";
import { trainingCommands } from "./commands/training";
import { belongs, KINDS, nameOf } from "./kinds";
import type { KindsOfLife } from "./system";

/** Whatever can happen, each with how often it does. */
const EVERY_COMMAND: readonly WeightedCommand[] = [
  ...programCommands(),
  ...trainingCommands(),
  ...tokenCommands(),
  ...editionCommands(),
  ...collectionCommands(),
  ...disputeCommands(),
  ...oracleCommands(),
  ...reportCommands(),
];

/** Any command for which one of the kinds is there, the common ones more often. */
export function anyCommand({ clone, proxy }: KindsOfLife): fc.Arbitrary<Command> {
  const possible = EVERY_COMMAND.filter(
    ({ family }) => family === "oracle" || [clone, proxy].some((kind) => belongs(kind, family)),
  );
  return fc.oneof(...possible);
}

/** How the tally names every kind of command on every kind of collection. */
export function everyKindOfCommand(): string[] {
  return EVERY_COMMAND.flatMap(({ kind, family }) =>
    family === "oracle"
      ? [kind]
      : KINDS.filter((collection) => belongs(collection, family)).map((collection) =>
          tallied(kind, nameOf(collection)),
        ),
  );
}
