import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PermanentError } from "../lib/errors";
import { packImage } from "../lib/oci/image";
import { nodeRuntimeFiles, RUNTIME_ENV } from "../lib/oci/runtime";
import { fromRoot } from "../lib/paths";
import { type ExitCode, run } from "../lib/run";
import { workspaces } from "../lib/workspaces";

/** The relay's image could not be built. What the tool said stands above. */
class RelayImageError extends PermanentError {
  readonly code = "RELAY_IMAGE_FAILED";
}

const RELAY = "packages/relay";
/** What the relay consists of: itself and the workspaces that it imports. */
const PARTS = ["packages/bindings", "packages/core", RELAY];
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Options of {@link buildRelayImage}. */
export interface RelayImageOptions {
  readonly tag: string;
  /** An image with Node 24. Without one, a base is packed from this machine's pinned Node. */
  readonly base?: string | undefined;
}

/** Puts together what goes into the image: compiled sources, and production packages as the lock file pins them. */
export async function stageRelay(target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  for (const file of ["package.json", "package-lock.json", ".npmrc", "LICENSE"]) copy(file, target);
  for (const { path } of workspaces()) copy(`${path}/package.json`, target);
  for (const part of PARTS) copy(`${part}/dist`, target);
  const install = ["ci", "--omit=dev", "--ignore-scripts", "--workspace", RELAY, "--silent"];
  check(await run("npm", install, { cwd: target }), "npm ci");
}

/** Builds the image with podman. Throws {@link RelayImageError}. */
export async function buildRelayImage({ tag, base }: RelayImageOptions): Promise<void> {
  // podman makes an image's name of the folder that it is read from, and names have no capital letters.
  const folder = join(tmpdir(), `ainft-relay-image-${process.pid}-${Date.now()}`);
  try {
    const context = join(folder, "context");
    await stageRelay(context);
    const baseImage = base ?? (await packBase(join(folder, "base"), `${tag}-base`));
    const file = fromRoot(RELAY, "Containerfile");
    const options = ["--quiet", "--file", file, "--build-arg", `BASE_IMAGE=${baseImage}`, "--tag", tag];
    check(await run("podman", ["build", ...options, context]), "podman build");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A base image of nothing but the pinned Node and what it is linked to. */
async function packBase(layoutDir: string, tag: string): Promise<string> {
  const runtime = nodeRuntimeFiles();
  if (!runtime.runnable)
    throw new RelayImageError(`No base can be packed here: ${runtime.reason}. Give one by --base.`);
  const text = (path: string, content: string) => ({ path, mode: 0o644, bytes: Buffer.from(content) });
  const accounts = [
    text("etc/passwd", "root:x:0:0:root:/:/sbin/nologin\nainft:x:65532:65532:ainft:/app:/sbin/nologin\n"),
    text("etc/group", "root:x:0:\nainft:x:65532:\n"),
    { path: "tmp", mode: 0o1777, folder: true as const },
  ];
  await packImage(layoutDir, [[...runtime.entries, ...accounts]], {
    architecture: process.arch === "arm64" ? "arm64" : "amd64",
    user: "65532:65532",
    workingDir: "/",
    entrypoint: ["/usr/local/bin/node"],
    env: [`PATH=${PATH}`, ...RUNTIME_ENV],
    labels: { "org.opencontainers.image.title": "node for ainft-relay" },
  });
  const pulled = spawnSync("podman", ["pull", "--quiet", `oci:${layoutDir}`], { encoding: "utf8" });
  check(pulled.status ?? 1, `podman pull of the base (${pulled.stderr.trim()})`);
  const id = pulled.stdout.trim();
  check(await run("podman", ["untag", id]), "podman untag of the base"); // it was named after the folder
  check(await run("podman", ["tag", id, tag]), "podman tag of the base");
  return tag;
}

function copy(path: string, target: string): void {
  cpSync(fromRoot(path), join(target, path), { recursive: true });
}

function check(code: ExitCode, what: string): void {
  if (code !== 0) throw new RelayImageError(`${what} ended with exit code ${code}.`);
}

if (require.main === module) {
  const { values } = parseArgs({
    options: { base: { type: "string" }, tag: { type: "string", default: "localhost/ainft/relay" } },
  });
  buildRelayImage(values).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
