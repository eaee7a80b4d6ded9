import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  canonicalJson,
  ForbiddenJsonKey,
  type JsonValue,
  JsonTooDeep,
  LoneSurrogate,
  NotJsonValue,
  NumberOutOfRange,
  parseStrictJson,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { RUNS } from "../helpers/random.ts";
import { jcs } from "../helpers/reference.ts";

const text = (value: unknown): string => new TextDecoder().decode(canonicalJson(value));

/** The same value with every object's keys in another order. */
function reordered(value: JsonValue): JsonValue {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(reordered);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, child]) => [key, reordered(child)]),
  );
}

const anyJson = fc.jsonValue({ maxDepth: 6, stringUnit: "binary" }) as fc.Arbitrary<JsonValue>;
const anyJsonWithoutProto = anyJson.filter((value) => !JSON.stringify(value).includes('"__proto__":'));

describe("canonicalJson", () => {
  it("gives the same bytes whatever the order of keys", () => {
    fc.assert(
      fc.property(anyJsonWithoutProto, (value) => {
        assert.equal(text(reordered(value)), text(value));
      }),
      RUNS,
    );
  });

  it("agrees with a second implementation of RFC 8785", () => {
    fc.assert(
      fc.property(anyJsonWithoutProto, (value) => {
        assert.equal(text(value), jcs(value));
      }),
      RUNS,
    );
  });

  it("is read back as the same value, whose canonical form is itself", () => {
    fc.assert(
      fc.property(anyJsonWithoutProto, (value) => {
        const bytes = canonicalJson(value);
        assert.deepEqual(canonicalJson(parseStrictJson(bytes)), bytes);
      }),
      RUNS,
    );
  });

  it("orders keys by UTF-16 unit, so a pair of surrogates comes before U+FB33", () => {
    assert.equal(text({ "\ufb33": 1, "😀": 2, "€": 3 }), '{"€":3,"😀":2,"\ufb33":1}');
  });

  it("writes numbers as ECMAScript does", () => {
    assert.equal(text([-0, 1e21, 1e-7, 0.1 + 0.2, 5e-324]), "[0,1e+21,1e-7,0.30000000000000004,5e-324]");
  });

  const refused: [string, unknown, abstract new (...args: never[]) => Error, string][] = [
    ["undefined", undefined, NotJsonValue, ""],
    ["undefined in an object", { a: undefined }, NotJsonValue, "/a"],
    ["undefined in an array", [1, undefined], NotJsonValue, "/1"],
    // eslint-disable-next-line no-sparse-arrays -- the hole is the case
    ["a hole in an array", [1, , 2], NotJsonValue, "/1"],
    ["a bigint", { a: [1n] }, NotJsonValue, "/a/0"],
    ["a function", { a: () => 1 }, NotJsonValue, "/a"],
    ["a toJSON method", { a: { toJSON: () => 1 } }, NotJsonValue, "/a/toJSON"],
    ["a symbol", [Symbol("x")], NotJsonValue, "/0"],
    ["a date", { when: new Date(0) }, NotJsonValue, "/when"],
    ["a boxed number", [Object(1)], NotJsonValue, "/0"],
    ["bytes", new Uint8Array(2), NotJsonValue, ""],
    ["a map", { m: new Map() }, NotJsonValue, "/m"],
    ["NaN", { n: [Number.NaN] }, NumberOutOfRange, "/n/0"],
    ["infinity", [Number.NEGATIVE_INFINITY], NumberOutOfRange, "/0"],
    ["half a surrogate pair", ["\ud800"], LoneSurrogate, "/0"],
    ["half a surrogate pair in a key", { "\udc00": 1 }, LoneSurrogate, "/\udc00"],
    ["an own __proto__ key", JSON.parse('{"a":{"__proto__":1}}'), ForbiddenJsonKey, "/a/__proto__"],
  ];
  for (const [name, value, expected, path] of refused) {
    it(`refuses ${name}`, () => {
      const error = assertFails(() => canonicalJson(value), expected);
      assert.equal((error as { path?: string }).path, path);
    });
  }

  it("takes an object without a prototype", () => {
    assert.equal(text(Object.assign(Object.create(null), { a: 1 })), '{"a":1}');
  });

  it("takes 64 levels and refuses 65, so that it never writes what it would not read", () => {
    const nested = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth));
    assert.equal(canonicalJson(nested(64)).length, 128);
    assertFails(() => canonicalJson(nested(65)), JsonTooDeep, { path: "/0".repeat(64), maxDepth: 64 });
  });

  it("refuses an object that contains itself", () => {
    const self: Record<string, unknown> = {};
    self["me"] = self;
    assertFails(() => canonicalJson(self), JsonTooDeep, { path: "/me".repeat(64), maxDepth: 64 });
  });

  it("takes the same object twice when it does not contain itself", () => {
    const shared = { b: 1 };
    assert.equal(text([shared, shared]), '[{"b":1},{"b":1}]');
  });
});
