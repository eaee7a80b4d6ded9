import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SigningKey } from "ethers";
import { parseCompactSignature, parseSignature, recoverAddress, serializeSignature } from "viem";
import {
  compactSignature,
  expandedSignature,
  type Hex,
  HighSSignature,
  InvalidHex,
  InvalidSignatureEncoding,
  recoverSigner,
  UnrecoverableSignature,
} from "../src/index.ts";
import { account } from "../scripts/vectors/people.ts";
import { assertFails } from "./helpers/failures.ts";
import { anyBytes32, RUNS } from "./helpers/random.ts";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const HALF = ORDER / 2n;
const DIGEST: Hex = `0x${"11".repeat(32)}`;
const word = (value: bigint): string => value.toString(16).padStart(64, "0");
const long = (r: bigint, s: bigint, v = "1b"): Hex => `0x${word(r)}${word(s)}${v}`;
const signed = new SigningKey(account(0).privateKey).sign(DIGEST);

describe("compactSignature and expandedSignature", () => {
  it("undo each other and agree with a second implementation", () => {
    fc.assert(
      fc.property(anyBytes32, anyBytes32, fc.boolean(), (r, anyS, odd) => {
        const s = BigInt(anyS) % (HALF + 1n);
        const expanded = long(BigInt(r), s, odd ? "1c" : "1b");
        const compact = compactSignature(expanded);
        assert.equal((compact.length - 2) / 2, 64);
        assert.equal(expandedSignature(compact), expanded);
        assert.equal(compactSignature(compact), compact);
        assert.equal(expandedSignature(expanded), expanded);
        const parts = parseSignature(expanded);
        const view = parseCompactSignature(compact);
        assert.equal(view.r, parts.r);
        assert.equal(serializeSignature(parts), expanded);
      }),
      RUNS,
    );
  });

  it("put the parity into the highest bit of s", () => {
    assert.equal(compactSignature(long(1n, 2n, "1c")), `0x${word(1n)}${word(2n + 2n ** 255n)}`);
    assert.equal(compactSignature(long(1n, 2n, "1b")), `0x${word(1n)}${word(2n)}`);
  });

  it("take s up to half the order and refuse one more, in both forms", () => {
    assert.equal(expandedSignature(long(1n, HALF)), long(1n, HALF));
    const compactHigh: Hex = `0x${word(1n)}${word(HALF + 1n)}`;
    for (const bad of [long(1n, HALF + 1n), long(1n, ORDER - 1n), long(1n, 2n ** 256n - 1n), compactHigh]) {
      assertFails(() => compactSignature(bad), HighSSignature);
      assertFails(() => expandedSignature(bad), HighSSignature);
    }
  });

  for (const size of [0, 1, 32, 63, 66, 128]) {
    it(`refuse ${size} bytes`, () => {
      assertFails(() => compactSignature(`0x${"01".repeat(size)}`), InvalidSignatureEncoding);
    });
  }

  for (const v of ["00", "01", "1a", "1d", "25", "ff"]) {
    it(`refuse the recovery byte 0x${v}`, () => {
      assertFails(() => compactSignature(long(1n, 1n, v)), InvalidSignatureEncoding);
    });
  }

  it("refuse what is no lower-case hexadecimal", () => {
    assertFails(() => compactSignature(`0x${"AB".repeat(64)}`), InvalidHex, { field: "signature" });
    assertFails(() => compactSignature("signature"), InvalidHex, { field: "signature" });
  });
});

describe("recoverSigner", () => {
  it("gives the signer from both forms, as a second implementation does", async () => {
    assert.equal(recoverSigner(DIGEST, signed.serialized), account(0).address);
    assert.equal(recoverSigner(DIGEST, signed.compactSerialized), account(0).address);
    assert.equal(await recoverAddress({ hash: DIGEST, signature: signed.serialized as Hex }), account(0).address);
  });

  it("gives somebody else for another digest", () => {
    assert.notEqual(recoverSigner(`0x${"12".repeat(32)}`, signed.serialized), account(0).address);
  });

  const impossible: [string, Hex][] = [
    ["r = 0", long(0n, 1n)],
    ["s = 0", long(1n, 0n)],
    ["r = the order", long(ORDER, 1n)],
    ["r beyond the order", long(2n ** 256n - 1n, 1n)],
    ["r that is no point of the curve", long(5n, 1n)],
  ];
  for (const [name, signature] of impossible) {
    it(`refuses ${name}`, () => {
      const { cause } = assertFails(() => recoverSigner(DIGEST, signature), UnrecoverableSignature);
      assert.ok(cause instanceof Error);
    });
  }
});
