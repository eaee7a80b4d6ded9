import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import {
  cidFromDigest,
  InvalidHex,
  InvalidManifest,
  manifestBytes,
  manifestCid,
  manifestDigest,
  ManifestDigestMismatch,
  manifestJsonSchema,
  ManifestNotCanonical,
  ManifestTooLarge,
  manifestUri,
  openManifest,
  sha256Digest,
} from "../../src/index.ts";
import { fullManifest, minimalManifest } from "../../scripts/vectors/manifest.ts";
import { schemaFile, schemaText } from "../../scripts/write-schema.ts";
import { assertFails } from "../helpers/failures.ts";

const utf8 = new TextEncoder();

describe("manifestDigest", () => {
  it("is the sha-256 of the canonical bytes", () => {
    const bytes = manifestBytes(fullManifest);
    assert.equal(manifestDigest(fullManifest), `0x${createHash("sha256").update(bytes).digest("hex")}`);
  });

  it("names the manifest by CID and URI", () => {
    assert.equal(manifestCid(minimalManifest), cidFromDigest(manifestDigest(minimalManifest)));
    assert.equal(manifestUri(minimalManifest), `ipfs://${manifestCid(minimalManifest)}`);
  });
});

describe("openManifest", () => {
  const bytes = manifestBytes(fullManifest);
  const digest = manifestDigest(fullManifest);

  it("reads the bytes that a digest names", () => {
    assert.deepEqual(openManifest(bytes, digest), fullManifest);
  });

  it("refuses another manifest's bytes", () => {
    const expected = manifestDigest(minimalManifest);
    assertFails(() => openManifest(bytes, expected), ManifestDigestMismatch, { expected, actual: digest });
  });

  it("refuses bytes with their own digest that are not in canonical form", () => {
    const pretty = utf8.encode(JSON.stringify(fullManifest, null, 2));
    assertFails(() => openManifest(pretty, sha256Digest(pretty)), ManifestNotCanonical, { path: "" });
  });

  it("refuses canonical bytes that are no manifest", () => {
    const other = utf8.encode("{}");
    assertFails(() => openManifest(other, sha256Digest(other)), InvalidManifest, { path: "" });
  });

  it("refuses too many bytes before it hashes them", () => {
    const flood = new Uint8Array(256 * 1024 + 1);
    assertFails(() => openManifest(flood, digest), ManifestTooLarge, { maxBytes: 262_144 });
  });

  it("refuses a digest in upper case", () => {
    const upper = `0x${digest.slice(2).toUpperCase()}` as const;
    assertFails(() => openManifest(bytes, upper), InvalidHex, { field: "manifest digest" });
  });
});

describe("the published schema", () => {
  it("is what the source generates", () => {
    assert.equal(readFileSync(schemaFile, "utf8"), schemaText());
  });

  it("is a valid JSON Schema 2020-12 that a stranger's validator can use", () => {
    const validate = new Ajv2020({ strictTypes: false }).compile(manifestJsonSchema);
    assert.ok(validate(fullManifest), JSON.stringify(validate.errors));
    assert.ok(validate(minimalManifest), JSON.stringify(validate.errors));
    assert.equal(validate({ ...fullManifest, foo: 1 }), false);
  });

  it("closes every object but the I/O schemas", () => {
    const open: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (node === null || typeof node !== "object") return;
      const schema = node as Record<string, unknown>;
      if (schema["type"] === "object" && schema["additionalProperties"] !== false) open.push(path);
      for (const [key, child] of Object.entries(schema)) walk(child, `${path}/${key}`);
    };
    walk(manifestJsonSchema, "");
    const io = "/properties/ainft/properties/io/properties";
    assert.deepEqual(open, [`${io}/input`, `${io}/output`, `${io}/state`]);
  });
});
