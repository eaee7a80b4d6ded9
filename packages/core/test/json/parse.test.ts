import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  canonicalJson,
  DuplicateJsonKey,
  ForbiddenJsonKey,
  InvalidJson,
  InvalidUtf8,
  JsonTooDeep,
  JsonTooLarge,
  LoneSurrogate,
  NumberOutOfRange,
  parseStrictJson,
  PermanentError,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { RUNS } from "../helpers/random.ts";

const utf8 = new TextEncoder();

describe("parseStrictJson", () => {
  it("reads a document from text and from bytes alike", () => {
    const document = '{"a":[1,"ü",null,true,{"b":-0.5}]}';
    assert.deepEqual(parseStrictJson(document), { a: [1, "ü", null, true, { b: -0.5 }] });
    assert.deepEqual(parseStrictJson(utf8.encode(document)), parseStrictJson(document));
  });

  it("reads whatever JSON.stringify writes, and the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const document = JSON.stringify(value);
        fc.pre(!document.includes('"__proto__":'));
        assert.deepEqual(parseStrictJson(document), JSON.parse(document));
      }),
      RUNS,
    );
  });

  it("throws nothing but its named errors, whatever the bytes", () => {
    const fragments = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      "\\u",
      "d800",
      "1e999",
      "-",
      "tru",
      "/*",
      "\ufeff",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(fragments, fc.string()), { maxLength: 12 }), (parts) => {
        try {
          parseStrictJson(utf8.encode(parts.join("")));
        } catch (error) {
          assert.ok(error instanceof PermanentError, String(error));
        }
      }),
      RUNS,
    );
  });

  describe("size", () => {
    const withinLimit = JSON.stringify("x".repeat(256 * 1024 - 2));

    it("takes a document of exactly 256 KiB", () => {
      assert.equal(parseStrictJson(withinLimit), "x".repeat(256 * 1024 - 2));
      assert.equal(parseStrictJson(utf8.encode(withinLimit)), "x".repeat(256 * 1024 - 2));
    });

    it("refuses one byte more, as text and as bytes", () => {
      assertFails(() => parseStrictJson(`${withinLimit} `), JsonTooLarge, { path: "", maxBytes: 262_144 });
      assertFails(() => parseStrictJson(utf8.encode(`${withinLimit} `)), JsonTooLarge, { path: "", maxBytes: 262_144 });
    });

    it("counts bytes of UTF-8, not characters", () => {
      assert.equal(parseStrictJson('"éé"', { maxBytes: 6 }), "éé");
      assertFails(() => parseStrictJson('"ééé"', { maxBytes: 7 }), JsonTooLarge, { maxBytes: 7 });
    });
  });

  describe("encoding", () => {
    const cases: [string, number[]][] = [
      ["an overlong form", [0x22, 0xc0, 0xaf, 0x22]],
      ["a surrogate written as three bytes", [0x22, 0xed, 0xa0, 0x80, 0x22]],
      ["a sequence that is cut off", [0x22, 0xe2, 0x82]],
      ["a byte that UTF-8 never uses", [0x22, 0xff, 0x22]],
    ];
    for (const [name, bytes] of cases) {
      it(`refuses ${name}`, () => {
        const error = assertFails(() => parseStrictJson(Uint8Array.from(bytes)), InvalidUtf8, { path: "" });
        assert.ok(error.cause instanceof TypeError);
      });
    }

    it("refuses a byte-order mark", () => {
      assertFails(() => parseStrictJson(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)), InvalidJson, { path: "" });
    });
  });

  describe("grammar", () => {
    const cases: [string, string, string, number][] = [
      ["nothing", "", "", 0],
      ["only spaces", "  ", "", 2],
      ["a second document", "{} {}", "", 3],
      ["a trailing comma in an object", '{"a":1,}', "", 7],
      ["a trailing comma in an array", '{"a":[1,]}', "/a/1", 8],
      ["a comment", '{"a":/* x */1}', "/a", 5],
      ["a missing bracket", '{"a":[1', "/a", 7],
      ["a leading zero", "[01]", "/0", 2],
      ["NaN", '{"n":NaN}', "/n", 5],
      ["a bare control character", '{"a":["b\u0001"]}', "/a", 6],
      ["a bad escape", '{"a":["\\x41"]}', "/a", 6],
      ["a short unicode escape", '["\\u12"]', "", 1],
    ];
    for (const [name, document, path, offset] of cases) {
      it(`refuses ${name}`, () => {
        assertFails(() => parseStrictJson(document), InvalidJson, { path, offset });
      });
    }
  });

  describe("nesting", () => {
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

    it("takes 64 levels", () => {
      assert.equal(JSON.stringify(parseStrictJson(nested(64))), nested(64));
    });

    it("refuses 65 levels", () => {
      assertFails(() => parseStrictJson(nested(65)), JsonTooDeep, { path: "/0".repeat(64), maxDepth: 64 });
    });

    it("refuses a quarter of a megabyte of brackets without exhausting the stack", () => {
      assertFails(() => parseStrictJson("[".repeat(262_144)), JsonTooDeep, { maxDepth: 64 });
      assertFails(() => parseStrictJson('{"a":'.repeat(50_000)), JsonTooDeep, { path: "/a".repeat(64) });
    });

    it("counts levels, not siblings", () => {
      assert.deepEqual(parseStrictJson("[[],[],{}]", { maxDepth: 2 }), [[], [], {}]);
      assertFails(() => parseStrictJson("[[],[[]]]", { maxDepth: 2 }), JsonTooDeep, { path: "/1/0", maxDepth: 2 });
    });

    it("takes a scalar at depth 0", () => {
      assert.equal(parseStrictJson("1", { maxDepth: 0 }), 1);
      assertFails(() => parseStrictJson("[]", { maxDepth: 0 }), JsonTooDeep, { path: "", maxDepth: 0 });
    });
  });

  describe("keys", () => {
    it("refuses a key that stands twice", () => {
      assertFails(() => parseStrictJson('{"a":1,"b":2,"a":1}'), DuplicateJsonKey, { path: "/a" });
    });

    it("refuses a key that stands twice in two spellings", () => {
      assertFails(() => parseStrictJson('{"a":1,"\\u0061":2}'), DuplicateJsonKey, { path: "/a" });
    });

    it("names the place inside arrays and objects, with escaped segments", () => {
      assertFails(() => parseStrictJson('{"x/y":[0,{"~":1,"~":2}]}'), DuplicateJsonKey, { path: "/x~1y/1/~0" });
    });

    it("lets different objects use the same key", () => {
      assert.deepEqual(parseStrictJson('[{"a":{"a":1}},{"a":2}]'), [{ a: { a: 1 } }, { a: 2 }]);
    });

    it("remembers an object's keys across the objects nested in it", () => {
      assertFails(() => parseStrictJson('{"a":{"b":1},"a":2}'), DuplicateJsonKey, { path: "/a" });
    });

    it("refuses __proto__ however it is spelled", () => {
      assertFails(() => parseStrictJson('{"__proto__":{"x":1}}'), ForbiddenJsonKey, { path: "/__proto__" });
      assertFails(() => parseStrictJson('[{"__pr\\u006fto__":1}]'), ForbiddenJsonKey, { path: "/0/__proto__" });
    });

    it("reads other names of Object.prototype as plain keys", () => {
      const value = parseStrictJson('{"constructor":1,"toString":2,"hasOwnProperty":3}');
      assert.deepEqual(Object.keys(value ?? {}), ["constructor", "toString", "hasOwnProperty"]);
    });
  });

  describe("texts", () => {
    it("refuses half a surrogate pair, escaped or not, in values and keys", () => {
      assertFails(() => parseStrictJson('{"a":["\\ud800"]}'), LoneSurrogate, { path: "/a/0" });
      assertFails(() => parseStrictJson('["\\udc00\\ud800"]'), LoneSurrogate, { path: "/0" });
      assertFails(() => parseStrictJson('["\ud800"]'), LoneSurrogate, { path: "/0" });
      assertFails(() => parseStrictJson('{"\\udfff":1}'), LoneSurrogate, { path: "/\udfff" });
    });

    it("takes a whole surrogate pair", () => {
      assert.equal(parseStrictJson('"\\ud83d\\udc23"'), "🐣");
    });

    it("keeps control characters and long keys out of the message", () => {
      const { message } = assertFails(
        () => parseStrictJson(`{"a\\n\\u001b[31m${"k".repeat(500)}":"\\ud800"}`),
        LoneSurrogate,
      );
      assert.ok(message.length < 300);
      assert.match(message, /^[^\p{C}]*$/u);
    });
  });

  describe("numbers", () => {
    it("refuses numbers beyond a double", () => {
      assertFails(() => parseStrictJson("1e400"), NumberOutOfRange, { path: "" });
      assertFails(() => parseStrictJson('{"a":[0,-1e400]}'), NumberOutOfRange, { path: "/a/1" });
      assertFails(() => parseStrictJson(`[1${"0".repeat(309)}]`), NumberOutOfRange, { path: "/0" });
    });

    it("takes the largest double and 1e21", () => {
      assert.deepEqual(parseStrictJson("[1.7976931348623157e308,1e21]"), [Number.MAX_VALUE, 1e21]);
    });

    it("reads minus zero, which the canonical form writes as zero", () => {
      assert.equal(new TextDecoder().decode(canonicalJson(parseStrictJson("[-0]"))), "[0]");
    });
  });
});
