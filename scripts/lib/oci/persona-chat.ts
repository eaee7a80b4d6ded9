import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fromRoot } from "../paths";
import { type ImageConfig, packImage, type PackedImage } from "./image";
import { type LayerEntry, sizeOf } from "./layer";
import { nodeRuntimeFiles, RUNTIME_ENV } from "./runtime";

const SOURCE = fromRoot("containers", "persona-chat");
const APP = "app";
const USER = "65532:65532";
/** Sources that only training needs; the image has no use for them. */
const TRAINING_ONLY = /^src\/(train\.ts$|training\/)/;

/** The persona's image, and whether it holds a runtime. */
export interface PersonaImage extends PackedImage {
  /** `linux/amd64` or `linux/arm64`. */
  readonly platform: string;
  readonly runnable: boolean;
  /** Why the image cannot run, when it cannot. */
  readonly reason: string | undefined;
}

export interface PackOptions {
  /** Folder of the OCI layout; replaced as a whole when its inputs changed. */
  readonly outDir: string;
  readonly onProgress?: (text: string) => void;
  /** Folder of the program; the repository's own unless a test says otherwise. */
  readonly sourceDir?: string;
}

/**
 * Packs containers/persona-chat from nothing: Node with its libraries, then the server's sources. Weights are not in
 * the image: the AINFT manifest pins them, and they are mounted. An image packed before from the same inputs is reused.
 */
export async function packPersonaChat({ outDir, onProgress, sourceDir = SOURCE }: PackOptions): Promise<PersonaImage> {
  const runtime = nodeRuntimeFiles();
  const app = appFiles(sourceDir);
  const layers = [...(runtime.runnable ? [[...runtime.entries, ...accountFiles()]] : []), app];
  const facts = {
    platform: `linux/${architecture()}`,
    runnable: runtime.runnable,
    reason: runtime.runnable ? undefined : runtime.reason,
  };
  const config = imageConfig();
  const inputs = fingerprint(layers, config);
  const known = readStamp(outDir);
  if (known?.inputs === inputs) {
    onProgress?.("nothing changed since it was packed last");
    return { ...known.image, layoutDir: outDir, ...facts };
  }
  onProgress?.(`packing ${layers.flat().length} files (${Math.round(totalSize(layers) / 1_048_576)} MiB)`);
  const partial = `${outDir}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  const image = await packImage(partial, layers, config);
  writeFileSync(join(partial, "inputs.json"), `${JSON.stringify({ inputs, image })}\n`);
  rmSync(outDir, { recursive: true, force: true });
  renameSync(partial, outDir);
  return { ...image, layoutDir: outDir, ...facts };
}

function imageConfig(): ImageConfig {
  return {
    architecture: architecture(),
    user: USER,
    workingDir: `/${APP}`,
    entrypoint: ["/usr/local/bin/node", `/${APP}/src/server.ts`],
    env: RUNTIME_ENV,
    labels: { "org.opencontainers.image.title": "persona-chat", "org.opencontainers.image.licenses": "MIT" },
  };
}

function appFiles(sourceDir: string): LayerEntry[] {
  const paths = ["package.json", ...filesBelow(sourceDir, "src"), ...filesBelow(sourceDir, "schema")];
  return paths
    .filter((path) => !TRAINING_ONLY.test(path))
    .map((path) => ({ path: `${APP}/${path}`, source: join(sourceDir, path), mode: 0o644 }));
}

/** The account that the program runs as, and a folder for temporary files. */
function accountFiles(): LayerEntry[] {
  const text = (path: string, content: string): LayerEntry => ({ path, mode: 0o644, bytes: Buffer.from(content) });
  return [
    text("etc/passwd", "root:x:0:0:root:/:/sbin/nologin\nainft:x:65532:65532:ainft:/app:/sbin/nologin\n"),
    text("etc/group", "root:x:0:\nainft:x:65532:\n"),
    { path: "tmp", mode: 0o1777, folder: true },
  ];
}

function filesBelow(sourceDir: string, folder: string): string[] {
  return readdirSync(join(sourceDir, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(sourceDir, join(entry.parentPath, entry.name)));
}

function architecture(): "amd64" | "arm64" {
  return process.arch === "arm64" ? "arm64" : "amd64";
}

/** Digest of everything that goes in: settings, paths, modes, bytes (for large files size and time stand for them). */
function fingerprint(layers: readonly (readonly LayerEntry[])[], config: ImageConfig): string {
  const hash = createHash("sha256").update(JSON.stringify(config));
  for (const entry of layers.flat()) hash.update(`${entry.path}\0${entry.mode}\0`).update(contentKey(entry));
  return hash.digest("hex");
}

function contentKey(entry: LayerEntry): Uint8Array | string {
  if ("folder" in entry) return "folder";
  if ("bytes" in entry) return entry.bytes;
  const { size, mtimeMs } = statSync(entry.source);
  return size > 1_048_576 ? `${entry.source} ${size} ${mtimeMs}` : readFileSync(entry.source);
}

function totalSize(layers: readonly (readonly LayerEntry[])[]): number {
  return layers.flat().reduce((sum, entry) => sum + sizeOf(entry), 0);
}

function readStamp(outDir: string): { inputs: string; image: PackedImage } | undefined {
  const file = join(outDir, "inputs.json");
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8")) as { inputs: string; image: PackedImage };
  } catch {
    return undefined; // half written: pack again
  }
}
