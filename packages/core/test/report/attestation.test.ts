import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  AttestationLengthMismatch,
  compactSignature,
  decodeAttestation,
  DuplicateSignerIndex,
  EmptyAttestation,
  encodeAttestation,
  type Hex,
  HighSSignature,
  type IndexedSignature,
  InvalidHex,
  InvalidSignatureEncoding,
  SignerIndexOutOfRange,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { anyBytes32, RUNS } from "../helpers/random.ts";

const signatureOf = (byte: string): Hex => `0x${byte.repeat(32)}${"11".repeat(32)}`;

/** Any well-formed 64-byte signature: s below half the order, either parity. */
const anySignature: fc.Arbitrary<Hex> = fc.tuple(anyBytes32, anyBytes32, fc.boolean()).map(([r, s, odd]) => {
  const low = BigInt(s) >> 2n;
  const half = (odd ? low + 2n ** 255n : low).toString(16).padStart(64, "0");
  return `${r}${half}` as Hex;
});

const anySignatures: fc.Arbitrary<IndexedSignature[]> = fc.uniqueArray(
  fc.record({ index: fc.nat(31), signature: anySignature }, { noNullPrototype: true }),
  { minLength: 1, maxLength: 32, selector: ({ index }) => index },
);

describe("encodeAttestation", () => {
  it("writes the mask, then the signatures by ascending index", () => {
    const attestation = encodeAttestation([
      { index: 31, signature: signatureOf("03") },
      { index: 0, signature: signatureOf("01") },
      { index: 2, signature: signatureOf("02") },
    ]);
    const body = ["01", "02", "03"].map((byte) => signatureOf(byte).slice(2)).join("");
    assert.equal(attestation, `0x80000005${body}`);
  });

  it("is undone by decodeAttestation, whatever the order of the signatures", () => {
    fc.assert(
      fc.property(anySignatures, (signatures) => {
        const attestation = encodeAttestation(signatures);
        assert.equal((attestation.length - 2) / 2, 4 + 64 * signatures.length);
        assert.deepEqual(
          decodeAttestation(attestation),
          signatures.toSorted((left, right) => left.index - right.index),
        );
        assert.equal(encodeAttestation(decodeAttestation(attestation)), attestation);
      }),
      RUNS,
    );
  });

  it("takes 65-byte signatures", () => {
    const long: Hex = `0x${"01".repeat(32)}${"11".repeat(32)}1c`;
    const attestation = encodeAttestation([{ index: 1, signature: long }]);
    assert.deepEqual(decodeAttestation(attestation), [{ index: 1, signature: compactSignature(long) }]);
  });

  it("refuses none at all", () => {
    assertFails(() => encodeAttestation([]), EmptyAttestation);
  });

  for (const index of [-1, 32, 0.5, Number.NaN]) {
    it(`refuses index ${index}`, () => {
      const signature = signatureOf("01");
      assertFails(() => encodeAttestation([{ index, signature }]), SignerIndexOutOfRange, { index, reporters: 32 });
    });
  }

  it("refuses the same index twice", () => {
    const twice = ["01", "02"].map((byte) => ({ index: 3, signature: signatureOf(byte) }));
    assertFails(() => encodeAttestation(twice), DuplicateSignerIndex, { index: 3 });
  });

  it("refuses a high s and a broken signature", () => {
    const high: Hex = `0x${"01".repeat(32)}7${"f".repeat(63)}`;
    assertFails(() => encodeAttestation([{ index: 0, signature: high }]), HighSSignature);
    assertFails(() => encodeAttestation([{ index: 0, signature: "0x" }]), InvalidSignatureEncoding);
  });
});

describe("decodeAttestation", () => {
  const one = signatureOf("01").slice(2);

  const lengths: [string, string, number, number][] = [
    ["nothing", "0x", 4, 0],
    ["half a mask", "0x0000", 4, 2],
    ["a mask without its signature", "0x00000001", 68, 4],
    ["a byte too few", `0x00000001${one.slice(2)}`, 68, 67],
    ["a byte too many", `0x00000001${one}00`, 68, 69],
    ["a 65-byte signature", `0x00000001${one}1b`, 68, 69],
    ["one signature for a mask of two", `0x00000003${one}`, 132, 68],
    ["two signatures for a mask of one", `0x80000000${one}${one}`, 68, 132],
    ["bytes behind an empty mask", "0x0000000000", 4, 5],
  ];
  for (const [name, attestation, expected, actual] of lengths) {
    it(`refuses ${name}`, () => {
      assertFails(() => decodeAttestation(attestation), AttestationLengthMismatch, { expected, actual });
    });
  }

  it("refuses an empty mask", () => {
    assertFails(() => decodeAttestation("0x00000000"), EmptyAttestation);
  });

  it("refuses a high s", () => {
    const high = `${"01".repeat(32)}ff${"f".repeat(62)}`;
    assertFails(() => decodeAttestation(`0x00000001${high}`), HighSSignature);
  });

  it("refuses what is no lower-case hexadecimal", () => {
    for (const bad of ["", "0x0", "0x0000000G", `0x00000001${"AB".repeat(64)}`]) {
      assertFails(() => decodeAttestation(bad), InvalidHex, { field: "attestation" });
    }
  });

  it("reads the highest bit of the mask as reporter 31", () => {
    assert.deepEqual(decodeAttestation(`0x80000000${one}`), [{ index: 31, signature: `0x${one}` }]);
  });
});
