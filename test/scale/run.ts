import { mkdirSync, writeFileSync } from "node:fs";
import { fromRoot } from "../../scripts/lib/paths";
import { measureCollectives, operationsThatGrow } from "./measure";
import { reportOf } from "./report";

const SIZES = [1_000, 5_000, 10_000, 15_000];

/** Measures collectives of 15,000 units, writes the figures down, and fails when an operation grows with it. */
async function main(): Promise<void> {
  const started = performance.now();
  const seconds = (): string => ((performance.now() - started) / 1000).toFixed(0).padStart(4);
  const measured = await measureCollectives(SIZES, (line) => console.log(`${seconds()} s  ${line}`));
  const report = reportOf(measured);
  mkdirSync(fromRoot("docs", "bench"), { recursive: true });
  writeFileSync(fromRoot("docs", "bench", "collective.md"), report);
  console.log(`\n${report}`);
  const growing = [...operationsThatGrow(measured.tokens), ...operationsThatGrow(measured.editions)];
  if (growing.length > 0) {
    console.error(`Not flat: ${growing.join(", ")}.`);
    process.exitCode = 1;
  }
}

void main();
