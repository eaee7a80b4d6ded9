import { setTimeout as sleep } from "node:timers/promises";
import { ConstantBackoff, handleAll, retry } from "cockatiel";
import type { RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import type { World } from "../helpers/world.ts";
import { Books } from "./books.ts";
import type { Chaos } from "./chaos.ts";
import { type Ground, programs } from "./fleet.ts";
import type { SoakOptions } from "./options.ts";
import { Players } from "./players.ts";
import { Random } from "./random.ts";
import { type Tokens, Traffic } from "./traffic.ts";
import { judge, type Verdict } from "./verdict.ts";

/** Tokens with a state that are asked for nothing, for a price, and that are played with. */
const TOKENS = { full: [40, 20, 40], short: [10, 6, 8] } as const;
const MINUTE_MS = 60_000;
const LONGEST_START_MS = 5 * MINUTE_MS;
/** What is still under way has so long to end, in the short form and in the full one. */
const LONGEST_DRAIN_MS = { full: 40 * MINUTE_MS, short: 5 * MINUTE_MS } as const;
/** How often the chain is asked how far all is, while that is waited for. */
const LOOK_MS = 4_000;
/** Requests and events that may be under way before nobody asks for more. */
const MOST_UNDER_WAY = 300;
/** When the last is asked, as a part of the time that is given; the rest is for what is still under way. */
const ASKING = 0.35;
/** People ask for so long however long it took to start. */
const LEAST_ASKING_MS = 20_000;
/** Things go on breaking for so much of each minute after the last was asked; as long as in four minutes in the full form. */
const AFTERWARDS_MS = 3_000;
const FULL_MINUTES = 4;

/** For what the soak itself asks of a node that is rewriting its chain: for a moment it has no newest block. */
const patiently = retry(handleAll, { maxAttempts: 5, backoff: new ConstantBackoff(500) });

/** What a soak has under its hands. */
export interface Course {
  readonly world: World;
  readonly ground: Ground;
  readonly relays: readonly RelayProcess[];
  readonly chaos: Chaos;
  readonly options: SoakOptions;
  /** When the soak began, in ms. */
  readonly started: number;
  readonly say: (line: string) => void;
}

/** Has people ask and play while things break, lets all of it end, and answers what did not come out right. */
export async function soak(course: Course): Promise<readonly string[]> {
  const { world, relays, chaos, options, say } = course;
  const random = new Random(options.seed);
  const tokens = await mintAll(course);
  const books = await Books.open(world, [tokens.pricedEcho, ...tokens.pricedCounters]);
  for (const relay of relays) relay.start();
  for (const relay of relays) await until("a relay", LONGEST_START_MS, async () => (await relay.get("/live")) !== null);
  const players = await Players.open(world, relays, tokens.games, random);
  await world.provider.send("anvil_autoImpersonateAccount", [true]);
  await world.provider.send("evm_setAutomine", [false]);
  await world.provider.send("evm_setIntervalMining", [1]);
  say("everything is up");

  const counters = new Set([...tokens.counters, ...tokens.pricedCounters]);
  const asking = {
    ...{ players, random, traffic: new Traffic(world, random, tokens, books) },
    look: async () => judge(world, books, { counters, played: players.taken }),
  };
  chaos.start();
  await keepBusy(course, asking);
  await sleep(AFTERWARDS_MS * (options.minutes ?? FULL_MINUTES));
  await chaos.stop();
  if (options.minutes === undefined) await keepBusy(course, asking); // what a rewritten chain lost after the last look
  say(`struck: ${[...chaos.struck].map(([what, times]) => `${times} ${what}`).join(", ")}`);

  const verdict = await drain(course, asking);
  report(course, verdict);
  const endings = await books.endings();
  const money = [...(await books.callbackProblems(endings)), ...(await books.moneyProblems(endings))];
  for (const relay of relays) await relay.stop();
  return [...verdict.problems, ...money, ...(await leftovers(course))];
}

interface Asking {
  readonly traffic: Traffic;
  readonly players: Players;
  readonly random: Random;
  readonly look: () => Promise<Verdict>;
}

async function mintAll({ world, ground, options }: Course): Promise<Tokens & { readonly games: readonly bigint[] }> {
  const mint = async (count: number): Promise<bigint[]> => {
    const tokens: bigint[] = [];
    while (tokens.length < count) tokens.push(await world.mint());
    return tokens;
  };
  const [counters, pricedCounters, games] = TOKENS[formOf(options)];
  return {
    echo: await world.mintEcho(ground.images.echo),
    pricedEcho: await world.mintEcho(ground.images.echo),
    counters: await mint(counters),
    pricedCounters: await mint(pricedCounters),
    games: await mint(games),
  };
}

/** Asks and plays until it was enough, or the time for it is over; not faster than the machine can follow. */
async function keepBusy(course: Course, { traffic, players, random, look }: Asking): Promise<void> {
  const { minutes, count } = course.options;
  const inTime = course.started + (minutes ?? 0) * MINUTE_MS * ASKING;
  const end = minutes === undefined ? Number.POSITIVE_INFINITY : Math.max(Date.now() + LEAST_ASKING_MS, inTime);
  let asked = 0;
  while (Date.now() < end && (asked < count || players.count < count)) {
    const upTo = (most: number, done: number): number => (done < count ? random.between(0, most) : 0);
    const now = { free: upTo(2, asked), paid: upTo(2, asked), plays: upTo(1, players.count) };
    for (let index = 0; index < now.free; index += 1) await patiently.execute(async () => traffic.askFree());
    for (let index = 0; index < now.paid; index += 1) await patiently.execute(async () => traffic.askPaid());
    for (let index = 0; index < now.plays; index += 1) await players.play();
    // As the chain has them: a rewritten one may have lost some.
    asked = Number(await patiently.execute(async () => course.world.requestCount()));
    if (random.between(1, 20) === 1) {
      await patiently.execute(async () => traffic.cancelOverdue());
      const caughtUp = async (): Promise<boolean> =>
        Date.now() >= end || underWay(course, await look()) <= MOST_UNDER_WAY;
      await until("the relays to catch up", LONGEST_DRAIN_MS.full, caughtUp, LOOK_MS);
    }
    await sleep(random.between(200, 900));
  }
}

/** How much of what was asked for has not come to its end. Says it. */
function underWay({ say }: Course, { requests, final, refunded, changing, events, updates }: Verdict): number {
  const late = requests - final - refunded + Math.max(0, changing + events - updates);
  const pause = late > MOST_UNDER_WAY ? ", too many to ask for more" : "";
  say(`  ${requests} requests and ${events} events so far, ${late} under way${pause}`);
  return late;
}

/** Lets everything come to its end with nothing broken any more. */
async function drain(course: Course, { traffic, players, look }: Asking): Promise<Verdict> {
  let verdict = await look();
  await until("every result, refund and update", LONGEST_DRAIN_MS[formOf(course.options)], async () => {
    await sleep(LOOK_MS);
    const taken = await players.finish();
    await traffic.cancelOverdue();
    verdict = await look();
    underWay(course, verdict);
    return taken && verdict.problems.length === 0;
  }).catch((error: unknown) => {
    course.say(String(error));
  });
  return verdict;
}

function report({ say }: Course, { requests, final, refunded, changing, events, updates, problems }: Verdict): void {
  say(`${requests} requests = ${final} final + ${refunded} refunded`);
  say(`${updates} updates = ${changing} of requests + ${events} of activity`);
  if (problems.length === 0 && final + refunded !== requests) throw new Error("The verdict contradicts itself.");
}

async function leftovers({ world, ground, say }: Course): Promise<string[]> {
  const { started: runs, left } = await programs(world, ground);
  if (runs === null) say("no container engine here: one relay ran its programs as processes");
  else say(`${runs} containers were started, ${left.length} are left`);
  return [
    ...left.map((name) => `${runs === null ? "process" : "container"} ${name} was left behind`),
    ...(runs === 0 ? ["no container was ever started, so that none could be left behind"] : []),
  ];
}

function formOf({ minutes }: SoakOptions): "full" | "short" {
  return minutes === undefined ? "full" : "short";
}
