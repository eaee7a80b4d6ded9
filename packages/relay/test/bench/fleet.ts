import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ECHO_NAME } from "../helpers/fixture.ts";
import { prepareRelays, type RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import type { World } from "../helpers/world.ts";
import { peakOf, type Processor, secondsOf, secondsOfAll } from "./processes.ts";

/** As the image and the service start it. */
const BUILT_RELAY = [join(dirname(fileURLToPath(import.meta.url)), "../../dist/main.js")];
const NOOP_PROGRAM = join(dirname(fileURLToPath(import.meta.url)), "noop.ts");
/** As the manifest of the echo pins it. */
const IMAGE = `${ECHO_NAME}@sha256:${"cd".repeat(32)}`;
const CONCURRENT_RUNS = 48;
const STAGE_DELAY_MS = 4_000;

/** The relays under measurement, and the program that all of them ask. */
export class Fleet {
  readonly relays: readonly RelayProcess[];
  readonly #program: ChildProcess;
  /** Addresses of their databases; none when each has the embedded one. */
  readonly #databases: readonly string[];

  /** Bound of each relay's heap in MiB; 0 for what Node thinks right. */
  readonly #heapMiB: number;

  private constructor(parts: {
    readonly relays: readonly RelayProcess[];
    readonly program: ChildProcess;
    readonly databases: readonly string[];
    readonly heapMiB: number;
  }) {
    this.relays = parts.relays;
    this.#program = parts.program;
    this.#databases = parts.databases;
    this.#heapMiB = parts.heapMiB;
  }

  static async prepare(world: World, databases: readonly string[], logLevel: string, heapMiB: number): Promise<Fleet> {
    const { program, port } = await startProgram();
    const all = world.reporters.map((_reporter, index) => index);
    const config = {
      batching: { mode: "fulfil", size: 256, windowSeconds: 0, patienceMs: 10_000 },
      limits: { concurrentRuns: CONCURRENT_RUNS },
      runner: {
        type: "http",
        endpoints: [{ image: IMAGE, url: `http://127.0.0.1:${port}` }],
        privateHosts: ["127.0.0.1"],
      },
      transmitter: {
        enabled: true,
        signer: { type: "env", name: "SENDER_KEY" },
        stageDelayMs: STAGE_DELAY_MS,
        bumpAfterMs: 10_000,
        maxInFlight: 32,
      },
      logLevel,
    };
    const relays = await prepareRelays(world, all, config, BUILT_RELAY);
    return new Fleet({ relays, program, databases, heapMiB });
  }

  /** Starts all, and resolves when the first of them is ready. */
  async start(): Promise<void> {
    // AINFT_BENCH_PROFILE=<folder> has each relay leave a processor profile there when it stops.
    const folder = process.env["AINFT_BENCH_PROFILE"];
    const profile = folder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}`];
    const heap = this.#heapMiB === 0 ? [] : [`--max-old-space-size=${this.#heapMiB}`];
    const options = { NODE_OPTIONS: [...heap, ...profile].join(" ") };
    for (const [index, relay] of this.relays.entries()) {
      const url = this.#databases[index];
      relay.start(url === undefined ? options : { ...options, DATABASE_URL: url });
    }
    await Promise.race(this.relays.map(serving));
  }

  async allServe(): Promise<void> {
    await Promise.all(this.relays.map(serving));
  }

  async stop(): Promise<void> {
    for (const relay of this.relays) await relay.stop();
  }

  /** Most memory that each relay has had resident since it started, in MiB; 0 for one that has ended. */
  async peaks(): Promise<number[]> {
    return Promise.all(this.relays.map(async ({ pid }) => peakOf(pid)));
  }

  /** Seconds of processor time since everything started. */
  async processorSeconds(): Promise<Processor> {
    const relays = await Promise.all(this.relays.map(async ({ pid }) => secondsOf(pid)));
    return {
      relays: relays.reduce((sum, seconds) => sum + seconds, 0),
      program: await secondsOf(this.#program.pid),
      database: await secondsOfAll("postgres"),
      chain: await secondsOfAll("anvil"),
    };
  }

  async close(): Promise<void> {
    for (const relay of this.relays) await relay.kill();
    this.#program.kill("SIGKILL");
  }
}

async function serving(relay: RelayProcess): Promise<void> {
  await until("a relay to serve", 120_000, async () => (await relay.get("/live")) !== null);
}

async function startProgram(): Promise<{ program: ChildProcess; port: number }> {
  const program = spawn(process.execPath, [NOOP_PROGRAM], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<number>((done, failed) => {
    program.stdout.once("data", (line: Buffer) => done(Number(line.toString("utf8"))));
    program.once("exit", () => failed(new Error("The program did not start.")));
  });
  return { program, port };
}
