import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { canonicalJson } from "../json/canonical.ts";
import { parseStrictJson } from "../json/parse.ts";
import type { JsonLimits, JsonObject, JsonValue } from "../json/types.ts";
import { checkSchemaBounds } from "./bounds.ts";
import { InvalidJsonSchema, JsonSchemaMismatch } from "./errors.ts";

/*
 * One compiler for all schemas: making one costs far more than using it. Nothing is kept between two schemas, because
 * none may carry an id and each is removed once compiled.
 * `ownProperties`: without it, `required: ["toString"]` would be met by every object's prototype.
 */
const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  ownProperties: true,
  validateFormats: false,
  addUsedSchema: false,
  verbose: true,
  logger: false,
});

/** Checks values against one compiled schema. */
export interface JsonValidator {
  /** Returns the value when it fits. Throws {@link JsonSchemaMismatch} with the first thing that does not. */
  readonly check: (value: JsonValue) => JsonValue;
  /**
   * Reads bytes that a container answered or a requester sent, then checks them.
   * Throws what `parseStrictJson` throws, or {@link JsonSchemaMismatch}.
   */
  readonly parse: (bytes: Uint8Array | string) => JsonValue;
}

/**
 * Compiles a JSON Schema (a bounded subset of 2020-12) for container input, output or state.
 *
 * The subset leaves out what a stranger's schema could use to stall a relay or to reach the network: `pattern`,
 * recursion, remote references, long `uniqueItems`. `format` is a note, not a check.
 * Throws a `SchemaError` subclass that names the place; `limits` bound the documents that `parse` reads.
 */
export function resultJsonValidator(schema: JsonObject, limits: Partial<JsonLimits> = {}): JsonValidator {
  canonicalJson(schema);
  checkSchemaBounds(schema);
  const validate = compile(schema);
  const check = (value: JsonValue): JsonValue => {
    if (validate(value)) return value;
    throw mismatch(validate.errors?.[0]);
  };
  return { check, parse: (bytes) => check(parseStrictJson(bytes, limits)) };
}

/** Compiles a schema with the strict settings that the whole suite shares. Throws {@link InvalidJsonSchema}. */
export function compile(schema: JsonObject): ValidateFunction {
  try {
    return ajv.compile(schema);
  } catch (cause) {
    throw new InvalidJsonSchema("", undefined, { cause });
  } finally {
    ajv.removeSchema(schema);
  }
}

function mismatch(error: ErrorObject | undefined): JsonSchemaMismatch {
  return new JsonSchemaMismatch(error?.instancePath ?? "", error?.keyword ?? "", error?.message ?? "breaks its schema");
}
