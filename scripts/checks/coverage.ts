import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fromRoot, ROOT } from "../lib/paths";
import { binOf, runNode } from "../lib/run";

/**
 * Tests that walk every path once. Left out: random cases (they walk the same paths a thousand times, and instruments make
 * each slow), deployments (they use the real bytecode) and gas (it would measure the instruments).
 */
const TESTS = "test/{unit,integration}/**/*.test.ts";

interface FileCoverage {
  readonly lines: { readonly total: number; readonly pct: number };
  readonly branches: { readonly total: number; readonly pct: number };
}

/**
 * Measures the contracts, then holds every file outside mocks to 100 % of lines and of branches. Works in a copy of the
 * tree, for the tool leaves instrumented artifacts behind: so the other tests can run meanwhile. The report is moved to
 * `coverage`.
 */
export async function checkCoverage(): Promise<boolean> {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), "ainft-coverage-")));
  try {
    copySources(copy);
    const code = await runNode(binOf("hardhat"), ["coverage", "--testfiles", TESTS], {
      cwd: copy,
      env: { SOLIDITY_COVERAGE: "true", AINFT_TEST_REPORT: process.env["AINFT_TEST_TOTALS"] ?? "" },
    });
    const report = join(copy, "coverage");
    if (existsSync(report)) cpSync(report, fromRoot("coverage"), { recursive: true, force: true });
    if (code === 0) return judge(join(report, "coverage-summary.json"), copy);
    console.error(`coverage: the tests ended with exit code ${code}`);
    return false;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** What git knows or would take, with what is installed and built beside it. */
function copySources(copy: string): void {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const built = readdirSync(fromRoot("packages")).flatMap((name) => [`packages/${name}/dist`]);
  for (const path of [...listed.split("\n").filter((line) => line !== ""), ...built]) {
    if (existsSync(fromRoot(path))) cpSync(fromRoot(path), join(copy, path), { recursive: true });
  }
  for (const path of [
    "node_modules",
    ...readdirSync(fromRoot("packages")).map((name) => `packages/${name}/node_modules`),
  ]) {
    if (existsSync(fromRoot(path))) symlinkSync(fromRoot(path), join(copy, path));
  }
}

function judge(summary: string, root: string): boolean {
  if (!existsSync(summary)) {
    console.error("coverage: solidity-coverage wrote no summary");
    return false;
  }
  const { total: _, ...measured } = JSON.parse(readFileSync(summary, "utf8")) as Record<string, FileCoverage>;
  const files = Object.fromEntries(
    Object.entries(measured).map(([path, figures]) => [path.startsWith(root) ? relative(root, path) : path, figures]),
  );
  const problems = [...below(files), ...missing(Object.keys(files))];
  for (const problem of problems) console.error(`coverage: ${problem}`);
  if (problems.length === 0) console.log(`coverage: 100 % of lines and branches in ${Object.keys(files).length} files`);
  return problems.length === 0;
}

function below(files: Readonly<Record<string, FileCoverage>>): string[] {
  return Object.entries(files)
    .filter(([, { lines, branches }]) => lines.pct < 100 || branches.pct < 100)
    .map(([path, { lines, branches }]) => `${path}: lines ${lines.pct} %, branches ${branches.pct} %`);
}

/** Files with code that the report does not know: a measurement that skips a file proves nothing about it. */
function missing(measured: readonly string[]): string[] {
  const known = new Set(measured);
  return readdirSync(fromRoot("contracts"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".sol"))
    .map((entry) => relative(ROOT, `${entry.parentPath}/${entry.name}`))
    .filter((path) => !path.startsWith("contracts/mocks/") && !known.has(path))
    .map((path) => `${path} was not measured`);
}

if (require.main === module) void checkCoverage().then((passed) => (process.exitCode = passed ? 0 : 1));
