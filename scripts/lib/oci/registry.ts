import { createReadStream, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream";

/** Paths of the OCI distribution protocol that name content by digest. A digest is all that is ever looked up. */
const CONTENT_PATH = /^\/v2\/[a-z0-9]+(?:[._/-][a-z0-9]+)*\/(manifests|blobs)\/sha256:([0-9a-f]{64})$/;

/** A running read-only registry. */
export interface ImageRegistry {
  /** `host:port`, as it stands in an image reference. */
  readonly address: string;
  close(): Promise<void>;
}

/** Serves the blobs of one OCI image layout on loopback, so that an engine can pull the image by digest. */
export async function serveImageLayout(layoutDir: string, port = 0): Promise<ImageRegistry> {
  const manifests = readManifests(layoutDir);
  const server = createServer((request, response) => answer(layoutDir, manifests, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The registry got no port.");
  return { address: `127.0.0.1:${address.port}`, close: () => closeServer(server) };
}

/** The manifests that the layout's index lists, and what each of them is. */
function readManifests(layoutDir: string): ReadonlyMap<string, string> {
  const index = JSON.parse(readFileSync(join(layoutDir, "index.json"), "utf8")) as {
    manifests: { digest: string; mediaType: string }[];
  };
  return new Map(index.manifests.map(({ digest, mediaType }) => [digest, mediaType]));
}

function answer(
  layoutDir: string,
  manifests: ReadonlyMap<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  response.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
  if (request.method !== "GET" && request.method !== "HEAD") {
    refuse(response, 405, "UNSUPPORTED");
    return;
  }
  if (request.url === "/v2/" || request.url === "/v2") {
    response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
    return;
  }
  const [, kind, hex] = CONTENT_PATH.exec(request.url ?? "") ?? [];
  // Only what the index lists is a manifest: a layer asked for as one would be read as JSON by the engine.
  const type = kind === "manifests" ? manifests.get(`sha256:${hex}`) : "application/octet-stream";
  const file = hex === undefined ? undefined : join(layoutDir, "blobs", "sha256", hex);
  const size = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false })?.size;
  if (file === undefined || size === undefined || type === undefined) {
    refuse(response, 404, kind === "manifests" ? "MANIFEST_UNKNOWN" : "BLOB_UNKNOWN");
    return;
  }
  response.writeHead(200, {
    "Content-Type": type,
    "Content-Length": size,
    "Docker-Content-Digest": `sha256:${hex}`,
  });
  if (request.method === "HEAD") response.end();
  // When the engine goes away in the middle, the file is closed too; there is nobody left to tell.
  else pipeline(createReadStream(file), response, () => undefined);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase().replace("_", " ") }] }));
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
