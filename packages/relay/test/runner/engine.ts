import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmod, copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { until } from "./until.ts";

const execute = promisify(execFile);

/** A container engine of the test's own, and images in it. */
export interface Engine {
  readonly socket: string;
  readonly pid: number | undefined;
  /** Runs podman and answers what it printed. */
  podman(...args: string[]): Promise<string>;
  close(): Promise<void>;
  /** Ends the engine as a crash does, and takes its socket away. Containers go on, as podman's do. */
  kill(): Promise<void>;
  /** Holds the engine still, or lets it go on. */
  signal(name: "SIGSTOP" | "SIGCONT"): void;
}

/** A filter for podman that keeps the containers of one owner: other tests of the machine may be at work. */
export function filterOf(owner: string): readonly [string, string] {
  return ["--filter", `label=ainft.relay=${createHash("sha256").update(owner).digest("hex").slice(0, 32)}`];
}

/** Whether podman is there. With AINFT_REQUIRE_ENGINE=1 its absence is an error. */
export async function hasPodman(): Promise<boolean> {
  try {
    await execute("podman", ["--version"]);
    return true;
  } catch (error) {
    if (process.env["AINFT_REQUIRE_ENGINE"] === "1") throw error;
    return false;
  }
}

/** Starts podman's API on a socket in a folder. */
export async function startEngine(folder: string): Promise<Engine> {
  const socket = join(folder, "engine.sock");
  const service = spawn("podman", ["system", "service", "--time=0", `unix://${socket}`], { stdio: "ignore" });
  const ended = once(service, "exit");
  await until("podman's API", 30_000, async () => (await stat(socket)).isSocket());
  return {
    socket,
    pid: service.pid,
    podman: async (...args) => (await execute("podman", args, { maxBuffer: 1_048_576 })).stdout.trim(),
    close: async () => {
      service.kill("SIGTERM");
      await ended;
    },
    kill: async () => {
      service.kill("SIGKILL");
      await ended;
      await rm(socket, { force: true });
    },
    signal: (name) => void service.kill(name),
  };
}

/** Builds an image from nothing but this Node, what it is linked to, and one file. Answers `name@sha256:…`. */
export async function buildImage(engine: Engine, folder: string, name: string, program: string): Promise<string> {
  const root = join(folder, `image-${name}`);
  const { stdout } = await execute("ldd", [process.execPath]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
  for (const library of libraries) {
    await mkdir(join(root, dirname(library)), { recursive: true });
    await copyFile(library, join(root, library));
  }
  await copyFile(process.execPath, join(root, "node"));
  await copyFile(program, join(root, "program.ts"));
  for (const shared of ["tmp", "model", "run/ainft"]) await mkdir(join(root, shared), { recursive: true });
  await chmod(join(root, "tmp"), 0o1777); // as in every image: podman gives the mode on to the folder it mounts there
  await chmod(join(root, "program.ts"), 0o644);
  await writeFile(join(folder, "Containerfile"), 'FROM scratch\nCOPY . /\nENTRYPOINT ["/node", "/program.ts"]\n');
  const tag = `ainft.test/${name}`;
  await engine.podman("build", "--quiet", "--file", join(folder, "Containerfile"), "--tag", tag, root);
  return `${tag}@${await engine.podman("image", "inspect", "--format", "{{.Digest}}", tag)}`;
}

/** Removes what {@link buildImage} made, by name: others may have the same image under names of their own. */
export async function removeImages(engine: Engine, ...images: readonly string[]): Promise<void> {
  const names = images.map((image) => image.slice(0, image.indexOf("@")));
  await engine.podman("image", "rm", "--force", "--ignore", ...names);
}

/** Serves an image as a registry on loopback does, from a folder in OCI layout. Answers host, port and digest. */
export async function serveImage(
  engine: Engine,
  folder: string,
  image: string,
): Promise<{ readonly host: string; readonly digest: string; close(): Promise<void> }> {
  const layout = join(folder, "layout");
  await engine.podman("save", "--quiet", "--format", "oci-dir", "--output", layout, image);
  const index = JSON.parse(await readFile(join(layout, "index.json"), "utf8")) as { manifests: { digest: string }[] };
  const digest = index.manifests[0]?.digest ?? "";
  const server = createServer((request, response) => {
    const wanted = /\/(manifests|blobs)\/sha256:([0-9a-f]{64})$/.exec(request.url ?? "");
    if (wanted === null) {
      response.end("{}"); // the version check
      return;
    }
    // podman saves blobs under their bare digests.
    readBlob(layout, wanted[2] ?? "").then(
      (bytes) => {
        const type =
          wanted[1] === "manifests" ? "application/vnd.oci.image.manifest.v1+json" : "application/octet-stream";
        response.writeHead(200, { "content-type": type, "content-length": bytes.length });
        response.end(request.method === "HEAD" ? undefined : bytes);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    host: `127.0.0.1:${port}`,
    digest,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBlob(layout: string, digest: string): Promise<Buffer> {
  return readFile(join(layout, "blobs/sha256", digest)).catch(async () => readFile(join(layout, digest)));
}
