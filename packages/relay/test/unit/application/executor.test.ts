import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { Executor } from "../../../src/application/executor.ts";
import { Programs } from "../../../src/application/programs.ts";
import { DeadlinePassed, UnsupportedProgram } from "../../../src/domain/errors.ts";
import type { RequestState } from "../../../src/domain/states.ts";
import type { ContentStore, Runner } from "../../../src/ports/system.ts";
import { confirmed } from "../support/executions.ts";
import { contextOf, type TestContext } from "../support/fakes.ts";
import { HOST, manifestOf } from "../support/program.ts";
import { TestStore } from "../support/store.ts";

const DEADLINE = 5_000n;

/** Never done, unless the signal fires. */
async function untilStopped(signal: AbortSignal | undefined): Promise<never> {
  signal?.throwIfAborted();
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

describe("Executor", () => {
  const database = new TestStore();
  let context: TestContext;
  let stop: AbortController;
  /** Why what was under way was ended. */
  let reasons: unknown[];
  /** How often a program was run. */
  let runs: number;

  before(async () => database.open());
  beforeEach(async () => {
    const store = await database.clean();
    await confirmed(store, { id: 1, deadline: DEADLINE });
    context = contextOf(store);
    stop = new AbortController();
    reasons = [];
    runs = 0;
  });
  after(async () => database.close());

  /** What takes for ever: reading the manifest, laying out the model, or the run itself. */
  type Endless = "manifest" | "model" | "run";

  function executorOf(endless: Endless | null, manifest = manifestOf()): Executor {
    const wait = async (signal: AbortSignal | undefined): Promise<never> =>
      untilStopped(signal).catch((error: unknown) => {
        reasons.push(error);
        throw error;
      });
    const content: ContentStore = {
      manifest: async (_digest, signal) => (endless === "manifest" ? wait(signal) : Promise.resolve(manifest)),
      modelFolder: async (_files, signal) => (endless === "model" ? wait(signal) : Promise.resolve("/nowhere")),
    };
    const runner: Runner = {
      run: async (_program, _question, _modelDir, signal) => {
        runs += 1;
        return endless === "run"
          ? wait(signal)
          : Promise.resolve({ output: { heard: "hi", count: 1 }, state: { count: 1 }, facts: FACTS });
      },
      cleanUp: async () => Promise.resolve(),
    };
    const programs = new Programs(content, context.store.requests);
    const terms = { limits: HOST, concurrentRuns: 1, leaseMs: 60_000, batching: "off" } as const;
    return new Executor(context, { content, programs, runner, peers: [], ...terms });
  }

  async function state(): Promise<RequestState | undefined> {
    return (await context.store.requests.byId(1n))?.state;
  }

  for (const endless of ["manifest", "model", "run"] as const) {
    it(`ends what takes too long (${endless}) once a confirmed block is past the deadline, and never takes it up again`, async () => {
      const executor = executorOf(endless);
      await executor.start(stop.signal, DEADLINE - 1n);
      await executor.start(stop.signal, DEADLINE);
      assert.deepEqual([await state(), reasons], ["LEASED", []]);

      await executor.start(stop.signal, DEADLINE + 1n);
      await executor.drain();
      assert.deepEqual(reasons, [new DeadlinePassed(DEADLINE)]);
      assert.equal(await state(), "CONFIRMED");
      await executor.start(stop.signal, DEADLINE + 1n);
      await executor.drain();
      assert.deepEqual([reasons.length, await context.store.requests.expire(DEADLINE + 1n)], [1, [1n]]);
    });
  }

  it("does not begin what it took from the database when the deadline had passed", async () => {
    const executor = executorOf(null);
    await executor.start(stop.signal, DEADLINE + 1n);
    await executor.drain();

    assert.deepEqual([runs, await state()], [0, "CONFIRMED"]);
  });

  it("ends what is under way when the relay stops, and leaves it to be taken up at once", async () => {
    const executor = executorOf("model");
    await executor.start(stop.signal, DEADLINE - 1n);
    stop.abort();
    await executor.drain();

    assert.equal(reasons.length, 1);
    assert.deepEqual(
      (await context.store.requests.lease(1)).map(({ id }) => id),
      [1n],
    );
  });

  it("runs what has the time, up to the second of its deadline", async () => {
    const executor = executorOf(null);
    await executor.start(stop.signal, DEADLINE);
    await executor.drain();

    assert.deepEqual([runs, await state()], [1, "EXECUTED"]);
  });

  it("gives up a program whose model is larger than it takes, and fetches nothing of it", async () => {
    const size = (HOST.modelMb * 1_048_576) / 2;
    const file = (path: string): Record<string, string | number> => ({
      ...{ path, sha256: "ab".repeat(32), uri: "https://example.org/x", size },
    });
    const files = [file("a"), file("b"), { ...file("c"), size: 1 }];
    const executor = executorOf("model", manifestOf({ files }));
    await executor.start(stop.signal, DEADLINE - 1n);
    await executor.drain();

    assert.deepEqual([await state(), reasons], ["DEAD", []]);
    const told = new UnsupportedProgram("its model has 65 MiB, this relay takes 64");
    assert.equal((await context.store.requests.byId(1n))?.note, told.message);
  });
});

const FACTS = { runner: "a fake", imageDigest: undefined };
