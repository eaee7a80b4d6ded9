import { expect } from "chai";
import { hashTypedData } from "viem";
import { Signature } from "ethers";
import { chainId, deployContract, loadFixture } from "../helpers/chain";
import { batchConsentOf, type BatchTerms, consentOf } from "../helpers/consent";
import { type ProgramWorld, recordBy } from "../helpers/programs";
import { batchConsentDigest, batchConsentTypes, collectionDomain, digestOf, recordLeaf } from "../helpers/typed-data";
import type { TrainingRecord } from "../helpers/typed-data";
import { asLeaves, asRecords, recordsBy } from "./training-batch.behavior";

/** Nobody is named by a batch without their signature for exactly these records at exactly this place. */
export function behavesLikeTrainingBatchConsent(fixture: () => Promise<ProgramWorld>): void {
  const minted = () => loadFixture(fixture);

  describe("trainingBatchConsentDigest", () => {
    for (const count of [0, 1, 2, 33]) {
      it(`[peers A7, A8] is what ethers and viem hash for ${count} leaves`, async () => {
        const { program, address, tokenId, trainer } = await minted();
        const leaves = recordsBy(trainer, count).map(recordLeaf);
        const message = { tokenId, firstIndex: 7n, contributor: trainer.address, leaves };

        const digest = await program.trainingBatchConsentDigest(tokenId, 7n, trainer.address, leaves);

        expect(digest).to.equal(batchConsentDigest(collectionDomain(await chainId(), address), message));
        expect(digest).to.equal(
          hashTypedData({
            domain: {
              name: "AINFT",
              version: "1",
              chainId: await chainId(),
              verifyingContract: address as `0x${string}`,
            },
            types: batchConsentTypes,
            primaryType: "TrainingBatchConsent",
            message,
          }),
        );
      });
    }
  });

  for (const form of [asRecords, asLeaves]) {
    describe(`consent to ${form.name}`, () => {
      const expectRefused = async (world: ProgramWorld, records: TrainingRecord[], consent: string): Promise<void> => {
        const index = await world.program.trainingCount(world.tokenId);
        await expect(form.append(world, records, consent))
          .to.be.revertedWithCustomError(world.program, "AINFTInvalidConsent")
          .withArgs(world.tokenId, index, records[0]?.contributor);
        expect(await world.program.trainingCount(world.tokenId)).to.equal(index);
      };

      it("is taken from the contributor, as 65 bytes and as 64", async () => {
        const world = await minted();
        const records = recordsBy(world.trainer, 3);

        await form.append(world, records, await batchConsentOf(world.trainer, world, records));
        const again = await batchConsentOf(world.trainer, world, records, { firstIndex: 3n });
        await form.append(world, records, Signature.from(again).compactSerialized);

        expect(await world.program.trainingCount(world.tokenId)).to.equal(6n);
      });

      it("is taken from a contributor's contract wallet", async () => {
        const world = await minted();
        const wallet = await deployContract("ERC1271WalletMock", [world.trainer.address]);
        const records = recordsBy({ address: await wallet.getAddress() }, 2);

        await form.append(world, records, await batchConsentOf(world.trainer, world, records));

        expect(await world.program.trainingCount(world.tokenId)).to.equal(2n);
      });

      it("is not needed of a contributor who appends the batch", async () => {
        const world = await minted();

        await form.append(world, recordsBy(world.owner, 2));

        expect(await world.program.trainingCount(world.tokenId)).to.equal(2n);
      });

      it("[peers A1] is spent with the batch: it cannot be used for the next places", async () => {
        const world = await minted();
        const records = recordsBy(world.trainer, 2);
        const consent = await batchConsentOf(world.trainer, world, records);
        await form.append(world, records, consent);

        await expectRefused(world, records, consent);
      });

      it("[peers A3] dies when a single record takes its place", async () => {
        const world = await minted();
        const records = recordsBy(world.trainer, 2);
        const consent = await batchConsentOf(world.trainer, world, records);
        await world.program.addTraining(world.tokenId, recordBy(world.owner), "0x");

        await expectRefused(world, records, consent);
      });

      it("[peers A1] is refused by another collection, under whose name it was not given", async () => {
        const world = await minted();
        const records = recordsBy(world.trainer, 2);
        const domain = collectionDomain(await chainId(), world.stranger.address);

        await expectRefused(world, records, await batchConsentOf(world.trainer, world, records, { domain }));
      });

      const falseTerms: Record<string, (records: TrainingRecord[], world: ProgramWorld) => Partial<BatchTerms>> = {
        "another token": () => ({ tokenId: 2n }),
        "a later place": () => ({ firstIndex: 1n }),
        "another contributor": (_, { stranger }) => ({ contributor: stranger.address }),
        "another chain": (_, { address }) => ({ domain: collectionDomain(1n, address) }),
        "another order of the records": (records) => ({ leaves: records.map(recordLeaf).reverse() }),
        "one record less": (records) => ({ leaves: records.slice(1).map(recordLeaf) }),
        "one record more": (records) => ({ leaves: [...records.map(recordLeaf), digestOf("one more")] }),
        "another last record": (records) => ({ leaves: [...records.slice(0, -1).map(recordLeaf), digestOf("other")] }),
        "no record": () => ({ leaves: [] }),
      };

      for (const [title, change] of Object.entries(falseTerms)) {
        it(`[peers A6] is refused when it was given for ${title}`, async () => {
          const world = await minted();
          const records = recordsBy(world.trainer, 3);
          const consent = await batchConsentOf(world.trainer, world, records, change(records, world));

          await expectRefused(world, records, consent);
        });
      }

      it("is refused when somebody else signed it, or nobody", async () => {
        const world = await minted();
        const records = recordsBy(world.trainer, 2);

        await expectRefused(world, records, await batchConsentOf(world.owner, world, records));
        await expectRefused(world, records, "0x");
      });

      it("is not the consent to the single record, even for a batch of one", async () => {
        const world = await minted();
        const records = recordsBy(world.trainer, 1);
        const [only = recordBy(world.trainer)] = records;

        await expectRefused(world, records, await consentOf(world.trainer, world, only));
        await expect(
          world.program.addTraining(world.tokenId, only, await batchConsentOf(world.trainer, world, records)),
        )
          .to.be.revertedWithCustomError(world.program, "AINFTInvalidConsent")
          .withArgs(world.tokenId, 0n, world.trainer.address);
      });
    });
  }

  describe("consent to a batch", () => {
    for (const [first, second] of [
      [asRecords, asLeaves],
      [asLeaves, asRecords],
    ] as const) {
      it(`[peers A3] is spent for ${second.name} once ${first.name} used it`, async () => {
        const world = await minted();
        const records = recordsBy(world.trainer, 2);
        const consent = await batchConsentOf(world.trainer, world, records);
        await first.append(world, records, consent);

        await expect(second.append(world, records, consent))
          .to.be.revertedWithCustomError(world.program, "AINFTInvalidConsent")
          .withArgs(world.tokenId, 2n, world.trainer.address);
      });
    }

    it("covers leaves of anything: addTrainingByLeaves cannot look into a digest", async () => {
      const world = await minted();
      const leaves = [digestOf("not the digest of any record")];
      const terms = { contributor: world.trainer.address, leaves };
      const consent = await batchConsentOf(world.trainer, world, [], terms);

      await world.program.addTrainingByLeaves(world.tokenId, world.trainer.address, leaves, consent);

      expect(await world.program.trainingCount(world.tokenId)).to.equal(1n);
    });
  });
}
