import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import { ROOT } from "./paths";

/** How a command ended: its exit code, or 128 and more when a signal ended it. */
export type ExitCode = number;

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** File that takes what the command says, instead of showing it. */
  readonly log?: string;
}

const SIGNALLED = 128;

/** Runs a command and shows what it says. Resolves with its exit code, whatever that is. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    const log = options.log === undefined ? undefined : openSync(options.log, "w");
    const child = spawn(command, args, {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", log ?? "inherit", log ?? "inherit"],
    });
    if (log !== undefined) closeSync(log); // the command has its own
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? SIGNALLED));
  });
}

/** Runs a JavaScript file with this Node. */
export function runNode(script: string, args: readonly string[] = [], options: RunOptions = {}): Promise<ExitCode> {
  return run(process.execPath, [script, ...args], options);
}

/** Runs one of our own TypeScript files with this Node. */
export function runScript(script: string, args: readonly string[] = [], options: RunOptions = {}): Promise<ExitCode> {
  return run(process.execPath, ["-r", "ts-node/register/transpile-only", script, ...args], options);
}

/** The file that a package of ours runs as a command, for example `binOf("eslint")`. */
export function binOf(packageName: string, command = packageName): string {
  const require = createRequire(__filename);
  const manifest = require.resolve(`${packageName}/package.json`);
  const { bin } = require(manifest) as { bin: string | Record<string, string> };
  const path = typeof bin === "string" ? bin : bin[command];
  if (path === undefined) throw new Error(`${packageName} has no command ${command}.`);
  return createRequire(manifest).resolve(`./${path.replace(/^\.\//, "")}`);
}
