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

/**
 * Runs every suite, also when one before it failed, and prints `N passed, N failed` last. The contracts' suite computes and
 * the others mostly wait, so they run beside it where there is a second processor; what they say comes when it has ended.
 * What all of their processes print is searched for secrets at the end, which counts as one test. With names as arguments
 * (for example `core`) only those suites. Resolves with whether everything passed.
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
  const [first, ...others] = suites;
  const kept = join(folder, "kept");
  Object.assign(process.env, keepLogs(kept));
  try {
    const alone = first === undefined || others.length === 0 || availableParallelism() === 1;
    const results = alone ? await oneByOne(suites, folder) : await besideEachOther(first, others, folder);
    results.push(scanKeptLogs(kept));
    printSummary(results);
    return results.length > 0 && sumOf(results).failed === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function besideEachOther(first: Suite, others: readonly Suite[], folder: string): Promise<SuiteResult[]> {
  const beside = oneByOne(others, folder, true);
  const results = [...(await oneByOne([first], folder)), ...(await beside)];
  for (const { name } of others) {
    console.log(`\n== ${name} (ran beside ${first.name})`);
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

function allSuites(): Suite[] {
  return [hardhatSuite(), ...workspaces().flatMap((workspace) => workspaceSuite(workspace) ?? [])];
}

/** Everything under test/: contracts, and the scripts that deploy them. */
function hardhatSuite(): Suite {
  const tests = testFiles("test");
  return {
    name: "contracts",
    run: (reportFile, log) =>
      runNode(binOf("hardhat"), ["test", ...tests], { env: { AINFT_TEST_REPORT: reportFile }, ...logTo(log) }),
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
