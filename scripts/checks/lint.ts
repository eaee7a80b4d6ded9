import { binOf, runNode } from "../lib/run";

const LINTERS = [
  { name: "eslint", args: [".", "--max-warnings", "0"] },
  { name: "solhint", args: ["contracts/**/*.sol", "--max-warnings", "0", "--noPrompt", "--noPoster", "--disc"] },
  { name: "prettier", args: [".", "--check", "--log-level", "warn"] },
] as const;

/** Runs every linter, also when one before it found something. A warning is a failure. */
export async function lint(): Promise<boolean> {
  let passed = true;
  for (const { name, args } of LINTERS) {
    const code = await runNode(binOf(name), args);
    console.log(`lint: ${name}: ${code === 0 ? "ok" : "FAILED"}`);
    passed = passed && code === 0;
  }
  return passed;
}

if (require.main === module) void lint().then((passed) => (process.exitCode = passed ? 0 : 1));
