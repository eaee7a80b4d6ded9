import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyOf, listen, type TestServer } from "./servers.ts";

/** Who may push, and how they show it. */
export interface Guard {
  readonly kind: "basic" | "token";
  /** As `Basic` authorization says it. */
  readonly credentials: string;
  /** Where who logs in is sent, in place of the registry itself. */
  readonly realm?: string;
}

/** A registry that does what the OCI distribution specification (1.1) has for pulling and pushing, and no more. */
export interface TestRegistry extends TestServer {
  /** `host:port`. */
  readonly host: string;
  /** Blobs, and manifests with their types, by digest or tag. */
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, { readonly type: string; readonly bytes: Buffer }>;
  /** Methods and what they were about, in the order in which they came. */
  readonly asked: string[];
  /** Connections that it closes in the middle of the next layers. */
  losses: number;
  /** Digest that it says it keeps a manifest under. */
  claim?: string;
  /** Where it says that a layer goes, in place of its own address. */
  uploads?: string;
  /** Whether it keeps a manifest that it is given. */
  forgetful: boolean;
  /** The only repository that it knows, where it makes none. */
  only?: string;
}

const NAME = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*";
const PATH = new RegExp(`^/v2/(?<name>${NAME})/(?<kind>blobs/uploads|blobs|manifests)/(?<reference>[^/]*)$`, "u");
const TOKEN = "a.lent-token";

export async function startRegistry(guard?: Guard): Promise<TestRegistry> {
  const uploads = new Set<string>();
  const server = await listen((request, response) => {
    answer(registry, uploads, guard, request, response).catch(() => response.destroy());
  });
  const registry: TestRegistry = {
    ...server,
    ...{ host: server.url.replace("http://", ""), blobs: new Map(), manifests: new Map(), asked: [] },
    ...{ losses: 0, forgetful: false },
  };
  return registry;
}

async function answer(
  registry: TestRegistry,
  uploads: Set<string>,
  guard: Guard | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "", registry.url);
  const { method = "" } = request;
  if (url.pathname === "/token") {
    giveToken(url, guard, request, response);
    return;
  }
  const { name, kind, reference = "" } = PATH.exec(url.pathname)?.groups ?? {};
  registry.asked.push(`${method} ${kind ?? url.pathname}`);
  if (guard !== undefined && !isLetIn(guard, request)) {
    challenge(registry, guard, response);
    return;
  }
  if (url.pathname === "/v2/") response.end("{}");
  else if (name === undefined) refuse(response, 404, "NAME_INVALID");
  else if (registry.only !== undefined && registry.only !== name) refuse(response, 404, "NAME_UNKNOWN");
  else if (kind === "blobs/uploads") await upload(registry, uploads, name, reference, url, request, response);
  else if (kind === "manifests" && method === "PUT") await keepManifest(registry, reference, request, response);
  else if (kind === "manifests") give(registry.manifests.get(reference), method, "MANIFEST_UNKNOWN", response);
  else give(blobOf(registry, reference), method, "BLOB_UNKNOWN", response);
}

async function upload(
  registry: TestRegistry,
  uploads: Set<string>,
  name: string,
  session: string,
  { searchParams }: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === "POST" && session === "") {
    if (request.headers["content-length"] !== "0") {
      refuse(response, 400, "SIZE_INVALID");
      return;
    }
    const id = randomUUID();
    uploads.add(id);
    // With a query of its own, which the digest has to join.
    const place = `/v2/${name}/blobs/uploads/${id}?_state=s3cret`;
    response.writeHead(202, { location: registry.uploads ?? place }).end();
    return;
  }
  if (request.method !== "PUT" || !uploads.delete(session) || searchParams.get("_state") !== "s3cret") {
    refuse(response, 404, "BLOB_UPLOAD_UNKNOWN");
    return;
  }
  if (registry.losses > 0) {
    registry.losses -= 1;
    request.once("data", () => request.socket.destroy());
    return;
  }
  const bytes = await bodyOf(request);
  const digest = digestOf(bytes);
  if (
    request.headers["content-length"] === undefined ||
    request.headers["content-type"] !== "application/octet-stream"
  ) {
    refuse(response, 400, "BLOB_UPLOAD_INVALID");
    return;
  }
  if (searchParams.get("digest") !== digest) {
    refuse(response, 400, "DIGEST_INVALID");
    return;
  }
  registry.blobs.set(digest, bytes);
  response.writeHead(201, { location: `/v2/${name}/blobs/${digest}`, "docker-content-digest": digest }).end();
}

interface Document {
  readonly mediaType?: string;
  readonly config?: { readonly digest: string };
  readonly layers?: readonly { readonly digest: string }[];
  readonly manifests?: readonly { readonly digest: string }[];
}

async function keepManifest(
  registry: TestRegistry,
  reference: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const bytes = await bodyOf(request);
  const type = request.headers["content-type"] ?? "";
  const digest = digestOf(bytes);
  const document = JSON.parse(bytes.toString("utf8")) as Document;
  if (document.mediaType !== undefined && document.mediaType !== type) {
    refuse(response, 400, "MANIFEST_INVALID");
    return;
  }
  if (reference.includes(":") && reference !== digest) {
    refuse(response, 400, "DIGEST_INVALID");
    return;
  }
  const blobs = [...(document.config === undefined ? [] : [document.config]), ...(document.layers ?? [])];
  const missing =
    blobs.some((blob) => !registry.blobs.has(blob.digest)) ||
    (document.manifests ?? []).some((part) => !registry.manifests.has(part.digest));
  if (missing) {
    refuse(response, 404, "MANIFEST_BLOB_UNKNOWN");
    return;
  }
  if (!registry.forgetful) for (const name of [digest, reference]) registry.manifests.set(name, { type, bytes });
  response.writeHead(201, { location: "/", "docker-content-digest": registry.claim ?? digest }).end();
}

function blobOf({ blobs }: TestRegistry, digest: string): { type: string; bytes: Buffer } | undefined {
  const bytes = blobs.get(digest);
  return bytes === undefined ? undefined : { type: "application/octet-stream", bytes };
}

function give(
  found: { readonly type: string; readonly bytes: Buffer } | undefined,
  method: string,
  code: string,
  response: ServerResponse,
): void {
  if (found === undefined) return refuse(response, 404, code);
  const { type, bytes } = found;
  response.writeHead(200, {
    ...{ "content-type": type, "content-length": bytes.length, "docker-content-digest": digestOf(bytes) },
  });
  response.end(method === "HEAD" ? undefined : bytes);
}

function isLetIn({ kind, credentials }: Guard, { headers }: IncomingMessage): boolean {
  return headers.authorization === (kind === "basic" ? `Basic ${credentials}` : `Bearer ${TOKEN}`);
}

function challenge({ url }: TestRegistry, { kind, realm }: Guard, response: ServerResponse): void {
  const bearer = `Bearer realm="${realm ?? `${url}/token`}",service="registry.test",scope="repository:greeter:pull"`;
  response.setHeader("www-authenticate", kind === "basic" ? 'Basic realm="registry.test"' : bearer);
  refuse(response, 401, "UNAUTHORIZED");
}

function giveToken(
  { searchParams }: URL,
  guard: Guard | undefined,
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const mayPush = /^repository:[^:]+:pull,push$/u.test(searchParams.get("scope") ?? "");
  const isKnown = guard !== undefined && headers.authorization === `Basic ${guard.credentials}`;
  if (!isKnown || searchParams.get("service") !== "registry.test") refuse(response, 401, "UNAUTHORIZED");
  else response.end(JSON.stringify({ token: mayPush ? TOKEN : "for-pulling", expires_in: 300 }));
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ errors: [{ code, message: "no", detail: null }] }));
}
