import { expect } from "chai";
import { AbiCoder, concat, dataLength, dataSlice, getAddress, id, keccak256, recoverAddress, toBeHex } from "ethers";
import type { KeyVerifierMock } from "../../typechain-types";
import { chainId, deployContract, loadFixture } from "../helpers/chain";
import { consentOf } from "../helpers/consent";
import { type ProgramWorld, recordBy } from "../helpers/programs";
import {
  batchConsentDigest,
  collectionDomain,
  consentDigest,
  recordLeaf,
  type TrainingRecord,
} from "../helpers/typed-data";

/** How a verifier of keys may answer. */
const Manner = { HONEST: 0, GARBAGE: 1, SHORT_ANSWER: 2, REVERTING: 3, BURNING_GAS: 4 } as const;

const KEY_DOMAIN = id("AINFT ERC-7913 key");
const coder = AbiCoder.defaultAbiCoder();

/** The address that stands for an ERC-7913 key where a contributor is named. */
function nameOfKey(key: string): string {
  return getAddress(dataSlice(keccak256(coder.encode(["bytes32", "bytes"], [KEY_DOMAIN, key])), 12));
}

/** A consent by a key: its length in two bytes, the key, its signature. */
function consentBy(key: string, signature: string, length = dataLength(key)): string {
  return concat([toBeHex(length, 2), key, signature]);
}

/** Contributors without an address of their own: a key that a verifier contract knows how to check (ERC-7913). */
export function behavesLikeTrainingByKeys(fixture: () => Promise<ProgramWorld>): void {
  interface Keyed extends ProgramWorld {
    verifier: KeyVerifierMock;
    /** A key of 32 bytes at the verifier. */
    key: string;
    record: TrainingRecord;
    /** The key's signature over the consent to the record at the first place. */
    signature: string;
  }

  /** What the mock takes for the signature of a key: the verifier's address is no part of the key it sees. */
  const signWith = (key: string, digest: string): string =>
    keccak256(coder.encode(["bytes", "bytes32"], [dataSlice(key, 20), digest]));

  async function keyed(): Promise<Keyed> {
    const world = await fixture();
    const verifier = await deployContract("KeyVerifierMock");
    const key = concat([await verifier.getAddress(), id("a public key")]);
    return { ...world, verifier, key, ...(await signedBy(world, key)) };
  }

  async function signedBy(world: ProgramWorld, key: string): Promise<Pick<Keyed, "record" | "signature">> {
    const record = recordBy({ address: nameOfKey(key) });
    const domain = collectionDomain(await chainId(), world.address);
    return { record, signature: signWith(key, consentDigest(domain, world.tokenId, 0n, record)) };
  }

  async function expectRefused(world: Keyed, consent: string, record = world.record): Promise<void> {
    await expect(world.program.addTraining(world.tokenId, record, consent))
      .to.be.revertedWithCustomError(world.program, "AINFTInvalidConsent")
      .withArgs(world.tokenId, 0n, record.contributor);
  }

  async function expectTaken(world: Keyed, consent: string, record = world.record): Promise<void> {
    await world.program.addTraining(world.tokenId, record, consent);
    expect(await world.program.verifyTraining(world.tokenId, record, 0, [])).to.equal(true);
  }

  describe("[peers A12] consent of a key (ERC-7913)", () => {
    it("is taken when its verifier says that it signed", async () => {
      const world = await loadFixture(keyed);

      await expectTaken(world, consentBy(world.key, world.signature));
    });

    it("is taken from the shortest key, a verifier and one byte", async () => {
      const world = await loadFixture(keyed);
      const key = dataSlice(world.key, 0, 21);
      const { record, signature } = await signedBy(world, key);

      await expectTaken(world, consentBy(key, signature), record);
    });

    it("is taken from a key of many hundred bytes", async () => {
      const world = await loadFixture(keyed);
      const key = concat([world.key, ...Array.from({ length: 20 }, (_, part) => id(`part ${part}`))]);
      const { record, signature } = await signedBy(world, key);

      await expectTaken(world, consentBy(key, signature), record);
    });

    it("is taken for a batch", async () => {
      const world = await loadFixture(keyed);
      const { key, tokenId, record } = world;
      const message = { tokenId, firstIndex: 0n, contributor: record.contributor, leaves: [recordLeaf(record)] };
      const digest = batchConsentDigest(collectionDomain(await chainId(), world.address), message);

      await world.program.addTrainingBatch(tokenId, [record], consentBy(key, signWith(key, digest)));

      expect(await world.program.trainingCount(tokenId)).to.equal(1n);
    });

    it("[peers A1] is spent with the record", async () => {
      const world = await loadFixture(keyed);
      const consent = consentBy(world.key, world.signature);
      await expectTaken(world, consent);

      await expect(world.program.addTraining(world.tokenId, world.record, consent))
        .to.be.revertedWithCustomError(world.program, "AINFTInvalidConsent")
        .withArgs(world.tokenId, 1n, world.record.contributor);
    });

    it("is refused under another name than the key's", async () => {
      const world = await loadFixture(keyed);
      const record = { ...world.record, contributor: world.trainer.address };
      const domain = collectionDomain(await chainId(), world.address);
      const signature = signWith(world.key, consentDigest(domain, world.tokenId, 0n, record));

      await expectRefused(world, consentBy(world.key, signature), record);
    });

    it("is refused from another key at the same verifier", async () => {
      const world = await loadFixture(keyed);
      const other = concat([await world.verifier.getAddress(), id("another public key")]);
      const domain = collectionDomain(await chainId(), world.address);
      const signature = signWith(other, consentDigest(domain, world.tokenId, 0n, world.record));

      await expectRefused(world, consentBy(other, signature));
    });

    it("is refused when the key signed something else", async () => {
      const world = await loadFixture(keyed);

      await expectRefused(world, consentBy(world.key, id("not its signature")));
      await expectRefused(world, consentBy(world.key, "0x"));
    });

    it("is refused from a key of 20 bytes: an address signs under its own name, not under that of a key", async () => {
      const world = await loadFixture(keyed);
      const { trainer, tokenId } = world;
      const record = recordBy({ address: nameOfKey(trainer.address) });
      const signature = await consentOf(trainer, world, record);
      const digest = consentDigest(collectionDomain(await chainId(), world.address), tokenId, 0n, record);
      expect(recoverAddress(digest, signature)).to.equal(trainer.address);

      await expectRefused(world, consentBy(trainer.address, signature), record);
    });

    const malformed: Record<string, (world: Keyed) => string> = {
      "it is empty": () => "0x",
      "it is one byte": () => "0x00",
      "it is a length and nothing else": () => "0x0034",
      "it names a key of no bytes": ({ key, signature }) => consentBy(key, signature, 0),
      "it names a key of 20 bytes": ({ key, signature }) => consentBy(key, signature, 20),
      "it names one byte less than the key has": ({ key, signature }) => consentBy(key, signature, 51),
      "it names one byte more than the key has": ({ key, signature }) => consentBy(key, signature, 53),
      "its key ends one byte before the end it names": ({ key }) => consentBy(dataSlice(key, 0, 51), "0x", 52),
      "it names a key past its end": ({ key, signature }) => consentBy(key, signature, 85),
      "it names the longest key of all": ({ key, signature }) => consentBy(key, signature, 0xffff),
    };

    for (const [title, bend] of Object.entries(malformed)) {
      it(`is refused, and nothing worse happens, when ${title}`, async () => {
        const world = await loadFixture(keyed);

        await expectRefused(world, bend(world));
      });
    }

    for (const [title, manner] of [
      ["answers garbage", Manner.GARBAGE],
      ["answers the right word in fewer than 32 bytes", Manner.SHORT_ANSWER],
      ["reverts", Manner.REVERTING],
      ["burns all the gas it is given", Manner.BURNING_GAS],
    ] as const) {
      it(`is refused when the verifier ${title}`, async () => {
        const world = await loadFixture(keyed);
        await world.verifier.behave(manner);

        await expectRefused(world, consentBy(world.key, world.signature));
      });
    }

    it("is refused when no contract stands where the verifier should be", async () => {
      const world = await loadFixture(keyed);
      const key = concat([world.stranger.address, id("a public key")]);
      const { record, signature } = await signedBy(world, key);

      await expectRefused(world, consentBy(key, signature), record);
    });
  });
}
