import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  DuplicateJsonKey,
  ForbiddenJsonKey,
  InvalidJson,
  InvalidUtf8,
  JsonTooDeep,
  JsonTooLarge,
  LoneSurrogate,
  manifestBytes,
  ManifestTooLarge,
  NumberOutOfRange,
  parseManifest,
  validateManifest,
} from "../../src/index.ts";
import { fullManifest } from "../../scripts/vectors/manifest.ts";
import { assertFails } from "../helpers/failures.ts";
import { manifestWith } from "../helpers/manifests.ts";
import { RUNS } from "../helpers/random.ts";

describe("parseManifest", () => {
  it("reads a file in any layout to the same manifest", () => {
    const pretty = JSON.stringify(fullManifest, null, 4);
    assert.deepEqual(parseManifest(pretty), fullManifest);
    assert.deepEqual(parseManifest(manifestBytes(fullManifest)), fullManifest);
  });

  it("reads every order of keys to the same canonical bytes", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Object.entries(fullManifest), { minLength: 6 }), (members) => {
        const manifest = parseManifest(JSON.stringify(Object.fromEntries(members)));
        assert.deepEqual(manifestBytes(manifest), manifestBytes(fullManifest));
      }),
      { numRuns: 100 },
    );
  });

  const document = JSON.stringify(fullManifest);
  const spoiled = (from: string, to: string): string => {
    assert.ok(document.includes(from));
    return document.replace(from, () => to);
  };

  it("refuses a duplicate key with its place", () => {
    const twice = spoiled('"limits":{', '"limits":{"pids":1,');
    assertFails(() => parseManifest(twice), DuplicateJsonKey, { path: "/ainft/container/limits/pids" });
  });

  it("refuses a __proto__ key", () => {
    assertFails(() => parseManifest(spoiled('"limits":{', '"limits":{"__proto__":{},')), ForbiddenJsonKey, {
      path: "/ainft/container/limits/__proto__",
    });
  });

  it("refuses half a surrogate pair", () => {
    const path = "/description";
    assertFails(() => parseManifest(spoiled("to everybody", "\\ud83d")), LoneSurrogate, { path });
  });

  it("refuses a number beyond a double", () => {
    const path = "/ainft/container/port";
    assertFails(() => parseManifest(spoiled('"port":65535', '"port":1e400')), NumberOutOfRange, { path });
  });

  it("refuses nesting beyond 64 levels", () => {
    const deep = spoiled('"port":65535', `"port":${"[".repeat(100)}${"]".repeat(100)}`);
    assertFails(() => parseManifest(deep), JsonTooDeep, {
      path: `/ainft/container/port${"/0".repeat(61)}`,
      maxDepth: 64,
    });
  });

  it("refuses broken JSON and broken UTF-8", () => {
    assertFails(() => parseManifest(document.slice(0, -1)), InvalidJson, {
      path: "",
      offset: document.length - 1,
    });
    assertFails(() => parseManifest(Uint8Array.of(0x7b, 0xff)), InvalidUtf8, { path: "" });
  });

  it("takes a file of exactly 256 KiB and refuses one byte more", () => {
    const padded = document.padEnd(256 * 1024 - (Buffer.byteLength(document) - document.length), " ");
    assert.equal(Buffer.byteLength(padded), 256 * 1024);
    assert.deepEqual(parseManifest(padded), fullManifest);
    const { cause } = assertFails(() => parseManifest(`${padded} `), ManifestTooLarge, { path: "", maxBytes: 262_144 });
    assert.ok(cause instanceof JsonTooLarge);
  });

  it("refuses a value whose canonical form is too large", () => {
    const io = { examples: ["x".repeat(256 * 1024)] };
    assertFails(() => validateManifest(manifestWith("/ainft/io/input", io)), ManifestTooLarge, { maxBytes: 262_144 });
  });

  it("throws nothing but named errors when any one value is replaced by anything", () => {
    const pointers = [
      ...["/name", "/attributes", "/attributes/0/value", "/ainft", "/ainft/container", "/ainft/container/image"],
      ...["/ainft/container/limits", "/ainft/model/files", "/ainft/model/files/0/path", "/ainft/io", "/ainft/io/input"],
      ...["/ainft/io/output/properties", "/ainft/contributors", "/ainft/contributors/0/address", "/ainft/parent"],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...pointers), fc.jsonValue({ maxDepth: 3 }), (pointer, value) => {
        try {
          validateManifest(manifestWith(pointer, value));
        } catch (error) {
          assert.match(String((error as { code?: unknown }).code), /^[A-Z0-9_]+$/u, String(error));
        }
      }),
      RUNS,
    );
  });
});
