import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { base32 } from "multiformats/bases/base32";
import { base58btc } from "multiformats/bases/base58";
import {
  type Bytes32,
  cidFromDigest,
  digestFromCid,
  digestFromUri,
  InvalidCid,
  type InvalidCidReason,
  InvalidHex,
  uriFromDigest,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { anyBytes32, RUNS } from "../helpers/random.ts";
import { cid } from "../helpers/reference.ts";

const DIGEST: Bytes32 = `0x${"ab".repeat(32)}`;
const HASH = [...Buffer.from(DIGEST.slice(2), "hex")];

/** A CID from its bytes, in lower-case base32. */
const text = (...bytes: number[]): string => base32.encode(Uint8Array.from(bytes));

describe("cidFromDigest", () => {
  it("agrees with a second implementation, and digestFromCid undoes it", () => {
    fc.assert(
      fc.property(anyBytes32, (digest) => {
        const name = cidFromDigest(digest);
        assert.equal(name, cid(digest));
        assert.match(name, /^bafkrei[a-z2-7]{52}$/u);
        assert.equal(digestFromCid(name), digest);
        assert.equal(digestFromUri(uriFromDigest(digest)), digest);
      }),
      RUNS,
    );
  });

  it("refuses a digest that is short, long, upper-case or bare", () => {
    for (const bad of [DIGEST.slice(0, -2), `${DIGEST}00`, `0x${"AB".repeat(32)}`, DIGEST.slice(2), "0x"]) {
      assertFails(() => cidFromDigest(bad as Bytes32), InvalidHex, { field: "digest" });
    }
  });
});

describe("digestFromCid", () => {
  const good = text(1, 0x55, 0x12, 0x20, ...HASH);

  it("reads the form built by hand", () => {
    assert.equal(digestFromCid(good), DIGEST);
  });

  const cases: [string, string, InvalidCidReason][] = [
    ["CIDv0", base58btc.baseEncode(Uint8Array.from([0x12, 0x20, ...HASH])), "version"],
    ["another version", text(2, 0x55, 0x12, 0x20, ...HASH), "malformed"],
    ["dag-pb", text(1, 0x70, 0x12, 0x20, ...HASH), "codec"],
    ["dag-json", text(1, 0x89, 0x02, 0x12, 0x20, ...HASH), "codec"],
    ["sha2-512", text(1, 0x55, 0x13, 0x40, ...HASH, ...HASH), "hash"],
    ["keccak-256", text(1, 0x55, 0x1b, 0x20, ...HASH), "hash"],
    ["the identity hash", text(1, 0x55, 0x00, 0x20, ...HASH), "hash"],
    ["a digest cut to 20 bytes that says so", text(1, 0x55, 0x12, 0x14, ...HASH.slice(0, 20)), "length"],
    ["an empty digest", text(1, 0x55, 0x12, 0x00), "length"],
    ["a digest cut to 20 bytes that says 32", text(1, 0x55, 0x12, 0x20, ...HASH.slice(0, 20)), "malformed"],
    ["a byte too many", text(1, 0x55, 0x12, 0x20, ...HASH, 0), "malformed"],
    ["a version written long", text(0x81, 0x00, 0x55, 0x12, 0x20, ...HASH), "malformed"],
    ["a length written long", text(1, 0x55, 0x12, 0xa0, 0x00, ...HASH), "malformed"],
    ["base58", base58btc.encode(Uint8Array.from([1, 0x55, 0x12, 0x20, ...HASH])), "not canonical"],
    ["upper-case base32", good.toUpperCase(), "malformed"],
    ["upper-case digits behind a lower-case b", `b${good.slice(1).toUpperCase()}`, "not canonical"],
    ["padding", `${good}=`, "not canonical"],
    ["spare bits that are not zero", `${good.slice(0, -1)}b`, "malformed"],
    ["a path behind it", `${good}/x`, "malformed"],
    ["a space before it", ` ${good}`, "malformed"],
    ["nothing", "", "malformed"],
    ["a lone prefix", "b", "malformed"],
  ];
  for (const [name, bad, reason] of cases) {
    it(`refuses ${name}`, () => {
      assertFails(() => digestFromCid(bad), InvalidCid, { cid: bad, reason });
    });
  }

  it("takes one text a digest: any other character makes another digest or an error", () => {
    const alphabet = Array.from("abcdefghijklmnopqrstuvwxyz234567ABC189=/");
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.constantFrom(...alphabet), (place, character) => {
        const changed = good.slice(0, place) + character + good.slice(place + 1);
        fc.pre(changed !== good);
        try {
          assert.notEqual(digestFromCid(changed), DIGEST);
        } catch (error) {
          assert.ok(error instanceof InvalidCid, String(error));
        }
      }),
      RUNS,
    );
  });
});

describe("digestFromUri", () => {
  it("refuses other schemes and bare CIDs", () => {
    for (const uri of [
      cidFromDigest(DIGEST),
      `ipns://${cidFromDigest(DIGEST)}`,
      `IPFS://${cidFromDigest(DIGEST)}`,
      "",
    ]) {
      assertFails(() => digestFromUri(uri), InvalidCid, { cid: uri, reason: "malformed" });
    }
  });
});
