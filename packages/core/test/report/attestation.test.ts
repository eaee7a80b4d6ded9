import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  type Address,
  asAddress,
  AttestationLengthMismatch,
  attestationSize,
  compactSignature,
  decodeAttestation,
  DuplicateSignerIndex,
  EmptyAttestation,
  encodeAttestation,
  type Hex,
  HighSSignature,
  type IndexedSignature,
  InvalidHex,
  InvalidReporterSet,
  InvalidSignatureEncoding,
  type ReportTerms,
  SignerIndexOutOfRange,
  UintOutOfRange,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { anyBytes32, anyUint, RUNS } from "../helpers/random.ts";

const signatureOf = (byte: string): Hex => `0x${byte.repeat(32)}${"11".repeat(32)}`;

/** Reporters with these last bytes: 01, 02 and so on. */
const addressesUpTo = (count: number): Address[] =>
  Array.from({ length: count }, (_, index) =>
    asAddress(`0x${"aa".repeat(19)}${(index + 1).toString(16).padStart(2, "0")}`),
  );
const digitsOf = (reporters: readonly Address[]): string =>
  reporters.map((reporter) => reporter.slice(2).toLowerCase()).join("");
const four = addressesUpTo(4);

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

interface Signed {
  readonly reporters: Address[];
  readonly signatures: IndexedSignature[];
}

/** Some of 1 to 32 reporters with their signatures, in any order. */
const anySigned: fc.Arbitrary<Signed> = fc.integer({ min: 1, max: 32 }).chain((count) =>
  fc
    .uniqueArray(fc.record({ index: fc.nat(count - 1), signature: anySignature }, { noNullPrototype: true }), {
      minLength: 1,
      maxLength: count,
      selector: ({ index }) => index,
    })
    .map((signatures) => ({ reporters: addressesUpTo(count), signatures })),
);

describe("encodeAttestation", () => {
  it("writes the terms and the mask, then by ascending index the signature or the address of each reporter", () => {
    const reporters = addressesUpTo(32);
    const attestation = encodeAttestation(
      terms,
      [
        { index: 31, signature: signatureOf("03") },
        { index: 0, signature: signatureOf("01") },
        { index: 2, signature: signatureOf("02") },
      ],
      reporters,
    );
    const [first, third, last] = ["01", "02", "03"].map((byte) => signatureOf(byte).slice(2));
    const body = [first, digitsOf(reporters.slice(1, 2)), third, digitsOf(reporters.slice(3, 31)), last].join("");
    assert.equal(attestation, `0x0102030405060708090a0b0c80000005${body}`);
  });

  it("is undone by decodeAttestation, whatever the order of the signatures", () => {
    fc.assert(
      fc.property(anyTerms, anySigned, (someTerms, { reporters, signatures }) => {
        const attestation = encodeAttestation(someTerms, signatures, reporters);
        assert.equal((attestation.length - 2) / 2, 16 + 20 * reporters.length + 44 * signatures.length);
        const decoded = decodeAttestation(attestation);
        const ascending = signatures.toSorted((left, right) => left.index - right.index);
        const silent = reporters
          .map((address, index) => ({ index, address }))
          .filter(({ index }) => ascending.every((signed) => signed.index !== index));
        assert.deepEqual(decoded, { ...someTerms, signatures: ascending, silent });
        assert.equal(encodeAttestation(decoded, decoded.signatures, reporters), attestation);
      }),
      RUNS,
    );
  });

  it("takes 65-byte signatures", () => {
    const long: Hex = `0x${"01".repeat(32)}${"11".repeat(32)}1c`;
    const attestation = encodeAttestation(terms, [{ index: 1, signature: long }], four);
    assert.deepEqual(decodeAttestation(attestation).signatures, [{ index: 1, signature: compactSignature(long) }]);
  });

  it("refuses none at all", () => {
    assertFails(() => encodeAttestation(terms, [], four), EmptyAttestation);
  });

  for (const index of [-1, 4, 32, 0.5, Number.NaN]) {
    it(`refuses index ${index} of four reporters`, () => {
      const signature = signatureOf("01");
      assertFails(() => encodeAttestation(terms, [{ index, signature }], four), SignerIndexOutOfRange, {
        index,
        reporters: 4,
      });
    });
  }

  it("refuses a reporter list that no config can have", () => {
    const signatures = [{ index: 0, signature: signatureOf("01") }];
    for (const list of [[], four.toReversed(), addressesUpTo(33)]) {
      assertFails(() => encodeAttestation(terms, signatures, list), InvalidReporterSet);
    }
  });

  it("refuses the same index twice", () => {
    const twice = ["01", "02"].map((byte) => ({ index: 3, signature: signatureOf(byte) }));
    assertFails(() => encodeAttestation(terms, twice, four), DuplicateSignerIndex, { index: 3 });
  });

  it("refuses terms that do not fit", () => {
    const signatures = [{ index: 0, signature: signatureOf("01") }];
    for (const [field, bits] of [
      ["configVersion", 32],
      ["deadline", 64],
    ] as const) {
      const bad = { ...terms, [field]: 2n ** BigInt(bits) };
      assertFails(() => encodeAttestation(bad, signatures, four), UintOutOfRange, { field, bits });
    }
  });

  it("refuses a high s and a broken signature", () => {
    const high: Hex = `0x${"01".repeat(32)}7${"f".repeat(63)}`;
    assertFails(() => encodeAttestation(terms, [{ index: 0, signature: high }], four), HighSSignature);
    assertFails(() => encodeAttestation(terms, [{ index: 0, signature: "0x" }], four), InvalidSignatureEncoding);
  });
});

describe("decodeAttestation", () => {
  const one = signatureOf("01").slice(2);

  const head = "0x0102030405060708090a0b0c";
  const silent = digitsOf(addressesUpTo(1));
  const lengths: [string, string, number, number][] = [
    ["nothing", "0x", 16, 0],
    ["half a header", head, 16, 12],
    ["a header cut by a byte", `${head}000000`, 16, 15],
    ["a mask without its signature", `${head}00000001`, 80, 16],
    ["a byte too few", `${head}00000001${one.slice(2)}`, 80, 79],
    ["a byte too many", `${head}00000001${one}00`, 80, 81],
    ["an address cut by a byte", `${head}00000001${one}${silent.slice(2)}`, 80, 99],
    ["a byte behind an address", `${head}00000001${one}${silent}00`, 100, 101],
    ["one signature for a mask of two", `${head}00000003${one}`, 144, 80],
    ["two signatures for a mask of one", `${head}00000001${one}${one}`, 140, 144],
    ["a signature without the 31 reporters before it", `${head}80000000${one}`, 700, 80],
    ["a thirty-third reporter", `${head}80000000${silent.repeat(31)}${one}${silent}`, 700, 720],
    ["a thirty-third reporter behind a first signer", `${head}00000001${one}${silent.repeat(32)}`, 700, 720],
  ];
  for (const [name, attestation, expected, actual] of lengths) {
    it(`refuses ${name}`, () => {
      assertFails(() => decodeAttestation(attestation), AttestationLengthMismatch, { expected, actual });
    });
  }

  it("refuses an empty mask, whatever stands behind it", () => {
    for (const behind of ["", "00", silent]) {
      assertFails(() => decodeAttestation(`${head}00000000${behind}`), EmptyAttestation);
    }
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
    const decoded = decodeAttestation(`${head}80000000${digitsOf(addressesUpTo(31))}${one}`);
    assert.deepEqual(decoded, {
      ...terms,
      signatures: [{ index: 31, signature: `0x${one}` }],
      silent: addressesUpTo(31).map((address, index) => ({ index, address })),
    });
  });
});

describe("attestationSize", () => {
  it("is 16 bytes, 64 a signer and 20 for each other reporter", () => {
    assert.deepEqual([attestationSize(1, 1), attestationSize(3, 5), attestationSize(32, 32)], [80, 248, 2_064]);
  });
});
