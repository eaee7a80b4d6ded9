import type { ErrorObject } from "ajv/dist/2020.js";
import { canonicalJson } from "../json/canonical.ts";
import { JsonTooLarge } from "../json/errors.ts";
import { parseStrictJson } from "../json/parse.ts";
import { jsonPointer } from "../json/pointer.ts";
import { DEFAULT_JSON_LIMITS } from "../json/types.ts";
import { compile } from "../schema/validator.ts";
import {
  ImageNotPinned,
  InvalidManifest,
  type ManifestError,
  ManifestTooLarge,
  UnknownManifestKey,
  UnsafeModelPath,
  UpperCaseDigest,
} from "./errors.ts";
import { checkManifestRules } from "./rules.ts";
import { manifestJsonSchema } from "./schema.ts";
import type { Manifest } from "./types.ts";

/** Largest manifest, in bytes: of the file read, and of its canonical form. */
export const MAX_MANIFEST_BYTES = DEFAULT_JSON_LIMITS.maxBytes;

const fitsSchema = compile(manifestJsonSchema);

/**
 * Reads a manifest file, in any JSON layout. Throws a `ManifestError` or `JsonError` subclass with the place.
 * To read bytes fetched for a digest, use `openManifest`.
 */
export function parseManifest(bytes: Uint8Array | string): Manifest {
  try {
    return validateManifest(parseStrictJson(bytes, { maxBytes: MAX_MANIFEST_BYTES }));
  } catch (error) {
    if (error instanceof JsonTooLarge) throw new ManifestTooLarge(error.maxBytes, { cause: error });
    throw error;
  }
}

/**
 * Checks a value against the published schema and the rules a schema cannot say. Returns a frozen copy.
 * Throws a `ManifestError` or `JsonError` subclass with the place.
 */
export function validateManifest(value: unknown): Manifest {
  const bytes = canonicalJson(value);
  if (bytes.length > MAX_MANIFEST_BYTES) throw new ManifestTooLarge(MAX_MANIFEST_BYTES);
  const copy: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (!fitsSchema(copy)) throw schemaFailure(fitsSchema.errors?.[0]);
  const manifest = copy as Manifest; // the schema has just proved the shape
  checkManifestRules(manifest);
  return deepFreeze(manifest);
}

function schemaFailure(error: ErrorObject | undefined): ManifestError {
  const path = error?.instancePath ?? "";
  if (error?.keyword === "additionalProperties") {
    return new UnknownManifestKey(path + jsonPointer([String(error.params["additionalProperty"])]));
  }
  if (error?.keyword === "pattern") return patternFailure(path, String(error.data), String(error.params["pattern"]));
  return new InvalidManifest(path, error?.message ?? "breaks the schema");
}

function patternFailure(path: string, text: string, pattern: string): ManifestError {
  const withLowerDigest = text.replace(/[0-9a-fA-F]{64}$/u, (digest) => digest.toLowerCase());
  if (new RegExp(pattern, "u").test(withLowerDigest)) return new UpperCaseDigest(path);
  if (path === "/ainft/container/image") return new ImageNotPinned(path);
  if (/^\/ainft\/model\/files\/\d+\/path$/u.test(path)) return new UnsafeModelPath(path);
  return new InvalidManifest(path, "text does not have the form that the schema asks for");
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === "object") {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
}
