import fc from "fast-check";
import type { Command } from "./commands/command";
import { oracleCommands } from "./commands/oracle";
import { ownerCommands } from "./commands/owner";
import { reportCommands } from "./commands/report";

/** Any command, the common ones more often. */
export function anyCommand(): fc.Arbitrary<Command> {
  return fc.oneof(...ownerCommands(), ...oracleCommands(), ...reportCommands());
}
