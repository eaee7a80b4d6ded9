import { type ChildProcess, execFile, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ECHO_NAME, ECHO_PROGRAM, FIXTURE_NAME, FIXTURE_PROGRAM } from "./fixture.ts";
import { freePort, until } from "./time.ts";
import { account, type World } from "./world.ts";

/** The relay's sources: what Node is given to start one. */
export const RELAY_MAIN = resolve(dirname(fileURLToPath(import.meta.url)), "../../src/main.ts");

/** A relay as an operator starts it: a process with a configuration file and keys in the environment. */
export class RelayProcess {
  readonly #file: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #command: readonly string[];
  readonly #output: string[] = [];
  #child: ChildProcess | undefined;
  /** Where the output of this start begins. */
  #begin = 0;
  #ended: Promise<number | null> = Promise.resolve(null);

  /** Where it serves, as its configuration says. */
  readonly url: string;

  /** The command is what Node is given before the subcommand: the sources, unless it is said. */
  constructor(file: string, env: NodeJS.ProcessEnv, url = "", command: readonly string[] = [RELAY_MAIN]) {
    this.#file = file;
    this.#env = env;
    this.#command = command;
    this.url = url;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Everything it printed, over all its starts. */
  get log(): string {
    return this.#output.join("");
  }

  start(extra: NodeJS.ProcessEnv = {}, options: readonly string[] = []): void {
    this.#begin = this.#output.length;
    const child = spawn(process.execPath, [...this.#command, "run", "--config", this.#file, ...options], {
      env: { ...process.env, ...this.#env, ...extra },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (part: Buffer) => this.#output.push(part.toString("utf8")));
    }
    this.#ended = new Promise((done) => {
      child.once("close", (code) => {
        done(code);
      });
    });
    this.#child = child;
  }

  /** Waits until this start has come as far as taking work, and signals. */
  async ready(): Promise<void> {
    const isReady = (): boolean => this.#output.slice(this.#begin).join("").includes("The relay is ready");
    await until("a relay to be ready", 180_000, isReady);
  }

  /** What it serves under a path; null while it does not. */
  async get<T>(path: string): Promise<T | null> {
    const answer = await fetch(`${this.url}${path}`).catch(() => null);
    return answer?.ok === true ? ((await answer.json()) as T) : null;
  }

  /** Exit code; null after a kill. */
  async ended(): Promise<number | null> {
    return this.#ended;
  }

  /** Runs another command of `ainft-relay` on the same configuration and keys. */
  async operate(...args: readonly string[]): Promise<EndedCommand> {
    return runRelayCommand([...args, "--config", this.#file], this.#env);
  }

  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#ended;
  }

  async stop(): Promise<number | null> {
    this.#child?.kill("SIGTERM");
    return this.#ended;
  }
}

/** How a command ended. */
export interface EndedCommand {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command of `ainft-relay` to its end. */
export async function runRelayCommand(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<EndedCommand> {
  return new Promise((done) => {
    execFile(process.execPath, [RELAY_MAIN, ...args], { env: { ...process.env, ...env } }, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** Parts of a configuration that are other than usual. */
type Changes = Record<string, unknown>;

/**
 * Prepares one relay a reporter. Only those in `transmitters` may submit. `changes` are parts of the configuration, `env` is
 * what a relay's environment has beside its keys.
 */
export async function prepareRelays(
  world: World,
  transmitters: readonly number[],
  changes: Changes | ((index: number) => Changes) = {},
  command?: readonly string[],
  env: (index: number) => NodeJS.ProcessEnv = () => ({}),
): Promise<RelayProcess[]> {
  const ports = await Promise.all(world.reporters.map(async () => freePort()));
  return Promise.all(
    world.reporters.map(async (reporter, index) => {
      const file = join(world.folder, `relay-${index}.json`);
      const peers = ports.filter((_port, peer) => peer !== index).map((port) => `http://127.0.0.1:${port}`);
      const config = relayConfig(world, index, { port: ports[index] ?? 0, peers, sends: transmitters.includes(index) });
      await writeFile(
        file,
        JSON.stringify({ ...config, ...(typeof changes === "function" ? changes(index) : changes) }),
      );
      const keys = { REPORTER_KEY: reporter.privateKey, SENDER_KEY: account(6 + index).privateKey };
      return new RelayProcess(file, { ...keys, ...env(index) }, `http://127.0.0.1:${ports[index] ?? 0}`, command);
    }),
  );
}

/** A configuration for tests. */
export function relayConfig(
  world: World,
  index: number,
  { port, peers, sends }: { port: number; peers: readonly string[]; sends: boolean },
): Record<string, unknown> {
  return {
    chain: { id: world.chainId, rpcUrl: world.rpcUrl, oracle: world.oracleAddress, confirmations: 1, pollMs: 50 },
    dataDir: join(world.folder, `data-${index}`),
    http: { port },
    peers,
    signer: { type: "env", name: "REPORTER_KEY" },
    transmitter: {
      enabled: sends,
      signer: { type: "env", name: "SENDER_KEY" },
      stageDelayMs: 0,
      bumpAfterMs: 2_000,
    },
    runner: {
      type: "process",
      commands: {
        [FIXTURE_NAME]: [process.execPath, FIXTURE_PROGRAM],
        [ECHO_NAME]: [process.execPath, ECHO_PROGRAM],
      },
    },
    content: { dir: world.contentDir },
    limits: { startupSeconds: 20 },
  };
}
