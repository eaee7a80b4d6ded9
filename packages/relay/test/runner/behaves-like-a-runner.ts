import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ContainerFailed, type ContainerFault, ContainerTimedOut, InputRejected } from "../../src/domain/errors.ts";
import type { Program } from "../../src/domain/program.ts";
import type { Question } from "../../src/domain/protocol.ts";
import type { Runner } from "../../src/ports/system.ts";

/** What the suite needs of a runner under test: it runs test/fixtures/program.ts. */
export interface RunnerUnderTest {
  readonly runner: () => Runner;
  readonly program: () => Program;
  readonly modelDir: () => string;
}

/** Asks for a mode of the fixture program. */
export function question(mode?: string): Question {
  const input = { say: "hi", ...(mode === undefined ? {} : { mode }) };
  return { input, state: { count: 4 }, seed: "00".repeat(32), maxOutputBytes: 1_000 };
}

const FAULTS: Record<string, ContainerFault> = {
  crash: "ENDED",
  flood: "ANSWER_TOO_LARGE",
  close: "NO_ANSWER",
  "broken-json": "ANSWER_INVALID",
  nan: "ANSWER_INVALID",
  duplicate: "ANSWER_INVALID",
  "bad-utf8": "ANSWER_INVALID",
  fail: "STATUS",
};

/** What every runner promises, whatever the program does. */
export function behavesLikeARunner(tested: RunnerUnderTest): void {
  const run = async (mode?: string, signal = new AbortController().signal) =>
    tested.runner().run(tested.program(), question(mode), tested.modelDir(), signal);

  describe("as every runner", () => {
    it("answers what the program answered", async () => {
      const { output, state } = await run();

      assert.deepEqual({ output, state }, { output: { heard: "hi", count: 5 }, state: { count: 5 } });
    });

    it("runs several programs side by side", async () => {
      const answers = await Promise.all([run(), run(), run()]);

      assert.deepEqual(
        answers.map(({ state }) => state),
        [{ count: 5 }, { count: 5 }, { count: 5 }],
      );
    });

    for (const [mode, fault] of Object.entries(FAULTS)) {
      it(`says ${fault} of a program in mode ${mode}`, async () => {
        await assert.rejects(run(mode), (error) => {
          // Which of the two is noticed first is a matter of luck when a program dies while it is asked.
          const expected = mode === "crash" ? ["ENDED", "NO_ANSWER"] : [fault];
          assert.ok(error instanceof ContainerFailed, String(error));
          assert.ok(expected.includes(error.fault), error.fault);
          return true;
        });
      });
    }

    it("gives up on a program that hangs", async () => {
      await assert.rejects(run("hang"), (error) => error instanceof ContainerTimedOut && error.phase === "answer");
    });

    it("takes a refusal for a refusal", async () => {
      await assert.rejects(run("refuse"), InputRejected);
    });

    it("hands through what only the schema can judge", async () => {
      assert.deepEqual((await run("off-schema")).output, { heard: 7, count: 1 });
      assert.equal((await run("no-state")).state, null);
    });

    it("stops when it is told to", async () => {
      const stop = new AbortController();
      const reason = new Error("enough");
      const running = run("hang", stop.signal);
      stop.abort(reason);

      await assert.rejects(running, reason);
    });
  });
}
