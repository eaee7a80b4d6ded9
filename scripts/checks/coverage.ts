import { existsSync, readdirSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { fromRoot, ROOT } from "../lib/paths";
import { binOf, runNode } from "../lib/run";

/**
 * Tests that walk every path once. Left out: random cases (they walk the same paths a thousand times, and instruments make
 * each slow), deployments (they use the real bytecode) and gas (it would measure the instruments).
 */
const TESTS = "test/{unit,integration}/**/*.test.ts";

const SUMMARY = fromRoot("coverage", "coverage-summary.json");

interface FileCoverage {
  readonly lines: { readonly total: number; readonly pct: number };
  readonly branches: { readonly total: number; readonly pct: number };
}

/** Measures the contracts, then holds every file outside mocks to 100 % of lines and of branches. */
export async function checkCoverage(): Promise<boolean> {
  const code = await runNode(binOf("hardhat"), ["coverage", "--testfiles", TESTS], {
    env: { SOLIDITY_COVERAGE: "true" },
  });
  // The tool leaves instrumented artifacts behind, which are too large to deploy: make the real ones again.
  await runNode(binOf("hardhat"), ["compile", "--force"]);
  if (code !== 0) {
    console.error(`coverage: the tests ended with exit code ${code}`);
    return false;
  }
  if (!existsSync(SUMMARY)) {
    console.error("coverage: solidity-coverage wrote no summary");
    return false;
  }
  const { total: _, ...files } = JSON.parse(readFileSync(SUMMARY, "utf8")) as Record<string, FileCoverage>;
  const problems = [...below(files), ...missing(Object.keys(files))];
  for (const problem of problems) console.error(`coverage: ${problem}`);
  if (problems.length === 0) console.log(`coverage: 100 % of lines and branches in ${Object.keys(files).length} files`);
  return problems.length === 0;
}

function below(files: Readonly<Record<string, FileCoverage>>): string[] {
  return Object.entries(files)
    .filter(([, { lines, branches }]) => lines.pct < 100 || branches.pct < 100)
    .map(([path, { lines, branches }]) => `${name(path)}: lines ${lines.pct} %, branches ${branches.pct} %`);
}

/** Files with code that the report does not know: a measurement that skips a file proves nothing about it. */
function missing(measured: readonly string[]): string[] {
  const known = new Set(measured.map(name));
  return readdirSync(fromRoot("contracts"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".sol"))
    .map((entry) => relative(ROOT, `${entry.parentPath}/${entry.name}`))
    .filter((path) => !path.startsWith("contracts/mocks/") && !known.has(path))
    .map((path) => `${path} was not measured`);
}

function name(path: string): string {
  return path.startsWith(ROOT) ? relative(ROOT, path) : path;
}

if (require.main === module) void checkCoverage().then((passed) => (process.exitCode = passed ? 0 : 1));
