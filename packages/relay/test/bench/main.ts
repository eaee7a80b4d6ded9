// npm run bench:relay [-- --backlogs 1000,2000] [-- --bursts 0] [-- --heap 256] [-- --embedded] [-- --write]: what a relay of three does. See
// docs/bench/relay.md.
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { PostgresCluster } from "../helpers/postgres.ts";
import { openWorld } from "../helpers/world.ts";
import type { Figures } from "./figures.ts";
import { Fleet } from "./fleet.ts";
import { Load } from "./load.ts";
import { type Backlog, type Latency, measureBacklog, measureLatency } from "./measure.ts";
import type { Processor } from "./processes.ts";
import { writeReport } from "./report.ts";
import { growth, sizeOf } from "./storage.ts";

const BLOCK_GAS = "3000000000";

const { values: options } = parseArgs({
  options: {
    backlogs: { type: "string", default: "1000,2000,5000,10000" },
    bursts: { type: "string", default: "100" },
    relays: { type: "string", default: "3" },
    quorum: { type: "string", default: "2" },
    heap: { type: "string", default: "0" },
    embedded: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

async function run(): Promise<Figures> {
  const world = await openWorld(Number(options.relays), {
    threshold: Number(options.quorum),
    anvilOptions: ["--gas-limit", BLOCK_GAS],
  });
  const cluster = options.embedded ? null : await PostgresCluster.start();
  const databases =
    cluster === null ? [] : await Promise.all(world.reporters.map(async () => cluster.createDatabase()));
  const fleet = await Fleet.prepare(world, databases, "warn", Number(options.heap));
  try {
    const load = new Load(world, await world.mintEcho());
    const [processor] = cpus();
    const database = cluster === null ? "embedded" : "PostgreSQL";
    const [loadBefore = 0] = loadavg();
    say(
      `${processor?.model ?? "?"}, ${cpus().length} cores, ${options.relays} relays, quorum of ${options.quorum}, batches of 256`,
    );
    say(cluster === null ? "database: embedded, one a relay" : "database: one PostgreSQL server, a database a relay");
    say("program: an HTTP endpoint that is always up and does nothing (an engine starts a fresh container each time)");
    const backlogs: Backlog[] = [];
    await fleet.start(); // the databases are laid out once
    await fleet.allServe();
    await fleet.stop();
    const [observed] = databases;
    const empty = cluster === null || observed === undefined ? null : await sizeOf(cluster, observed);
    for (const requests of options.backlogs.split(",").map(Number)) {
      const backlog = await measureBacklog(world, fleet, load, requests);
      backlogs.push(backlog);
      say(
        `backlog ${requests}: ${backlog.seconds.toFixed(1)} s, ${backlog.resultsPerSecond.toFixed(0)} results/s, ` +
          `${backlog.processorMsPerResult.toFixed(1)} ms of processor time a result (${shares(backlog.processorMs)}), ` +
          `${backlog.transactions} transactions, peak ${backlog.peakMiB.join(" / ")} MiB`,
      );
    }
    const full = cluster === null || observed === undefined ? null : await sizeOf(cluster, observed);
    const storage = growth(empty, full, backlogs);
    if (storage !== null) {
      say(
        `database of one relay: ${storage.rowsPerResult.toFixed(1)} rows, ${storage.bytesPerResult.toFixed(0)} bytes a result`,
      );
    }
    const talking = await Fleet.prepare(world, databases, "info", Number(options.heap));
    try {
      const latencies: Latency[] = [];
      const rounds = Number(options.bursts);
      for (const burst of rounds === 0 ? [] : [1, 64]) {
        const latency = await measureLatency(world, talking, load, burst, rounds);
        latencies.push(latency);
        say(`latency, ${burst} a block: p50 ${latency.p50} ms, p99 ${latency.p99} ms (${latency.samples} results)`);
      }
      return { cores: cpus().length, database, loadBefore, backlogs, latencies, storage };
    } finally {
      await talking.close();
    }
  } finally {
    await fleet.close();
    await cluster?.close();
    await world.close();
  }
}

function shares(processor: Processor): string {
  return Object.entries(processor)
    .map(([who, ms]: [string, number]) => `${who} ${ms.toFixed(2)}`)
    .join(", ");
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const figures = await run();
if (options.write) await writeReport(figures);
