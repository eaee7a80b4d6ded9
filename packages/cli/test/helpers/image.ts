import { createHash } from "node:crypto";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";

const OCI = "application/vnd.oci.image";

/** A part of an image, as documents name it. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** An image in memory: what its layout's files hold, by name. */
export interface TestImage {
  readonly digest: string;
  readonly files: Map<string, Buffer>;
  /** Its config and its layers, which have digests of their own. */
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly root: Descriptor;
}

/** An image of these layers, for one architecture. */
export async function imageOf(
  layers: readonly Readonly<Record<string, string>>[],
  architecture = "amd64",
): Promise<TestImage> {
  const files = new Map<string, Buffer>();
  const kept: Descriptor[] = [];
  for (const layer of layers) kept.push(keep(files, `${OCI}.layer.v1.tar`, await tarOf(layer)));
  const rootfs = { type: "layers", diff_ids: kept.map(({ digest }) => digest) };
  const config = keep(files, `${OCI}.config.v1+json`, json({ architecture, os: "linux", config: {}, rootfs }));
  const mediaType = `${OCI}.manifest.v1+json`;
  const root = keep(files, mediaType, json({ schemaVersion: 2, mediaType, config, layers: kept }));
  addIndex(files, [root]);
  return { digest: root.digest, files, config, layers: kept, root };
}

/** An index over images for several machines. */
export function indexOf(images: readonly TestImage[]): TestImage {
  const files = new Map(images.flatMap((image) => [...image.files]));
  const mediaType = `${OCI}.index.v1+json`;
  const manifests = images.map(({ root }) => root);
  const root = keep(files, mediaType, json({ schemaVersion: 2, mediaType, manifests }));
  addIndex(files, [root]);
  const [first] = images;
  if (first === undefined) throw new Error("An index needs an image.");
  return { ...first, digest: root.digest, files, root };
}

/** What `index.json` lists. */
export function addIndex(files: Map<string, Buffer>, manifests: readonly Descriptor[]): void {
  files.set("oci-layout", json({ imageLayoutVersion: "1.0.0" }));
  files.set("index.json", json({ schemaVersion: 2, manifests }));
}

/** The same image as `docker save` and `podman save` write it: without a manifest, layers by other names. */
export function savedFiles({ files, config, layers }: TestImage): Map<string, Buffer> {
  const bytesOf = ({ digest }: Descriptor): Buffer => files.get(blobName(digest)) ?? Buffer.alloc(0);
  const name = `${config.digest.slice(7)}.json`;
  const names = layers.map((_layer, place) => `${place}/layer.tar`);
  const list = json([{ Config: name, RepoTags: ["greeter:latest"], Layers: names }]);
  const saved = layers.map((layer, place) => [names[place] ?? "", bytesOf(layer)] as const);
  return new Map([["manifest.json", list], [name, bytesOf(config)], ...saved]);
}

export function writeFolder(folder: string, files: ReadonlyMap<string, Buffer>): void {
  for (const [name, bytes] of files) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

/** Writes a tar archive; `links` are names that stand for others of it. */
export async function writeArchive(
  path: string,
  files: ReadonlyMap<string, Buffer>,
  { packed = false, links = {} }: { readonly packed?: boolean; readonly links?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  const archive = pack();
  for (const [name, linkname] of Object.entries(links)) archive.entry({ name, type: "symlink", linkname });
  for (const [name, bytes] of files) archive.entry({ name }, bytes);
  archive.finalize();
  await (packed
    ? pipeline(archive, createGzip(), createWriteStream(path))
    : pipeline(archive, createWriteStream(path)));
}

export function blobName(digest: string): string {
  return `blobs/sha256/${digest.slice(7)}`;
}

export function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

async function tarOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of Object.entries(files)) archive.entry({ name, mtime: new Date(0) }, text);
  archive.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of archive as AsyncIterable<Uint8Array>) parts.push(part);
  return Buffer.concat(parts);
}

function keep(files: Map<string, Buffer>, mediaType: string, bytes: Buffer): Descriptor {
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  files.set(blobName(digest), bytes);
  return { mediaType, digest, size: bytes.length };
}
