import { createReadStream, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";

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
  const server = createServer((request, response) => answer(layoutDir, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The registry got no port.");
  return { address: `127.0.0.1:${address.port}`, close: () => closeServer(server) };
}

function answer(layoutDir: string, request: IncomingMessage, response: ServerResponse): void {
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
  const file = hex === undefined ? undefined : join(layoutDir, "blobs", "sha256", hex);
  const size = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false })?.size;
  if (file === undefined || size === undefined) {
    refuse(response, 404, kind === "manifests" ? "MANIFEST_UNKNOWN" : "BLOB_UNKNOWN");
    return;
  }
  response.writeHead(200, {
    "Content-Type": kind === "manifests" ? mediaType(file) : "application/octet-stream",
    "Content-Length": size,
    "Docker-Content-Digest": `sha256:${hex}`,
  });
  if (request.method === "HEAD") response.end();
  else
    createReadStream(file)
      .on("error", () => response.destroy())
      .pipe(response);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase().replace("_", " ") }] }));
}

/** A manifest is served as what it says it is. */
function mediaType(file: string): string {
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { mediaType?: string };
  return manifest.mediaType ?? "application/vnd.oci.image.manifest.v1+json";
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
