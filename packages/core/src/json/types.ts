/** Any value JSON can carry. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Bounds of one document. */
export interface JsonLimits {
  /** Largest size in bytes of UTF-8. */
  readonly maxBytes: number;
  /** Deepest nesting of objects and arrays; a scalar has depth 0. */
  readonly maxDepth: number;
}

/** 256 KiB and 64 levels: the bounds wherever the caller names none. */
export const DEFAULT_JSON_LIMITS: JsonLimits = { maxBytes: 256 * 1024, maxDepth: 64 };
