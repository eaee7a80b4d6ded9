import type { JsonObject, JsonValue } from "ainft-core";
import { ContainerFailed } from "../errors.ts";

/** The object that an answer must be here. Throws {@link ContainerFailed}. */
export function fields(value: JsonValue | undefined): JsonObject {
  if (isObject(value)) return value;
  throw new ContainerFailed("ANSWER_INVALID", "the answer lacks an object where one must be");
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== undefined && value !== null && typeof value === "object" && !Array.isArray(value);
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
