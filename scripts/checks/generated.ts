import { execFileSync } from "node:child_process";
import { ROOT } from "../lib/paths";
import { binOf, runNode, runScript } from "../lib/run";

/** What is generated from the contracts, from what was measured on them or from the packages, and committed. */
const GENERATED = [
  "typechain-types",
  "packages/bindings/src/generated",
  "snapshots/abi",
  "snapshots/storage",
  "docs/gas.md",
  "docs/api",
];

/** Makes everything generated anew. Passes when git sees no difference to what is committed. */
export async function checkGenerated(): Promise<boolean> {
  const made =
    (await runNode(binOf("hardhat"), ["compile", "--force", "--quiet"])) === 0 &&
    (await runScript("scripts/generate/bindings.ts")) === 0 &&
    (await runScript("scripts/generate/snapshots.ts")) === 0 &&
    (await runScript("scripts/generate/gas-docs.ts")) === 0 &&
    (await runScript("scripts/generate/api-docs.ts")) === 0;
  if (!made) return false;
  const changed = execFileSync("git", ["status", "--porcelain", "--", ...GENERATED], { cwd: ROOT, encoding: "utf8" });
  if (changed === "") return true;
  console.error(`generated: these differ from what is committed. Look at the difference and commit it:\n${changed}`);
  return false;
}

if (require.main === module) void checkGenerated().then((fresh) => (process.exitCode = fresh ? 0 : 1));
