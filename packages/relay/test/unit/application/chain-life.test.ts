import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import { ChainLife } from "../../../src/application/chain-life.ts";
import { ChainUnavailable, ReorganizationTooDeep } from "../../../src/domain/errors.ts";
import type { Clock, Logger } from "../../../src/ports/system.ts";

const AWAY = new ChainUnavailable("it does not answer");
const HALT = new ReorganizationTooDeep(5n);

describe("a chain's life", () => {
  let stop: AbortController;
  let waits: number[];
  let lines: string[];
  let left: number;
  /** What the next tries to reach the chain come to; without one it is reached. */
  let failures: Error[];
  /** What its rounds come to. */
  let end: Error | null;

  beforeEach(() => {
    stop = new AbortController();
    [waits, lines, left, failures, end] = [[], [], 0, [], null];
  });

  function life(): ChainLife<{ relay: { run(): Promise<void> }; leave(): Promise<void> }> {
    const say = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
    const log: Logger = { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
    const sleep = async (ms: number): Promise<void> => {
      waits.push(ms);
      return Promise.resolve();
    };
    const clock: Clock = { now: () => 0, sleep };
    const run = async (): Promise<void> => (end === null ? Promise.resolve() : Promise.reject(end));
    const leave = async (): Promise<void> => Promise.resolve(void (left += 1));
    const open = async () => {
      const failure = failures.shift();
      return failure === undefined ? Promise.resolve({ relay: { run }, leave }) : Promise.reject(failure);
    };
    return new ChainLife(10n, { open, clock, log });
  }

  it("waits before its node was reached, runs, and is over when it was told to stop", async () => {
    const chain = life();
    assert.equal(chain.state, "waiting");
    assert.equal(await chain.reach(), null);
    assert.equal(chain.state, "running");
    assert.equal(await chain.play(stop.signal), null);

    assert.equal(chain.state, "stopped");
    assert.deepEqual([lines, left], [[], 1]);
  });

  it("answers at first that its node is away, and throws what another try would not change", async () => {
    failures = [AWAY, new Error("another chain")];
    const chain = life();

    assert.equal(await chain.reach(), AWAY);
    await assert.rejects(chain.reach(), new Error("another chain"));
    assert.equal(chain.state, "waiting");
  });

  it("tries again, later and later up to a minute, whatever is wrong by then", async () => {
    failures = [AWAY, ...Array.from({ length: 7 }, () => AWAY), new Error("no key in the config")];
    const chain = life();
    await chain.reach();
    assert.equal(await chain.play(stop.signal), null);

    assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    assert.deepEqual(lines, [
      ...Array.from({ length: 7 }, () => "warn: A chain is not reached and will be tried again"),
      "error: A chain cannot be served and will be tried again",
    ]);
    assert.ok(chain.opened !== null);
  });

  it("ends without having been reached when it is told to stop first", async () => {
    failures = [AWAY, AWAY];
    const chain = life();
    await chain.reach();
    stop.abort();

    assert.equal(await chain.play(stop.signal), null);
    assert.deepEqual([chain.opened, chain.state, left], [null, "stopped", 0]);
  });

  it("tells what halted it instead of throwing, gives up its seats, and keeps what it has to be read", async () => {
    end = HALT;
    const chain = life();
    await chain.reach();

    assert.equal(await chain.play(stop.signal), HALT);
    assert.deepEqual([chain.state, left], ["stopped", 1]);
    assert.deepEqual(lines, ["error: A chain is given up until the relay is started again"]);
    assert.ok(chain.opened !== null);
  });
});
