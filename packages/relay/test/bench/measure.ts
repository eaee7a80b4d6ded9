import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../helpers/time.ts";
import type { World } from "../helpers/world.ts";
import type { Fleet } from "./fleet.ts";
import { Deliveries, Load } from "./load.ts";
import type { Processor } from "./processes.ts";

const HALF_AN_HOUR = 1_800_000;

/** What came of one backlog. */
export interface Backlog {
  readonly requests: number;
  readonly seconds: number;
  readonly resultsPerSecond: number;
  /** Processor time of the three relays and the program, in milliseconds a result: no other work on the machine adds to it. */
  readonly processorMsPerResult: number;
  /** The same for each, in milliseconds a result. */
  readonly processorMs: Processor;
  /** Transactions that brought them. */
  readonly transactions: number;
  /** Most memory of each relay, in MiB. */
  readonly peakMiB: readonly number[];
}

/** Files requests while no relay runs, and takes the time from the first relay that is ready to the last result on chain. */
export async function measureBacklog(world: World, fleet: Fleet, load: Load, requests: number): Promise<Backlog> {
  const deliveries = new Deliveries(world);
  const before = await deliveries.count();
  const sentBefore = deliveries.transactions;
  await load.file(requests);
  await fleet.start();
  const usedBefore = await fleet.processorSeconds();
  const begin = performance.now();
  let told = begin;
  await until(`${requests} results`, HALF_AN_HOUR, async () => {
    if ((await fleet.peaks()).includes(0)) throw new Error("A relay has died: nobody would bring the rest.");
    const done = (await deliveries.count()) - before;
    if (performance.now() - told > 10_000) {
      told = performance.now();
      process.stderr.write(`  ${done} of ${requests} after ${Math.round((told - begin) / 1_000)} s\n`);
    }
    return done >= requests;
  });
  const seconds = (performance.now() - begin) / 1_000;
  const peakMiB = await fleet.peaks();
  const usedAfter = await fleet.processorSeconds();
  const spent = (who: keyof Processor): number => (1_000 * (usedAfter[who] - usedBefore[who])) / requests;
  const [relays, program, database, chain] = [spent("relays"), spent("program"), spent("database"), spent("chain")];
  const [processorMsPerResult, processorMs] = [relays + program, { relays, program, database, chain }];
  await fleet.stop();
  const transactions = deliveries.transactions - sentBefore;
  return {
    requests,
    seconds,
    resultsPerSecond: requests / seconds,
    processorMsPerResult,
    processorMs,
    transactions,
    peakMiB,
  };
}

/** Milliseconds from a request's block to the transaction that answers it, for single requests and for bursts. */
export interface Latency {
  readonly burst: number;
  readonly samples: number;
  readonly p50: number;
  readonly p99: number;
}

/** Asks in bursts of one block each, with pauses; what the relays log tells when each was answered. */
export async function measureLatency(
  world: World,
  fleet: Fleet,
  load: Load,
  burst: number,
  rounds: number,
): Promise<Latency> {
  const deliveries = new Deliveries(world);
  const before = await deliveries.count();
  await fleet.start();
  await fleet.allServe();
  const mined: { readonly lastId: number; readonly at: number }[] = [];
  let lastId = Number(await world.requestCount());
  for (let round = 0; round < rounds; round += 1) {
    await load.file(burst);
    lastId += burst;
    mined.push({ lastId, at: Date.now() });
    await sleep(400);
  }
  await until("the answers", 120_000, async () => (await deliveries.count()) - before >= burst * rounds);
  await fleet.stop();
  const sent = sentTimes(fleet.relays.map(({ log }) => log).join("\n"));
  const firstId = lastId - burst * rounds + 1;
  const waits = Array.from({ length: burst * rounds }, (_, index) => {
    const id = firstId + index;
    const asked = mined.find((block) => id <= block.lastId)?.at ?? 0;
    return (sent.find(({ first, last }) => first <= id && id <= last)?.at ?? Number.NaN) - asked;
  }).filter((ms) => !Number.isNaN(ms));
  return { burst, samples: waits.length, p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) };
}

interface Sent {
  readonly first: number;
  readonly last: number;
  readonly at: number;
}

/** When each transaction was sent, and which results were in it, the earliest first. */
function sentTimes(log: string): Sent[] {
  const lines = log.split("\n").filter((line) => line.includes("A transaction was sent"));
  return lines
    .map((line) => JSON.parse(line) as { time: number | string; key: string })
    .flatMap(({ time, key }): Sent[] => {
      const [kind, first, count = "1"] = key.split(":");
      if (kind !== "result" && kind !== "batch") return [];
      return [{ first: Number(first), last: Number(first) + Number(count) - 1, at: new Date(time).getTime() }];
    })
    .sort((left, right) => left.at - right.at);
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
