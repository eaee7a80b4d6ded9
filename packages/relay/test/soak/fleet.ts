import { type ChildProcess, spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { findPostgres, PostgresCluster } from "../helpers/postgres.ts";
import { ECHO_NAME, ECHO_PROGRAM, FIXTURE_NAME, FIXTURE_PROGRAM } from "../helpers/fixture.ts";
import { prepareRelays, type RelayProcess } from "../helpers/relay-processes.ts";
import { CHAIN_ID, type World } from "../helpers/world.ts";
import { buildImage, type Engine, filterOf, hasPodman, removeImages, startEngine } from "../runner/engine.ts";
import type { FaultProxy } from "./fault-proxy.ts";

const CONFIRMATIONS = 4;
/** The relay whose programs are containers, or processes where there is no engine: something that can be left behind. */
const STARTS_PROGRAMS = 4;
/** Relays with a database on a PostgreSQL server, where there is one; the others have the embedded one. */
const ON_POSTGRES: readonly number[] = [0, 1, 2];

/** The images of the two test programs, as manifests pin them. */
export interface Images {
  readonly counter: string;
  readonly echo: string;
}

/** What the relays stand on beside the chain. */
export interface Ground {
  readonly images: Images;
  readonly engine: Engine | null;
  readonly postgres: PostgresCluster | null;
  /** Where both programs answer over HTTP. */
  readonly programUrl: string;
  close(): Promise<void>;
}

/** Starts what this machine has. `folder` takes the engine's socket and images. */
export async function prepareGround(folder: string): Promise<Ground> {
  const engine = (await hasPodman()) ? await startEngine(folder) : null;
  const images: Images =
    engine === null
      ? { counter: `${FIXTURE_NAME}@sha256:${"ab".repeat(32)}`, echo: `${ECHO_NAME}@sha256:${"cd".repeat(32)}` }
      : {
          counter: await buildImage(engine, folder, "soak-counter", FIXTURE_PROGRAM),
          echo: await buildImage(engine, folder, "soak-echo", ECHO_PROGRAM),
        };
  const postgres = findPostgres() === undefined ? null : await PostgresCluster.start();
  const program = await startProgram();
  return {
    ...{ images, engine, postgres, programUrl: `http://127.0.0.1:${program.port}` },
    close: async () => {
      program.child.kill("SIGKILL");
      await postgres?.close();
      if (engine === null) return;
      await removeImages(engine, images.counter, images.echo);
      await engine.close();
    },
  };
}

/** Five relays, each behind a node of its own. */
export async function prepareFleet(
  world: World,
  ground: Ground,
  proxies: readonly FaultProxy[],
): Promise<RelayProcess[]> {
  const databases = await Promise.all(ON_POSTGRES.map(async () => ground.postgres?.createDatabase()));
  const configOf = (index: number): Record<string, unknown> => ({
    chain: {
      ...{ id: CHAIN_ID, rpcUrl: proxies[index]?.url, oracle: world.oracleAddress },
      ...{ confirmations: CONFIRMATIONS, pollMs: 250, timeoutMs: 5_000 },
    },
    runner: runnerOf(index, ground),
    limits: { startupSeconds: 60, concurrentRuns: index === STARTS_PROGRAMS ? 2 : 16 },
    batching: { mode: "fulfil", size: 64, patienceMs: 2_000 },
    activity: { enabled: true, eventsPerMinute: 100_000, burst: 10_000 },
    transmitter: {
      ...{ enabled: true, signer: { type: "env", name: "SENDER_KEY" } },
      ...{ stageDelayMs: 2_000, bumpAfterMs: 5_000, maxInFlight: 32 },
    },
    logLevel: "warn",
  });
  const all = proxies.map((_proxy, index) => index);
  return prepareRelays(world, all, configOf, undefined, (index) => ({
    DATABASE_URL: databases[ON_POSTGRES.indexOf(index)] ?? "",
  }));
}

function runnerOf(index: number, { images, engine, programUrl }: Ground): Record<string, unknown> {
  if (index === STARTS_PROGRAMS) {
    if (engine !== null) return { type: "engine", socket: engine.socket };
    const commands = {
      [FIXTURE_NAME]: [process.execPath, FIXTURE_PROGRAM],
      [ECHO_NAME]: [process.execPath, ECHO_PROGRAM],
    };
    return { type: "process", commands };
  }
  const endpoints = [
    { image: images.echo, url: `${programUrl}/echo` },
    { image: images.counter, url: `${programUrl}/counter` },
  ];
  return { type: "http", endpoints, privateHosts: ["127.0.0.1"] };
}

/** What the one relay that starts programs has started so far, and what of it is still there. */
export async function programs(world: World, { engine }: Ground): Promise<{ started: number | null; left: string[] }> {
  const dataDir = join(world.folder, `data-${STARTS_PROGRAMS}`);
  if (engine === null) {
    const left = await readdir(join(dataDir, "runs")).catch(() => []);
    return { started: null, left };
  }
  const filter = filterOf(dataDir);
  const events = ["events", "--stream=false", "--since=24h", "--filter=event=create", "--format={{.ID}}", ...filter];
  const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");
  return {
    started: lines(await engine.podman(...events)).length,
    left: lines(await engine.podman("ps", "--all", "--quiet", ...filter)),
  };
}

/** Removes the containers that a relay left which was killed. */
export async function removePrograms(world: World, ground: Ground): Promise<void> {
  const { left } = await programs(world, ground);
  if (ground.engine !== null && left.length > 0) await ground.engine.podman("rm", "--force", "--time=0", ...left);
}

async function startProgram(): Promise<{ port: number; child: ChildProcess }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "program.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<number>((done) => {
    child.stdout.once("data", (line: Buffer) => done(Number(line.toString("utf8"))));
  });
  return { port, child };
}
