import { existsSync, readFileSync, rmSync } from "node:fs";

/** How many tests of one suite passed, failed and were skipped. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** A line for each failed test: its full title and the first line of its error. */
  readonly failures: readonly string[];
}

/** How one suite ended. */
export interface SuiteResult extends TestCounts {
  readonly name: string;
  /** Why the suite counts as failed although no test says so. */
  readonly problem: string | undefined;
}

/**
 * Judges a suite by what its reporter wrote and how its process ended. A suite that crashed before it could report, that
 * ran no test, or that ended badly without a failed test counts as one failure.
 */
export function suiteResult(name: string, reportFile: string, exitCode: number): SuiteResult {
  const counts = readCounts(reportFile);
  const problem = problemOf(counts, exitCode);
  const { passed = 0, failed = 0, skipped = 0, failures = [] } = counts ?? {};
  return { name, passed, skipped, failed: problem === undefined ? failed : failed + 1, failures, problem };
}

/** Everything together. */
export function sumOf(results: readonly TestCounts[]): TestCounts {
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
    skipped: results.reduce((sum, { skipped }) => sum + skipped, 0),
    failures: results.flatMap(({ failures }) => failures),
  };
}

/** The line that ends a run; nothing else may stand in it. */
export function closingLine({ passed, failed }: Pick<TestCounts, "passed" | "failed">): string {
  return `${passed} passed, ${failed} failed`;
}

function problemOf(counts: TestCounts | undefined, exitCode: number): string | undefined {
  if (!counts) return `it crashed before it could report (exit code ${exitCode})`;
  if (exitCode !== 0 && counts.failed === 0) return `it ended with exit code ${exitCode} although no test failed`;
  if (counts.passed + counts.failed === 0) return "it ran no test";
  return undefined;
}

/** What a reporter of ours left in a file, which is removed; `undefined` when it left nothing whole. */
export function readCounts(path: string): TestCounts | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8")) as TestCounts; // written by a reporter of ours, or from what it wrote
  } catch {
    return undefined; // the process died while it wrote
  } finally {
    rmSync(path);
  }
}
