import { readFileSync } from "node:fs";
import { fromRoot } from "../paths";

/** Gas used by one operation, by its name; for several samples their median, for the single training log the average. */
export type GasTable = Readonly<Record<string, number>>;

/** Where the measured figures are committed. */
export const GAS_SNAPSHOT = fromRoot("snapshots", "gas.json");

export function readGasSnapshot(): GasTable {
  return JSON.parse(readFileSync(GAS_SNAPSHOT, "utf8")) as GasTable; // written by the gas snapshot test
}

/** The figure of one operation. Throws when it was not measured: a table never shows a guess. */
export function figureOf(table: GasTable, operation: string): number {
  const gas = table[operation];
  if (gas === undefined) throw new Error(`"${operation}" was not measured: run npm run snapshot:gas.`);
  return gas;
}
