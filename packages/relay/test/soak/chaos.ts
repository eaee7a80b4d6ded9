import { setTimeout as sleep } from "node:timers/promises";
import type { PostgresCluster } from "../helpers/postgres.ts";
import type { RelayProcess } from "../helpers/relay-processes.ts";
import type { World } from "../helpers/world.ts";
import { type FaultProxy, FAULTS } from "./fault-proxy.ts";
import type { Random } from "./random.ts";

/** Relays that may be away at once: the others still have a quorum. */
const MOST_AWAY = 2;
/** Blocks undone at most: fewer than the relays wait for. */
const DEEPEST_REORG = 2;

/** What can be struck. */
export interface Targets {
  readonly world: World;
  readonly relays: readonly RelayProcess[];
  /** Each relay's node. */
  readonly proxies: readonly FaultProxy[];
  /** The server with the databases of some of the relays; null where there is none. */
  readonly postgres: PostgresCluster | null;
}

/** Has something break every few seconds between its start and its stop. */
export class Chaos {
  readonly #targets: Targets;
  readonly #random: Random;
  readonly #say: (line: string) => void;
  readonly struck = new Map<string, number>();
  #ended = Promise.resolve();
  #goesOn = false;

  constructor(targets: Targets, random: Random, say: (line: string) => void) {
    this.#targets = targets;
    this.#random = random;
    this.#say = say;
  }

  start(): void {
    this.#goesOn = true;
    this.#ended = this.#strikeOn();
    this.#ended.catch(() => undefined); // told of where it is waited for
  }

  /** Waits for what breaks now, and has everything mended. Throws what a strike did. */
  async stop(): Promise<void> {
    this.#goesOn = false;
    await this.#ended;
    for (const proxy of this.#targets.proxies) proxy.set("none");
  }

  async #strikeOn(): Promise<void> {
    while (this.#goesOn) {
      await sleep(this.#random.between(1_000, 4_000));
      await this.#strike();
    }
  }

  async #strike(): Promise<void> {
    const what = this.#random.of(["kill", "kill", "reorg", "database", "node", "node", "node"]);
    if (what === "kill") await this.#kill();
    else if (what === "reorg") await this.#reorg();
    else if (what === "database") await this.#cut();
    else await this.#spoil();
  }

  /** Not one more while too many have not come back yet: then nothing would move, which tries nothing. */
  async #kill(): Promise<void> {
    const there = await Promise.all(this.#targets.relays.map(async (each) => each.get("/live")));
    if (there.filter((answer) => answer === null).length >= MOST_AWAY) return;
    const index = this.#random.between(0, this.#targets.relays.length - 1);
    const relay = this.#targets.relays[index];
    this.#note("kill -9", `relay ${index}`);
    await relay?.kill();
    await sleep(this.#random.between(0, 2_000));
    relay?.start();
  }

  async #reorg(): Promise<void> {
    const depth = this.#random.between(1, DEEPEST_REORG);
    this.#note("reorganisation", `of ${depth}`);
    await this.#targets.world.provider.send("anvil_reorg", [depth, []]);
  }

  /** Ends all connections to the databases, as a failover would. */
  async #cut(): Promise<void> {
    if (this.#targets.postgres === null) return;
    this.#note("cut", `${await this.#targets.postgres.cutAll()} connections to databases`);
  }

  async #spoil(): Promise<void> {
    const index = this.#random.between(0, this.#targets.proxies.length - 1);
    const fault = this.#random.of(FAULTS);
    this.#note(fault, `the node of relay ${index}`);
    const proxy = this.#targets.proxies[index];
    proxy?.set(fault);
    await sleep(this.#random.between(1_000, 4_000));
    proxy?.set("none");
  }

  #note(what: string, detail: string): void {
    this.struck.set(what, (this.struck.get(what) ?? 0) + 1);
    this.#say(`  ${what}: ${detail}`);
  }
}
