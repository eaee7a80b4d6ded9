import type { Bytes32, Manifest } from "ainft-core";
import { isStateful, type HostLimits, type Program, readProgram } from "../domain/program.ts";
import type { RequestLedger } from "../ports/store.ts";
import type { ContentStore } from "../ports/system.ts";
import { BoundedMap } from "./bounded-map.ts";

/** Programs kept read: what a digest names never changes. */
const MOST = 256;

/** Programs by manifest digest, read and held against their digest once. */
export class Programs {
  readonly #content: ContentStore;
  readonly #requests: Pick<RequestLedger, "learnProgram">;
  readonly #manifests = new BoundedMap<Bytes32, Manifest>(MOST);
  readonly #programs = new BoundedMap<Bytes32, Program>(MOST);

  constructor(content: ContentStore, requests: Pick<RequestLedger, "learnProgram">) {
    this.#content = content;
    this.#requests = requests;
  }

  /** Throws `ContentUnavailable` or `UnsupportedProgram`, or the signal's reason. */
  async read(digest: Bytes32, host: HostLimits, signal?: AbortSignal): Promise<Program> {
    const known = this.#programs.get(digest);
    if (known !== undefined) return known;
    const program = readProgram(await this.#manifest(digest, signal), host);
    this.#programs.set(digest, program);
    return program;
  }

  /** Throws `ContentUnavailable`. */
  async isStateful(digest: Bytes32): Promise<boolean> {
    return isStateful(await this.#manifest(digest));
  }

  async #manifest(digest: Bytes32, signal?: AbortSignal): Promise<Manifest> {
    const known = this.#manifests.get(digest);
    if (known !== undefined) return known;
    const manifest = await this.#content.manifest(digest, signal);
    await this.#requests.learnProgram(digest, isStateful(manifest));
    this.#manifests.set(digest, manifest);
    return manifest;
  }
}
