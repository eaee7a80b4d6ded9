import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fromRoot, ROOT } from "../../../scripts/lib/paths";

/** How a command ended, and what it said. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly string[];
}

/** Runs `npm run deploy` as its own process. With `killAt`, sends SIGKILL when a line starts so. */
export function runDeploy(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  killAt?: string,
): Promise<Ending> {
  return runOwn(fromRoot("scripts", "deploy", "index.ts"), args, env, killAt);
}

/** Runs `npm run check:deployments` as its own process. */
export function runCheckDeployments(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ending> {
  return runOwn(fromRoot("scripts", "checks", "deployments.ts"), args, env);
}

async function runOwn(
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  killAt?: string,
): Promise<Ending> {
  const script = ["-r", "ts-node/register/transpile-only", path];
  const child = spawn(process.execPath, [...script, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    if (killAt !== undefined && line.startsWith(killAt)) child.kill("SIGKILL");
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, lines }));
  });
}
