import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { processIdentity } from "../../src/adapters/process-identity.ts";
import { ProcessRunner } from "../../src/adapters/runner/process-runner.ts";
import { ContainerFailed, ContainerTimedOut, UnsupportedProgram } from "../../src/domain/errors.ts";
import type { Program } from "../../src/domain/program.ts";
import { IMAGE_NAME, programOf } from "../unit/support/program.ts";
import { behavesLikeARunner, question } from "./behaves-like-a-runner.ts";

const fixture = (name: string): string => join(import.meta.dirname, "../fixtures", name);

describe("ProcessRunner", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "ainft-runner-"));
  });

  after(async () => rm(folder, { recursive: true }));

  /** A runner whose only program is started by this command line. */
  function runnerOf(...command: string[]): ProcessRunner {
    return new ProcessRunner({ [IMAGE_NAME]: [process.execPath, ...command] }, join(folder, "runs"));
  }

  async function run(runner: ProcessRunner, program: Program = programOf()): Promise<unknown> {
    return runner.run(program, question(), folder, new AbortController().signal);
  }

  function impatient(): Program {
    const program = programOf();
    return { ...program, limits: { ...program.limits, startupMs: 300 } };
  }

  behavesLikeARunner({
    runner: () => runnerOf(fixture("program.ts")),
    program: () => {
      const program = programOf();
      return { ...program, limits: { ...program.limits, timeoutMs: 1_500 } };
    },
    modelDir: () => folder,
  });

  it("says that a plain process answered, and that no image was seen", async () => {
    const answer = await runnerOf(fixture("program.ts")).run(
      programOf(),
      question(),
      folder,
      AbortSignal.timeout(60_000),
    );

    assert.deepEqual(answer.facts, { runner: "plain process", imageDigest: undefined });
  });

  it("refuses an image that has no command", async () => {
    const container = { image: `fixtures.local/other@sha256:${"ab".repeat(32)}` };

    await assert.rejects(run(runnerOf("-e", "0"), programOf({ container })), UnsupportedProgram);
  });

  for (const way of ["silent", "never-ready"]) {
    it(`gives up on a program that is ${way}`, async () => {
      await assert.rejects(run(runnerOf(fixture("misfit.ts"), way), impatient()), (error) => {
        return error instanceof ContainerTimedOut && error.phase === "start" && error.afterMs === 300;
      });
    });
  }

  it("notices at once that a program ended before it listened", async () => {
    await assert.rejects(run(runnerOf(fixture("misfit.ts"), "dies")), (error) => {
      return error instanceof ContainerFailed && error.fault === "ENDED" && error.message.includes("exit code 3");
    });
  });

  it("notices a program that cannot even be started", async () => {
    const runner = new ProcessRunner({ [IMAGE_NAME]: [join(folder, "no-such-program")] }, join(folder, "runs"));

    await assert.rejects(run(runner), (error) => error instanceof ContainerFailed && error.fault === "ENDED");
  });

  for (const way of ["litter", "link"]) {
    it(`stops a program that puts something other than its socket into the folder (${way})`, async () => {
      await assert.rejects(run(runnerOf(fixture("misfit.ts"), way)), (error) => {
        return error instanceof ContainerFailed && error.fault === "SOCKET_FOLDER_MISUSED";
      });
    });
  }

  it("ends what a program started, too", async () => {
    const program = programOf();
    const soon = { ...program, limits: { ...program.limits, timeoutMs: 500 } };
    await assert.rejects(run(runnerOf(fixture("misfit.ts"), "family"), soon), ContainerTimedOut);

    assert.deepEqual(await processesWith(folder), []);
  });

  it("ends at its start what a killed relay left running, and nobody else", async () => {
    const [left, other] = [0, 1].map(() =>
      spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"], { detached: true }),
    );
    assert.ok(left?.pid !== undefined && other?.pid !== undefined);
    const runner = runnerOf("-e", "0");
    await run(runner).catch(() => undefined); // makes the folder of runs
    await writeFile(join(folder, "runs", "1"), processIdentity(left.pid));
    await writeFile(join(folder, "runs", "2"), `${other.pid} another-boot/1`);
    const ended = once(left, "exit");
    await runner.cleanUp();

    assert.deepEqual(await ended, [null, "SIGKILL"]);
    assert.equal(other.exitCode, null);
    assert.deepEqual(await readdir(join(folder, "runs")), []);
    const gone = once(other, "exit");
    other.kill("SIGKILL");
    await gone;
  });
});

/** Processes of this machine that have a text among their arguments. */
async function processesWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid) || pid === String(process.pid)) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (command.includes(text)) found.push(command);
  }
  return found;
}
