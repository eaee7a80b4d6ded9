import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type OpenSession, Session, type StartedProgram } from "../../src/adapters/runner/session.ts";
import type { SocketFolder } from "../../src/adapters/runner/socket-folder.ts";
import { type WarmOutcome, WarmPool } from "../../src/adapters/runner/warm-pool.ts";
import { programOf } from "../unit/support/program.ts";
import { until } from "./until.ts";

const FIXTURE = join(import.meta.dirname, "../fixtures/program.ts");
const PROGRAM = { ...programOf({}), limits: { ...programOf({}).limits, startupMs: 20_000 } };
const GOES_ON = new AbortController().signal;

/** A pool of real sessions with plain processes, and what was seen of it. */
class Watched {
  /** What became of those that were started. */
  readonly outcomes: WarmOutcome[] = [];
  readonly children: ChildProcess[] = [];
  readonly pool: WarmPool;
  waiting = 0;
  mostAlive = 0;
  #started = 0;

  constructor(size: number) {
    this.pool = new WarmPool(size, {
      outcome: (outcome) => (outcome === "started" ? (this.#started += 1) : this.outcomes.push(outcome)),
      waiting: (count) => (this.waiting = count),
    });
  }

  get alive(): number {
    return this.children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null).length;
  }

  readonly open: OpenSession = async (signal) => Session.open(PROGRAM, async (folder) => this.#start(folder), signal);

  /** Fills, and waits until what was started is ready. */
  async filled(kind: string): Promise<ChildProcess> {
    const before = this.#started;
    this.pool.fill(kind, this.open);
    await until("a program to be ready", 20_000, async () => Promise.resolve(this.#started > before));
    const child = this.children.at(-1);
    assert.ok(child !== undefined);
    return child;
  }

  async #start(folder: SocketFolder): Promise<StartedProgram> {
    const env = { PATH: process.env["PATH"], AINFT_SOCKET: folder.socket };
    const child = spawn(process.execPath, [FIXTURE], { stdio: "ignore", env });
    this.children.push(child);
    this.mostAlive = Math.max(this.mostAlive, this.alive);
    const ended = once(child, "exit").then(() => "the program ended");
    return Promise.resolve({
      ended,
      excuse: async () => Promise.resolve(undefined),
      stop: async () => {
        child.kill("SIGKILL");
        await ended;
      },
    });
  }
}

describe("WarmPool", () => {
  it("is none with the size 0: it starts nothing, and counts nothing", async () => {
    const watched = new Watched(0);
    watched.pool.fill("a", watched.open);

    assert.equal(await watched.pool.take("a", GOES_ON), undefined);
    assert.deepEqual([watched.children.length, watched.outcomes], [0, []]);
  });

  it("gives what it holds to one taker only, even while it is still starting, and only for its own kind", async () => {
    const watched = new Watched(1);
    watched.pool.fill("a", watched.open);
    const taken = await Promise.all(["b", "a", "a"].map(async (kind) => watched.pool.take(kind, GOES_ON)));

    assert.deepEqual(
      taken.map((session) => session !== undefined),
      [false, true, false],
    );
    assert.deepEqual(watched.outcomes.toSorted(), ["missed", "missed", "used"]);
    await taken[1]?.close();
    assert.equal(watched.alive, 0);
  });

  it("never holds more than its size: who was asked least lately is gone before the next begins", async () => {
    const watched = new Watched(2);
    for (const kind of ["a", "b", "a", "c", "d"]) {
      await watched.filled(kind);
      assert.ok(watched.waiting <= 2);
    }
    const left = await Promise.all(["a", "b", "c", "d"].map(async (kind) => watched.pool.take(kind, GOES_ON)));

    assert.deepEqual(
      left.map((session) => session !== undefined),
      [false, false, true, true],
    );
    assert.equal(watched.mostAlive, 2);
    for (const session of left) await session?.close();
  });

  it("throws away one that does not answer any more, and does not blame anybody for it", async () => {
    const watched = new Watched(1);
    const stuck = await watched.filled("a");
    stuck.kill("SIGSTOP");

    assert.equal(await watched.pool.take("a", GOES_ON), undefined);
    await until("the stuck program to be gone", 20_000, async () => Promise.resolve(stuck.signalCode === "SIGKILL"));
    assert.deepEqual(watched.outcomes, ["discarded", "missed"]);
  });

  it("drops one that ends while it waits, and has room again", async () => {
    const watched = new Watched(1);
    (await watched.filled("a")).kill("SIGKILL");
    await until("the pool to notice", 20_000, async () => Promise.resolve(watched.waiting === 0));
    await watched.filled("a");
    const session = await watched.pool.take("a", GOES_ON);

    assert.deepEqual(watched.outcomes, ["discarded", "used"]);
    await session?.close();
  });

  it("drops one that cannot be started, and answers that it has none", async () => {
    const watched = new Watched(1);
    watched.pool.fill("a", async () => Promise.reject(new Error("no engine")));

    assert.equal(await watched.pool.take("a", GOES_ON), undefined);
    await until("the pool to notice", 20_000, async () => Promise.resolve(watched.waiting === 0));
    assert.ok(watched.outcomes.includes("missed"));
  });

  it("stops waiting for one that starts when it is told to stop, and ends it", async () => {
    const watched = new Watched(1);
    const stop = new AbortController();
    const silent: OpenSession = async (signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      });
    watched.pool.fill("a", silent);
    const taking = watched.pool.take("a", stop.signal);
    const reason = new Error("enough");
    stop.abort(reason);

    await assert.rejects(taking, reason);
  });

  it("leaves nothing behind when it is closed, and starts nothing afterwards", async () => {
    const watched = new Watched(3);
    await watched.filled("a");
    watched.pool.fill("b", watched.open); // still starting
    await watched.pool.close();
    watched.pool.fill("c", watched.open);

    assert.deepEqual([watched.alive, watched.waiting], [0, 0]);
    assert.equal(await watched.pool.take("c", GOES_ON), undefined);
  });
});
