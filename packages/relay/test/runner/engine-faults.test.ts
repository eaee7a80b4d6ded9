import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { okResult } from "ainft-core";
import { EngineRunner } from "../../src/adapters/runner/engine-runner.ts";
import { Executor } from "../../src/application/executor.ts";
import { Programs } from "../../src/application/programs.ts";
import { EngineUnavailable } from "../../src/domain/errors.ts";
import type { TrackedRequest } from "../../src/ports/store.ts";
import { confirmed } from "../unit/support/executions.ts";
import { contextOf, type TestContext } from "../unit/support/fakes.ts";
import { HOST, manifestOf, programOf } from "../unit/support/program.ts";
import { TestStore } from "../unit/support/store.ts";
import { question } from "./behaves-like-a-runner.ts";
import { buildImage, type Engine, filterOf, hasPodman, removeImages, startEngine } from "./engine.ts";
import { until } from "./until.ts";

const FIXTURE = join(import.meta.dirname, "../fixtures/program.ts");
const PATIENCE_MS = 60_000;

describe(
  "an engine that ends in the middle of a run",
  { skip: (await hasPodman()) ? false : "podman is not installed" },
  () => {
    const database = new TestStore();
    const stop = new AbortController();
    let folder: string;
    let modelDir: string;
    let engine: Engine;
    let image: string;
    let context: TestContext;
    let executor: Executor;
    /** What the executor told of runs that it will try again. */
    let reasons: string[];

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "ainft-fault-"));
      await chmod(folder, 0o755);
      modelDir = join(folder, "model");
      engine = await startEngine(folder);
      image = await buildImage(engine, folder, "faulted", FIXTURE);
      await database.open();
    });

    beforeEach(async () => {
      await mkdir(modelDir);
      reasons = [];
      context = await contextWithRequest();
      executor = executorOf(context);
      await executor.start(stop.signal, 0n);
      await until("a container to work", PATIENCE_MS, async () => (await containers()) !== "");
    });

    afterEach(async () => {
      await executor.drain();
      await rm(modelDir, { recursive: true });
    });

    after(async () => {
      await removeImages(engine, image);
      await engine.close();
      await database.close();
      await rm(folder, { recursive: true });
    });

    async function contextWithRequest(): Promise<TestContext> {
      const store = await database.clean();
      await confirmed(store, { id: 1, input: { say: "hi", mode: "wait" } });
      const made = contextOf(store);
      const warn = (_sentence: string, fields?: Record<string, unknown>): void => {
        reasons.push(fields?.["error"] instanceof Error ? fields["error"].message : "");
      };
      return { ...made, log: { ...made.log, warn } };
    }

    function runnerOf(patienceMs?: number): EngineRunner {
      const settings = {
        socket: engine.socket,
        imageMirrors: {},
        registries: [],
        pullTimeoutMs: 60_000,
        owner: folder,
        warm: 0,
      };
      return new EngineRunner({ ...settings, ...(patienceMs === undefined ? {} : { patienceMs }) });
    }

    function executorOf(made: TestContext): Executor {
      const content = {
        manifest: async () => Promise.resolve(manifestOf({ container: { image }, limits: { timeoutSeconds: 60 } })),
        modelFolder: async () => Promise.resolve(modelDir),
      };
      return new Executor(made, {
        content,
        programs: new Programs(content, made.store.requests),
        runner: runnerOf(),
        peers: [],
        limits: HOST,
        concurrentRuns: 1,
        leaseMs: 60_000,
        batching: "off",
      });
    }

    async function containers(): Promise<string> {
      return engine.podman("ps", "--all", "--quiet", ...filterOf(folder));
    }

    async function request(): Promise<TrackedRequest> {
      const found = await context.store.requests.byId(1n);
      assert.ok(found !== null);
      return found;
    }

    async function putBack(): Promise<void> {
      await until("the request to wait again", PATIENCE_MS, async () => (await request()).state === "CONFIRMED");
      assert.equal(reasons.length, 1);
      assert.match(reasons[0] ?? "", /^Container engine unavailable: /);
    }

    /** Plays rounds until the request has its result, which is the program's answer. */
    async function answered(): Promise<void> {
      await until("the result", PATIENCE_MS, async () => {
        await executor.start(stop.signal, 0n);
        return (await request()).state === "EXECUTED";
      });
      const { status, digest: resultDigest, size } = okResult({ heard: "hi", count: 1 });
      assert.deepEqual((await request()).outcome, { status, resultDigest, size });
      assert.deepEqual(
        context.persisted.map(({ state }) => state),
        ["LEASED", "LEASED", "EXECUTED"],
      );
      await executor.drain();
      assert.equal(await containers(), "");
    }

    it("is no failure of the request, which runs again when it is back", async () => {
      await engine.kill();
      await writeFile(join(modelDir, "go"), ""); // the container works on, and answers
      await putBack();
      engine = await startEngine(folder);

      await answered();
    });

    it("is not held against a container that it took with it", async () => {
      const [working = ""] = (await containers()).split("\n");
      await engine.kill();
      engine = await startEngine(folder);
      await engine.podman("kill", working);
      await putBack();
      await writeFile(join(modelDir, "go"), "");

      await answered();
    });

    it("is as good as gone when it hangs", async () => {
      engine.signal("SIGSTOP");
      const program = programOf({ container: { image } });
      const run = runnerOf(500).run(program, question(), modelDir, stop.signal);
      await assert.rejects(run, (error) => {
        assert.ok(error instanceof EngineUnavailable && error.cause instanceof Error);
        assert.equal(error.cause.message, "The engine did not answer within 500 ms.");
        return true;
      });
      engine.signal("SIGCONT");
      await writeFile(join(modelDir, "go"), "");

      await until("the result", PATIENCE_MS, async () => (await request()).state === "EXECUTED");
    });
  },
);
