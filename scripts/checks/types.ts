import { existsSync } from "node:fs";
import { fromRoot } from "../lib/paths";
import { binOf, runNode } from "../lib/run";
import { workspaces } from "../lib/workspaces";

/** Type-checks the root, builds every package, and checks what is not built: their tests and the containers. */
export async function checkTypes(): Promise<boolean> {
  const tsc = binOf("typescript", "tsc");
  const paths = workspaces().map(({ path }) => path);
  const built = paths.filter((path) => path.startsWith("packages/") && existsSync(fromRoot(path, "tsconfig.json")));
  const checked = [
    ...paths.filter((path) => !path.startsWith("packages/")).map((path) => `${path}/tsconfig.json`),
    ...paths.map((path) => `${path}/tsconfig.test.json`),
  ].filter((path) => existsSync(fromRoot(path)));
  const runs: readonly (readonly string[])[] = [
    ["-b", ...built],
    ["-p", "tsconfig.json"],
    ...checked.map((path) => ["-p", path]),
  ];
  let passed = true;
  for (const args of runs) {
    const code = await runNode(tsc, args);
    console.log(`types: tsc ${args.join(" ")}: ${code === 0 ? "ok" : "FAILED"}`);
    passed = passed && code === 0;
  }
  return passed;
}

if (require.main === module) void checkTypes().then((passed) => (process.exitCode = passed ? 0 : 1));
