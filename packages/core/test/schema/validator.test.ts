import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  DuplicateJsonKey,
  InvalidJsonSchema,
  type JsonObject,
  type JsonValue,
  JsonSchemaMismatch,
  JsonSchemaTooLarge,
  JsonTooLarge,
  NotJsonValue,
  RecursiveJsonSchema,
  RemoteSchemaReference,
  resultJsonValidator,
  SchemaError,
  UnsupportedSchemaKeyword,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { RUNS } from "../helpers/random.ts";

const reply: JsonObject = {
  type: "object",
  required: ["reply"],
  additionalProperties: false,
  properties: { reply: { type: "string", maxLength: 5 }, mood: { enum: ["calm", "cross"] } },
};

describe("resultJsonValidator", () => {
  describe("check", () => {
    const { check } = resultJsonValidator(reply);

    it("answers the value when it fits", () => {
      const value = { reply: "hello" };
      assert.equal(check(value), value);
    });

    const cases: [string, JsonValue, string, string][] = [
      ["another type", "hello", "", "type"],
      ["a missing key", { mood: "calm" }, "", "required"],
      ["an unknown key", { reply: "x", extra: 1 }, "", "additionalProperties"],
      ["a text that is too long", { reply: "123456" }, "/reply", "maxLength"],
      ["a value outside the list", { reply: "x", mood: "glad" }, "/mood", "enum"],
    ];
    for (const [name, value, path, keyword] of cases) {
      it(`refuses ${name}`, () => {
        assertFails(() => check(value), JsonSchemaMismatch, { path, keyword });
      });
    }

    it("counts characters rather than UTF-16 units", () => {
      assert.doesNotThrow(() => check({ reply: "🐣🐣🐣🐣🐣" }));
    });

    it("does not take an inherited property for a required one", () => {
      const validator = resultJsonValidator({ type: "object", required: ["toString"] });
      assertFails(() => validator.check({}), JsonSchemaMismatch, { path: "", keyword: "required" });
      assert.doesNotThrow(() => validator.check({ toString: 1 }));
    });

    it("changes nothing in the value: no default is filled in, no type is coerced", () => {
      const schema = { type: "object", properties: { n: { type: "number", default: 1 } } };
      const value = {};
      assert.deepEqual(resultJsonValidator(schema).check(value), {});
      assertFails(() => resultJsonValidator(schema).check({ n: "1" }), JsonSchemaMismatch, {
        path: "/n",
        keyword: "type",
      });
    });
  });

  describe("parse", () => {
    it("reads bytes and checks them", () => {
      const { parse } = resultJsonValidator(reply);
      assert.deepEqual(parse(new TextEncoder().encode('{"reply":"hi"}')), { reply: "hi" });
      assertFails(() => parse('{"reply":1}'), JsonSchemaMismatch, { path: "/reply", keyword: "type" });
    });

    it("refuses what the strict reader refuses", () => {
      const { parse } = resultJsonValidator(reply, { maxBytes: 32 });
      assertFails(() => parse('{"reply":"a","reply":"b"}'), DuplicateJsonKey, { path: "/reply" });
      assertFails(() => parse(`{"reply":"${"x".repeat(32)}"}`), JsonTooLarge, { maxBytes: 32 });
    });
  });

  describe("references", () => {
    it("follows a definition at the top, also through another", () => {
      const schema = {
        $defs: { mood: { enum: ["calm"] }, list: { type: "array", items: { $ref: "#/$defs/mood" } } },
        properties: { moods: { $ref: "#/$defs/list" } },
      };
      const { check } = resultJsonValidator(schema);
      assert.doesNotThrow(() => check({ moods: ["calm"] }));
      assertFails(() => check({ moods: ["cross"] }), JsonSchemaMismatch, { path: "/moods/0", keyword: "enum" });
    });

    it("keeps definitions of the same name in two schemas apart", () => {
      const schemaOf = (type: string): JsonObject => ({
        $defs: { x: { type } },
        properties: { a: { $ref: "#/$defs/x" } },
      });
      const [texts, numbers] = [resultJsonValidator(schemaOf("string")), resultJsonValidator(schemaOf("number"))];
      assert.doesNotThrow(() => texts.check({ a: "1" }));
      assert.doesNotThrow(() => numbers.check({ a: 1 }));
      assertFails(() => texts.check({ a: 1 }), JsonSchemaMismatch, { path: "/a", keyword: "type" });
    });

    it("compiles the same object twice, also after it was changed", () => {
      const schema = { type: "string" };
      assert.doesNotThrow(() => resultJsonValidator(schema).check("x"));
      schema.type = "number";
      assert.doesNotThrow(() => resultJsonValidator(schema).check(1));
    });

    for (const target of [
      ...["https://example.org/s.json", "http://127.0.0.1/", "other.json", "//example.org/x", "file:///etc/passwd"],
      ...[
        "https://json-schema.org/draft/2020-12/schema",
        "#",
        "#anchor",
        "#/properties/a",
        "#/$defs/a/b",
        "#/$defs/%61",
        "",
      ],
    ]) {
      it(`refuses the reference ${JSON.stringify(target)}`, () => {
        const schema = { $defs: { a: {} }, properties: { a: { items: { $ref: target } } } };
        assertFails(() => resultJsonValidator(schema), RemoteSchemaReference, { path: "/properties/a/items/$ref" });
      });
    }

    it("refuses a reference to nothing, also to a name of Object.prototype", () => {
      for (const name of ["gone", "toString", "constructor"]) {
        const schema = { $defs: {}, items: { $ref: `#/$defs/${name}` } };
        assertFails(() => resultJsonValidator(schema), InvalidJsonSchema, { path: "/items/$ref" });
      }
    });

    it("refuses recursion, direct or through another definition, used or not", () => {
      const direct = { $defs: { a: { items: { $ref: "#/$defs/a" } } } };
      assertFails(() => resultJsonValidator(direct), RecursiveJsonSchema, { path: "/$defs/a/items/$ref" });
      const through = {
        $defs: { a: { not: { $ref: "#/$defs/b" } }, b: { not: { $ref: "#/$defs/a" } } },
        $ref: "#/$defs/a",
      };
      assertFails(() => resultJsonValidator(through), RecursiveJsonSchema, { path: "/$defs/b/not/$ref" });
    });

    it("refuses definitions that double at every step", () => {
      const pair = (name: string): JsonObject => ({
        allOf: [{ $ref: `#/$defs/${name}` }, { $ref: `#/$defs/${name}` }],
      });
      const $defs: Record<string, JsonObject> = { d0: { type: "string" } };
      for (let step = 1; step <= 40; step += 1) $defs[`d${step}`] = pair(`d${step - 1}`);
      assertFails(() => resultJsonValidator({ $defs }), JsonSchemaTooLarge, { maxNodes: 2_048 });
    });
  });

  describe("the subset", () => {
    const refused: [JsonObject, string, string][] = [
      [{ pattern: "^(a+)+$" }, "/pattern", "pattern"],
      [{ items: { patternProperties: {} } }, "/items/patternProperties", "patternProperties"],
      [{ $id: "https://example.org/s" }, "/$id", "$id"],
      [{ $anchor: "a" }, "/$anchor", "$anchor"],
      [{ $dynamicRef: "#a" }, "/$dynamicRef", "$dynamicRef"],
      [{ $async: true }, "/$async", "$async"],
      [{ nullable: true, type: "string" }, "/nullable", "nullable"],
      [{ definitions: {} }, "/definitions", "definitions"],
      [{ propertes: {} }, "/propertes", "propertes"],
      [{ properties: { a: { $defs: {} } } }, "/properties/a/$defs", "$defs"],
      [{ $schema: "http://json-schema.org/draft-07/schema#" }, "/$schema", "$schema"],
      [{ not: { $schema: "https://json-schema.org/draft/2020-12/schema" } }, "/not/$schema", "$schema"],
      [{ uniqueItems: true }, "/uniqueItems", "uniqueItems"],
      [{ uniqueItems: true, maxItems: 257 }, "/uniqueItems", "uniqueItems"],
    ];
    for (const [schema, path, keyword] of refused) {
      it(`refuses ${JSON.stringify(schema)}`, () => {
        assertFails(() => resultJsonValidator(schema), UnsupportedSchemaKeyword, { path, keyword });
      });
    }

    const invalid: [JsonObject, string][] = [
      [{ type: "text" }, ""],
      [{ maxLength: -1 }, ""],
      [{ required: "a" }, ""],
      [{ then: {} }, ""],
      [{ allOf: {} }, "/allOf"],
      [{ properties: [] }, "/properties"],
      [{ items: [{}] }, "/items"],
      [{ not: 1 }, "/not"],
      [{ $defs: 1 }, "/$defs"],
      [{ $ref: 1 }, "/$ref"],
    ];
    for (const [schema, path] of invalid) {
      it(`refuses ${JSON.stringify(schema)} as no schema`, () => {
        assertFails(() => resultJsonValidator(schema), InvalidJsonSchema, { path });
      });
    }

    it("takes every keyword it names", () => {
      const schema: JsonObject = {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        $comment: "note",
        type: "object",
        properties: {
          list: {
            type: "array",
            items: true,
            minItems: 0,
            maxItems: 256,
            uniqueItems: true,
            contains: {},
            minContains: 0,
            maxContains: 9,
          },
          pair: { type: "array", prefixItems: [{ const: 1 }], unevaluatedItems: false },
          number: { type: "number", minimum: 0, maximum: 9, exclusiveMinimum: -1, exclusiveMaximum: 10, multipleOf: 1 },
          text: { type: "string", minLength: 0, maxLength: 9, format: "email", default: "", examples: ["x"] },
          choice: {
            oneOf: [{ type: "null" }, { type: "string" }],
            readOnly: true,
            writeOnly: false,
            deprecated: false,
          },
          rule: { if: { type: "string" }, then: { minLength: 1 }, else: { not: { type: "null" } } },
        },
        propertyNames: { maxLength: 9 },
        minProperties: 0,
        maxProperties: 9,
        required: [],
        dependentRequired: { list: ["pair"] },
        dependentSchemas: { text: { required: ["number"] } },
        unevaluatedProperties: false,
      };
      const { check } = resultJsonValidator(schema);
      assert.doesNotThrow(() =>
        check({ list: [1, 2], pair: [1], number: 3, text: "no mail", choice: null, rule: "x" }),
      );
      assertFails(() => check({ list: [1, 1], pair: [1] }), JsonSchemaMismatch, {
        path: "/list",
        keyword: "uniqueItems",
      });
      assertFails(() => check({ text: "x" }), JsonSchemaMismatch, { path: "", keyword: "required" });
      assertFails(() => check({ more: 1 }), JsonSchemaMismatch, { path: "", keyword: "unevaluatedProperties" });
    });

    it("takes data that looks like a schema as data", () => {
      const { check } = resultJsonValidator({ const: { $ref: "https://example.org" }, examples: [{ pattern: 1 }] });
      assert.doesNotThrow(() => check({ $ref: "https://example.org" }));
    });

    it("takes properties that are named like keywords", () => {
      const properties = { pattern: {}, $ref: {}, $id: {}, constructor: {} };
      assert.doesNotThrow(() => resultJsonValidator({ properties }).check({ pattern: 1 }));
    });

    it("counts data too, so that no list of choices grows without bound", () => {
      const choices = (count: number): JsonObject => ({ enum: Array.from({ length: count }, (_, index) => index) });
      assert.doesNotThrow(() => resultJsonValidator(choices(2_046)));
      assertFails(() => resultJsonValidator(choices(2_047)), JsonSchemaTooLarge, { maxNodes: 2_048 });
    });

    it("refuses values that are no JSON", () => {
      const schema = { const: 1n } as unknown as JsonObject;
      assertFails(() => resultJsonValidator(schema), NotJsonValue, { path: "/const" });
    });

    it("throws nothing but its named errors, whatever the schema", () => {
      const names = [
        "type",
        "items",
        "allOf",
        "properties",
        "$ref",
        "$defs",
        "enum",
        "required",
        "not",
        "x",
        "uniqueItems",
      ];
      const schema = fc.letrec<{ node: JsonValue }>((tie) => ({
        node: fc.oneof(
          { depthSize: "small" },
          fc.constantFrom<JsonValue>("string", "object", "#/$defs/x", true, 1, null),
          fc.array(tie("node"), { maxLength: 3 }),
          fc.dictionary(fc.constantFrom(...names), tie("node"), { maxKeys: 4 }),
        ),
      })).node;
      fc.assert(
        fc.property(fc.dictionary(fc.constantFrom(...names), schema, { maxKeys: 4 }), (value) => {
          try {
            resultJsonValidator(value);
          } catch (error) {
            assert.ok(error instanceof SchemaError, String(error));
          }
        }),
        RUNS,
      );
    });
  });
});
