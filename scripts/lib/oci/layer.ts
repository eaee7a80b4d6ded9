import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, renameSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Transform } from "node:stream";
import { pack } from "tar-stream";

/** A file of a layer, or an empty folder. Owner is root, time is the epoch: only path, mode and bytes count. */
export type LayerEntry = { readonly path: string; readonly mode: number } & (
  { readonly source: string } | { readonly bytes: Uint8Array } | { readonly folder: true }
);

/** A blob that stands in an image layout under its digest. */
export interface Blob {
  /** `sha256:` and 64 lower-case hexadecimal digits. */
  readonly digest: string;
  /** Size in bytes. */
  readonly size: number;
}

const EPOCH = new Date(0);

/**
 * Writes an uncompressed tar layer into `blobDir` under its digest. The same entries give the same bytes on every
 * machine: sorted paths, fixed owners, modes and times, no compressor whose output could change.
 */
export async function writeLayer(blobDir: string, entries: readonly LayerEntry[]): Promise<Blob> {
  const archive = pack();
  const hash = createHash("sha256");
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  const partial = join(blobDir, `.layer-${process.pid}-${Math.random().toString(36).slice(2)}`);
  const written = pipeline(archive, meter, createWriteStream(partial));
  try {
    for (const entry of withFolders(entries)) await addEntry(archive, entry);
    archive.finalize();
  } catch (cause) {
    archive.destroy(cause instanceof Error ? cause : new Error("A layer could not be written.", { cause }));
  }
  await written;
  const hex = hash.digest("hex");
  renameSync(partial, join(blobDir, hex));
  return { digest: `sha256:${hex}`, size };
}

type FileEntry = Exclude<LayerEntry, { readonly folder: true }>;

interface ArchiveEntry {
  readonly header: {
    readonly name: string;
    readonly type: "file" | "directory";
    readonly mode: number;
    readonly size: number;
    readonly uid: 0;
    readonly gid: 0;
    readonly mtime: Date;
  };
  readonly content?: FileEntry;
}

/** Sorted entries with the folders that hold them, each folder before what is in it. */
function withFolders(entries: readonly LayerEntry[]): ArchiveEntry[] {
  const folders = new Set<string>();
  for (const { path } of entries) {
    for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) folders.add(folder);
  }
  const header = (name: string, type: "file" | "directory", mode: number, size: number): ArchiveEntry["header"] => {
    return { name, type, mode, size, uid: 0, gid: 0, mtime: EPOCH };
  };
  const all: ArchiveEntry[] = [
    ...[...folders].map((name) => ({ header: header(`${name}/`, "directory", 0o755, 0) })),
    ...entries.map((content) =>
      "folder" in content
        ? { header: header(`${content.path}/`, "directory", content.mode, 0) }
        : { header: header(content.path, "file", content.mode, sizeOf(content)), content },
    ),
  ];
  return all.sort((left, right) => (left.header.name < right.header.name ? -1 : 1));
}

async function addEntry(archive: ReturnType<typeof pack>, { header, content }: ArchiveEntry): Promise<void> {
  if (content === undefined || "bytes" in content) {
    await new Promise<void>((resolve, reject) => {
      const body = content && "bytes" in content ? Buffer.from(content.bytes) : "";
      archive.entry(header, body, (error) => (error ? reject(error) : resolve()));
    });
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const entry = archive.entry(header, (error) => (error ? reject(error) : resolve()));
    createReadStream(content.source).on("error", reject).pipe(entry);
  });
}

/** Size of an entry's content, in bytes. */
export function sizeOf(entry: LayerEntry): number {
  if ("folder" in entry) return 0;
  return "bytes" in entry ? entry.bytes.length : statSync(entry.source).size;
}
