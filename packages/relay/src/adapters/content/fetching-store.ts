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

/** One fetch, and how many wait for it. */
interface Fetch {
  readonly done: Promise<void>;
  readonly stop: AbortController;
  waiting: number;
}

/**
 * The content folder, filled from other stores as needed. Bytes enter the folder only when they have the digest that was
 * asked for, so a store that lies is passed over, and the next one is asked.
 */
export class FetchingContentStore implements ContentStore, BodyStore {
  readonly #settings: FetchingSettings;
  readonly #folder: FolderContentStore;
  /** What is on its way: the same is not fetched twice at a time. */
  readonly #fetching = new Map<string, Fetch>();

  constructor(settings: FetchingSettings) {
    this.#settings = settings;
    this.#folder = new FolderContentStore(settings.dir, settings.models);
  }

  async manifest(digest: Bytes32, signal?: AbortSignal): Promise<Manifest> {
    const cid = cidFromDigest(digest);
    await this.#have(cid, { sha256: digest.slice(2) }, MAX_MANIFEST_BYTES, signal);
    return this.#folder.manifest(digest);
  }

  async modelFolder(files: readonly ManifestModelFile[], signal?: AbortSignal): Promise<string> {
    for (const { sha256, uri, size } of files) {
      // One that is missing is enough: each may take the time of every store. Which it is, is for the folder to say.
      if (!(await this.#have(sha256, { sha256, uri }, size, signal))) break;
    }
    return this.#folder.modelFolder(files, signal);
  }

  async put(bytes: Uint8Array): Promise<void> {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const { dir, published } = this.#settings;
    await mkdir(dir, { recursive: true });
    await this.#place(sha256, async (path) => writeFile(path, bytes));
    for (const source of published) await source.put(sha256, bytes);
  }

  /** Fetches what the folder lacks. Answers whether it has it then. Throws the signal's reason. */
  async #have(name: string, wanted: Wanted, maxBytes: number, signal?: AbortSignal): Promise<boolean> {
    signal?.throwIfAborted();
    const isThere = async (): Promise<boolean> => exists(join(this.#settings.dir, name));
    if (await isThere()) return true;
    if (this.#settings.sources.length === 0) return false;
    const fetch = this.#fetching.get(name) ?? this.#begin(name, wanted, maxBytes);
    fetch.waiting += 1;
    try {
      await orAborted(fetch.done, signal);
    } finally {
      fetch.waiting -= 1;
      if (fetch.waiting === 0) this.#end(name, fetch);
    }
    return isThere();
  }

  #begin(name: string, wanted: Wanted, maxBytes: number): Fetch {
    const stop = new AbortController();
    const fetch: Fetch = { done: this.#fetch(name, wanted, maxBytes, stop.signal), stop, waiting: 0 };
    fetch.done.catch(() => undefined); // whoever waits hears of it
    this.#fetching.set(name, fetch);
    return fetch;
  }

  /** What nobody waits for any more is not fetched to its end. */
  #end(name: string, fetch: Fetch): void {
    fetch.stop.abort();
    if (this.#fetching.get(name) === fetch) this.#fetching.delete(name);
  }

  async #fetch(name: string, wanted: Wanted, maxBytes: number, signal: AbortSignal): Promise<void> {
    const { sources, log } = this.#settings;
    await mkdir(this.#settings.dir, { recursive: true });
    for (const source of sources) {
      try {
        const bytes = await source.open(wanted, signal);
        if (bytes === null) continue;
        await this.#place(name, async (path) => saveExactly(path, bytes, wanted.sha256, maxBytes));
        log.info("Content was fetched", { content: name, store: source.name });
        return;
      } catch (error) {
        if (signal.aborted) return;
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

/** Waits until it is done, or throws the signal's reason once it fires. */
async function orAborted(done: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return done;
  const over = new AbortController(); // a signal may live much longer than this wait
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true, signal: over.signal });
  });
  try {
    signal.throwIfAborted();
    await Promise.race([done, aborted]);
  } finally {
    over.abort();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
