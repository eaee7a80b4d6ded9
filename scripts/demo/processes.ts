import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createServer } from "node:net";

/** Longest time a child may take to end by itself, in milliseconds. */
const GRACE_MS = 5_000;

/** A child process ended although the demo still needed it. */
export class ChildEndedError extends Error {
  constructor(
    readonly childName: string,
    readonly logFile: string,
    readonly exitCode: number | null,
  ) {
    super(`${childName} ended early (exit code ${exitCode ?? "none"}). Read ${logFile} to see why.`);
    this.name = "ChildEndedError";
  }
}

/** What a child is started with. */
export interface ChildSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** File that takes the child's output. */
  readonly logFile: string;
}

/** Starts children and ends every one of them, in reverse order, however the demo ends. */
export class ProcessGroup {
  private readonly children: {
    spec: ChildSpec;
    child: ChildProcess;
    ended: Promise<number | null>;
  }[] = [];
  private stopping = false;

  /** Starts a child in its own process group, so that what it starts in turn ends with it. */
  start(spec: ChildSpec): void {
    const child = spawn(spec.command, [...spec.args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: spec.env ?? process.env,
      detached: true,
    });
    const log = createWriteStream(spec.logFile, { flags: "a" });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    const ended = new Promise<number | null>((resolve) => {
      child.once("error", (error) => {
        log.write(`could not start: ${error.message}\n`);
        resolve(null);
      });
      child.once("exit", (code) => resolve(code));
    });
    this.children.push({ spec, child, ended });
  }

  /** Rejects with {@link ChildEndedError} as soon as any child ends by itself; never resolves. */
  async failIfOneEnds(): Promise<never> {
    const watched = this.children.map(async ({ spec, ended }) => ({
      spec,
      code: await ended,
    }));
    const { spec, code } = await Promise.race(watched);
    if (this.stopping) return new Promise<never>(() => undefined);
    throw new ChildEndedError(spec.name, spec.logFile, code);
  }

  /** Asks every child to end, the last started first, and kills what does not. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const { child, ended } of [...this.children].reverse()) {
      signalGroup(child, "SIGTERM");
      const timer = setTimeout(() => signalGroup(child, "SIGKILL"), GRACE_MS);
      await ended;
      clearTimeout(timer);
      signalGroup(child, "SIGKILL");
    }
    this.children.length = 0;
  }
}

/** A TCP port on loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === "string") reject(new Error("The system gave no port."));
        else resolve(address.port);
      });
    });
  });
}

/** Polls until `ready` answers true; throws with `what` after `timeoutMs`. */
export async function waitUntil(what: string, timeoutMs: number, ready: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await ready().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`Waited ${Math.round(timeoutMs / 1000)} s in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The whole group has ended already.
  }
}
