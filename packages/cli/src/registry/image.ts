import { createHash } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { bodyOf, sha256Of } from "../bodies.ts";
import { InputRefused } from "../errors.ts";
import type { PeerBody } from "../http.ts";
import { archiveFiles, folderFiles, type ImageFiles } from "./archive.ts";
import type { Kept } from "./client.ts";

const OCI = "application/vnd.oci.image";
const MANIFEST = `${OCI}.manifest.v1+json`;
const INDEXES = [`${OCI}.index.v1+json`, "application/vnd.docker.distribution.manifest.list.v2+json"];
const MAX_DOCUMENT_BYTES = 4_194_304;
const MAX_MANIFESTS = 64;

/** A config or a layer of an image. */
export interface ImageBlob extends Kept {
  readonly content: PeerBody;
  /** Whether the file has the bytes of its digest. */
  isWhole(): Promise<boolean>;
}

/** A manifest or an index, and the blobs that it names. */
export interface ImageManifest extends Kept {
  readonly content: PeerBody;
  readonly blobs: readonly ImageBlob[];
}

/** An image as it lies on this machine. */
export interface LocalImage {
  /** What `name@sha256:…` pins. */
  readonly digest: string;
  /** Every manifest behind those that it names; the image's own is the last. */
  readonly manifests: readonly ImageManifest[];
  close(): Promise<void>;
}

interface Descriptor extends Kept {
  readonly size: number;
}

/**
 * Opens an OCI layout, in a folder or an archive, or what `docker save` and `podman save` write. Of several images the one
 * with the digest is taken. Throws {@link InputRefused}.
 */
export async function openImage(cwd: string, given: string, digest: string | undefined): Promise<LocalImage> {
  const place = resolve(cwd, given);
  if (!existsSync(place)) throw new InputRefused(`There is no image ${given}.`);
  const files = statSync(place).isDirectory() ? folderFiles(place) : await archiveFiles(place, given);
  try {
    const reader = new ImageReader(files, given);
    const manifests = reader.read(digest);
    return { digest: lastOf(manifests).digest, manifests, close: async () => files.close() };
  } catch (error) {
    await files.close();
    throw error;
  }
}

class ImageReader {
  readonly #files: ImageFiles;
  readonly #shown: string;

  constructor(files: ImageFiles, shown: string) {
    this.#files = files;
    this.#shown = shown;
  }

  read(digest: string | undefined): ImageManifest[] {
    if (this.#has("index.json")) return this.#readLayout(digest);
    if (this.#has("manifest.json")) return [this.#readSaved()];
    throw this.#bad("it holds neither index.json nor manifest.json");
  }

  #readLayout(digest: string | undefined): ImageManifest[] {
    const listed = descriptorsIn(this.#json("index.json")["manifests"]) ?? [];
    const [first, ...others] = digest === undefined ? listed : listed.filter((one) => one.digest === digest);
    if (first === undefined)
      throw this.#bad(
        digest === undefined ? "its index names no image" : `it holds no image with the digest ${digest}`,
      );
    if (others.length > 0 && digest === undefined)
      throw this.#bad(`it holds ${listed.length} images: give --manifest, to say by its digest which`);
    const found = new Map<string, ImageManifest>();
    this.#follow(first, found, 0);
    return [...found.values()];
  }

  /** Adds what a manifest names before the manifest itself. */
  #follow(descriptor: Descriptor, found: Map<string, ImageManifest>, depth: number): void {
    const { digest, mediaType } = descriptor;
    if (found.has(digest)) return;
    if (depth > 3 || found.size >= MAX_MANIFESTS) throw this.#bad("its indexes go too deep");
    const bytes = this.#document(descriptor);
    const fields = this.#parsed(bytes, digest);
    const content = bodyOf(bytes);
    if (INDEXES.includes(mediaType)) {
      const parts = descriptorsIn(fields["manifests"]);
      if (parts === undefined) throw this.#bad(`index ${digest} is none`);
      for (const part of parts) this.#follow(part, found, depth + 1);
      found.set(digest, { digest, mediaType, content, blobs: [] });
      return;
    }
    const layers: unknown = fields["layers"];
    const blobs = Array.isArray(layers) ? descriptorsIn([fields["config"], ...(layers as unknown[])]) : undefined;
    if (blobs === undefined) throw this.#bad(`manifest ${digest} is none`);
    found.set(digest, { digest, mediaType, content, blobs: blobs.map((blob) => this.#blob(blob)) });
  }

  /** What engines save without a manifest gets one: its config and its layers as they lie there. */
  #readSaved(): ImageManifest {
    const list = this.#value(this.#bytes("manifest.json"), "manifest.json");
    if (!Array.isArray(list) || list.length !== 1) throw this.#bad("it does not hold one image");
    const { Config: config, Layers: layers } = Object(list[0]) as { Config?: unknown; Layers?: unknown };
    if (typeof config !== "string" || !Array.isArray(layers)) throw this.#bad("its manifest.json names no layers");
    const bytes = this.#bytes(config);
    const { diff_ids: diffs } = Object(this.#parsed(bytes, config)["rootfs"]) as { diff_ids?: unknown };
    if (!Array.isArray(diffs) || diffs.length !== layers.length) throw this.#bad("its config names other layers");
    const blobs = [
      this.#fileBlob(config, digestOf(bytes), `${OCI}.config.v1+json`),
      ...layers.map((layer, place) => this.#fileBlob(String(layer), asDigest(diffs[place]), `${OCI}.layer.v1.tar`)),
    ];
    const [first, ...rest] = blobs.map(({ mediaType, digest, content: { size } }) => ({ mediaType, digest, size }));
    const manifest = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config: first, layers: rest }),
    );
    return { digest: digestOf(manifest), mediaType: MANIFEST, content: bodyOf(manifest), blobs };
  }

  #blob({ digest, mediaType, size }: Descriptor): ImageBlob {
    const blob = this.#fileBlob(blobName(digest), digest, mediaType);
    if (blob.content.size !== size) throw this.#bad(`${digest} has ${blob.content.size} bytes, not ${size}`);
    return blob;
  }

  #fileBlob(name: string, digest: string | undefined, mediaType: string): ImageBlob {
    const path = this.#pathOf(name);
    if (digest === undefined) throw this.#bad("its config names layers that are no digests");
    const stream = (): AsyncIterable<Uint8Array> => createReadStream(path) as AsyncIterable<Uint8Array>; // no encoding
    return {
      digest,
      mediaType,
      content: { size: statSync(path).size, stream },
      isWhole: async () => `sha256:${await sha256Of(stream())}` === digest,
    };
  }

  #document({ digest, size }: Descriptor): Buffer {
    const bytes = this.#bytes(blobName(digest));
    if (bytes.length !== size || digestOf(bytes) !== digest)
      throw this.#bad(`${digest} has other bytes than its digest says`);
    return bytes;
  }

  #json(name: string): Record<string, unknown> {
    return this.#parsed(this.#bytes(name), name);
  }

  #bytes(name: string): Buffer {
    const path = this.#pathOf(name);
    if (statSync(path).size > MAX_DOCUMENT_BYTES) throw this.#bad(`${name} is longer than ${MAX_DOCUMENT_BYTES} bytes`);
    return readFileSync(path);
  }

  #parsed(bytes: Buffer, name: string): Record<string, unknown> {
    const value = this.#value(bytes, name);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>; // an object
    throw this.#bad(`${name} holds no JSON object`);
  }

  #value(bytes: Buffer, name: string): unknown {
    try {
      return JSON.parse(bytes.toString("utf8")) as unknown;
    } catch (cause) {
      throw this.#bad(`${name} is not JSON`, { cause });
    }
  }

  #has(name: string): boolean {
    const path = this.#files.path(name);
    return path !== undefined && existsSync(path) && statSync(path).isFile();
  }

  #pathOf(name: string): string {
    const path = this.#files.path(name);
    if (path === undefined || !this.#has(name)) throw this.#bad(`${name} is missing`);
    return path;
  }

  #bad(problem: string, options?: ErrorOptions): InputRefused {
    return new InputRefused(`${this.#shown} is no image that can be pushed: ${problem}.`, options);
  }
}

function descriptorsIn(value: unknown): Descriptor[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.flatMap((one: unknown) => {
    const { digest, mediaType, size } = Object(one) as Record<string, unknown>;
    const known = asDigest(digest);
    if (known === undefined || typeof mediaType !== "string" || !/^[\w./+-]{1,128}$/u.test(mediaType)) return [];
    return typeof size === "number" && Number.isSafeInteger(size) ? [{ digest: known, mediaType, size }] : [];
  });
  return found.length === value.length ? found : undefined;
}

function asDigest(value: unknown): string | undefined {
  return typeof value === "string" && /^sha256:[0-9a-f]{64}$/u.test(value) ? value : undefined;
}

function blobName(digest: string): string {
  return `blobs/sha256/${digest.slice("sha256:".length)}`;
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function lastOf(manifests: readonly ImageManifest[]): ImageManifest {
  const last = manifests.at(-1);
  if (last === undefined) throw new InputRefused("There is no image.");
  return last;
}
