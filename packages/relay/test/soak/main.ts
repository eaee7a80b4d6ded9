// npm run soak -- [--minutes 3 | --count 200] [--seed 7]: five relays at work while things break. See docs/bench/relay.md.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import { openWorld, type World } from "../helpers/world.ts";
import { Books } from "./books.ts";
import { Chaos } from "./chaos.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { type Ground, prepareFleet, prepareGround, programs } from "./fleet.ts";
import { Players } from "./players.ts";
import { Random } from "./random.ts";
import { type Tokens, Traffic } from "./traffic.ts";
import { judge, type Verdict } from "./verdict.ts";

const REPORTERS = 5;
const THRESHOLD = 3;
/** Tokens with a state that are asked for nothing, for a price, and that are played with. */
const TOKENS = { full: [40, 20, 40], short: [10, 6, 8] } as const;
const LONGEST_START_MS = 300_000;
const LONGEST_DRAIN_MS = 2_400_000;
/** Requests and events that may be under way before nobody asks for more. */
const MOST_UNDER_WAY = 300;
/** Problems that are printed. */
const SHOWN = 50;

const option = (name: string): number | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : Number(process.argv[at + 1]);
};
const seed = option("seed") ?? Date.now() % 1_000_000;
const minutes = option("minutes");
/** Requests, and at least as many events of activity. */
const count = option("count") ?? 2_000;
const started = Date.now();
const say = (line: string): void =>
  void process.stdout.write(`[${String(Math.round((Date.now() - started) / 1_000)).padStart(4)} s] ${line}\n`);

/** When the last is asked, as a part of the time that is given; the rest is for what is still under way. */
const ASKING = 0.35;
/** People ask for so long however long it took to start. */
const LEAST_ASKING_MS = 20_000;
/** Things go on breaking for so much of the time after the last was asked. */
const AFTERWARDS_MS = (minutes ?? 4) * 3_000;

/** Asks and plays until it was enough, or the time for it is over; not faster than the machine can follow. */
async function keepBusy(
  traffic: Traffic,
  players: Players,
  random: Random,
  look: () => Promise<Verdict>,
): Promise<void> {
  const inTime = started + (minutes ?? 0) * 60_000 * ASKING;
  const end = minutes === undefined ? Number.POSITIVE_INFINITY : Math.max(Date.now() + LEAST_ASKING_MS, inTime);
  for (let asked = 0; Date.now() < end && (asked < count || players.count < count);) {
    const upTo = (most: number, done: number): number => (done < count ? random.between(0, most) : 0);
    const now = { free: upTo(2, asked), paid: upTo(2, asked), plays: upTo(1, players.count) };
    for (let index = 0; index < now.free; index += 1) await traffic.askFree();
    for (let index = 0; index < now.paid; index += 1) await traffic.askPaid();
    for (let index = 0; index < now.plays; index += 1) await players.play();
    asked += now.free + now.paid;
    if (random.between(1, 20) === 1) {
      await traffic.cancelOverdue();
      await until(
        "the relays to catch up",
        LONGEST_DRAIN_MS,
        async () => Date.now() >= end || !isBehind(await look()),
        1_000,
      );
    }
    await sleep(random.between(200, 900));
  }
}

function isBehind({ requests, final, refunded, changing, events, updates }: Verdict): boolean {
  const late = requests - final - refunded + Math.max(0, changing + events - updates);
  if (late > MOST_UNDER_WAY)
    say(`  ${late} of ${requests} requests and ${events} events are under way: nobody asks for a while`);
  return late > MOST_UNDER_WAY;
}

async function mintAll(world: World, ground: Ground): Promise<Tokens & { readonly games: readonly bigint[] }> {
  const mint = async (count: number): Promise<bigint[]> => {
    const tokens: bigint[] = [];
    while (tokens.length < count) tokens.push(await world.mint());
    return tokens;
  };
  const [counters, pricedCounters, games] = minutes === undefined ? TOKENS.full : TOKENS.short;
  return {
    echo: await world.mintEcho(ground.images.echo),
    pricedEcho: await world.mintEcho(ground.images.echo),
    counters: await mint(counters),
    pricedCounters: await mint(pricedCounters),
    games: await mint(games),
  };
}

/** Lets everything come to its end with nothing broken any more. */
async function drain(traffic: Traffic, players: Players, look: () => Promise<Verdict>): Promise<Verdict> {
  let verdict = await look();
  await until("every result, refund and update", LONGEST_DRAIN_MS, async () => {
    await sleep(2_000);
    const taken = await players.finish();
    await traffic.cancelOverdue();
    verdict = await look();
    return taken && verdict.problems.length === 0;
  }).catch((error: unknown) => say(String(error)));
  return verdict;
}

async function run(world: World, ground: Ground, proxies: readonly FaultProxy[]): Promise<readonly string[]> {
  const random = new Random(seed);
  const tokens = await mintAll(world, ground);
  const books = await Books.open(world, [tokens.pricedEcho, ...tokens.pricedCounters]);
  const relays = await prepareFleet(world, ground, proxies);
  const chaos = new Chaos({ world, relays, proxies, postgres: ground.postgres }, new Random(seed + 1), say);
  try {
    await startAll(relays);
    const players = await Players.open(world, relays, tokens.games, random);
    await world.provider.send("anvil_autoImpersonateAccount", [true]);
    await world.provider.send("evm_setAutomine", [false]);
    await world.provider.send("evm_setIntervalMining", [1]);
    say("everything is up");
    const traffic = new Traffic(world, random, tokens, books);
    const stop = new AbortController();
    const struck = chaos.strikeUntil(stop.signal);
    const counters = new Set([...tokens.counters, ...tokens.pricedCounters]);
    const look = async (): Promise<Verdict> => judge(world, books, { counters, played: players.taken });
    await keepBusy(traffic, players, random, look);
    await sleep(AFTERWARDS_MS);
    stop.abort();
    await struck;
    say(`struck: ${[...chaos.struck].map(([what, times]) => `${times} ${what}`).join(", ")}`);
    const verdict = await drain(traffic, players, look);
    report(verdict);
    const endings = await books.endings();
    const money = [...(await books.callbackProblems(endings)), ...(await books.moneyProblems(endings))];
    for (const relay of relays) await relay.stop();
    return [...verdict.problems, ...money, ...(await leftovers(world, ground))];
  } finally {
    for (const relay of relays) await relay.kill();
  }
}

async function startAll(relays: readonly RelayProcess[]): Promise<void> {
  for (const relay of relays) relay.start();
  for (const relay of relays) await until("a relay", LONGEST_START_MS, async () => (await relay.get("/live")) !== null);
}

function report({ requests, final, refunded, changing, events, updates, problems }: Verdict): void {
  say(`${requests} requests = ${final} final + ${refunded} refunded`);
  say(`${updates} updates = ${changing} of requests + ${events} of activity`);
  if (problems.length === 0 && final + refunded !== requests) throw new Error("The verdict contradicts itself.");
}

async function leftovers(world: World, ground: Ground): Promise<string[]> {
  const { started: runs, left } = await programs(world, ground);
  if (runs === null) say("no container engine here: one relay ran its programs as processes");
  else say(`${runs} containers were started, ${left.length} are left`);
  return [
    ...left.map((name) => `${runs === null ? "process" : "container"} ${name} was left behind`),
    ...(runs === 0 ? ["no container was ever started, so that none could be left behind"] : []),
  ];
}

say(`seed ${seed}: run again with --seed ${seed}`);
const folder = await mkdtemp(join(tmpdir(), "ainft-soak-"));
await chmod(folder, 0o755); // programs in containers reach what is mounted from here
const ground = await prepareGround(folder);
try {
  const options = { threshold: THRESHOLD, anvilOptions: ["--accounts", "12"], image: ground.images.counter };
  const world = await openWorld(REPORTERS, options);
  const proxies = await Promise.all(world.reporters.map(async () => FaultProxy.open(world.rpcUrl)));
  try {
    const problems = await run(world, ground, proxies);
    for (const problem of problems.slice(0, SHOWN)) say(`PROBLEM ${problem}`);
    if (problems.length > 0) {
      say(`${problems.length} problems with seed ${seed}`);
      process.exitCode = 1;
    } else say("all of it came out once, in order, and to the wei");
  } finally {
    for (const proxy of proxies) proxy.close();
    await world.close();
  }
} finally {
  await ground.close();
  await rm(folder, { recursive: true, force: true });
}
