import { expect } from "chai";
import { concat, dataSlice, SigningKey, toBeHex, Wallet, ZeroAddress, ZeroHash } from "ethers";
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

  const attestation = (mask: bigint, signatures: readonly string[]) =>
    packAttestation({ configVersion: 1n, deadline: 2n, mask }, signatures);

  const signaturesBy = (reporters: readonly Reporter[]) =>
    reporters.map((reporter) => signDigest(reporter, digest).compactSerialized);

  /** A config as it is stored: STOP, threshold, count, then the reporters. */
  const blobOf = (threshold: number, count: number, reporters: readonly string[]) =>
    concat(["0x00", toBeHex(threshold, 1), toBeHex(count, 1), ...reporters]);

  describe("check, of a config that does not exist", () => {
    it("fails closed: a config that was never stored counts for nothing", async () => {
      const quorum = await loadFixture(harness);
      const [reporter] = makeReporters(1);
      if (reporter === undefined) throw new Error("There is no reporter.");

      for (const given of ["0x", attestation(0n, []), attestation(1n, signaturesBy([reporter]))]) {
        await expect(quorum.check(1, digest, given)).to.be.revertedWithCustomError(
          quorum,
          "InferenceOracleEmptyConfig",
        );
      }
    });

    it("fails closed: a threshold of zero counts for nothing, whatever reporters it has", async () => {
      const quorum = await loadFixture(harness);
      const reporters = makeReporters(2);

      await expect(
        quorum.checkBlob(blobOf(0, 2, addressesOf(reporters)), digest, attestation(0n, [])),
      ).to.be.revertedWithCustomError(quorum, "InferenceOracleEmptyConfig");
    });
  });

  describe("check, of configs that the oracle refuses to store", () => {
    it("cannot be met when more must sign than there are", async () => {
      const quorum = await loadFixture(harness);
      const reporters = makeReporters(2);
      const blob = blobOf(3, 2, addressesOf(reporters));
      const [first = "", second = ""] = signaturesBy(reporters);

      await expect(quorum.checkBlob(blob, digest, attestation(0b11n, [first, second, second])))
        .to.be.revertedWithCustomError(quorum, "InferenceOracleBadSignerCount")
        .withArgs(3, 2);
      await expect(quorum.checkBlob(blob, digest, attestation(0b111n, [first, second, second])))
        .to.be.revertedWithCustomError(quorum, "InferenceOracleUnknownSigner")
        .withArgs(0b111n, 2);
    });

    it("needs an attestation of the exact length for the largest threshold a byte holds", async () => {
      const quorum = await loadFixture(harness);
      const blob = blobOf(255, 32, addressesOf(makeReporters(32)));

      await expect(quorum.checkBlob(blob, digest, attestation(1n, [])))
        .to.be.revertedWithCustomError(quorum, "InferenceOracleBadAttestationLength")
        .withArgs(attestationLength(255), attestationLength(0));
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
    it("takes each signature for the bit it stands for, and names the index that is wrong", async () => {
      const quorum = await loadFixture(harness);
      const reporters = makeReporters(32);
      await quorum.store(1, addressesOf(reporters), 4);
      const indexes = [0, 7, 30, 31];
      const signers = indexes.flatMap((index) => reporters.slice(index, index + 1));
      const honest = signaturesBy(signers);

      await quorum.check(1, digest, attestation(maskOf(indexes), honest));
      for (const [place, index] of indexes.entries()) {
        const wrong = [...honest];
        wrong[place] = packSignature(ZeroHash, 0n);
        await expect(quorum.check(1, digest, attestation(maskOf(indexes), wrong)))
          .to.be.revertedWithCustomError(quorum, "InferenceOracleInvalidSignature")
          .withArgs(index, reporters[index]?.address, ZeroAddress);
      }
    });

    it("names the key that signed something else", async () => {
      const quorum = await loadFixture(harness);
      const reporters = makeReporters(2);
      await quorum.store(1, addressesOf(reporters), 2);
      const [first = "", second = ""] = signaturesBy(reporters);
      const other = digestOf("something else");

      await expect(quorum.check(1, other, attestation(0b11n, [first, second])))
        .to.be.revertedWithCustomError(quorum, "InferenceOracleInvalidSignature")
        .withArgs(0, reporters[0]?.address, recoveredFrom(other, first));
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
