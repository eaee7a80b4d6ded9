// Measures what a second executor on the same PostgreSQL is worth: `npm run bench:executors`.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import pg from "pg";
import { FIXTURE_NAME } from "../helpers/fixture.ts";
import { PostgresCluster } from "../helpers/postgres.ts";
import { RelayProcess, relayConfig } from "../helpers/relay-processes.ts";
import { freePort, until } from "../helpers/time.ts";
import { openWorld, type World } from "../helpers/world.ts";
import { buildImage, type Engine, hasPodman, startEngine } from "../runner/engine.ts";

const PROGRAM = resolve(import.meta.dirname, "container.ts");
const REPORT = resolve(import.meta.dirname, "../../../../docs/bench/executors.md");
const GOAL = 1.7;
const PATIENCE_MS = 600_000;
const PAUSE_MS = 20;

/** Where executors get their containers from, and which cores they share. */
interface Containers {
  readonly name: string;
  readonly cores: "shared" | "one each";
  /** With digest; undefined where no image is needed. */
  readonly image: string | undefined;
  /** Of the first executor and of the second. */
  readonly runners: readonly [Record<string, unknown>, Record<string, unknown>];
  close(): Promise<void>;
}

/** What was measured with one kind of container. */
interface Measured {
  readonly containers: string;
  readonly cores: string;
  /** Results a second with one executor, and with two. */
  readonly rates: readonly [number, number];
  /** Load average of the last minute, when it ended. */
  readonly load: number;
}

/** Each executor has an engine of its own, which on `one each` works on that executor's core alone, as does all it starts. */
async function podmanContainers(warm: number, cores: Containers["cores"]): Promise<Containers> {
  const folder = await mkdtemp(join(tmpdir(), "ainft-bench-"));
  const engines: Engine[] = [];
  for (const core of [0, 1]) {
    const engine = await startEngine(await mkdtemp(join(folder, "engine-")));
    engines.push(engine);
    if (cores === "one each") await keepOn(core, engine.pid);
  }
  const [first, second] = engines.map(({ socket }) => ({ type: "engine", socket, warm }));
  const [builder] = engines;
  if (builder === undefined || first === undefined || second === undefined) throw new Error("There is no engine.");
  return {
    name: warm === 0 ? "podman, started for the question" : "podman, started ahead",
    cores,
    image: await buildImage(builder, folder, "bench", PROGRAM),
    runners: [first, second],
    close: async () => {
      for (const engine of engines) await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function processContainers(): Promise<Containers> {
  const runner = { type: "process", commands: { [FIXTURE_NAME]: [process.execPath, PROGRAM] } };
  const close = async (): Promise<void> => Promise.resolve();
  return Promise.resolve({
    name: "plain processes",
    cores: "shared",
    image: undefined,
    runners: [runner, runner],
    close,
  });
}

/** Keeps a process, and what it starts from now on, on one core. */
async function keepOn(core: number, pid: number | undefined): Promise<void> {
  await promisify(execFile)("taskset", ["--all-tasks", "--cpu-list", "--pid", String(core), String(pid)]);
}

/** One relay that reads and signs, and `executors` that run one container at a time each. */
class Bench {
  readonly #world: World;
  readonly #cluster: PostgresCluster;
  readonly #containers: Containers;

  constructor(world: World, cluster: PostgresCluster, containers: Containers) {
    this.#world = world;
    this.#cluster = cluster;
    this.#containers = containers;
  }

  /** Results a second between the first and the last tenth, while every executor is at work. */
  async rateOf(executors: number, tokens: readonly bigint[]): Promise<number> {
    const startBlock = (await this.#world.provider.getBlockNumber()) + 1;
    for (const tokenId of tokens) await this.#world.ask(tokenId, { say: "hello" });
    const url = await this.#cluster.createDatabase();
    const roles = ["lead", ...Array.from({ length: executors }, () => "executor")];
    const relays = await Promise.all(roles.map(async (role, index) => this.#prepare(role, index, url, startBlock)));
    try {
      for (const relay of relays.slice(1)) relay.start();
      for (const [index, relay] of relays.slice(1).entries()) {
        await relay.ready();
        if (this.#containers.cores === "one each") await keepOn(index, relay.pid);
      }
      relays[0]?.start(); // only now there is anything to run
      return await this.#measure(url, tokens.length);
    } finally {
      for (const relay of relays) await relay.stop();
    }
  }

  async #measure(url: string, count: number): Promise<number> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const done = async (): Promise<number> => {
      const { rows } = await client.query<{ done: number }>(
        "select count(*)::int4 as done from requests where state = 'EXECUTED'",
      );
      return rows[0]?.done ?? 0;
    };
    const reached = async (goal: number): Promise<{ readonly at: number; readonly done: number }> => {
      let seen = 0;
      await until(`${goal} results`, PATIENCE_MS, async () => (seen = await done()) >= goal, PAUSE_MS);
      return { at: performance.now(), done: seen };
    };
    try {
      const [first, last] = [await reached(Math.ceil(count / 10)), await reached(Math.floor((count * 9) / 10))];
      return (last.done - first.done) / ((last.at - first.at) / 1_000);
    } finally {
      await client.end();
    }
  }

  async #prepare(role: string, index: number, url: string, startBlock: number): Promise<RelayProcess> {
    const { folder, reporters } = this.#world;
    const name = `${new URL(url).pathname.slice(1)}-${index}`;
    const base = relayConfig(this.#world, index, { port: await freePort(), peers: [], sends: false });
    const config = {
      ...base,
      role,
      chain: { ...(base["chain"] as Record<string, unknown>), startBlock },
      dataDir: join(folder, name),
      runner: this.#containers.runners[index === 2 ? 1 : 0],
      limits: { concurrentRuns: 1, startupSeconds: 60 },
    };
    const file = join(folder, `${name}.json`);
    await writeFile(file, JSON.stringify(config));
    return new RelayProcess(file, { REPORTER_KEY: reporters[0]?.privateKey, DATABASE_URL: url });
  }
}

async function measure(containers: Containers, requests: number): Promise<Measured> {
  const world = await openWorld(1, { image: containers.image });
  const cluster = await PostgresCluster.start({ durable: true });
  try {
    const tokens: bigint[] = [];
    for (let index = 0; index < requests; index += 1) tokens.push(await world.mint());
    const bench = new Bench(world, cluster, containers);
    const rates = [await bench.rateOf(1, tokens), await bench.rateOf(2, tokens)] as const;
    const measured = { containers: containers.name, cores: containers.cores, rates, load: loadavg()[0] ?? 0 };
    console.log(sentence(measured));
    return measured;
  } finally {
    await cluster.close();
    await world.close();
  }
}

function sentence({ containers, cores, rates: [one, two], load }: Measured): string {
  const rates = `${one.toFixed(2)} results a second with one executor, ${two.toFixed(2)} with two`;
  return `${containers}, cores ${cores}: ${rates}: ${(two / one).toFixed(2)} times, load average ${load.toFixed(1)}`;
}

/** What is committed: as measured, whatever it is. */
function page(all: readonly Measured[], requests: number): string {
  const rows = all.map(({ containers, cores, rates: [one, two], load }) => {
    const figures = [one.toFixed(2), two.toFixed(2), (two / one).toFixed(2), load.toFixed(1)];
    return `| ${[containers, cores, ...figures].join(" | ")} |`;
  });
  return `# What a second executor is worth

Generated by \`npm run bench:executors\`. Do not edit.

One relay reads the chain and signs (\`--role lead\`); executors (\`--role executor\`) share its PostgreSQL and run one container at a
time each. The container needs 200 ms for an answer. ${requests} requests, each of another token; the rate is taken between the first and
the last tenth of the results. PostgreSQL forces its writes to the disk. Every request gets a container of its own, and starting it is
not in the 200 ms but in the rate. Each executor has an engine of its own. With cores "shared" everything runs on all of them; with "one
each" an executor, its engine and its containers stay on one core, as if it were a machine, and the rest goes where it likes.

| containers | cores | results a second, one executor | two executors | times | load average |
| ---------- | ----- | -----------------------------: | ------------: | ----: | -----------: |
${rows.join("\n")}

The goal is ${GOAL} times. Machine: ${cpus().length} cores, for relays, containers, PostgreSQL and anvil together. The load average is that of
the minute before the end of each row: with much above ${cpus().length} the machine was at other work, too. Both engines keep their containers in one
storage, whose locks they share, as two machines would not. Node ${process.versions.node}.
`;
}

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "60" },
    runs: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
  },
});
const requests = Number(values.requests);
const engines = [
  async () => podmanContainers(0, "shared"),
  async () => podmanContainers(1, "shared"),
  async () => podmanContainers(1, "one each"),
];
const kinds = [...((await hasPodman()) ? engines : []), processContainers];
const all: Measured[] = [];
for (const open of kinds) {
  for (let run = 0; run < Number(values.runs); run += 1) {
    const containers = await open();
    all.push(await measure(containers, requests).finally(async () => containers.close()));
    if (values.write) await writeFile(REPORT, page(all, requests));
  }
}
if (!all.some(({ rates: [one, two] }) => two >= GOAL * one)) process.exitCode = 1;
