import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { InputRefused } from "../errors.ts";

const MAX_ENTRIES = 10_000;

/** The files of an image as engines save it, by their names. */
export interface ImageFiles {
  /** Where a file lies now; undefined when there is none of that name. */
  path(name: string): string | undefined;
  /** Removes what was laid out of them. */
  close(): Promise<void>;
}

/** A layout in a folder, as it lies there. */
export function folderFiles(folder: string): ImageFiles {
  const isInside = (name: string): boolean => !posix.isAbsolute(name) && !posix.normalize(name).startsWith("..");
  return { path: (name) => (isInside(name) ? join(folder, name) : undefined), close: async () => undefined };
}

/**
 * The files of a tar archive, packed or not, laid out in a folder of this command's own under names of its own. `shown` is
 * what people call it. Throws {@link InputRefused}.
 */
export async function archiveFiles(archive: string, shown: string): Promise<ImageFiles> {
  const folder = await mkdtemp(join(tmpdir(), "ainft-image-"));
  const close = async (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const found = await layOut(archive, folder);
    return { close, path: (name) => found.get(name) };
  } catch (cause) {
    await close();
    throw new InputRefused(`${shown} is no archive of an image: it can't be read as one.`, { cause });
  }
}

async function layOut(archive: string, folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const links: [name: string, target: string][] = [];
  const entries = extract();
  const read = createReadStream(archive);
  const unpacked = (await isPacked(archive)) ? pipeline(read, createGunzip(), entries) : pipeline(read, entries);
  unpacked.catch(() => undefined); // the loop below fails with it, and this is waited for behind it
  for await (const entry of entries) {
    const { name, type, linkname } = entry.header;
    const plainName = posix.normalize(name);
    if (found.size + links.length >= MAX_ENTRIES) throw new InputRefused(`It has more than ${MAX_ENTRIES} files.`);
    if ((type === "link" || type === "symlink") && typeof linkname === "string") {
      const base = type === "link" ? "." : posix.dirname(plainName);
      links.push([plainName, posix.normalize(posix.join(base, linkname))]);
    }
    if (type !== "file") {
      entry.resume();
      continue;
    }
    const place = join(folder, String(found.size));
    await pipeline(entry, createWriteStream(place));
    found.set(plainName, place);
  }
  await unpacked;
  for (const [name, target] of links) {
    const place = found.get(target);
    if (place !== undefined) found.set(name, place);
  }
  return found;
}

/** Whether a file begins as gzip's do. */
async function isPacked(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}
