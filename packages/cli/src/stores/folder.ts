import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { rawCid } from "ainft-core/content";
import { InputRefused } from "../errors.ts";
import type { PeerBody } from "../http.ts";
import type { Published, PublishingStore } from "./store.ts";

/** A content folder: a manifest's file name is its CID, a model file's its sha-256, as relays read them. */
export class FolderStore implements PublishingStore {
  readonly #cwd: string;
  readonly #folder: string;

  constructor(cwd: string, folder: string) {
    this.#cwd = cwd;
    this.#folder = folder;
  }

  placeOf({ placed, sha256 }: Published): string {
    return join(this.#folder, placed === undefined ? rawCid(sha256) : sha256);
  }

  async open(body: Published): Promise<AsyncIterable<Uint8Array> | null> {
    const path = resolve(this.#cwd, this.placeOf(body));
    const found = await stat(path).catch(() => undefined);
    return found?.isFile() === true ? createReadStream(path) : null;
  }

  /** Under its name only when it is whole. Throws {@link InputRefused}. */
  async put(body: Published, { stream }: PeerBody): Promise<void> {
    const place = this.placeOf(body);
    const path = resolve(this.#cwd, place);
    const draft = `${path}.${process.pid}.tmp`;
    try {
      await mkdir(resolve(this.#cwd, this.#folder), { recursive: true });
      const file = await open(draft, "w");
      try {
        for await (const part of stream()) await file.writeFile(part);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    } catch (cause) {
      await rm(draft, { force: true }).catch(() => undefined); // of a folder that is none
      if (cause instanceof InputRefused) throw cause;
      throw new InputRefused(`${place} can't be written.`, { cause });
    }
  }

  async keep(): Promise<void> {
    // Nobody clears a folder away.
  }
}
