import canonicalize from "canonicalize";
import { ForbiddenJsonKey, JsonTooDeep, LoneSurrogate, NotJsonValue, NumberOutOfRange } from "./errors.ts";
import { jsonPointer, type PathSegment } from "./pointer.ts";
import { DEFAULT_JSON_LIMITS } from "./types.ts";

/**
 * The RFC 8785 (JCS) bytes of a value: the one form that is hashed, signed and stored.
 *
 * Nothing is dropped or converted silently. Refused, each with the place: {@link NotJsonValue} (undefined, bigint,
 * functions, class instances, holes), {@link NumberOutOfRange}, {@link LoneSurrogate}, {@link ForbiddenJsonKey}, and
 * {@link JsonTooDeep} beyond 64 levels, which also catches an object that contains itself.
 */
export function canonicalJson(value: unknown): Uint8Array {
  checkValue(value, []);
  const text = canonicalize(value);
  if (text === undefined) throw new NotJsonValue("", typeof value);
  return new TextEncoder().encode(text);
}

function checkValue(value: unknown, path: PathSegment[]): void {
  switch (typeof value) {
    case "boolean":
      return;
    case "number":
      if (!Number.isFinite(value)) throw new NumberOutOfRange(jsonPointer(path));
      return;
    case "string":
      if (!value.isWellFormed()) throw new LoneSurrogate(jsonPointer(path));
      return;
    case "object":
      if (value !== null) checkContainer(value, path);
      return;
    default:
      throw new NotJsonValue(jsonPointer(path), typeof value);
  }
}

function checkContainer(container: object, path: PathSegment[]): void {
  if (path.length >= DEFAULT_JSON_LIMITS.maxDepth) throw new JsonTooDeep(jsonPointer(path), path.length);
  if (Array.isArray(container)) {
    // By index rather than by iterator, so that a hole is met as undefined.
    for (let index = 0; index < container.length; index += 1) checkChild(container[index], index, path);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(container);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new NotJsonValue(jsonPointer(path), "a class instance");
  }
  for (const [key, child] of Object.entries(container)) {
    if (key === "__proto__") throw new ForbiddenJsonKey(jsonPointer([...path, key]));
    if (!key.isWellFormed()) throw new LoneSurrogate(jsonPointer([...path, key]));
    checkChild(child, key, path);
  }
}

function checkChild(child: unknown, segment: PathSegment, path: PathSegment[]): void {
  path.push(segment);
  checkValue(child, path);
  path.pop();
}
