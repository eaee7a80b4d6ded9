import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fromRoot } from "../lib/paths";
import { type RunOptions, runScript } from "../lib/run";
import { closingLine, readCounts, TestCounts } from "./test-report";

/** One thing that has to hold. Each is a script of its own, so that it can be run alone. */
interface Check {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
}

/** Everything that CI runs, the quick and telling first. */
const CHECKS: readonly Check[] = [
  { name: "secrets", script: "scripts/checks/secrets.ts" },
  { name: "storage-slots", script: "scripts/checks/storage-slots.ts" },
  { name: "lint", script: "scripts/checks/lint.ts" },
  { name: "types", script: "scripts/checks/types.ts" },
  { name: "generated", script: "scripts/checks/generated.ts" },
  // The source moves on after a deployment, and no chain is asked here: a release asks for both.
  { name: "deployments", script: "scripts/checks/deployments.ts", args: ["--offline", "--allow-drift"] },
  { name: "tests", script: "scripts/checks/run-tests.ts" },
  { name: "soak", script: "scripts/checks/soak.ts", args: ["--minutes", "3"] },
];

/** Runs beside all the others, in a copy of the tree: it takes as long as the tests. */
const COVERAGE: Check = { name: "coverage", script: "scripts/checks/coverage.ts" };

interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** What the tests of a check came to, where it runs tests and got that far. */
  readonly tests: TestCounts | undefined;
}

/** Runs the checks, also when one before it failed. Prints which failed, and `N passed, N failed` last. */
export async function check(only: readonly string[]): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "ainft-check-"));
  const wanted = ({ name }: Check): boolean => only.length === 0 || only.includes(name);
  const results: CheckResult[] = [];
  try {
    const log = join(folder, "coverage.log");
    const coverage = wanted(COVERAGE) ? runCheck(COVERAGE, folder, { log }) : undefined;
    for (const one of CHECKS.filter(wanted)) {
      console.log(`\n#### ${one.name}`);
      results.push(await runCheck(one, folder));
    }
    if (coverage !== undefined) {
      console.log(`\n#### ${COVERAGE.name} (ran beside the others)`);
      results.push(await coverage);
      console.log(readFileSync(log, "utf8"));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  printSummary(results);
  return results.length > 0 && results.every(({ passed }) => passed);
}

async function runCheck(
  { name, script, args = [] }: Check,
  folder: string,
  options: RunOptions = {},
): Promise<CheckResult> {
  const started = Date.now();
  const totals = join(folder, `${name}.json`);
  const code = await runScript(fromRoot(script), args, { ...options, env: { AINFT_TEST_TOTALS: totals } });
  const seconds = Math.round((Date.now() - started) / 1000);
  return { name, passed: code === 0, seconds, tests: readCounts(totals) };
}

/** Tests count one by one, every other check as one. What failed is named again here, where nobody has to search for it. */
function printSummary(results: readonly CheckResult[]): void {
  console.log("\nChecks");
  for (const { name, passed, seconds, tests } of results) {
    console.log(`  ${passed ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
    for (const line of tests?.failures ?? []) console.log(`           ${line}`);
  }
  const tests = results.find(({ name }) => name === "tests");
  const failedTests = tests?.passed === false ? Math.max(tests.tests?.failed ?? 0, 1) : 0;
  const others = results.filter((result) => result !== tests);
  const passed = (tests?.tests?.passed ?? 0) + others.filter(({ passed }) => passed).length;
  const failed = failedTests + others.filter(({ passed }) => !passed).length;
  console.log(closingLine({ passed, failed }));
}

if (require.main === module) {
  const { positionals } = parseArgs({ allowPositionals: true });
  void check(positionals).then((passed) => (process.exitCode = passed ? 0 : 1));
}
