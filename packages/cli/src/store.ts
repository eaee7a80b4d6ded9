import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Bytes32, cidFromDigest, type Manifest, openManifest } from "ainft-core";
import { readBytes } from "./inputs.ts";

/** A folder in which a manifest's file name is its CID: what the relay serves content from. */
export class ContentStore {
  readonly #cwd: string;
  readonly #folder: string;

  constructor(cwd: string, folder: string) {
    this.#cwd = cwd;
    this.#folder = folder;
  }

  /** The manifest that a digest names, undefined when it is not there. Throws what `openManifest` throws. */
  get(digest: Bytes32): Manifest | undefined {
    const path = join(this.#folder, cidFromDigest(digest));
    return existsSync(resolve(this.#cwd, path)) ? openManifest(readBytes(this.#cwd, path), digest) : undefined;
  }
}
