import { type JSONPath, type JSONVisitor, visit } from "jsonc-parser";
import {
  DuplicateJsonKey,
  ForbiddenJsonKey,
  InvalidJson,
  InvalidUtf8,
  JsonTooDeep,
  JsonTooLarge,
  LoneSurrogate,
  NumberOutOfRange,
} from "./errors.ts";
import { jsonPointer } from "./pointer.ts";
import { DEFAULT_JSON_LIMITS, type JsonLimits, type JsonValue } from "./types.ts";

/**
 * Reads JSON that somebody else wrote, so that every reader sees the same document.
 *
 * Refused, each with the place: {@link JsonTooLarge}, {@link InvalidUtf8}, {@link InvalidJson}, {@link JsonTooDeep},
 * {@link DuplicateJsonKey}, {@link ForbiddenJsonKey}, {@link LoneSurrogate}, {@link NumberOutOfRange}.
 */
export function parseStrictJson(document: Uint8Array | string, limits: Partial<JsonLimits> = {}): JsonValue {
  const { maxBytes, maxDepth } = { ...DEFAULT_JSON_LIMITS, ...limits };
  const text = typeof document === "string" ? boundedText(document, maxBytes) : decodeUtf8(document, maxBytes);
  inspect(text, maxDepth);
  try {
    // A second opinion on the grammar: what it refuses is refused, whatever the walk thought.
    return JSON.parse(text) as JsonValue; // JSON.parse answers nothing else
  } catch (cause) {
    throw new InvalidJson("", 0, { cause });
  }
}

function boundedText(text: string, maxBytes: number): string {
  // A UTF-16 unit takes at least one byte, so a text that is too long is refused before it is encoded.
  if (text.length > maxBytes || new TextEncoder().encode(text).length > maxBytes) throw new JsonTooLarge(maxBytes);
  return text;
}

function decodeUtf8(bytes: Uint8Array, maxBytes: number): string {
  if (bytes.length > maxBytes) throw new JsonTooLarge(maxBytes);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new InvalidUtf8({ cause });
  }
}

/** Walks the text token by token; what JSON.parse would forgive is refused here, before anything is built. */
function inspect(text: string, maxDepth: number): void {
  visit(text, new Inspector(maxDepth).visitor(), { disallowComments: true });
}

class Inspector {
  readonly #maxDepth: number;
  readonly #keysInOpenObjects: Set<string>[] = [];
  #depth = 0;
  #currentPath: () => JSONPath = () => [];

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
  }

  visitor(): JSONVisitor {
    return {
      onObjectBegin: (_offset, _length, _line, _character, path) => {
        this.#enter(path);
        this.#keysInOpenObjects.push(new Set());
      },
      onObjectEnd: () => {
        this.#depth -= 1;
        this.#keysInOpenObjects.pop();
      },
      onArrayBegin: (_offset, _length, _line, _character, path) => this.#enter(path),
      onArrayEnd: () => {
        this.#depth -= 1;
      },
      onObjectProperty: (key, _offset, _length, _line, _character, path) => this.#checkKey(key, path),
      onLiteralValue: (value, _offset, _length, _line, _character, path) => checkLiteral(value, path),
      onError: (_error, offset) => {
        throw new InvalidJson(jsonPointer(this.#currentPath()), offset);
      },
    };
  }

  /** The parser descends by recursion, so the bound must stop it here rather than after the walk. */
  #enter(path: () => JSONPath): void {
    this.#currentPath = path;
    this.#depth += 1;
    if (this.#depth > this.#maxDepth) throw new JsonTooDeep(jsonPointer(path()), this.#maxDepth);
  }

  #checkKey(key: string, path: () => JSONPath): void {
    const pointer = (): string => jsonPointer([...path(), key]);
    const seen = this.#keysInOpenObjects.at(-1);
    if (key === "__proto__") throw new ForbiddenJsonKey(pointer());
    if (!key.isWellFormed()) throw new LoneSurrogate(pointer());
    if (seen?.has(key)) throw new DuplicateJsonKey(pointer());
    seen?.add(key);
  }
}

function checkLiteral(value: unknown, path: () => JSONPath): void {
  if (typeof value === "string" && !value.isWellFormed()) throw new LoneSurrogate(jsonPointer(path()));
  if (typeof value === "number" && !Number.isFinite(value)) throw new NumberOutOfRange(jsonPointer(path()));
}
