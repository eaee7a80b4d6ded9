import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import type { JsonValue, ManifestContainer } from "ainft-core";
import { callOverSocket, isReady } from "../../src/adapters/runner/http-call.ts";
import { ProcessRunner } from "../../src/adapters/runner/process-runner.ts";
import { ContainerFailed, type ContainerFault, ContainerTimedOut, InputRejected } from "../../src/domain/errors.ts";
import { type Answer, protocolOf, readReply } from "../../src/domain/protocol.ts";
import { IMAGE_NAME, programOf } from "../unit/support/program.ts";

type Name = ManifestContainer["protocol"];

const SEED = "0f".repeat(32);
const MAX_BYTES = 65_536;

/** What each protocol is asked, and one good answer to it. */
const SPOKEN: Readonly<Record<Name, { readonly input: JsonValue; readonly good: string; readonly output: JsonValue }>> =
  {
    "plain-json/1": { input: { say: "hi" }, good: '{"output":{"b":1,"a":2},"state":null}', output: { a: 2, b: 1 } },
    "openai-chat/1": {
      input: { prompt: "hi" },
      good: '{"choices":[{"message":{"content":"yes"}}]}',
      output: { content: "yes" },
    },
    "open-inference/2": {
      input: { inputs: [{ name: "x", shape: [1], datatype: "INT32", data: [1] }] },
      good: '{"model_name":"m","outputs":[{"name":"y","shape":[2,1],"datatype":"FP32","data":[[0.5],[1e0]]}]}',
      output: { outputs: [{ name: "y", shape: [2, 1], datatype: "FP32", data: [0.5, 1] }] },
    },
    "infernet/1": { input: { say: "hi" }, good: '{"answer":"yes"}', output: { answer: "yes" } },
  };

const NAMES = Object.keys(SPOKEN) as Name[];

describe("protocols of containers", () => {
  let folder: string;
  let server: Server | undefined;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "ainft-protocols-"));
  });

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  after(async () => rm(folder, { recursive: true }));

  async function listen(listener: RequestListener): Promise<string> {
    const socket = join(folder, "infer.sock");
    const opened = createServer(listener);
    server = opened;
    await new Promise<void>((done) => opened.listen(socket, done));
    return socket;
  }

  async function askServer(
    name: Name,
    answer: (response: ServerResponse) => void,
    timeoutMs = 30_000,
  ): Promise<Answer> {
    const socket = await listen((request, response) => {
      request.resume();
      request.on("end", () => answer(response));
    });
    const protocol = protocolOf(name);
    const call = protocol.encode({ input: SPOKEN[name].input, state: null, seed: SEED, maxOutputBytes: 100 });
    const limits = { timeoutMs, maxBytes: MAX_BYTES };
    return readReply(protocol, await callOverSocket(socket, call, limits, new AbortController().signal));
  }

  const json = { "Content-Type": "application/json; charset=utf-8" };

  for (const name of NAMES) {
    describe(name, () => {
      const { good, output } = SPOKEN[name];
      const hostile: Record<string, [ContainerFault, (response: ServerResponse) => void]> = {
        "a page of HTML": [
          "ANSWER_INVALID",
          (response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<html></html>"),
        ],
        "HTML that calls itself JSON": ["ANSWER_INVALID", (response) => response.writeHead(200, json).end("<html>")],
        "a good body of another type": [
          "ANSWER_INVALID",
          (response) => response.writeHead(200, { "Content-Type": "text/plain" }).end(good),
        ],
        "a packed body": [
          "ANSWER_INVALID",
          (response) => response.writeHead(200, { ...json, "Content-Encoding": "gzip" }).end(good),
        ],
        "truncated JSON": ["ANSWER_INVALID", (response) => response.writeHead(200, json).end(good.slice(0, -2))],
        "less than it announced": [
          "NO_ANSWER",
          (response) => {
            response.writeHead(200, { ...json, "Content-Length": good.length + 9 }).write(good);
            setImmediate(() => response.destroy());
          },
        ],
        "a redirect": ["STATUS", (response) => response.writeHead(307, { Location: "/infer" }).end(good)],
        "an endless stream": ["ANSWER_TOO_LARGE", flood],
        "deep nesting": [
          "ANSWER_INVALID",
          (response) => response.writeHead(200, json).end("[".repeat(5_000) + "]".repeat(5_000)),
        ],
        "a key twice": [
          "ANSWER_INVALID",
          (response) => response.writeHead(200, json).end(good.replace("{", '{"x":1,"x":2,')),
        ],
        NaN: ["ANSWER_INVALID", (response) => response.writeHead(200, json).end(good.replace("{", '{"x":NaN,'))],
        "a number beyond all doubles": [
          "ANSWER_INVALID",
          (response) => response.writeHead(200, json).end(good.replace("{", '{"x":1e999,')),
        ],
        "a lone surrogate": [
          "ANSWER_INVALID",
          (response) => response.writeHead(200, json).end(good.replace("{", '{"x":"\\ud800",')),
        ],
        "a list of nothing": ["ANSWER_INVALID", (response) => response.writeHead(200, json).end("[]")],
      };

      it("gives the canonical output of a good answer", async () => {
        assert.deepEqual(await askServer(name, (response) => response.writeHead(200, json).end(good)), {
          output,
          state: null,
        });
      });

      for (const [what, [fault, answer]] of Object.entries(hostile)) {
        it(`refuses ${what} as ${fault}`, async () => {
          await assert.rejects(
            askServer(name, answer),
            (error) => error instanceof ContainerFailed && error.fault === fault,
          );
        });
      }

      it("gives up on an answer that drips", async () => {
        await assert.rejects(
          askServer(name, (response) => response.writeHead(200, json).write("{"), 300),
          ContainerTimedOut,
        );
      });

      it("takes a status of 422 for a refusal of the input", async () => {
        await assert.rejects(
          askServer(name, (response) => response.writeHead(422, json).end("{}")),
          InputRejected,
        );
      });
    });
  }

  it("each say where one hears that the program is up", async () => {
    const asked: string[] = [];
    const socket = await listen(({ url = "" }, response) => {
      asked.push(url);
      response.writeHead(url === "/service-resources" ? 404 : 503).end();
    });
    const ready = await Promise.all(NAMES.map(async (name) => isReady(socket, protocolOf(name).ready)));

    assert.deepEqual(ready, [false, false, false, true]);
    assert.deepEqual(asked.sort(), ["/health", "/health", "/service-resources", "/v2/health/ready"]);
  });

  const spoken: Record<string, [JsonValue, JsonValue]> = {
    "openai-chat/1": [{ prompt: "hi" }, { content: '[{"content":"hi","role":"user"}]' }],
    "open-inference/2": [
      { inputs: [{ name: "x", shape: [2], datatype: "INT64", data: [7, -7] }] },
      { outputs: [{ name: "x", shape: [2], datatype: "INT64", data: [7, -7] }] },
    ],
    "infernet/1": [{ q: 1 }, { source: 1, destination: 1, data: { q: 1 }, requires_proof: false }],
  };
  for (const [protocol, [input, output]] of Object.entries(spoken)) {
    it(`${protocol} gives the same output from two runs of a real program`, async () => {
      const command = [process.execPath, join(import.meta.dirname, "../fixtures/speaker.ts"), protocol];
      const runner = new ProcessRunner({ [IMAGE_NAME]: command }, join(folder, "runs"));
      const program = programOf({ container: { protocol }, io: { input: {}, output: {} } });
      const question = { input, state: null, seed: SEED, maxOutputBytes: 1_000 };
      const run = async () => runner.run(program, question, folder, new AbortController().signal);
      const answers = await Promise.all([run(), run()]);

      assert.deepEqual(
        answers.map(({ output: given }) => given),
        [output, output],
      );
    });
  }
});

describe("open-inference/2", () => {
  const protocol = protocolOf("open-inference/2");
  const tensor = { name: "y", shape: [2], datatype: "INT8", data: [1, 2] };
  const decode = (changes: Record<string, JsonValue | undefined>): Answer =>
    protocol.decode({ outputs: [JSON.parse(JSON.stringify({ ...tensor, ...changes })) as JsonValue] });

  const refused: Record<string, Record<string, JsonValue | undefined>> = {
    "no name": { name: undefined },
    "no datatype": { datatype: undefined },
    "a datatype of its own": { datatype: "toString" },
    "no shape": { shape: "2" },
    "a negative shape": { shape: [-2] },
    "more dimensions than anybody has": { shape: Array.from({ length: 17 }, () => 1), data: [1] },
    "no data": { data: null },
    "fewer elements than its shape says": { data: [1] },
    "an integer out of its type": { data: [1, 128] },
    "a fraction in an integer's place": { data: [1, 1.5] },
    "a whole number that JSON cannot hold": { datatype: "INT64", data: [1, 2 ** 53] },
    "a text in a number's place": { datatype: "FP32", data: [1, "2"] },
    "a number in a truth's place": { datatype: "BOOL", data: [true, 1] },
    "a number in a text's place": { datatype: "BYTES", data: ["a", 1] },
  };
  for (const [what, changes] of Object.entries(refused)) {
    it(`refuses a tensor with ${what}`, () => {
      assert.throws(() => decode(changes), ContainerFailed);
    });
  }

  it("refuses two tensors of one name", () => {
    assert.throws(() => protocol.decode({ outputs: [tensor, tensor] }), ContainerFailed);
  });

  it("asks with tensors alone, and the seed as the id", () => {
    const question = { input: { inputs: [tensor] }, state: null, seed: SEED, maxOutputBytes: 1 };
    const { path, body } = protocol.encode(question);

    assert.equal(path, "/v2/models/ainft/infer");
    assert.deepEqual(JSON.parse(new TextDecoder().decode(body)), { id: SEED, inputs: [tensor] });
    for (const input of [null, [], {}, { inputs: 1 }, { inputs: [], outputs: [] }]) {
      assert.throws(() => protocol.encode({ ...question, input }), InputRejected);
    }
  });
});

describe("infernet/1", () => {
  it("takes an answer with a code for the failure it is", () => {
    assert.throws(
      () => protocolOf("infernet/1").decode({ code: 500, error: "no" }),
      (error) => error instanceof ContainerFailed && error.fault === "STATUS",
    );
  });
});

/** Writes without end until somebody hangs up. */
function flood(response: ServerResponse): void {
  response.writeHead(200, { "Content-Type": "application/json" });
  const part = Buffer.alloc(16_384, 0x20);
  const write = (): void => {
    while (!response.destroyed && response.write(part));
    response.once("drain", write);
  };
  response.on("error", () => undefined);
  write();
}
