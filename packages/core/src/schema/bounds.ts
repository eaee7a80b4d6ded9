import type { JsonObject, JsonValue } from "../json/types.ts";
import { jsonPointer, type PathSegment } from "../json/pointer.ts";
import {
  InvalidJsonSchema,
  JsonSchemaTooLarge,
  RecursiveJsonSchema,
  RemoteSchemaReference,
  UnsupportedSchemaKeyword,
} from "./errors.ts";

/**
 * Why a subset: schemas come from strangers and run inside every relay. With references followed but never recursive,
 * no regular expressions and a cap on the expanded size, the time of one check is at most (schema size x value size).
 */
const MAX_EXPANDED_NODES = 2_048;
const MAX_UNIQUE_ITEMS = 256;
const DIALECT = "https://json-schema.org/draft/2020-12/schema";
const LOCAL_REFERENCE = /^#\/\$defs\/([A-Za-z0-9_.-]+)$/u;

/** Keywords whose value is plain data, never a schema. */
const DATA_KEYWORDS = new Set([
  ...["title", "description", "$comment", "default", "examples", "deprecated", "readOnly", "writeOnly", "format"],
  ...["type", "enum", "const", "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  ...["minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains", "uniqueItems"],
  ...["minProperties", "maxProperties", "required", "dependentRequired", "$schema", "$ref"],
]);
const SCHEMA_KEYWORDS = new Set([
  ...["items", "contains", "additionalProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties"],
  ...["not", "if", "then", "else"],
]);
const SCHEMA_LIST_KEYWORDS = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const SCHEMA_MAP_KEYWORDS = new Set(["properties", "dependentSchemas", "$defs"]);

/** Refuses a schema outside the bounded subset. Throws a {@link SchemaError} that names the place. */
export function checkSchemaBounds(schema: JsonObject): void {
  new BoundsCheck(schema).run();
}

class BoundsCheck {
  readonly #root: JsonObject;
  readonly #weights = new Map<string, number>();
  readonly #entered = new Set<string>();

  constructor(root: JsonObject) {
    this.#root = root;
  }

  run(): void {
    this.#schema(this.#root, []);
    for (const name of Object.keys(this.#definitions())) this.#definition(name, ["$defs", name]);
  }

  #definitions(): JsonObject {
    const definitions = this.#root["$defs"] ?? {};
    if (!isObject(definitions)) throw new InvalidJsonSchema("/$defs");
    return definitions;
  }

  /** Number of JSON values that checking against this schema can visit, references written out. */
  #schema(schema: JsonValue, path: readonly PathSegment[]): number {
    if (typeof schema === "boolean") return 1;
    if (!isObject(schema)) throw new InvalidJsonSchema(jsonPointer(path));
    let weight = 1;
    for (const [keyword, value] of Object.entries(schema)) {
      weight = bounded(weight + this.#keyword(schema, keyword, value, [...path, keyword]));
    }
    return weight;
  }

  #keyword(schema: JsonObject, keyword: string, value: JsonValue, path: readonly PathSegment[]): number {
    if (keyword === "$ref") return this.#reference(value, path);
    if (keyword === "$defs") return this.#definitionsKeyword(path);
    if (keyword === "$schema") return checkDialect(value, path);
    if (keyword === "uniqueItems") return checkUniqueItems(schema, value, path);
    if (DATA_KEYWORDS.has(keyword)) return countValues(value);
    if (SCHEMA_KEYWORDS.has(keyword)) return this.#schema(value, path);
    if (SCHEMA_LIST_KEYWORDS.has(keyword) && Array.isArray(value)) return this.#children(value.entries(), path);
    if (SCHEMA_MAP_KEYWORDS.has(keyword) && isObject(value)) return this.#children(Object.entries(value), path);
    if (SCHEMA_LIST_KEYWORDS.has(keyword) || SCHEMA_MAP_KEYWORDS.has(keyword)) {
      throw new InvalidJsonSchema(jsonPointer(path));
    }
    throw new UnsupportedSchemaKeyword(jsonPointer(path), keyword);
  }

  #children(children: Iterable<[PathSegment, JsonValue]>, path: readonly PathSegment[]): number {
    let weight = 1;
    for (const [segment, child] of children) weight = bounded(weight + this.#schema(child, [...path, segment]));
    return weight;
  }

  /** Definitions stand at the top only, and cost nothing until something refers to them. */
  #definitionsKeyword(path: readonly PathSegment[]): number {
    if (path.length !== 1) throw new UnsupportedSchemaKeyword(jsonPointer(path), "$defs", "Nested");
    return 0;
  }

  #reference(target: JsonValue, path: readonly PathSegment[]): number {
    if (typeof target !== "string") throw new InvalidJsonSchema(jsonPointer(path));
    const name = LOCAL_REFERENCE.exec(target)?.[1];
    if (name === undefined) throw new RemoteSchemaReference(jsonPointer(path));
    return this.#definition(name, path);
  }

  #definition(name: string, path: readonly PathSegment[]): number {
    const known = this.#weights.get(name);
    if (known !== undefined) return known;
    // Entered, but without a weight: its own check is still under way, so it has led back to itself.
    if (this.#entered.has(name)) throw new RecursiveJsonSchema(jsonPointer(path));
    const definitions = this.#definitions();
    if (!Object.hasOwn(definitions, name)) throw new InvalidJsonSchema(jsonPointer(path), "A reference to nothing");
    this.#entered.add(name);
    const weight = this.#schema(definitions[name] ?? null, ["$defs", name]);
    this.#weights.set(name, weight);
    return weight;
  }
}

function checkDialect(value: JsonValue, path: readonly PathSegment[]): number {
  if (path.length !== 1 || value !== DIALECT) {
    throw new UnsupportedSchemaKeyword(jsonPointer(path), "$schema", `Only ${DIALECT} is read, at the top; not`);
  }
  return 0;
}

/** Comparing every pair is quadratic, so the list has to be short. */
function checkUniqueItems(schema: JsonObject, value: JsonValue, path: readonly PathSegment[]): number {
  const maxItems = schema["maxItems"];
  if (value === true && !(typeof maxItems === "number" && maxItems <= MAX_UNIQUE_ITEMS)) {
    const reason = `Without maxItems of at most ${MAX_UNIQUE_ITEMS} beside it, unsupported`;
    throw new UnsupportedSchemaKeyword(jsonPointer(path), "uniqueItems", reason);
  }
  return MAX_UNIQUE_ITEMS;
}

function countValues(value: JsonValue): number {
  if (value === null || typeof value !== "object") return 1;
  let count = 1;
  for (const child of Object.values(value)) count += countValues(child);
  return count;
}

function bounded(weight: number): number {
  if (weight > MAX_EXPANDED_NODES) throw new JsonSchemaTooLarge(MAX_EXPANDED_NODES);
  return weight;
}

function isObject(value: JsonValue): value is JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
