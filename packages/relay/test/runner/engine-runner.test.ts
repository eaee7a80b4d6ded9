import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { EngineRunner } from "../../src/adapters/runner/engine-runner.ts";
import { ContainerFailed, EngineUnavailable, ImageUnavailable } from "../../src/domain/errors.ts";
import type { Program } from "../../src/domain/program.ts";
import { programOf } from "../unit/support/program.ts";
import { behavesLikeARunner, question } from "./behaves-like-a-runner.ts";
import { buildImage, type Engine, hasPodman, serveImage, startEngine } from "./engine.ts";

const fixture = (name: string): string => join(import.meta.dirname, "../fixtures", name);
const OWNER = "the engine test";

describe("EngineRunner", { skip: (await hasPodman()) ? false : "podman is not installed" }, () => {
  let folder: string;
  let modelDir: string;
  let engine: Engine;
  let image: string;
  let probe: string;

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
    await engine.podman("image", "rm", "--force", image, probe);
    await engine.close();
    await rm(folder, { recursive: true });
  });

  function runnerOf(imageMirrors: Record<string, string> = {}, socket = engine.socket): EngineRunner {
    return new EngineRunner({ socket, imageMirrors, pullTimeoutMs: 60_000, owner: OWNER });
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
    return engine.podman("ps", "--all", "--quiet", "--filter", "label=ainft.relay");
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

    assert.deepEqual(output, {
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
    });
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
    await assert.rejects(run(runnerOf({}, join(folder, "nothing.sock")), programFrom(image)), EngineUnavailable);
  });

  it("removes at its start what a killed relay left, and leaves other relays' containers alone", async () => {
    const mine = runnerOf();
    const hanging = mine.run(programFrom(image, 30_000), question("hang"), modelDir, new AbortController().signal);
    const broken = assert.rejects(hanging, ContainerFailed);
    const other = new EngineRunner({ socket: engine.socket, imageMirrors: {}, pullTimeoutMs: 1_000, owner: "other" });
    while ((await containers()) === "") await other.cleanUp();
    await other.cleanUp();
    assert.notEqual(await containers(), "");

    await runnerOf().cleanUp();
    assert.equal(await containers(), "");
    await broken;
  });

  it("has left no container behind after all of that", async () => {
    assert.equal(await containers(), "");
  });
});
