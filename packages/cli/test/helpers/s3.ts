import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyOf, listen, type TestServer } from "./servers.ts";

export const KEYS = { AWS_ACCESS_KEY_ID: "publisher", AWS_SECRET_ACCESS_KEY: "s3cret-s3cret" };
export const REGION = "eu-west-1";
const FIFTEEN_MINUTES_MS = 900_000;

/** A store with one bucket, that checks every signature by arithmetic of its own. */
export interface TestBucket extends TestServer {
  /** `endpoint/bucket`, as `--s3` takes it. */
  readonly place: string;
  /** Objects by their path. */
  readonly objects: Map<string, Buffer>;
  /** Methods in the order in which they came. */
  readonly asked: string[];
  /** Connections that it closes in the middle of what is put next. */
  losses: number;
  /** Changes what it is given to keep. */
  spoil?: (bytes: Buffer) => Buffer;
  /** Whether who asks may list what is there, and so learn that something is missing. */
  mayList: boolean;
  mayPut: boolean;
  /** What it answers next, in place of what was asked for. */
  readonly failures: Refusal[];
  /** Tokens of lent keys that came with a request. */
  readonly tokens: Set<unknown>;
}

/** How it says no. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly more?: string;
}

export async function startBucket(name = "models"): Promise<TestBucket> {
  const objects = new Map<string, Buffer>();
  const state = {
    objects,
    asked: [] as string[],
    losses: 0,
    mayList: true,
    mayPut: true,
    failures: [],
    tokens: new Set(),
  };
  const server = await listen((request, response) => {
    answer(bucket, name, request, response).catch(() => response.destroy());
  });
  const bucket: TestBucket = Object.assign(state, server, { place: `${server.url}/${name}` });
  return bucket;
}

async function answer(
  bucket: TestBucket,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? "", "http://localhost");
  bucket.asked.push(request.method ?? "");
  if (request.method === "PUT" && bucket.losses > 0) {
    bucket.losses -= 1;
    request.once("data", () => request.socket.destroy());
    return;
  }
  bucket.tokens.add(request.headers["x-amz-security-token"]);
  const body = await bodyOf(request);
  const refusal = bucket.failures.shift() ?? refusalOf(request, pathname, body) ?? pathRefusal(name, pathname);
  if (refusal !== undefined) {
    refuse(response, refusal);
    return;
  }
  if (request.method === "PUT") {
    if (!bucket.mayPut) {
      refuse(response, { status: 403, code: "AccessDenied" });
      return;
    }
    bucket.objects.set(pathname, bucket.spoil?.(body) ?? body);
    return void response.end();
  }
  const found = bucket.objects.get(pathname);
  if (found !== undefined) return void response.end(found);
  refuse(response, bucket.mayList ? { status: 404, code: "NoSuchKey" } : { status: 403, code: "AccessDenied" });
}

function pathRefusal(name: string, pathname: string): Refusal | undefined {
  return pathname.startsWith(`/${name}/`) ? undefined : { status: 404, code: "NoSuchBucket" };
}

function refusalOf(request: IncomingMessage, pathname: string, body: Buffer): Refusal | undefined {
  const parts =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/u.exec(
      request.headers.authorization ?? "",
    );
  if (parts === null) return { status: 403, code: "AccessDenied" };
  const [, keyId = "", day = "", region = "", names = "", signature = ""] = parts;
  if (keyId !== KEYS.AWS_ACCESS_KEY_ID) return { status: 403, code: "InvalidAccessKeyId" };
  if (region !== REGION)
    return { status: 400, code: "AuthorizationHeaderMalformed", more: `<Region>${REGION}</Region>` };
  if (request.method === "PUT" && request.headers["content-length"] === undefined)
    return { status: 411, code: "MissingContentLength" };
  const time = String(request.headers["x-amz-date"]);
  const at = Date.parse(time.replace(/^(....)(..)(..T..)(..)(..Z)$/u, "$1-$2-$3:$4:$5"));
  if (!time.startsWith(day) || !(Math.abs(Date.now() - at) < FIFTEEN_MINUTES_MS))
    return { status: 403, code: "RequestTimeTooSkewed" };
  if (!["host", "x-amz-content-sha256", "x-amz-date"].every((header) => names.split(";").includes(header)))
    return { status: 403, code: "AccessDenied" };
  const expected = signatureOf(request, pathname, names, { day, region, time });
  if (!timingSafeEqual(Buffer.from(signature, "hex"), expected)) return { status: 403, code: "SignatureDoesNotMatch" };
  const digest = createHash("sha256").update(body).digest("hex");
  if (digest !== request.headers["x-amz-content-sha256"]) return { status: 400, code: "XAmzContentSHA256Mismatch" };
  return undefined;
}

interface Scope {
  readonly day: string;
  readonly region: string;
  readonly time: string;
}

function signatureOf(request: IncomingMessage, path: string, names: string, { day, region, time }: Scope): Buffer {
  const lines = names.split(";").map((header) => `${header}:${String(request.headers[header])}`);
  const digest = String(request.headers["x-amz-content-sha256"]);
  const canonical = `${request.method ?? ""}\n${path}\n\n${lines.join("\n")}\n\n${names}\n${digest}`;
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${createHash("sha256").update(canonical).digest("hex")}`;
  let key = Buffer.from(`AWS4${KEYS.AWS_SECRET_ACCESS_KEY}`);
  for (const part of [day, region, "s3", "aws4_request", text]) key = createHmac("sha256", key).update(part).digest();
  return key;
}

function refuse(response: ServerResponse, { status, code, more = "" }: Refusal): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>no</Message>${more}</Error>`,
  );
}
