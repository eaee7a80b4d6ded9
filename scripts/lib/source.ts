import { existsSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { fromRoot, ROOT } from "./paths";

/** The commit the contracts were built from; `-dirty` when they differ from it, `unknown` outside a git clone. */
export function sourceCommit(): string {
  try {
    const commit = git("rev-parse", "HEAD");
    return git("status", "--porcelain", "--", "contracts") === "" ? commit : `${commit}-dirty`;
  } catch {
    return "unknown";
  }
}

/** Files that git knows and that exist, below a folder or everywhere. */
export function trackedFiles(folder = "."): string[] {
  return git("ls-files", "--", folder)
    .split("\n")
    .filter((path) => path !== "" && existsSync(fromRoot(path)));
}

function git(...args: string[]): string {
  return execFileSync("git", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}
