import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, chmod, mkdir, mkdtemp, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  type Bytes32,
  cidFromDigest,
  type Manifest,
  manifestDigest,
  type ManifestModelFile,
  parseManifest,
} from "ainft-core";
import { ContentUnavailable } from "../../domain/errors.ts";
import type { ContentStore } from "../../ports/system.ts";

const OTHER_BYTES = "its bytes are not those that the manifest pins";

/** A folder whose file names are CIDs (manifests) or sha-256 digests (model files). Every read is hashed again. */
export class FolderContentStore implements ContentStore {
  readonly #dir: string;
  /** Where model folders are laid out; belongs to this relay alone. */
  readonly #models: string;
  /** The last laying out of each folder: two at a time would pull it away under each other. */
  readonly #laid = new Map<string, Promise<string>>();

  constructor(dir: string, models: string) {
    this.#dir = dir;
    this.#models = models;
  }

  async manifest(digest: Bytes32): Promise<Manifest> {
    const cid = cidFromDigest(digest);
    let manifest: Manifest;
    try {
      manifest = parseManifest(await readFile(join(this.#dir, cid)));
    } catch (cause) {
      throw new ContentUnavailable(cid, "it is not there, or not a manifest", { cause });
    }
    if (manifestDigest(manifest) !== digest) throw new ContentUnavailable(cid, "its bytes have another digest");
    return manifest;
  }

  async modelFolder(files: readonly ManifestModelFile[], signal?: AbortSignal): Promise<string> {
    const name = createHash("sha256")
      .update(JSON.stringify(files.map(({ path, sha256 }) => [path, sha256])))
      .digest("hex");
    const known = this.#laid.get(name);
    if (known !== undefined && files.length === 0) return known; // nothing in it could be another
    const before = known?.catch(() => undefined);
    const laid = Promise.resolve(before).then(async () => this.#layOut(join(this.#models, name), files, signal));
    this.#laid.set(name, laid);
    laid.catch(() => this.#laid.delete(name)); // the next one tries again
    return laid;
  }

  async #layOut(folder: string, files: readonly ManifestModelFile[], signal?: AbortSignal): Promise<string> {
    if (await isWhole(folder, files, signal)) return folder;
    for (const file of files) await this.#mustBeThere(file);
    await mkdir(this.#models, { recursive: true, mode: 0o755 });
    const partial = await mkdtemp(join(this.#models, "partial-"));
    try {
      for (const file of files) await this.#place(file, partial, signal);
      await chmod(partial, 0o755);
      await rm(folder, { recursive: true, force: true });
      await rename(partial, folder);
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      throw error;
    }
    return folder;
  }

  /** Looked at before anything is copied: a model whose last file is missing must not cost the copy of the others. */
  async #mustBeThere({ path, sha256, size }: ManifestModelFile): Promise<void> {
    let found: { readonly size: number };
    try {
      found = await stat(join(this.#dir, sha256));
    } catch (cause) {
      throw new ContentUnavailable(path, `sha-256 ${sha256} is not there`, { cause });
    }
    if (found.size !== size) throw new ContentUnavailable(path, OTHER_BYTES);
  }

  async #place(file: ManifestModelFile, folder: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const target = join(folder, file.path);
    await mkdir(dirname(target), { recursive: true, mode: 0o755 });
    try {
      await copyFile(join(this.#dir, file.sha256), target);
    } catch (cause) {
      throw new ContentUnavailable(file.path, `sha-256 ${file.sha256} is not there`, { cause });
    }
    if (!(await isExactly(target, file, signal))) throw new ContentUnavailable(file.path, OTHER_BYTES);
    await chmod(target, 0o444);
  }
}

/** Whether a folder was laid out before and every file in it still has its bytes. */
async function isWhole(folder: string, files: readonly ManifestModelFile[], signal?: AbortSignal): Promise<boolean> {
  if (!(await isFolder(folder))) return false;
  for (const file of files) {
    if (!(await isExactly(join(folder, file.path), file, signal))) return false;
  }
  return true;
}

/** Throws the signal's reason, and nothing else. */
async function isExactly(path: string, { sha256, size }: ManifestModelFile, signal?: AbortSignal): Promise<boolean> {
  try {
    if ((await stat(path)).size !== size) return false;
    const hash = createHash("sha256");
    await pipeline(createReadStream(path), hash, { signal });
    return hash.digest("hex") === sha256;
  } catch {
    signal?.throwIfAborted();
    return false;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
