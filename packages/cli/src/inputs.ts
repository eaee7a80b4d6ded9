import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  type Address,
  asAddress,
  type Bytes32,
  type Manifest,
  manifestDigest,
  parseManifest,
  sha256Digest,
} from "ainft-core";
import { InputRefused, UsageError } from "./errors.ts";

const MAX_FILE_BYTES = 64 * 1024 * 1024;
const NO_IMAGE = `@sha256:${"0".repeat(64)}`;

/** A file's bytes. Throws {@link InputRefused}. */
export function readBytes(cwd: string, path: string): Uint8Array {
  const place = resolve(cwd, path);
  if (!existsSync(place)) throw new InputRefused(`There is no file ${path}.`);
  const stats = statSync(place);
  if (!stats.isFile()) throw new InputRefused(`${path} is not a file.`);
  if (stats.size > MAX_FILE_BYTES) throw new InputRefused(`${path} is larger than ${MAX_FILE_BYTES} bytes.`);
  try {
    return readFileSync(place);
  } catch (cause) {
    throw new InputRefused(`${path} can't be read.`, { cause });
  }
}

/** A JSON object from a file. Throws {@link InputRefused}. */
export function readObject(cwd: string, path: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(readBytes(cwd, path)).toString("utf8"));
  } catch (cause) {
    if (cause instanceof InputRefused) throw cause;
    throw new InputRefused(`${path} is not JSON.`, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InputRefused(`${path} does not hold a JSON object.`);
  }
  return value as Record<string, unknown>; // an object, by the line above
}

/** Writes a file whole or not at all. Throws {@link InputRefused}. */
export function writeWhole(cwd: string, path: string, content: string | Uint8Array): void {
  const place = resolve(cwd, path);
  try {
    mkdirSync(dirname(place), { recursive: true });
    const draft = `${place}.${process.pid}.tmp`;
    writeFileSync(draft, content);
    renameSync(draft, place);
  } catch (cause) {
    throw new InputRefused(`${path} can't be written.`, { cause });
  }
}

/** A checked manifest whose image is not the placeholder of `init`. Throws `ManifestError`, `JsonError`, {@link InputRefused}. */
export function readManifest(cwd: string, path: string): Manifest {
  const manifest = parseManifest(readBytes(cwd, path));
  if (manifest.ainft.container.image.endsWith(NO_IMAGE)) {
    throw new InputRefused(`${path} still names no image: set /ainft/container/image to what your registry answered.`);
  }
  return manifest;
}

/** The digest itself, or that of the manifest in a file. */
export function manifestDigestOf(cwd: string, given: string): Bytes32 {
  return isDigest(given) ? given : manifestDigest(readManifest(cwd, given));
}

/** The digest itself, or the sha-256 of a file's bytes. */
export function fileDigestOf(cwd: string, given: string): Bytes32 {
  return isDigest(given) ? given : sha256Digest(readBytes(cwd, given));
}

/** Reads a whole number of at most so many bits. Throws {@link UsageError}. */
export function wholeNumber(given: string, what: string, bits: number): bigint {
  if (!/^(0|[1-9]\d{0,77})$/u.test(given) || BigInt(given) >> BigInt(bits) !== 0n) {
    throw new UsageError(`${what} must be a whole number that fits ${bits} bits, got "${given.slice(0, 80)}".`);
  }
  return BigInt(given);
}

/** Reads an address from the command line. Throws {@link UsageError}. */
export function addressOf(given: string, what: string): Address {
  try {
    return asAddress(given, what);
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : `${what} is no address.`, { cause });
  }
}

function isDigest(given: string): given is Bytes32 {
  return /^0x[0-9a-f]{64}$/u.test(given);
}
