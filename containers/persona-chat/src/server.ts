import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { chmodSync } from "node:fs";
import { RefusedRequestError } from "./errors.ts";
import { PersonaModel } from "./model.ts";
import { complete } from "./openai-chat.ts";
import { infer } from "./plain-json.ts";
import { readSettings, type Address } from "./settings.ts";
import { loadWeights } from "./weights.ts";

const MAX_BODY_BYTES = 256 * 1024;
const REQUEST_TIMEOUT_MS = 10_000;

type Handler = (model: PersonaModel, body: unknown) => unknown;

const POST_ROUTES: Readonly<Record<string, Handler>> = { "/infer": infer, "/v1/chat/completions": complete };

/** @returns A server that speaks plain-json/1 and openai-chat/1, not yet listening. */
export function createPersonaServer(model: PersonaModel): Server {
  const server = createServer((request, response) => {
    respond(model, request, response).catch((error: unknown) => sendFailure(response, error));
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  return server;
}

/** Starts to listen. Resolves once connections are accepted; rejects when the address is taken or unusable. */
export function listen(server: Server, address: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const ready = () => {
      server.off("error", reject);
      // The runner's own user must reach the socket of user 65532; who may is decided by the folder around it.
      if (address.kind === "socket") chmodSync(address.path, 0o666);
      resolve();
    };
    if (address.kind === "socket") server.listen(address.path, ready);
    else server.listen(address.port, address.host, ready);
  });
}

async function respond(model: PersonaModel, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? "";
  const handler = Object.hasOwn(POST_ROUTES, path) ? POST_ROUTES[path] : undefined;
  if (path === "/health") {
    allow(request, "GET");
    send(response, 200, { status: "ready" });
    return;
  }
  if (handler === undefined) throw new RefusedRequestError(404, "NOT_FOUND", `there is no ${path.slice(0, 100)}`);
  allow(request, "POST");
  send(response, 200, handler(model, parseBody(await readBody(request))));
}

function allow(request: IncomingMessage, method: string): void {
  if (request.method === method) return;
  throw new RefusedRequestError(405, "METHOD_NOT_ALLOWED", `${request.url ?? ""} only answers ${method}`);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new RefusedRequestError(413, "BODY_TOO_LARGE", `body must not exceed ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseBody(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new RefusedRequestError(400, "INVALID_JSON", "body must be JSON in UTF-8", { cause });
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body), "utf8");
  response.writeHead(status, { "content-type": "application/json", "content-length": bytes.length });
  response.end(bytes);
}

function sendFailure(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // After a refusal the rest of the body is unread, so the connection cannot carry another request.
  response.setHeader("connection", "close");
  if (error instanceof RefusedRequestError) {
    send(response, error.status, { error: { code: error.code, message: error.message } });
    return;
  }
  console.error("a request failed", error);
  send(response, 500, { error: { code: "INTERNAL", message: "the persona failed to answer" } });
}

function describeAddress(server: Server): string {
  const address = server.address();
  return address !== null && typeof address === "object" ? `${address.address}:${address.port}` : String(address);
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const server = createPersonaServer(new PersonaModel(loadWeights(settings.modelDirectory)));
  const stop = () => {
    server.close();
    server.closeIdleConnections();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  await listen(server, settings.address);
  console.log(`persona-chat listens on ${describeAddress(server)}`);
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
