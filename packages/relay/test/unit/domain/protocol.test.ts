import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseStrictJson } from "ainft-core";
import { ContainerFailed, InputRejected } from "../../../src/domain/errors.ts";
import { protocolOf, type Question, readReply } from "../../../src/domain/protocol.ts";

const SEED = "ff".repeat(32);
const QUESTION: Question = { input: { prompt: "hi" }, state: { n: 1 }, seed: SEED, maxOutputBytes: 100 };
const plain = protocolOf("plain-json/1");
const chat = protocolOf("openai-chat/1");

function reply(status: number, body: string | Uint8Array) {
  return { status, body: typeof body === "string" ? new TextEncoder().encode(body) : body };
}

describe("plain-json/1", () => {
  it("asks with input, state and seed in canonical form", () => {
    const { path, body } = plain.encode(QUESTION);

    assert.equal(path, "/infer");
    assert.equal(new TextDecoder().decode(body), `{"input":{"prompt":"hi"},"seed":"${SEED}","state":{"n":1}}`);
  });

  it("reads output and state", () => {
    assert.deepEqual(readReply(plain, reply(200, '{"output":[1],"state":null}')), { output: [1], state: null });
  });

  const refused = {
    "an answer without state": '{"output":1}',
    "an answer without output": '{"state":null}',
    "an answer with more than that": '{"output":1,"state":null,"note":"x"}',
    "an answer that is no object": "[]",
    "broken JSON": '{"output":',
    "a key twice": '{"output":1,"output":2,"state":null}',
    NaN: '{"output":NaN,"state":null}',
    "a number that is no double": '{"output":1e999,"state":null}',
    "nothing at all": "",
    "invalid UTF-8": new Uint8Array([0x22, 0xff, 0x22]),
  };
  for (const [title, body] of Object.entries(refused)) {
    it(`refuses ${title}`, () => {
      assert.throws(
        () => readReply(plain, reply(200, body)),
        (error) => error instanceof ContainerFailed && error.fault === "ANSWER_INVALID",
      );
    });
  }
});

describe("a status", () => {
  it("of 400 to 499 is a refusal of the input", () => {
    for (const status of [400, 422, 499]) assert.throws(() => readReply(plain, reply(status, "")), InputRejected);
  });

  it("of anything else but 200 is a failure of the container", () => {
    for (const status of [201, 204, 302, 399, 500, 503]) {
      assert.throws(
        () => readReply(plain, reply(status, '{"output":1,"state":null}')),
        (error) => error instanceof ContainerFailed && error.fault === "STATUS",
      );
    }
  });
});

describe("openai-chat/1", () => {
  it("turns a prompt into one message and fixes all that could vary", () => {
    const { path, body } = chat.encode(QUESTION);

    assert.equal(path, "/v1/chat/completions");
    assert.deepEqual(parseStrictJson(body), {
      model: "ainft",
      messages: [{ role: "user", content: "hi" }],
      seed: 0x7fffffff,
      temperature: 0,
      max_tokens: 100,
      stream: false,
    });
  });

  it("hands messages on as they are", () => {
    const messages = [{ role: "user", content: "a" }];
    const body = parseStrictJson(chat.encode({ ...QUESTION, input: { messages } }).body);

    assert.deepEqual((body as Record<string, unknown>)["messages"], messages);
  });

  it("refuses an input that is neither, or both", () => {
    for (const input of [null, "hi", {}, { prompt: 1 }, { prompt: "a", messages: [] }]) {
      assert.throws(() => chat.encode({ ...QUESTION, input }), InputRejected);
    }
  });

  it("reads the first choice's content, and keeps no state", () => {
    const body = '{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"yes"}}]}';

    assert.deepEqual(readReply(chat, reply(200, body)), { output: { content: "yes" }, state: null });
  });

  it("refuses an answer without content", () => {
    for (const body of ["{}", '{"choices":[]}', '{"choices":[{"message":{"content":null}}]}', '{"choices":{}}']) {
      assert.throws(() => readReply(chat, reply(200, body)), ContainerFailed);
    }
  });
});
