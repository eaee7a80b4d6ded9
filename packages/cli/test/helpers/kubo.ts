import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { cidFromDigest } from "ainft-core";
import { bodyOf, listen, type TestServer } from "./servers.ts";

const MAX_BLOCK = 1_048_576;

/** A node that speaks as much of Kubo's RPC as publishing needs, and as strictly. */
export interface TestKubo extends TestServer {
  /** What it has, by path. */
  readonly blocks: Map<string, Buffer>;
  readonly pinned: Set<string>;
  /** Commands in the order in which they came. */
  readonly asked: string[];
  /** Connections that it closes in the middle of what comes next. */
  losses: number;
  /** What it says that it kept, where it is not what it kept. */
  claim?: string;
}

export async function startKubo(token?: string): Promise<TestKubo> {
  const state = { blocks: new Map<string, Buffer>(), pinned: new Set<string>(), asked: [] as string[], losses: 0 };
  const kubo: TestKubo = Object.assign(
    state,
    await listen((request, response) => {
      answer(kubo, token, request, response).catch(() => response.destroy());
    }),
  );
  return kubo;
}

/** The CID under which it keeps bytes that are too long for one block. A real node makes a tree of blocks,
 * and names its root. */
export function fileCid(bytes: Uint8Array): string {
  return `bafybei${createHash("sha256").update(bytes).digest("hex")}`;
}

async function answer(
  kubo: TestKubo,
  token: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
  if (request.method !== "POST") return void response.writeHead(405).end();
  if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
    return void response.writeHead(403).end("403 Forbidden\n");
  const command = pathname.replace("/api/v0/", "");
  kubo.asked.push(command);
  const arg = searchParams.get("arg") ?? "";
  const found = kubo.blocks.get(arg);
  if (command === "cat" || command === "pin/add") {
    if (found === undefined && searchParams.get("offline") !== "true") return; // it asks the whole network, for ever
    if (found === undefined) {
      fail(response, `block was not found locally (offline): ipld: could not find ${arg}`);
      return;
    }
    if (command === "cat") return void response.end(found);
    kubo.pinned.add(arg);
    return void response.end(JSON.stringify({ Pins: [arg] }));
  }
  if (command !== "block/put" && command !== "add") return void response.writeHead(404).end("404 page not found\n");
  if (kubo.losses > 0) {
    kubo.losses -= 1;
    request.once("data", () => request.socket.destroy());
    return;
  }
  keep(kubo, command, fileIn(request, await bodyOf(request)), searchParams, response);
}

function keep(
  kubo: TestKubo,
  command: "block/put" | "add",
  bytes: Buffer,
  query: URLSearchParams,
  response: ServerResponse,
): void {
  if (command === "block/put" && bytes.length > MAX_BLOCK)
    return fail(response, "produced block is over 1MiB: big blocks can't be exchanged with other peers.");
  const raw = query.get("cid-codec") === "raw" || query.get("raw-leaves") === "true";
  const cid = raw && bytes.length <= MAX_BLOCK ? rawCidOf(bytes) : fileCid(bytes);
  kubo.blocks.set(cid, bytes);
  if (query.get("pin") === "true") kubo.pinned.add(cid);
  const size = String(bytes.length);
  const told = kubo.claim ?? cid;
  response.end(
    JSON.stringify(command === "add" ? { Name: "data", Hash: told, Size: size } : { Key: told, Size: size }),
  );
}

function rawCidOf(bytes: Uint8Array): string {
  return cidFromDigest(`0x${createHash("sha256").update(bytes).digest("hex")}`);
}

/** The one part of a form, of which nothing may be missing. */
function fileIn({ headers }: IncomingMessage, body: Buffer): Buffer {
  const { boundary = "" } = /boundary=(?<boundary>.+)$/u.exec(headers["content-type"] ?? "")?.groups ?? {};
  const end = body.lastIndexOf(`\r\n--${boundary}--\r\n`);
  if (!body.subarray(0, boundary.length + 4).equals(Buffer.from(`--${boundary}\r\n`)) || end < 0)
    throw new Error("This is no form.");
  return body.subarray(body.indexOf("\r\n\r\n") + 4, end);
}

function fail(response: ServerResponse, message: string): void {
  response.writeHead(500, { "content-type": "application/json" });
  response.end(JSON.stringify({ Message: message, Code: 0, Type: "error" }));
}
