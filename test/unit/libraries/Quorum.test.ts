import { expect } from "chai";
import { concat, dataSlice, keccak256, SigningKey, toBeHex, Wallet, ZeroAddress, ZeroHash } from "ethers";
import type { QuorumHarness } from "../../../typechain-types";
import {
  addressesOf,
  attestationLength,
  makeReporters,
  maskOf,
  packAttestation,
  packSignature,
  parityAndS,
  recoveredFrom,
  type Reporter,
  signDigest,
  withEntry,
} from "../../helpers/attestation";
import { deployContract, loadFixture } from "../../helpers/chain";
import { digestOf } from "../../helpers/typed-data";

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const HALF_ORDER = CURVE_ORDER / 2n;
const digest = digestOf("what is signed");

describe("Quorum", () => {
  async function harness(): Promise<QuorumHarness> {
    return deployContract("QuorumHarness");
  }

  const attestation = (mask: bigint, entries: readonly string[]) =>
    packAttestation({ configVersion: 1n, deadline: 2n, mask }, entries);

  const signatureBy = (reporter: Reporter) => signDigest(reporter, digest).compactSerialized;

  /** The entries of an honest attestation by the reporters at these places. */
  const entriesBy = (reporters: readonly Reporter[], by: readonly number[]) =>
    reporters.map((reporter, index) => (by.includes(index) ? signatureBy(reporter) : reporter.address));

  /** A config as it is stored: STOP, threshold, count, then the reporters. */
  const blobOf = (threshold: number, reporters: readonly Reporter[]) =>
    concat(["0x00", toBeHex(threshold, 1), toBeHex(reporters.length, 1), ...addressesOf(reporters)]);

  describe("a config that does not exist", () => {
    it("fails closed: a config that was never stored counts for nothing", async () => {
      const quorum = await loadFixture(harness);
      const reporters = makeReporters(1);

      for (const given of ["0x", attestation(0n, []), attestation(1n, entriesBy(reporters, [0]))]) {
        await expect(quorum.check(1, digest, given)).to.be.revertedWithCustomError(
          quorum,
          "InferenceOracleEmptyConfig",
        );
      }
    });

    it("fails closed: a threshold of zero counts for nothing, whatever reporters it has", async () => {
      const quorum = await loadFixture(harness);
      const reporters = makeReporters(2);
      const given = attestation(0n, addressesOf(reporters));

      await expect(quorum.explain(blobOf(0, reporters), digest, given)).to.be.revertedWithCustomError(
        quorum,
        "InferenceOracleEmptyConfig",
      );
    });

    it("fails closed: a hash of zero is no set's", async () => {
      const quorum = await loadFixture(harness);
      const reporters = makeReporters(2);

      for (const given of ["0x", attestation(0n, []), attestation(0b01n, entriesBy(reporters, [0]))]) {
        expect(await quorum.isMet(toBeHex(0, 23), digest, given, 0n)).to.equal(false);
      }
    });
  });

  describe("explain", () => {
    it("cannot find enough signers when more must sign than there are", async () => {
      const quorum = await loadFixture(harness);
      const reporters = makeReporters(2);
      const blob = blobOf(3, reporters);
      const entries = [...entriesBy(reporters, [0, 1]), toBeHex(0, 44)]; // of the right length

      await expect(quorum.explain(blob, digest, attestation(0b11n, entries)))
        .to.be.revertedWithCustomError(quorum, "InferenceOracleBadSignerCount")
        .withArgs(3, 2);
      await expect(quorum.explain(blob, digest, attestation(0b111n, entries)))
        .to.be.revertedWithCustomError(quorum, "InferenceOracleUnknownSigner")
        .withArgs(0b111n, 2);
    });

    it("needs an attestation of the exact length for the largest threshold a byte holds", async () => {
      const quorum = await loadFixture(harness);
      const blob = blobOf(255, makeReporters(32));

      await expect(quorum.explain(blob, digest, attestation(1n, [])))
        .to.be.revertedWithCustomError(quorum, "InferenceOracleBadAttestationLength")
        .withArgs(attestationLength(255, 32 - 255), attestationLength(0, 0));
    });

    it("reverts even when it finds nothing wrong, for then the set that is kept is not the one that counts", async () => {
      const quorum = await loadFixture(harness);
      const reporters = makeReporters(3);

      await expect(quorum.explain(blobOf(2, reporters), digest, attestation(0b101n, entriesBy(reporters, [0, 2]))))
        .to.be.revertedWithCustomError(quorum, "InferenceOracleConfigNotLive")
        .withArgs(1);
    });
  });

  describe("a signature that recovers nobody", () => {
    for (const [title, nobody] of [
      ["zeros", toBeHex(0, 64)],
      ["ones", toBeHex(2n ** 512n - 1n, 64)],
    ] as const) {
      it(`finds no reporter in old memory instead (${title})`, async () => {
        const quorum = await loadFixture(harness);
        const reporters = makeReporters(3);
        const set = await quorum.setHash(addressesOf(reporters), 2);
        const honest = entriesBy(reporters, [0, 1]);

        for (const [place, reporter] of reporters.slice(0, 2).entries()) {
          const oldMemory = BigInt(reporter.address);
          const bent = honest.map((entry, index) => (index === place ? nobody : entry));
          expect(await quorum.isMet(set, digest, attestation(0b011n, honest), oldMemory)).to.equal(true);
          expect(await quorum.isMet(set, digest, attestation(0b011n, bent), oldMemory)).to.equal(false);
        }
      });
    }

    it("does not get the reporter that the signature before it recovered", async () => {
      const quorum = await loadFixture(harness);
      const [first] = makeReporters(1);
      if (first === undefined) throw new Error("There is no reporter.");
      // A set that the oracle would never store: the same reporter twice.
      const set = await quorum.setHash([first.address, first.address], 2);
      const good = signatureBy(first);

      expect(await quorum.isMet(set, digest, attestation(0b11n, [good, good]), 0n)).to.equal(true);
      expect(await quorum.isMet(set, digest, attestation(0b11n, [good, toBeHex(0, 64)]), 0n)).to.equal(false);
    });
  });

  describe("check, on both sides of the highest low s", () => {
    for (const parity of ["first", "second"]) {
      it(`accepts s = n / 2, rounded down (${parity} nonce)`, async () => {
        const quorum = await loadFixture(harness);
        const { signer, signature } = signedWith(HALF_ORDER, parity);
        await quorum.store(1, [signer], 1);

        await quorum.check(1, digest, attestation(1n, [signature]));
      });

      it(`refuses s one above it, though a key recovers from it (${parity} nonce)`, async () => {
        const quorum = await loadFixture(harness);
        const { signer, signature } = signedWith(HALF_ORDER + 1n, parity);
        await quorum.store(1, [signer], 1);

        await expect(quorum.check(1, digest, attestation(1n, [signature])))
          .to.be.revertedWithCustomError(quorum, "InferenceOracleInvalidSignature")
          .withArgs(0, signer, ZeroAddress);
      });
    }
  });

  describe("check, of a mask with holes", () => {
    const indexes = [0, 7, 30, 31];

    it("takes each signature for the bit it stands for, and names the index that is wrong", async () => {
      const quorum = await loadFixture(harness);
      const reporters = makeReporters(32);
      await quorum.store(1, addressesOf(reporters), 4);
      const honest = entriesBy(reporters, indexes);

      await quorum.check(1, digest, attestation(maskOf(indexes), honest));
      for (const index of indexes) {
        const wrong = withEntry(honest, index, packSignature(ZeroHash, 0n));
        await expect(quorum.check(1, digest, attestation(maskOf(indexes), wrong)))
          .to.be.revertedWithCustomError(quorum, "InferenceOracleInvalidSignature")
          .withArgs(index, reporters[index]?.address, ZeroAddress);
      }
    });

    it("takes each address for the place it stands at, and names the index that is wrong", async () => {
      const quorum = await loadFixture(harness);
      const reporters = makeReporters(32);
      await quorum.store(1, addressesOf(reporters), 4);
      const honest = entriesBy(reporters, indexes);

      for (const index of reporters.keys()) {
        if (indexes.includes(index)) continue;
        for (const other of [ZeroAddress, reporters[(index + 1) % 32]?.address ?? ""]) {
          const wrong = withEntry(honest, index, other);
          await expect(quorum.check(1, digest, attestation(maskOf(indexes), wrong)))
            .to.be.revertedWithCustomError(quorum, "InferenceOracleWrongReporter")
            .withArgs(index, reporters[index]?.address, other);
        }
      }
    });

    it("names the key that signed something else", async () => {
      const quorum = await loadFixture(harness);
      const reporters = makeReporters(2);
      await quorum.store(1, addressesOf(reporters), 2);
      const [first = "", second = ""] = entriesBy(reporters, [0, 1]);
      const other = digestOf("something else");

      await expect(quorum.check(1, other, attestation(0b11n, [first, second])))
        .to.be.revertedWithCustomError(quorum, "InferenceOracleInvalidSignature")
        .withArgs(0, reporters[0]?.address, recoveredFrom(other, first));
    });
  });

  describe("the hash of a set", () => {
    it("counts in every one of its 23 bytes", async () => {
      const quorum = await loadFixture(harness);
      const reporters = makeReporters(2);
      const set = await quorum.setHash(addressesOf(reporters), 1);
      const given = attestation(0b10n, entriesBy(reporters, [1]));

      expect(await quorum.isMet(set, digest, given, 0n)).to.equal(true);
      for (let place = 0n; place < 23n; place += 1n) {
        const other = toBeHex(BigInt(set) ^ (1n << (8n * place)), 23);
        expect(await quorum.isMet(other, digest, given, 0n)).to.equal(false);
      }
    });
  });

  describe("setHash", () => {
    /** The hash from its description: the length of an attestation and the reporters, a word each; 23 bytes of it. */
    const hashOf = (threshold: number, reporters: readonly string[]) => {
      const words = [attestationLength(threshold, reporters.length - threshold), ...reporters];
      return dataSlice(keccak256(concat(words.map((word) => toBeHex(word, 32)))), 0, 23);
    };

    it("differs for every m of every n, also when reporters look like lengths", async () => {
      const quorum = await loadFixture(harness);
      const lengths = Array.from({ length: 32 }, (_, index) => toBeHex(attestationLength(index + 1, 0), 20));
      const seen = new Set<string>();
      for (const list of [addressesOf(makeReporters(32)), lengths]) {
        for (let count = 1; count <= 32; count += 1) {
          const reporters = list.slice(0, count);
          for (const threshold of new Set([1, Math.ceil(count / 2), count])) {
            const hash = await quorum.setHash(reporters, threshold);
            expect(hash).to.equal(hashOf(threshold, reporters));
            seen.add(hash);
          }
        }
      }
      // 32 counts with three thresholds each; 1 and 2 reporters have fewer.
      expect(seen.size).to.equal(2 * (3 * 32 - 3));
    });

    it("has no bytes that could move from the threshold to a reporter, or from one reporter to the next", async () => {
      const quorum = await loadFixture(harness);
      const word = (value: bigint) => toBeHex(value, 20);
      const sets: [number, string[]][] = [
        [1, [word(1n), word(2n)]],
        [2, [word(1n), word(2n)]],
        [1, [word(1n << 8n), word(2n << 8n)]],
        [1, [word((1n << 96n) + 1n), word((2n << 96n) + 2n)]],
        [1, [word(2n)]],
        [1, [word(BigInt(attestationLength(1, 1))), word(2n ** 20n)]],
        [1, [word(1n), word(BigInt(attestationLength(1, 0))), word(2n ** 20n)]],
      ];
      const hashes = await Promise.all(
        sets.map(async ([threshold, reporters]) => quorum.setHash(reporters, threshold)),
      );

      expect(new Set(hashes).size).to.equal(sets.length);
    });
  });

  describe("the header", () => {
    it("is read as it is packed, at its largest values too", async () => {
      const quorum = await loadFixture(harness);
      for (const [configVersion, deadline] of [
        [1n, 2n],
        [2n ** 32n - 1n, 2n ** 64n - 1n],
        [0n, 2n ** 63n],
      ] as const) {
        const packed = packAttestation({ configVersion, deadline, mask: 2n ** 32n - 1n }, []);

        expect(await quorum.header(packed)).to.deep.equal([configVersion, deadline]);
      }
    });
  });
});

/**
 * A signature over the digest whose s is given, and the key that made it. Whoever may choose the key can reach any s:
 * with a nonce k, r is the x of k times the generator, and the key is (s * k - digest) / r.
 */
function signedWith(s: bigint, nonce: string): { signer: string; signature: string } {
  const k = BigInt(digestOf(`${nonce} nonce`)) % CURVE_ORDER;
  const point = SigningKey.computePublicKey(toBeHex(k, 32), false);
  const r = BigInt(dataSlice(point, 1, 33));
  const yParity = Number(BigInt(dataSlice(point, 33, 65)) & 1n);
  const key = modulo((s * k - BigInt(digest)) * inverse(r));
  const signer = new Wallet(toBeHex(key, 32)).address;
  return { signer, signature: packSignature(toBeHex(r, 32), parityAndS(yParity, s)) };
}

/** One over a number, in the field of the curve's order (Fermat). */
function inverse(value: bigint): bigint {
  let result = 1n;
  let square = modulo(value);
  for (let exponent = CURVE_ORDER - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

function modulo(value: bigint): bigint {
  return ((value % CURVE_ORDER) + CURVE_ORDER) % CURVE_ORDER;
}
