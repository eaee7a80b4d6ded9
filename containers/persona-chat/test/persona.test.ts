import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { EMPTY_MEMORY, PersonaModel } from "../src/model.ts";
import { infer } from "../src/plain-json.ts";
import { createPersonaServer, listen } from "../src/server.ts";
import { readCorpus } from "../src/training/corpus.ts";
import { HYPER_PARAMETERS } from "../src/training/hyper-parameters.ts";
import { train } from "../src/training/training-run.ts";
import { loadWeights } from "../src/weights.ts";

const FOLDER = join(import.meta.dirname, "..");
const SEED = "ab".repeat(32);

function question(text: string, state: unknown = null): unknown {
  return { input: { question: text }, state, seed: SEED };
}

describe("the persona", () => {
  const model = new PersonaModel(loadWeights(join(FOLDER, "weights")));

  it("gives the same bytes for the same question, state and seed, over every load of its weights", () => {
    const again = new PersonaModel(loadWeights(join(FOLDER, "weights")));

    assert.deepEqual(infer(model, question("Who are you?")), infer(again, question("Who are you?")));
  });

  it("answers from what it has learned", () => {
    assert.match(infer(model, question("What is your name?")).output.answer, /Wick/);
  });

  it("remembers the turn and the last question in its state", () => {
    const { state } = infer(model, question("Who are you?"));

    assert.equal(state.turns, 1);
    assert.equal(state.lastQuestion, "Who are you?");
    assert.equal(infer(model, question("And the cat?", state)).state.turns, 2);
    assert.equal(EMPTY_MEMORY.turns, 0);
  });

  it("answers otherwise when its weights are scrambled: they are what answers", () => {
    const weights = loadWeights(join(FOLDER, "weights"));
    for (const tensor of Object.values(weights.tensors)) tensor.reverse();

    const scrambled = infer(new PersonaModel(weights), question("What is your name?"));

    assert.notDeepEqual(scrambled.output, infer(model, question("What is your name?")).output);
  });

  it("lowers its loss by training, even in a short run", { timeout: 240_000 }, () => {
    const losses: number[] = [];
    const short = { ...HYPER_PARAMETERS, epochs: 2, hidden: 16, thought: 16, token: 16, score: 16, buckets: 512 };

    train(readCorpus(join(FOLDER, "corpus")), short, (_epoch, loss) => losses.push(loss));

    assert.ok((losses[1] ?? Infinity) < (losses[0] ?? 0));
  });
});

describe("the persona's server", () => {
  const server = createPersonaServer(new PersonaModel(loadWeights(join(FOLDER, "weights"))));
  const folder = mkdtempSync(join(tmpdir(), "persona-test-"));
  const path = join(folder, "infer.sock");

  before(async () => listen(server, { kind: "socket", path }));
  after(async () => {
    server.close();
    await once(server, "close");
    rmSync(folder, { recursive: true });
  });

  it("is ready and answers plain-json/1 over a unix socket", async () => {
    assert.equal((await call(path, "GET", "/health")).status, 200);
    const { status, body } = await call(path, "POST", "/infer", question("What is your name?"));

    assert.equal(status, 200);
    assert.match(body, /Wick/);
  });

  it("answers openai-chat/1", async () => {
    const { status, body } = await call(path, "POST", "/v1/chat/completions", {
      model: "ainft",
      messages: [{ role: "user", content: "What is your name?" }],
      seed: 1,
      temperature: 0,
      max_tokens: 80,
      stream: false,
    });

    assert.equal(status, 200);
    assert.match(body, /Wick/);
  });

  for (const [title, body] of [
    ["no question", { input: {}, state: null, seed: SEED }],
    ["an empty question", question("")],
    ["a question of 501 characters", question("x".repeat(501))],
    ["a broken state", question("Who are you?", { turns: -1 })],
  ] as const) {
    it(`refuses ${title} with status 400`, async () => {
      assert.equal((await call(path, "POST", "/infer", body)).status, 400);
    });
  }
});

async function call(
  socketPath: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path, headers: { "Content-Type": "application/json" } }, (response) => {
      let text = "";
      response.on("data", (part: Buffer) => (text += part.toString("utf8")));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: text });
      });
    });
    asked.on("error", reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
