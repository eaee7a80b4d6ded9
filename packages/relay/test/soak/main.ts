// npm run soak: five relays at work while things break. See docs/bench/relay.md.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWorld } from "../helpers/world.ts";
import { Chaos } from "./chaos.ts";
import { type Course, soak } from "./course.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { type Ground, prepareFleet, prepareGround, removePrograms } from "./fleet.ts";
import { HELP, readOptions, WrongOption } from "./options.ts";
import { Random } from "./random.ts";

const REPORTERS = 5;
const THRESHOLD = 3;
/** Problems that are printed. */
const SHOWN = 50;
const INTERRUPTED = 130;
const USAGE = 2;

const started = Date.now();
const say = (line: string): void =>
  void process.stdout.write(`[${String(Math.round((Date.now() - started) / 1_000)).padStart(4)} s] ${line}\n`);

/** Somebody ended the soak. */
class Interrupted extends Error {}

const interruption = new Promise<never>((_done, fail) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.once(signal, () => {
      fail(new Interrupted(`Ended by ${signal}.`));
    });
  }
});
interruption.catch(() => undefined); // nobody waits for it while the ground is prepared

/** Opens the chain and the relays, and leaves nothing of them, also when somebody ends the soak before its time. */
async function onGround(ground: Ground, options: Course["options"]): Promise<readonly string[]> {
  const anvil = { threshold: THRESHOLD, anvilOptions: ["--accounts", "12"], image: ground.images.counter };
  const world = await openWorld(REPORTERS, anvil);
  const proxies = await Promise.all(world.reporters.map(async () => FaultProxy.open(world.rpcUrl)));
  const relays = await prepareFleet(world, ground, proxies);
  const chaos = new Chaos({ world, relays, proxies, postgres: ground.postgres }, new Random(options.seed + 1), say);
  try {
    return await Promise.race([soak({ world, ground, relays, chaos, options, started, say }), interruption]);
  } finally {
    await chaos.stop().catch(() => undefined); // thrown before, where it broke
    for (const relay of relays) await relay.kill();
    await removePrograms(world, ground);
    for (const proxy of proxies) proxy.close();
    await world.close();
  }
}

async function run(options: Course["options"]): Promise<boolean> {
  const { seed } = options;
  say(`seed ${seed}: run again with --seed ${seed}`);
  const folder = await mkdtemp(join(tmpdir(), "ainft-soak-"));
  await chmod(folder, 0o755); // programs in containers reach what is mounted from here
  const ground = await prepareGround(folder);
  try {
    const problems = await onGround(ground, options);
    for (const problem of problems.slice(0, SHOWN)) say(`PROBLEM ${problem}`);
    say(
      problems.length > 0
        ? `${problems.length} problems with seed ${seed}`
        : "all of it came out once, in order, and to the wei",
    );
    return problems.length === 0;
  } finally {
    await ground.close();
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") process.stdout.write(HELP);
  else process.exitCode = (await run(options)) ? 0 : 1;
} catch (error) {
  if (error instanceof WrongOption) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = USAGE;
  } else if (error instanceof Interrupted) {
    say(error.message);
    process.exit(INTERRUPTED); // what was under way still waits for relays that are gone
  } else throw error;
}
