import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { EngineRunner } from "../../src/adapters/runner/engine-runner.ts";
import type { WarmOutcome } from "../../src/adapters/runner/warm-pool.ts";
import { ContainerFailed, EngineUnavailable, ImageUnavailable } from "../../src/domain/errors.ts";
import type { Program } from "../../src/domain/program.ts";
import { programOf } from "../unit/support/program.ts";
import { behavesLikeARunner, question } from "./behaves-like-a-runner.ts";
import { until } from "./until.ts";
import { buildImage, type Engine, filterOf, hasPodman, removeImages, serveImage, startEngine } from "./engine.ts";

const fixture = (name: string): string => join(import.meta.dirname, "../fixtures", name);
/** A removal kills first: whether the end of a container is seen before it is gone is a matter of luck. */
const isFailure = (error: unknown): boolean => error instanceof ContainerFailed || error instanceof EngineUnavailable;
const OWNER = `the engine test ${process.pid}`;

/** What a program finds out about itself with 256 MiB and 64 processes. */
const CONFINED = {
  asked: 1,
  user: 65_532,
  interfaces: ["lo"],
  capabilities: "0000000000000000",
  noNewPrivileges: "1",
  writesRoot: false,
  writesModel: false,
  writesTmp: true,
  model: "0.1 0.2",
  memory: String(256 * 1_024 * 1_024),
  pids: "64",
  environment: ["AINFT_MODEL_DIR", "AINFT_SOCKET"],
};

function withoutInstance(output: unknown): Record<string, unknown> {
  const { instance, ...rest } = output as Record<string, unknown>;
  assert.match(String(instance), /^[0-9a-f-]{36}$/);
  return rest;
}

describe("EngineRunner", { skip: (await hasPodman()) ? false : "podman is not installed" }, () => {
  let folder: string;
  let modelDir: string;
  let engine: Engine;
  let image: string;
  let probe: string;
  /** What became of warm containers, beside that they were started. */
  let outcomes: WarmOutcome[];
  let started: number;

  beforeEach(() => {
    outcomes = [];
    started = 0;
  });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "ainft-engine-"));
    await chmod(folder, 0o755);
    modelDir = join(folder, "model");
    await mkdir(modelDir);
    await writeFile(join(modelDir, "weights.bin"), "0.1 0.2");
    engine = await startEngine(folder);
    image = await buildImage(engine, folder, "program", fixture("program.ts"));
    probe = await buildImage(engine, folder, "probe", fixture("probe.ts"));
  });

  after(async () => {
    await removeImages(engine, image, probe);
    await engine.close();
    await rm(folder, { recursive: true });
  });

  function runnerOf(
    imageMirrors: Record<string, string> = {},
    { socket = engine.socket, warm = 0, registries = [] as readonly string[] } = {},
  ): EngineRunner {
    const outcome = (seen: WarmOutcome): unknown => (seen === "started" ? (started += 1) : outcomes.push(seen));
    const observer = { outcome, waiting: () => undefined };
    const settings = { socket, imageMirrors, registries, pullTimeoutMs: 60_000, owner: OWNER, warm };
    return new EngineRunner(settings, observer);
  }

  function programFrom(from: string, timeoutMs = 10_000): Program {
    const io = { input: {}, output: {} };
    const program = programOf({ container: { image: from }, limits: { memoryMb: 256 }, io });
    return { ...program, limits: { ...program.limits, startupMs: 60_000, timeoutMs } };
  }

  async function run(runner: EngineRunner, program: Program): ReturnType<EngineRunner["run"]> {
    return runner.run(program, question(), modelDir, new AbortController().signal);
  }

  async function containers(): Promise<string> {
    return engine.podman("ps", "--all", "--quiet", ...filterOf(OWNER));
  }

  /** Ids of the containers that run, once there are so many. */
  async function waiting(count: number): Promise<string[]> {
    const ids = async (): Promise<string[]> => {
      const running = await engine.podman("ps", "--quiet", ...filterOf(OWNER));
      return running.split("\n").filter((id) => id !== "");
    };
    await until(`${count} containers to wait`, 60_000, async () => (await ids()).length === count);
    return ids();
  }

  behavesLikeARunner({
    runner: () => runnerOf(),
    program: () => programFrom(image, 3_000),
    modelDir: () => modelDir,
  });

  it("says which engine answered, and the digest of the image that it ran", async () => {
    const { facts } = await run(runnerOf(), programFrom(image));

    assert.match(facts.runner, /^podman \d+\.\d+\.\d+ \(container engine\)$/);
    assert.equal(facts.imageDigest, image.split("@")[1]);
  });

  it("gives a program no network, no rights, nothing to write to but /tmp, and the manifest's limits", async () => {
    const { output } = await run(runnerOf(), programFrom(probe));

    assert.deepEqual(withoutInstance(output), CONFINED);
  });

  it("confines a program that waited for its question as any other", async () => {
    const runner = runnerOf({}, { warm: 1 });
    await run(runner, programFrom(probe));
    const { output } = await run(runner, programFrom(probe));
    await runner.close();

    assert.deepEqual(withoutInstance(output), CONFINED);
    assert.deepEqual(outcomes, ["missed", "used", "discarded"]);
  });

  it("pulls by digest from the mirror of the registry that the manifest names", async () => {
    const registry = await serveImage(engine, folder, probe);
    const runner = runnerOf({ "registry.test": registry.host });
    const { facts } = await run(runner, programFrom(`registry.test/probe@${registry.digest}`));
    await engine.podman("image", "rm", "--force", `${registry.host}/probe@${registry.digest}`);

    assert.equal(facts.imageDigest, registry.digest);
    await assert.rejects(run(runner, programFrom(`registry.test/probe@sha256:${"ab".repeat(32)}`)), ImageUnavailable);
    await registry.close();
  });

  it("blames the engine, not the program, when nothing listens on its socket", async () => {
    await assert.rejects(
      run(runnerOf({}, { socket: join(folder, "nothing.sock") }), programFrom(image)),
      EngineUnavailable,
    );
  });

  it("removes at its start what a killed relay left, and leaves other relays' containers alone", async () => {
    const mine = runnerOf();
    const hanging = mine.run(programFrom(image, 30_000), question("hang"), modelDir, new AbortController().signal);
    const broken = assert.rejects(hanging, isFailure);
    const elsewhere = { imageMirrors: {}, registries: [], pullTimeoutMs: 1_000, owner: "other", warm: 0 };
    const other = new EngineRunner({ socket: engine.socket, ...elsewhere });
    while ((await containers()) === "") await other.cleanUp();
    await other.cleanUp();
    assert.notEqual(await containers(), "");

    await runnerOf().cleanUp();
    assert.equal(await containers(), "");
    await broken;
  });

  it("asks each warm container once, and starts the next while it works", async () => {
    const runner = runnerOf({}, { warm: 1 });
    const instances = new Set<unknown>();
    for (let asked = 0; asked < 3; asked += 1) {
      const { output } = await run(runner, programFrom(probe));
      instances.add((output as { readonly instance: string }).instance);
    }

    assert.equal(instances.size, 3);
    assert.deepEqual(outcomes, ["missed", "used", "used"]);
    await runner.close();
    assert.equal(await containers(), "");
  });

  it("says of a warm container what it would of any other", async () => {
    const runner = runnerOf({}, { warm: 1 });
    await run(runner, programFrom(image));
    const signal = new AbortController().signal;
    const crash = runner.run(programFrom(image), question("crash"), modelDir, signal);

    await assert.rejects(crash, ContainerFailed);
    assert.deepEqual(outcomes, ["missed", "used"]);
    await runner.close();
  });

  it("throws a warm container away that does not answer any more, and asks another", async () => {
    const runner = runnerOf({}, { warm: 1 });
    await run(runner, programFrom(probe));
    await until("a container to be ready", 60_000, async () => Promise.resolve(started === 1));
    const [stuck = ""] = await waiting(1);
    await engine.podman("kill", "--signal", "STOP", stuck);
    await run(runner, programFrom(probe));

    assert.deepEqual(outcomes, ["missed", "discarded", "missed"]);
    assert.deepEqual((await waiting(1)).includes(stuck), false);
    await runner.close();
  });

  it("never asks a warm container that was started with a model that was laid out anew since", async () => {
    const runner = runnerOf({}, { warm: 1 });
    const model = await mkdtemp(join(folder, "model-"));
    await chmod(model, 0o755);
    const ask = async (weights: string): Promise<unknown> => {
      await writeFile(join(model, "weights.bin"), weights);
      const signal = new AbortController().signal;
      const { output } = await runner.run(programFrom(probe), question(), model, signal);
      return (output as { readonly model: string }).model;
    };
    await ask("1");
    await rm(join(model, "weights.bin"));

    assert.equal(await ask("2"), "2");
    assert.deepEqual(outcomes, ["missed", "missed", "discarded"]);
    await runner.close();
  });

  it("leaves no warm container of a relay that was killed once it is started again", async () => {
    const holder = spawn(process.execPath, [join(import.meta.dirname, "warm-holder.ts")], {
      env: { ...process.env, HOLD: JSON.stringify({ socket: engine.socket, image, modelDir, owner: OWNER }) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(holder.stdout, "data"); // it has asked once, and another container waits or starts
    await waiting(1);
    holder.kill("SIGKILL");
    await once(holder, "exit");
    assert.notEqual(await containers(), "");

    await runnerOf().cleanUp();
    assert.equal(await containers(), "");
  });

  it("has left no container behind after all of that", async () => {
    assert.equal(await containers(), "");
  });
});
