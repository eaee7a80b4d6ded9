import { mkdirSync, writeFileSync } from "node:fs";
import { fromRoot } from "../../scripts/lib/paths";
import { measureVote, spreadOf } from "./dao/measure";
import { reportOf as reportOfVote, TOLERANCE_PER_CENT } from "./dao/report";
import { measureCollectives, operationsThatGrow } from "./measure";
import { reportOf } from "./report";

const SIZES = [1_000, 5_000, 10_000, 15_000];
const HOLDERS = 15_000;

type Progress = (line: string) => void;

/** What can be measured, by the name of its document; answers what is not flat. */
const PARTS: Readonly<Record<string, (progress: Progress) => Promise<{ report: string; growing: string[] }>>> = {
  collective: async (progress) => {
    const measured = await measureCollectives(SIZES, progress);
    const growing = [...operationsThatGrow(measured.tokens), ...operationsThatGrow(measured.editions)];
    return { report: reportOf(measured), growing };
  },
  dao: async (progress) => {
    const measured = await measureVote(HOLDERS, progress);
    const isFlat = [measured.votesBefore, measured.votes].every((votes) => spreadOf(votes) <= TOLERANCE_PER_CENT);
    return { report: reportOfVote(measured), growing: isFlat ? [] : ["castVote of a whole collective"] };
  },
};

/** Measures collectives of 15,000, writes the figures down, and fails when a cost grows. Names choose parts of it. */
async function main(names: readonly string[]): Promise<void> {
  const started = performance.now();
  const seconds = (): string => ((performance.now() - started) / 1000).toFixed(0).padStart(4);
  mkdirSync(fromRoot("docs", "bench"), { recursive: true });
  for (const [name, measure] of Object.entries(PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const { report, growing } = await measure((line) => console.log(`${seconds()} s  ${line}`));
    writeFileSync(fromRoot("docs", "bench", `${name}.md`), report);
    console.log(`\n${report}`);
    if (growing.length === 0) continue;
    console.error(`Not flat: ${growing.join(", ")}.`);
    process.exitCode = 1;
  }
}

void main(process.argv.slice(2));
