import { createHash, randomUUID } from "node:crypto";
import { access, mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Bytes32, cidFromDigest, type Manifest, type ManifestModelFile } from "ainft-core";
import { ContentUnavailable } from "../../domain/errors.ts";
import type { BodyStore, ContentStore, Logger } from "../../ports/system.ts";
import { FolderContentStore } from "./folder-store.ts";
import type { ContentSource, Wanted } from "./source.ts";

const MAX_MANIFEST_BYTES = 4_194_304;

/** Where content comes from. */
export interface FetchingSettings {
  readonly dir: string;
  readonly models: string;
  /** Asked in this order for what the folder lacks. */
  readonly sources: readonly ContentSource[];
  /** Where bodies are put, beside the folder. */
  readonly published: readonly ContentSource[];
  readonly log: Logger;
}

/**
 * The content folder, filled from other stores as needed. Bytes enter the folder only when they have the digest that was
 * asked for, so a store that lies is passed over, and the next one is asked.
 */
export class FetchingContentStore implements ContentStore, BodyStore {
  readonly #settings: FetchingSettings;
  readonly #folder: FolderContentStore;
  /** What is on its way: the same is not fetched twice at a time. */
  readonly #fetching = new Map<string, Promise<void>>();

  constructor(settings: FetchingSettings) {
    this.#settings = settings;
    this.#folder = new FolderContentStore(settings.dir, settings.models);
  }

  async manifest(digest: Bytes32): Promise<Manifest> {
    const cid = cidFromDigest(digest);
    await this.#have(cid, { sha256: digest.slice(2) }, MAX_MANIFEST_BYTES);
    return this.#folder.manifest(digest);
  }

  async modelFolder(files: readonly ManifestModelFile[]): Promise<string> {
    for (const { sha256, uri, size } of files) await this.#have(sha256, { sha256, uri }, size);
    return this.#folder.modelFolder(files);
  }

  async put(bytes: Uint8Array): Promise<void> {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const { dir, published } = this.#settings;
    await mkdir(dir, { recursive: true });
    await this.#place(sha256, async (path) => writeFile(path, bytes));
    for (const source of published) await source.put(sha256, bytes);
  }

  /** Fetches what the folder lacks. What no store has is for the folder to say. */
  async #have(name: string, wanted: Wanted, maxBytes: number): Promise<void> {
    if (this.#settings.sources.length === 0 || (await exists(join(this.#settings.dir, name)))) return;
    const under = this.#fetching.get(name) ?? this.#fetch(name, wanted, maxBytes);
    this.#fetching.set(name, under);
    await under.finally(() => this.#fetching.delete(name));
  }

  async #fetch(name: string, wanted: Wanted, maxBytes: number): Promise<void> {
    const { sources, log } = this.#settings;
    await mkdir(this.#settings.dir, { recursive: true });
    for (const source of sources) {
      try {
        const bytes = await source.open(wanted);
        if (bytes === null) continue;
        await this.#place(name, async (path) => saveExactly(path, bytes, wanted.sha256, maxBytes));
        log.info("Content was fetched", { content: name, store: source.name });
        return;
      } catch (error) {
        log.warn("A content store did not give what was asked", { content: name, store: source.name, error });
      }
    }
  }

  /** Under its name only when it is whole. */
  async #place(name: string, write: (path: string) => Promise<void>): Promise<void> {
    const partial = join(this.#settings.dir, `.partial-${randomUUID()}`);
    try {
      await write(partial);
      await rename(partial, join(this.#settings.dir, name));
    } finally {
      await rm(partial, { force: true });
    }
  }
}

async function saveExactly(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  sha256: string,
  maxBytes: number,
): Promise<void> {
  const hash = createHash("sha256");
  const file = await open(path, "wx", 0o644);
  try {
    let size = 0;
    for await (const part of bytes) {
      size += part.length;
      if (size > maxBytes) throw new ContentUnavailable(sha256, `a store gave more than ${maxBytes} bytes`);
      hash.update(part);
      await file.write(part);
    }
  } finally {
    await file.close();
  }
  if (hash.digest("hex") !== sha256) throw new ContentUnavailable(sha256, "a store gave other bytes");
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
