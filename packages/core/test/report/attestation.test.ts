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
  type ReportTerms,
  SignerIndexOutOfRange,
  UintOutOfRange,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { anyBytes32, anyUint, RUNS } from "../helpers/random.ts";

const signatureOf = (byte: string): Hex => `0x${byte.repeat(32)}${"11".repeat(32)}`;

const terms: ReportTerms = { configVersion: 0x01020304n, deadline: 0x05060708090a0b0cn };

const anyTerms: fc.Arbitrary<ReportTerms> = fc.record(
  { configVersion: anyUint(32), deadline: anyUint(64) },
  { noNullPrototype: true },
);

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
  it("writes the terms and the mask, then the signatures by ascending index", () => {
    const attestation = encodeAttestation(terms, [
      { index: 31, signature: signatureOf("03") },
      { index: 0, signature: signatureOf("01") },
      { index: 2, signature: signatureOf("02") },
    ]);
    const body = ["01", "02", "03"].map((byte) => signatureOf(byte).slice(2)).join("");
    assert.equal(attestation, `0x0102030405060708090a0b0c80000005${body}`);
  });

  it("is undone by decodeAttestation, whatever the order of the signatures", () => {
    fc.assert(
      fc.property(anyTerms, anySignatures, (someTerms, signatures) => {
        const attestation = encodeAttestation(someTerms, signatures);
        assert.equal((attestation.length - 2) / 2, 16 + 64 * signatures.length);
        const ascending = signatures.toSorted((left, right) => left.index - right.index);
        assert.deepEqual(decodeAttestation(attestation), { ...someTerms, signatures: ascending });
        const decoded = decodeAttestation(attestation);
        assert.equal(encodeAttestation(decoded, decoded.signatures), attestation);
      }),
      RUNS,
    );
  });

  it("takes 65-byte signatures", () => {
    const long: Hex = `0x${"01".repeat(32)}${"11".repeat(32)}1c`;
    const attestation = encodeAttestation(terms, [{ index: 1, signature: long }]);
    assert.deepEqual(decodeAttestation(attestation).signatures, [{ index: 1, signature: compactSignature(long) }]);
  });

  it("refuses none at all", () => {
    assertFails(() => encodeAttestation(terms, []), EmptyAttestation);
  });

  for (const index of [-1, 32, 0.5, Number.NaN]) {
    it(`refuses index ${index}`, () => {
      const signature = signatureOf("01");
      assertFails(() => encodeAttestation(terms, [{ index, signature }]), SignerIndexOutOfRange, {
        index,
        reporters: 32,
      });
    });
  }

  it("refuses the same index twice", () => {
    const twice = ["01", "02"].map((byte) => ({ index: 3, signature: signatureOf(byte) }));
    assertFails(() => encodeAttestation(terms, twice), DuplicateSignerIndex, { index: 3 });
  });

  it("refuses terms that do not fit", () => {
    const signatures = [{ index: 0, signature: signatureOf("01") }];
    for (const [field, bits] of [
      ["configVersion", 32],
      ["deadline", 64],
    ] as const) {
      const bad = { ...terms, [field]: 2n ** BigInt(bits) };
      assertFails(() => encodeAttestation(bad, signatures), UintOutOfRange, { field, bits });
    }
  });

  it("refuses a high s and a broken signature", () => {
    const high: Hex = `0x${"01".repeat(32)}7${"f".repeat(63)}`;
    assertFails(() => encodeAttestation(terms, [{ index: 0, signature: high }]), HighSSignature);
    assertFails(() => encodeAttestation(terms, [{ index: 0, signature: "0x" }]), InvalidSignatureEncoding);
  });
});

describe("decodeAttestation", () => {
  const one = signatureOf("01").slice(2);

  const head = "0x0102030405060708090a0b0c";
  const lengths: [string, string, number, number][] = [
    ["nothing", "0x", 16, 0],
    ["half a header", head, 16, 12],
    ["a header cut by a byte", `${head}000000`, 16, 15],
    ["a mask without its signature", `${head}00000001`, 80, 16],
    ["a byte too few", `${head}00000001${one.slice(2)}`, 80, 79],
    ["a byte too many", `${head}00000001${one}00`, 80, 81],
    ["one signature for a mask of two", `${head}00000003${one}`, 144, 80],
    ["two signatures for a mask of one", `${head}80000000${one}${one}`, 80, 144],
    ["bytes behind an empty mask", `${head}0000000000`, 16, 17],
  ];
  for (const [name, attestation, expected, actual] of lengths) {
    it(`refuses ${name}`, () => {
      assertFails(() => decodeAttestation(attestation), AttestationLengthMismatch, { expected, actual });
    });
  }

  it("refuses an empty mask", () => {
    assertFails(() => decodeAttestation(`${head}00000000`), EmptyAttestation);
  });

  it("refuses a high s", () => {
    const high = `${"01".repeat(32)}ff${"f".repeat(62)}`;
    assertFails(() => decodeAttestation(`${head}00000001${high}`), HighSSignature);
  });

  it("refuses what is no lower-case hexadecimal", () => {
    for (const bad of ["", "0x0", `${head}0000000G`, `${head}00000001${"AB".repeat(64)}`]) {
      assertFails(() => decodeAttestation(bad), InvalidHex, { field: "attestation" });
    }
  });

  it("reads the highest bit of the mask as reporter 31", () => {
    const decoded = decodeAttestation(`${head}80000000${one}`);
    assert.deepEqual(decoded, { ...terms, signatures: [{ index: 31, signature: `0x${one}` }] });
  });
});
