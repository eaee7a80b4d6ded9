import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { SEED, SERVER, temporaryFolder, WEIGHTS } from "./helpers/persona.ts";

interface Reply {
  readonly status: number;
  readonly text: string;
}

interface RunningServer {
  readonly child: ChildProcess;
  send(method: string, path: string, body?: string | Buffer): Promise<Reply>;
  post(path: string, body: unknown): Promise<Reply>;
}

type Target = { readonly socketPath: string } | { readonly host: string; readonly port: number };

const question = { question: "Who is Marta?" };
const asked = { input: question, state: null, seed: SEED };
const chat = {
  model: "ainft",
  messages: [{ role: "user", content: "Who is Marta?" }],
  seed: 7,
  temperature: 0,
  max_tokens: 4096,
  stream: false,
};

/** Starts the server as a container would, and waits for the line that says where it listens. */
async function start(env: Record<string, string>): Promise<RunningServer> {
  const child = spawn(process.execPath, [SERVER], { env: { AINFT_MODEL_DIR: WEIGHTS, ...env }, stdio: "pipe" });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const port = Number(/:(\d+)\s*$/.exec(line.toString())?.[1] ?? 0);
  const socketPath = env["AINFT_SOCKET"];
  const target = socketPath === undefined ? { host: "127.0.0.1", port } : { socketPath };
  return {
    child,
    send: (method, path, body) => send(target, method, path, body),
    post: (path, body) => send(target, "POST", path, JSON.stringify(body)),
  };
}

function send(target: Target, method: string, path: string, body?: string | Buffer): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...target, method, path, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

async function stop({ child }: RunningServer): Promise<number | null> {
  const exited = once(child, "exit") as Promise<[number | null]>;
  child.kill("SIGTERM");
  const [code] = await exited;
  return code;
}

function errorCode({ text }: Reply): string {
  const { error } = JSON.parse(text) as { error: { code: string; message: string } };
  assert.notEqual(error.message, "");
  return error.code;
}

describe("the server over TCP", () => {
  let server: RunningServer;

  before(async () => {
    server = await start({ AINFT_PORT: "0" });
  });

  after(() => stop(server));

  it("says that it is healthy", async () => {
    assert.deepEqual(await server.send("GET", "/health"), { status: 200, text: '{"status":"ready"}' });
  });

  it("answers a question with exactly an output and the next state", async () => {
    const { status, text } = await server.post("/infer", asked);
    assert.equal(status, 200);
    const answer = JSON.parse(text) as { output: { answer: string }; state: unknown };
    assert.deepEqual(Object.keys(answer), ["output", "state"]);
    assert.deepEqual(Object.keys(answer.output), ["answer"]);
    assert.match(answer.output.answer, /Marta|She/);
    assert.deepEqual(answer.state, { turns: 1, topics: ["Marta"], lastQuestion: "Who is Marta?" });
  });

  it("gives the same bytes for the same request", async () => {
    assert.deepEqual(await server.post("/infer", asked), await server.post("/infer", asked));
  });

  it("goes on from the state it gave", async () => {
    const first = JSON.parse((await server.post("/infer", asked)).text) as { state: unknown };
    const next = await server.post("/infer", { input: { question: "Tell me more." }, state: first.state, seed: SEED });
    const answer = JSON.parse(next.text) as { output: { answer: string }; state: { turns: number } };
    assert.match(answer.output.answer, /wooden pipe/);
    assert.equal(answer.state.turns, 2);
  });

  it("completes a chat, whatever the seed, because the temperature is 0", async () => {
    const reply = await server.post("/v1/chat/completions", chat);
    assert.equal(reply.status, 200);
    const { choices } = JSON.parse(reply.text) as { choices: { message: { role: string; content: string } }[] };
    assert.equal(choices[0]?.message.role, "assistant");
    assert.match(choices[0].message.content, /Marta|She/);
    assert.deepEqual(await server.post("/v1/chat/completions", { ...chat, seed: 8 }), reply);
  });

  it("reads the earlier messages of a chat as its memory", async () => {
    const messages = [...chat.messages, { role: "assistant", content: "..." }, { role: "user", content: "Go on." }];
    const { text } = await server.post("/v1/chat/completions", { ...chat, messages });
    assert.match(text, /wooden pipe/);
  });

  it("cuts a chat's answer at max_tokens", async () => {
    const { text } = await server.post("/v1/chat/completions", { ...chat, max_tokens: 3 });
    assert.match(text, /"finish_reason":"length"/);
  });

  for (const [name, code, body] of [
    ["no question", "INVALID_INPUT", { ...asked, input: {} }],
    ["an empty question", "INVALID_INPUT", { ...asked, input: { question: "" } }],
    ["a question of 501 characters", "INVALID_INPUT", { ...asked, input: { question: "a".repeat(501) } }],
    ["a question that is no text", "INVALID_INPUT", { ...asked, input: { question: 7 } }],
    ["a lone surrogate", "INVALID_INPUT", { ...asked, input: { question: "\ud800" } }],
    ["an unknown key in the input", "INVALID_INPUT", { ...asked, input: { ...question, mood: "bad" } }],
    ["an unknown key in the body", "INVALID_REQUEST", { ...asked, temperature: 1 }],
    ["a list for a body", "INVALID_REQUEST", [asked]],
    ["no seed", "INVALID_SEED", { input: question, state: null }],
    ["an upper-case seed", "INVALID_SEED", { ...asked, seed: "AB".repeat(32) }],
    ["no state", "INVALID_STATE", { input: question, seed: SEED }],
    ["a state without turns", "INVALID_STATE", { ...asked, state: { topics: ["Marta"], lastQuestion: "a" } }],
    ["no turns at all", "INVALID_STATE", { ...asked, state: { turns: 0, topics: ["Marta"], lastQuestion: "a" } }],
    ["a topic of another model", "INVALID_STATE", { ...asked, state: { turns: 1, topics: ["x"], lastQuestion: "a" } }],
    [
      "a topic twice",
      "INVALID_STATE",
      { ...asked, state: { turns: 2, topics: ["Marta", "Marta"], lastQuestion: "a" } },
    ],
  ] as const) {
    it(`refuses ${name} with ${code}`, async () => {
      const reply = await server.post("/infer", body);
      assert.equal(reply.status, 400);
      assert.equal(errorCode(reply), code);
    });
  }

  for (const [name, body] of [
    ["a temperature", { ...chat, temperature: 1 }],
    ["a stream", { ...chat, stream: true }],
    ["an order from the system", { ...chat, messages: [{ role: "system", content: "Be rude." }, ...chat.messages] }],
    ["no message", { ...chat, messages: [] }],
    ["a chat that ends with the assistant", { ...chat, messages: [{ role: "assistant", content: "Hello." }] }],
    ["an unknown key", { ...chat, top_p: 1 }],
    ["no token at all", { ...chat, max_tokens: 0 }],
  ] as const) {
    it(`refuses a chat with ${name}`, async () => {
      const reply = await server.post("/v1/chat/completions", body);
      assert.equal(reply.status, 400);
      assert.equal(errorCode(reply), "INVALID_REQUEST");
    });
  }

  it("takes a question of 500 characters that each need two UTF-16 units", async () => {
    const { status } = await server.post("/infer", { ...asked, input: { question: "🐋".repeat(500) } });
    assert.equal(status, 200);
  });

  it("refuses a body that is not JSON, or not UTF-8", async () => {
    for (const body of ["{", Buffer.from([0x22, 0xff, 0x22])]) {
      const reply = await server.send("POST", "/infer", body);
      assert.equal(reply.status, 400);
      assert.equal(errorCode(reply), "INVALID_JSON");
    }
  });

  it("refuses a body over its limit", async () => {
    const reply = await server.send("POST", "/infer", Buffer.alloc(256 * 1024 + 1, 32));
    assert.equal(reply.status, 413);
    assert.equal(errorCode(reply), "BODY_TOO_LARGE");
  });

  it("refuses other paths and methods", async () => {
    const lost = await server.send("GET", "/constructor");
    assert.deepEqual([lost.status, errorCode(lost)], [404, "NOT_FOUND"]);
    const wrong = await server.send("GET", "/infer");
    assert.deepEqual([wrong.status, errorCode(wrong)], [405, "METHOD_NOT_ALLOWED"]);
  });
});

describe("the server over a unix socket", () => {
  it("gives the same bytes as over TCP, and leaves cleanly on SIGTERM", async () => {
    const folder = temporaryFolder();
    const overSocket = await start({ AINFT_SOCKET: join(folder, "persona.sock") });
    const overTcp = await start({ AINFT_PORT: "0" });
    try {
      assert.equal((await overSocket.send("GET", "/health")).status, 200);
      assert.deepEqual(await overSocket.post("/infer", asked), await overTcp.post("/infer", asked));
    } finally {
      assert.deepEqual(await Promise.all([stop(overSocket), stop(overTcp)]), [0, 0]);
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the server's settings", () => {
  for (const [name, env, variable] of [
    ["no model folder", { AINFT_MODEL_DIR: "", AINFT_PORT: "0" }, "AINFT_MODEL_DIR"],
    ["neither port nor socket", { AINFT_MODEL_DIR: WEIGHTS }, "AINFT_PORT"],
    ["a port above 65535", { AINFT_MODEL_DIR: WEIGHTS, AINFT_PORT: "65536" }, "AINFT_PORT"],
    ["both", { AINFT_MODEL_DIR: WEIGHTS, AINFT_PORT: "0", AINFT_SOCKET: "/tmp/x" }, "AINFT_SOCKET"],
    ["a folder without weights", { AINFT_MODEL_DIR: join(WEIGHTS, "none"), AINFT_PORT: "0" }, "AINFT_MODEL_DIR"],
  ] as const) {
    it(`refuse to start with ${name}, and name ${variable}`, async () => {
      const child = spawn(process.execPath, [SERVER], { env, stdio: "pipe" });
      const errors: Buffer[] = [];
      child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
      const [code] = (await once(child, "close")) as [number | null];
      assert.equal(code, 1);
      assert.ok(Buffer.concat(errors).toString().includes(variable));
    });
  }
});
