// npm run soak [-- --minutes 3] [-- --seed 7]: five relays at work while things break. See docs/bench/relay.md.
import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ECHO_NAME, FIXTURE_NAME } from "../helpers/fixture.ts";
import { prepareRelays, type RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import { CHAIN_ID, openWorld, type World } from "../helpers/world.ts";
import { Chaos } from "./chaos.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { Random } from "./random.ts";
import { Traffic } from "./traffic.ts";
import { judge, type Verdict } from "./verdict.ts";

const REPORTERS = 5;
const THRESHOLD = 3;
const CONFIRMATIONS = 4;
const COUNTERS = 60;
const FULL = 2_000;
const LONGEST_DRAIN_MS = 1_800_000;
/** The relay whose programs are processes of their own, so that they can be left behind. */
const STARTS_PROCESSES = REPORTERS - 1;

const option = (name: string): number | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : Number(process.argv[at + 1]);
};
const seed = option("seed") ?? Date.now() % 1_000_000;
const minutes = option("minutes");
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Asks until enough was asked, or until half of the time is over: the rest is for what is still under way. */
async function ask(traffic: Traffic, random: Random): Promise<void> {
  const end = minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + minutes * 30_000;
  let asked = { echo: 0, counters: 0 };
  while (Date.now() < end && (asked.echo < FULL || asked.counters < FULL)) {
    const now = { echo: random.between(0, 12), counters: random.between(0, 8) };
    await traffic.askEcho(now.echo);
    await traffic.askCounters(now.counters);
    asked = { echo: asked.echo + now.echo, counters: asked.counters + now.counters };
    await sleep(random.between(200, 900));
  }
}

async function startProgram(): Promise<{ port: number; stop: () => void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "program.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<number>((done) => {
    child.stdout.once("data", (line: Buffer) => done(Number(line.toString("utf8"))));
  });
  return { port, stop: () => void child.kill("SIGKILL") };
}

async function prepare(world: World, proxies: readonly FaultProxy[], port: number): Promise<RelayProcess[]> {
  const all = proxies.map((_proxy, index) => index);
  const endpoint = (image: string, digit: string, path: string): Record<string, string> => ({
    image: `${image}@sha256:${digit.repeat(32)}`,
    url: `http://127.0.0.1:${port}${path}`,
  });
  const endpoints = [endpoint(ECHO_NAME, "cd", "/echo"), endpoint(FIXTURE_NAME, "ab", "/counter")];
  const http = { type: "http", endpoints, privateHosts: ["127.0.0.1"] };
  return prepareRelays(world, all, (index) => ({
    chain: {
      ...{ id: CHAIN_ID, rpcUrl: proxies[index]?.url, oracle: world.oracleAddress },
      ...{ confirmations: CONFIRMATIONS, pollMs: 250, timeoutMs: 5_000 },
    },
    ...(index === STARTS_PROCESSES ? {} : { runner: http }),
    limits: { startupSeconds: 60, concurrentRuns: index === STARTS_PROCESSES ? 2 : 16 },
    batching: { mode: "fulfil", size: 64, patienceMs: 2_000 },
    transmitter: {
      ...{ enabled: true, signer: { type: "env", name: "SENDER_KEY" } },
      ...{ stageDelayMs: 2_000, bumpAfterMs: 5_000, maxInFlight: 32 },
    },
    logLevel: "warn",
  }));
}

async function run(world: World, counters: readonly bigint[], echo: bigint): Promise<Verdict> {
  const random = new Random(seed);
  const proxies = await Promise.all(world.reporters.map(async () => FaultProxy.open(world.rpcUrl)));
  const program = await startProgram();
  const relays = await prepare(world, proxies, program.port);
  const chaos = new Chaos(world, relays, proxies, new Random(seed + 1), say);
  try {
    for (const relay of relays) relay.start();
    for (const relay of relays) await until("a relay", 300_000, async () => (await relay.get("/live")) !== null);
    await world.provider.send("anvil_autoImpersonateAccount", [true]);
    await world.provider.send("evm_setAutomine", [false]);
    await world.provider.send("evm_setIntervalMining", [1]);
    const stop = new AbortController();
    const struck = chaos.strikeUntil(stop.signal);
    await ask(new Traffic(world, random, echo, counters), random);
    await sleep((minutes ?? 2) * 10_000); // things go on breaking while the last answers are under way
    stop.abort();
    await struck;
    say(`struck: ${[...chaos.struck].map(([what, times]) => `${times} ${what}`).join(", ")}`);
    let verdict = await judge(world, counters);
    await until("every result and every update", LONGEST_DRAIN_MS, async () => {
      await sleep(2_000);
      verdict = await judge(world, counters);
      return verdict.final === verdict.requests && verdict.updates >= verdict.changing;
    }).catch((error: unknown) => say(String(error)));
    for (const relay of relays) await relay.stop();
    const left = await readdir(join(world.folder, `data-${STARTS_PROCESSES}`, "runs")).catch(() => []);
    const problems = [...verdict.problems, ...left.map((name) => `program ${name} was left behind`)];
    return { ...verdict, problems };
  } finally {
    for (const relay of relays) await relay.kill();
    for (const proxy of proxies) proxy.close();
    program.stop();
  }
}

say(`seed ${seed}: run again with --seed ${seed}`);
const world = await openWorld(REPORTERS, { threshold: THRESHOLD, anvilOptions: ["--accounts", "12"] });
try {
  const echo = await world.mintEcho();
  const counters: bigint[] = [];
  for (let index = 0; index < COUNTERS; index += 1) counters.push(await world.mint());
  const { requests, final, updates, changing, problems } = await run(world, counters, echo);
  say(`${requests} requests, ${final} with their result; ${changing} of them change a token, ${updates} updates`);
  for (const problem of problems.slice(0, 50)) say(`PROBLEM ${problem}`);
  if (problems.length > 0 || final !== requests || updates !== changing) process.exitCode = 1;
  else say("all of it came out once and in order");
} finally {
  await world.close();
}
