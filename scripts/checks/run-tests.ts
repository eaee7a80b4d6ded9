import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fromRoot } from "../lib/paths";
import { binOf, type ExitCode, runNode } from "../lib/run";
import { Workspace, workspaces } from "../lib/workspaces";
import { keepLogs, scanKeptLogs } from "./log-scan";
import { closingLine, SuiteResult, suiteResult, sumOf } from "./test-report";

/** One suite: a process that runs tests and leaves its counts in a file. With a log, what it says goes there. */
interface Suite {
  readonly name: string;
  run(reportFile: string, log?: string): Promise<ExitCode>;
}

/** Suites at work at once, where there is a second processor: contracts' tests compute, relays' mostly wait. */
const AT_ONCE = 2;

/**
 * Runs every suite, also when one before it failed, and prints `N passed, N failed` last. Two run at a time where there is a
 * second processor; what the others say than the first comes when all have ended. What all of their processes print is
 * searched for secrets at the end, which counts as one test. With names as arguments (for example `core`) only those suites.
 * Resolves with whether everything passed.
 */
export async function runTests(only: readonly string[] = []): Promise<boolean> {
  const every = allSuites();
  const unknown = only.find((wanted) => every.every(({ name }) => name !== wanted));
  if (unknown !== undefined) {
    console.error(`No suite is named "${unknown}". There are: ${every.map(({ name }) => name).join(", ")}.`);
    return false;
  }
  const suites = every.filter(({ name }) => only.length === 0 || only.includes(name));
  const folder = mkdtempSync(join(tmpdir(), "ainft-tests-"));
  const kept = join(folder, "kept");
  Object.assign(process.env, keepLogs(kept));
  try {
    const alone = suites.length === 1 || availableParallelism() === 1;
    const results = alone ? await oneByOne(suites, folder) : await besideEachOther(suites, folder);
    results.push(scanKeptLogs(kept));
    printSummary(results);
    return results.length > 0 && sumOf(results).failed === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whoever has ended takes the next. The first is shown while it runs. */
async function besideEachOther(suites: readonly Suite[], folder: string): Promise<SuiteResult[]> {
  const waiting = suites.entries();
  const results: SuiteResult[] = [];
  const work = async (): Promise<void> => {
    for (const [index, suite] of waiting) results.push(...(await oneByOne([suite], folder, index > 0)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const { name } of suites.slice(1)) {
    console.log(`\n== ${name} (ran beside others)`);
    process.stdout.write(readFileSync(join(folder, `${name}.log`)));
  }
  return results;
}

async function oneByOne(suites: readonly Suite[], folder: string, quietly = false): Promise<SuiteResult[]> {
  const results: SuiteResult[] = [];
  for (const suite of suites) {
    const { name } = suite;
    if (!quietly) console.log(`\n== ${name}`);
    const report = join(folder, `${name}.json`);
    results.push(suiteResult(name, report, await suite.run(report, quietly ? join(folder, `${name}.log`) : undefined)));
  }
  return results;
}

/** The longest first, so that none of them is begun last. */
function allSuites(): Suite[] {
  const packages = workspaces().flatMap((workspace) => workspaceSuite(workspace) ?? []);
  const isLong = ({ name }: Suite): boolean => name === "relay";
  const isRandom = (path: string): boolean => path.startsWith(fromRoot("test", "invariants"));
  const tests = testFiles("test");
  return [
    hardhatSuite(
      "contracts",
      tests.filter((path) => !isRandom(path)),
    ),
    ...packages.filter(isLong),
    hardhatSuite("invariants", tests.filter(isRandom)),
    ...packages.filter((suite) => !isLong(suite)),
  ];
}

/** Tests under test/, of contracts and of the scripts that deploy them, with what `npm run bootstrap` has compiled. */
function hardhatSuite(name: string, tests: readonly string[]): Suite {
  return {
    name,
    run: (reportFile, log) =>
      runNode(binOf("hardhat"), ["test", "--no-compile", ...tests], {
        env: { AINFT_TEST_REPORT: reportFile },
        ...logTo(log),
      }),
  };
}

/** A workspace whose `npm test` is `node --test ...`: the same command, with our reporter beside the usual one. */
function workspaceSuite({ path, test }: Workspace): Suite | undefined {
  if (test === undefined) return undefined;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const words = [...test.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  return {
    name,
    run: (reportFile, log) => {
      if (words[0] !== "node" || words[1] !== "--test") {
        throw new Error(`"npm test" of ${path} is "${test}": it must start with "node --test" to be counted.`);
      }
      return runNode("--test", [...reporters(reportFile), ...words.slice(2)], { cwd: fromRoot(path), ...logTo(log) });
    },
  };
}

function logTo(log: string | undefined): { log?: string } {
  return log === undefined ? {} : { log };
}

function reporters(reportFile: string): string[] {
  return [
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    `--test-reporter=${fromRoot("scripts", "checks", "node-reporter.mjs")}`,
    `--test-reporter-destination=${reportFile}`,
  ];
}

function testFiles(folder: string): string[] {
  return readdirSync(fromRoot(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function printSummary(results: readonly SuiteResult[]): void {
  console.log("\nSuites");
  for (const { name, passed, failed, skipped, failures, problem } of results) {
    const skips = skipped > 0 ? `, ${skipped} skipped` : "";
    console.log(`  ${failed === 0 ? "ok    " : "FAILED"} ${name}: ${passed} pass, ${failed} fail${skips}`);
    for (const line of failures) console.log(`         ${line}`);
    if (problem !== undefined) console.log(`         ${name} counts as failed: ${problem}`);
  }
  const totals = sumOf(results);
  const file = process.env["AINFT_TEST_TOTALS"];
  if (file) writeFileSync(file, JSON.stringify(totals));
  console.log(closingLine(totals));
}

if (require.main === module) void runTests(process.argv.slice(2)).then((passed) => (process.exitCode = passed ? 0 : 1));
