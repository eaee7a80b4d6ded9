import { expect } from "chai";
import { concat, dataSlice, getBytes, Signature, toBeHex, ZeroAddress } from "ethers";
import {
  attestationLength,
  type AttestationHeader,
  makeReporters,
  maskOf,
  packAttestation,
  packSignature,
  parityAndS,
  recoveredFrom,
  reporterAt,
  signDigest,
  silentOf,
} from "../helpers/attestation";
import { deployContract, loadFixture, now } from "../helpers/chain";
import { attestFor, digestFor, type EntryPoint, entryPoints } from "../helpers/entry-points";
import { type AskedOnce, askedOnce, askedUnder } from "../helpers/fixtures";

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const FIELD_PRIME = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn;

/** Three of five reporters have to sign in these tests. */
const M = 3;
const N = 5;

for (const entry of entryPoints) {
  describe("InferenceOracle", () => {
    describe(`${entry.name}: signature checklist, who signs`, () => {
      it("m: accepts exactly m signatures", async () => {
        const world = await loadFixture(askedOnce);

        await entry.send(world, attestFor(entry, world));

        expect(await entry.isDone(world)).to.equal(true);
      });

      it("any m of n: accepts every choice of m reporters", async () => {
        for (const by of choicesOfThree) {
          const world = await loadFixture(askedOnce);

          await entry.send(world, attestFor(entry, world, { by }));

          expect(await entry.isDone(world)).to.equal(true);
        }
      });

      it("m-1: refuses one signature too few", async () => {
        const world = await loadFixture(askedOnce);

        await expectBadLength(
          entry,
          world,
          attestFor(entry, world, { by: [0, 1] }),
          attestationLength(M - 1, N - M + 1),
        );
      });

      it("m-1: refuses a mask of m-1 over m signatures", async () => {
        const world = await loadFixture(askedOnce);
        const attestation = packAttestation(headerOf(world, [0, 1]), honestEntries(entry, world, [0, 1, 2]));

        await expectBadCount(entry, world, attestation, M - 1);
      });

      it("m+1: refuses one signature too many", async () => {
        const world = await loadFixture(askedOnce);

        await expectBadLength(
          entry,
          world,
          attestFor(entry, world, { by: [0, 1, 2, 3] }),
          attestationLength(M + 1, N - M - 1),
        );
      });

      it("m+1: refuses a mask of m+1 over m signatures", async () => {
        const world = await loadFixture(askedOnce);
        const attestation = packAttestation(headerOf(world, [0, 1, 2, 3]), honestEntries(entry, world, [0, 1, 2]));

        await expectBadCount(entry, world, attestation, M + 1);
      });

      it("duplicate index: refuses one signature under two bits, for a bit can name a reporter only once", async () => {
        const world = await loadFixture(askedOnce);
        const attestation = packByFirstThree(world, honestSignatures(entry, world, [0, 0, 2]));

        await expectWrongSigner(entry, world, attestation, 1, reporterAt(world.reporters, 0).address);
      });

      it("unsorted: refuses signatures that are not in ascending index", async () => {
        const world = await loadFixture(askedOnce);
        const attestation = packByFirstThree(world, honestSignatures(entry, world, [1, 0, 2]));

        await expectWrongSigner(entry, world, attestation, 0, reporterAt(world.reporters, 1).address);
      });

      it("unknown signer: refuses a key that is no reporter", async () => {
        const world = await loadFixture(askedOnce);
        const [outsider] = makeReporters(1, "an outsider");
        if (outsider === undefined) throw new Error("There is no outsider.");
        const [first = "", second = ""] = honestSignatures(entry, world, [0, 1]);
        const third = signDigest(outsider, digestFor(entry, world)).compactSerialized;
        const attestation = packByFirstThree(world, [first, second, third]);

        await expectWrongSigner(entry, world, attestation, 2, outsider.address);
      });

      it("wrong index: refuses a reporter who signs in another's place", async () => {
        const world = await loadFixture(askedOnce);
        const attestation = packByFirstThree(world, honestSignatures(entry, world, [0, 1, 4]));

        await expectWrongSigner(entry, world, attestation, 2, reporterAt(world.reporters, 4).address);
      });

      for (const bit of [N, 31]) {
        it(`bit >= n: refuses signer index ${bit} of ${N} reporters`, async () => {
          const world = await loadFixture(askedOnce);
          const mask = maskOf([0, 1, bit]);
          const attestation = packAttestation(headerOf(world, [0, 1, bit]), honestEntries(entry, world, [0, 1, 2]));

          await expect(entry.send(world, attestation))
            .to.be.revertedWithCustomError(world.oracle, "InferenceOracleUnknownSigner")
            .withArgs(mask, N);
        });
      }

      it("mask 0: refuses m signatures by nobody", async () => {
        const world = await loadFixture(askedOnce);
        const attestation = packAttestation(headerOf(world, []), honestEntries(entry, world, [0, 1, 2]));

        await expectBadCount(entry, world, attestation, 0);
      });

      it("mask 0: refuses no signatures by nobody", async () => {
        const world = await loadFixture(askedOnce);

        await expectBadLength(entry, world, packAttestation(headerOf(world, []), []), attestationLength(0, 0));
        await expectBadLength(entry, world, attestFor(entry, world, { by: [] }), attestationLength(0, N));
      });

      it("ecrecover->0 with zero signer: refuses an unused index, whose place in the config reads as zero", async () => {
        const world = await loadFixture(askedOnce);
        const nobody = toBeHex(0, 64);
        const entries = [...honestSignatures(entry, world, [0, 1]), ...silentOf(world.reporters, [0, 1, 2]), nobody];
        expect(recoveredFrom(digestFor(entry, world), nobody)).to.equal(ZeroAddress);

        await expect(entry.send(world, packAttestation(headerOf(world, [0, 1, N]), entries)))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleUnknownSigner")
          .withArgs(maskOf([0, 1, N]), N);
      });
    });

    describe(`${entry.name}: signature checklist, n=32 edge`, () => {
      it("n=32 edge: accepts all 32 when all 32 must sign", async () => {
        const world = await loadFixture(askedUnder(32, 32));

        await entry.send(world, attestFor(entry, world));

        expect(await entry.isDone(world)).to.equal(true);
      });

      it("n=32 edge: refuses 31 of 32 when all 32 must sign", async () => {
        const world = await loadFixture(askedUnder(32, 32));
        const by = Array.from({ length: 31 }, (_, index) => index);

        await expectBadLength(entry, world, attestFor(entry, world, { by }), attestationLength(31, 1), 32, 32);
      });

      it("n=32 edge: accepts bit 31 alone when one must sign", async () => {
        const world = await loadFixture(askedUnder(1, 32));

        await entry.send(world, attestFor(entry, world, { by: [31] }));

        expect(await entry.isDone(world)).to.equal(true);
      });

      it("n=32 edge: refuses a mask of all 32 when one must sign", async () => {
        const world = await loadFixture(askedUnder(1, 32));
        const everybody = Array.from({ length: 32 }, (_, index) => index);
        const attestation = packAttestation(headerOf(world, everybody), honestEntries(entry, world, [0]));

        await expectBadCount(entry, world, attestation, 32, 1);
      });
    });

    describe(`${entry.name}: signature checklist, form of a signature`, () => {
      /** One of the three signatures is bent; the others are honest. */
      async function expectBentRefused(place: number, bend: (honest: Signature) => string): Promise<void> {
        const world = await loadFixture(askedOnce);
        const digest = digestFor(entry, world);
        const signatures = honestSignatures(entry, world, [0, 1, 2]);
        const bent = bend(signDigest(reporterAt(world.reporters, place), digest));
        signatures[place] = bent;
        const recovered = isHighS(bent) ? ZeroAddress : recoveredFrom(digest, bent);

        await expectWrongSigner(entry, world, packByFirstThree(world, signatures), place, recovered);
      }

      for (const place of [0, 1, 2]) {
        it(`high-s: refuses the second form of signature ${place}`, async () => {
          await expectBentRefused(place, ({ r, s, yParity }) =>
            packSignature(r, parityAndS(1 - yParity, CURVE_ORDER - BigInt(s))),
          );
        });

        it(`v/yParity flips: refuses the other parity of signature ${place}`, async () => {
          await expectBentRefused(place, ({ r, s, yParity }) => packSignature(r, parityAndS(1 - yParity, BigInt(s))));
        });
      }

      it("high-s: refuses the second form under the parity it had", async () => {
        await expectBentRefused(0, ({ r, s, yParity }) =>
          packSignature(r, parityAndS(yParity, CURVE_ORDER - BigInt(s))),
        );
      });

      for (const [title, r] of [
        ["r=0", 0n],
        ["r=n (the curve order)", CURVE_ORDER],
        ["r=p (the field prime)", FIELD_PRIME],
        ["r of all ones", 2n ** 256n - 1n],
      ] as const) {
        it(`${title}: refuses it`, async () => {
          await expectBentRefused(0, ({ yParityAndS }) => packSignature(toBeHex(r, 32), BigInt(yParityAndS)));
        });
      }

      for (const yParity of [0, 1]) {
        it(`s=0: refuses it, with parity ${yParity}`, async () => {
          await expectBentRefused(0, ({ r }) => packSignature(r, parityAndS(yParity, 0n)));
        });

        it(`ecrecover->0 with zero signer: refuses r=0 and s=0, with parity ${yParity}`, async () => {
          await expectBentRefused(0, () => packSignature(toBeHex(0, 32), parityAndS(yParity, 0n)));
        });
      }

      it("s of all ones: refuses it", async () => {
        await expectBentRefused(0, ({ r }) => packSignature(r, 2n ** 256n - 1n));
      });

      it("signed message: refuses the digest signed as a personal message (EIP-191)", async () => {
        const world = await loadFixture(askedOnce);
        const digest = digestFor(entry, world);
        const signatures = honestSignatures(entry, world, [0, 1, 2]);
        const personal = await reporterAt(world.reporters, 0).signMessage(getBytes(digest));
        signatures[0] = Signature.from(personal).compactSerialized;

        await expectWrongSigner(
          entry,
          world,
          packByFirstThree(world, signatures),
          0,
          recoveredFrom(digest, signatures[0]),
        );
      });

      it("65-byte form: refuses signatures of 65 bytes", async () => {
        const world = await loadFixture(askedOnce);
        const digest = digestFor(entry, world);
        const long = [0, 1, 2].map((index) => signDigest(reporterAt(world.reporters, index), digest).serialized);

        await expectBadLength(entry, world, packByFirstThree(world, long), attestationLength(M, N - M) + 3);
      });

      for (const extra of [1, 32, 64]) {
        it(`trailing calldata: refuses ${extra} more bytes inside the attestation`, async () => {
          const world = await loadFixture(askedOnce);
          const attestation = concat([attestFor(entry, world), toBeHex(0, extra)]);

          await expectBadLength(entry, world, attestation, attestationLength(M, N - M) + extra);
        });
      }

      it("short attestation: refuses one byte less", async () => {
        const world = await loadFixture(askedOnce);

        await expectBadLength(
          entry,
          world,
          dataSlice(attestFor(entry, world), 0, attestationLength(M, N - M) - 1),
          attestationLength(M, N - M) - 1,
        );
      });
    });

    describe(`${entry.name}: signature checklist, short header`, () => {
      for (const length of [0, 3]) {
        it(`short header: reads no config from ${length} bytes`, async () => {
          const world = await loadFixture(askedOnce);

          await expect(entry.send(world, dataSlice(attestFor(entry, world), 0, length)))
            .to.be.revertedWithCustomError(world.oracle, "InferenceOracleConfigNotLive")
            .withArgs(0n);
        });
      }

      it("short header: reads no deadline from the config version alone", async () => {
        const world = await loadFixture(askedOnce);

        await expect(entry.send(world, dataSlice(attestFor(entry, world), 0, 4)))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleReportExpired")
          .withArgs(0n, isNextBlock(await now()));
      });

      for (const length of [12, 15, 16]) {
        it(`short header: refuses ${length} bytes`, async () => {
          const world = await loadFixture(askedOnce);

          await expectBadLength(entry, world, dataSlice(attestFor(entry, world), 0, length), length);
        });
      }
    });

    describe(`${entry.name}: signature checklist, ERC-1271`, () => {
      it("ERC-1271 signer refused: a contract wallet as reporter never signs, though it would say yes", async () => {
        const world = await loadFixture(askedOnce);
        const keeper = reporterAt(world.reporters, 0);
        const wallet = await deployContract("ERC1271WalletMock", [keeper.address]);
        const ALWAYS_YES = 1;
        await wallet.behave(ALWAYS_YES);
        const walletAddress = await wallet.getAddress();
        await world.oracle.connect(world.dao).setConfig([walletAddress], 1, 0);
        const configVersion = 2n;
        const attestation = attestFor(entry, world, { configVersion, reporters: [keeper], by: [0] });

        await expect(entry.send(world, attestation))
          .to.be.revertedWithCustomError(world.oracle, "InferenceOracleInvalidSignature")
          .withArgs(0, walletAddress, keeper.address);
        expect(await entry.isDone(world)).to.equal(false);
      });
    });
  });
}

/** Every way to choose three of five. */
const choicesOfThree = [0, 1, 2].flatMap((first) =>
  [1, 2, 3]
    .filter((second) => second > first)
    .flatMap((second) => [2, 3, 4].filter((third) => third > second).map((third) => [first, second, third])),
);

function headerOf({ attest }: AskedOnce, signers: readonly number[]): AttestationHeader {
  const { configVersion, deadline } = attest.terms;
  return { configVersion, deadline, mask: maskOf(signers) };
}

function honestSignatures(entry: EntryPoint, world: AskedOnce, signers: readonly number[]): string[] {
  const digest = digestFor(entry, world);
  return signers.map((index) => signDigest(reporterAt(world.reporters, index), digest).compactSerialized);
}

/** What an attestation by the first reporters ends with: their signatures, then the addresses of all others. */
function honestEntries(entry: EntryPoint, world: AskedOnce, first: readonly number[]): string[] {
  return [...honestSignatures(entry, world, first), ...silentOf(world.reporters, first)];
}

/** An attestation in which these signatures stand for the first three reporters. */
function packByFirstThree(world: AskedOnce, signatures: readonly string[]): string {
  const first = [0, 1, 2];
  return packAttestation(headerOf(world, first), [...signatures, ...silentOf(world.reporters, first)]);
}

function isHighS(compactSignature: string): boolean {
  const s = BigInt(dataSlice(compactSignature, 32)) & ((1n << 255n) - 1n);
  return s > CURVE_ORDER / 2n;
}

/** The block after the newest one; its time is not the test's to choose here. */
function isNextBlock(newest: bigint): (time: bigint) => boolean {
  return (time) => time > newest;
}

async function expectBadLength(
  entry: EntryPoint,
  world: AskedOnce,
  attestation: string,
  actual: number,
  threshold = M,
  count = N,
): Promise<void> {
  await expect(entry.send(world, attestation))
    .to.be.revertedWithCustomError(world.oracle, "InferenceOracleBadAttestationLength")
    .withArgs(attestationLength(threshold, count - threshold), actual);
  expect(await entry.isDone(world)).to.equal(false);
}

async function expectBadCount(
  entry: EntryPoint,
  world: AskedOnce,
  attestation: string,
  signers: number,
  threshold = M,
): Promise<void> {
  await expect(entry.send(world, attestation))
    .to.be.revertedWithCustomError(world.oracle, "InferenceOracleBadSignerCount")
    .withArgs(threshold, signers);
  expect(await entry.isDone(world)).to.equal(false);
}

async function expectWrongSigner(
  entry: EntryPoint,
  world: AskedOnce,
  attestation: string,
  index: number,
  recovered: string,
): Promise<void> {
  await expect(entry.send(world, attestation))
    .to.be.revertedWithCustomError(world.oracle, "InferenceOracleInvalidSignature")
    .withArgs(index, reporterAt(world.reporters, index).address, recovered);
  expect(await entry.isDone(world)).to.equal(false);
}
