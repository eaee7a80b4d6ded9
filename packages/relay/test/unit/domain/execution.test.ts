import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Agreement, bytesDigest, canonicalJson, type JsonValue, ResultStatus } from "ainft-core";
import {
  ContainerFailed,
  type ContainerFault,
  ContainerTimedOut,
  EngineUnavailable,
  InputRejected,
  UnsupportedProgram,
} from "../../../src/domain/errors.ts";
import { failedExecution, judgeAnswer, questionOf } from "../../../src/domain/execution.ts";
import { isStateful, readProgram } from "../../../src/domain/program.ts";
import { HOST, manifestOf, programOf } from "../support/program.ts";
import { asked } from "../support/requests.ts";

const STATELESS = { io: { input: { type: "object" }, output: { type: "string", maxLength: 2_000 } } };
const ANSWER = { output: { heard: "hi", count: 1 }, state: { count: 1 } };

describe("readProgram", () => {
  it("adds to the manifest's limits what every relay adds alike", () => {
    assert.deepEqual(programOf().limits, {
      memoryMb: 128,
      cpus: 1,
      pids: 64,
      startupMs: 30_000,
      timeoutMs: 3_000,
      maxAnswerBytes: 1_024 + 256 * 1_024 + 64 * 1_024,
    });
  });

  for (const name of ["memoryMb", "cpus", "pids", "timeoutSeconds"] as const) {
    it(`refuses a manifest that asks for more ${name} than this machine gives`, () => {
      readProgram(manifestOf({ limits: { [name]: HOST[name] } }), HOST);

      assert.throws(() => readProgram(manifestOf({ limits: { [name]: HOST[name] + 1 } }), HOST), UnsupportedProgram);
    });
  }

  it("refuses a manifest whose model files are larger together than this machine takes", () => {
    const most = HOST.modelMb * 1_048_576;
    const file = { path: "a", sha256: "ab".repeat(32), size: most - 1, uri: "https://example.org/a" };
    readProgram(manifestOf({ files: [file, { ...file, path: "b", size: 1 }] }), HOST);

    assert.throws(() => readProgram(manifestOf({ files: [file, { ...file, path: "b", size: 2 }] }), HOST), {
      name: "UnsupportedProgram",
      message: "Program cannot run here: its model has 65 MiB, this relay takes 64.",
    });
  });

  it("refuses an agreement that it cannot check", () => {
    for (const agreement of ["designated", "tolerance"]) {
      assert.throws(() => programOf({ agreement }), UnsupportedProgram);
    }
  });

  it("knows by the manifest whether a program keeps state", () => {
    assert.equal(isStateful(manifestOf()), true);
    assert.equal(isStateful(manifestOf(STATELESS)), false);
  });
});

describe("questionOf", () => {
  it("refuses as input what asks for another agreement than the manifest's", () => {
    for (const agreement of [Agreement.DESIGNATED, Agreement.TOLERANCE]) {
      assert.throws(() => questionOf(programOf(), asked({ id: 1, agreement }), null), InputRejected);
    }
  });

  it("takes the seed from the request hash, and the lower of both bounds for the output", () => {
    const request = asked({ id: 1, maxOutputBytes: 10n });

    assert.deepEqual(questionOf(programOf(), request, null), {
      input: { say: "hi" },
      state: null,
      seed: request.requestHash.slice(2),
      maxOutputBytes: 10,
    });
  });

  const refused: Record<string, Uint8Array> = {
    "off its schema": canonicalJson({ shout: "hi" }),
    "no JSON": new TextEncoder().encode("hi"),
    "no UTF-8": new Uint8Array([0xff]),
    "a key twice": new TextEncoder().encode('{"say":"a","say":"b"}'),
    empty: new Uint8Array(),
    "nested too deep": new TextEncoder().encode(`{"say":${"[".repeat(60)}${"]".repeat(60)}}`),
  };
  for (const [title, input] of Object.entries(refused)) {
    it(`rejects an input that is ${title}`, () => {
      assert.throws(() => questionOf(programOf(), { ...asked({ id: 1 }), input }, null), InputRejected);
    });
  }
});

describe("judgeAnswer", () => {
  it("signs the canonical bytes of the output, and keeps those of the state", () => {
    const execution = judgeAnswer(programOf(), asked({ id: 1 }), ANSWER);

    assert.equal(execution.result.status, ResultStatus.OK);
    assert.equal(new TextDecoder().decode(execution.result.bytes), '{"count":1,"heard":"hi"}');
    assert.equal(execution.newState?.digest, bytesDigest(canonicalJson({ count: 1 })));
  });

  it("takes an output of exactly the size that is wanted", () => {
    const wanted = BigInt(canonicalJson(ANSWER.output).length);
    judgeAnswer(programOf(), asked({ id: 1, maxOutputBytes: wanted }), ANSWER);

    fails("OUTPUT_TOO_LARGE", () => judgeAnswer(programOf(), asked({ id: 1, maxOutputBytes: wanted - 1n }), ANSWER));
  });

  const broken: Record<string, [ContainerFault, { output: JsonValue; state: JsonValue }]> = {
    "an output off its schema": ["OUTPUT_OFF_SCHEMA", { ...ANSWER, output: { heard: 7, count: 1 } }],
    "an unknown key in the output": ["OUTPUT_OFF_SCHEMA", { ...ANSWER, output: { ...ANSWER.output, more: 1 } }],
    "a state off its schema": ["STATE_OFF_SCHEMA", { ...ANSWER, state: { count: -1 } }],
    "no state where there must be one": ["STATE_OFF_SCHEMA", { ...ANSWER, state: null }],
  };
  for (const [title, [fault, answer]] of Object.entries(broken)) {
    it(`refuses ${title}`, () => {
      fails(fault, () => judgeAnswer(programOf(), asked({ id: 1 }), answer));
    });
  }

  it("refuses a state where there must be none", () => {
    fails("STATE_OFF_SCHEMA", () => judgeAnswer(programOf(STATELESS), asked({ id: 1 }), { output: "a", state: {} }));
  });

  it("refuses a state that is larger than a state may be", () => {
    const io = { input: {}, output: {}, state: { type: "string" } };
    const answer = { output: 1, state: "x".repeat(256 * 1_024 - 1) };

    fails("STATE_TOO_LARGE", () => judgeAnswer(programOf({ io }), asked({ id: 1 }), answer));
  });
});

describe("failedExecution", () => {
  const signed: [Error, string, ResultStatus][] = [
    [new ContainerFailed("ENDED", "it ended"), '{"error":"CONTAINER_ERROR"}', ResultStatus.CONTAINER_ERROR],
    [new ContainerTimedOut("answer", 5), '{"error":"TIMEOUT"}', ResultStatus.TIMEOUT],
    [new InputRejected("no"), '{"error":"REJECTED_INPUT"}', ResultStatus.REJECTED_INPUT],
  ];
  for (const [error, bytes, status] of signed) {
    it(`signs a ${error.name} as the same bytes everywhere`, () => {
      const execution = failedExecution(error);

      assert.equal(new TextDecoder().decode(execution?.result.bytes), bytes);
      assert.equal(execution?.result.status, status);
      assert.equal(execution.newState, null);
    });
  }

  it("signs nothing for what is no fault of the program", () => {
    for (const error of [new EngineUnavailable("gone"), new UnsupportedProgram("no"), new Error("?"), undefined]) {
      assert.equal(failedExecution(error), null);
    }
  });
});

function fails(fault: ContainerFault, work: () => unknown): void {
  assert.throws(work, (error) => error instanceof ContainerFailed && error.fault === fault);
}
