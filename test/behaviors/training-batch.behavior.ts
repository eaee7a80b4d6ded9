import { expect } from "chai";
import { type ContractTransactionResponse, ZeroAddress } from "ethers";
import { loadFixture, nextBlockAt, now } from "../helpers/chain";
import { eventsOf, type SeenEvent } from "../helpers/events";
import { freshProgram, type ProgramWorld, readProgram, recordBy } from "../helpers/programs";
import { trainingRoot } from "../helpers/training";
import { blindLeaf, digestOf, recordLeaf, type TrainingRecord } from "../helpers/typed-data";

/** Most records in one batch. */
const MOST = 256;

/** One of the two ways to append many records at once. */
interface Form {
  name: "addTrainingBatch" | "addTrainingByLeaves";
  /** Appends in the name of the program's controller. */
  append(
    world: ProgramWorld,
    records: TrainingRecord[],
    consent?: string,
    contributor?: string,
  ): Promise<ContractTransactionResponse>;
  /** The index that the call would give. */
  ask(world: ProgramWorld, records: TrainingRecord[]): Promise<bigint>;
  /** What stands in the log for a record. */
  leaf(record: TrainingRecord): string;
  /** What the call tells about a batch from an index on. */
  events(world: ProgramWorld, firstIndex: bigint, records: TrainingRecord[]): SeenEvent[];
}

const contributorOf = (records: TrainingRecord[]): string => records[0]?.contributor ?? ZeroAddress;

export const asRecords: Form = {
  name: "addTrainingBatch",
  append: ({ program, tokenId }, records, consent = "0x") => program.addTrainingBatch(tokenId, records, consent),
  ask: ({ program, tokenId }, records) => program.addTrainingBatch.staticCall(tokenId, records, "0x"),
  leaf: recordLeaf,
  events: ({ tokenId }, firstIndex, records) =>
    records.map((record, place) => [
      "TrainingRecorded",
      tokenId,
      firstIndex + BigInt(place),
      record.contributor,
      record.parentManifest,
      record.childManifest,
      record.datasetDigest,
      record.codeDigest,
      record.metricsDigest,
      record.trainedAt,
    ]),
};

export const asLeaves: Form = {
  name: "addTrainingByLeaves",
  append: ({ program, tokenId }, records, consent = "0x", contributor = contributorOf(records)) =>
    program.addTrainingByLeaves(tokenId, contributor, records.map(recordLeaf), consent),
  ask: ({ program, tokenId }, records) =>
    program.addTrainingByLeaves.staticCall(tokenId, contributorOf(records), records.map(recordLeaf), "0x"),
  leaf: blindLeaf,
  events: ({ tokenId }, firstIndex, records) => [
    ["TrainingLeavesRecorded", tokenId, firstIndex, contributorOf(records), records.map(recordLeaf)],
  ],
};

/** Records by one contributor, each of which is different. */
export function recordsBy(contributor: { address: string }, count: number, label = "data"): TrainingRecord[] {
  return Array.from({ length: count }, (_, place) =>
    recordBy(contributor, { datasetDigest: digestOf(`${label} ${place}`) }),
  );
}

/** Many records in one act, as if they had been appended one by one. Here they are the controller's own. */
export function behavesLikeTrainingBatches(fixture: () => Promise<ProgramWorld>): void {
  const minted = () => loadFixture(fixture);

  for (const form of [asRecords, asLeaves]) {
    describe(form.name, () => {
      it("appends all records in their order, changes nothing else, and says the time", async () => {
        const world = await minted();
        const records = recordsBy(world.owner, 3);
        const time = (await now()) + 10n;
        await nextBlockAt(time);

        await form.append(world, records);

        expect(await readProgram(world.program, world.tokenId)).to.deep.equal({
          ...freshProgram(world.manifest),
          trainingCount: 3n,
          updatedAt: time,
        });
        expect(await world.program.trainingRoot(world.tokenId)).to.equal(trainingRoot(records.map(form.leaf)));
      });

      it("returns the index of the first record", async () => {
        const world = await minted();
        const records = recordsBy(world.owner, 2);
        expect(await form.ask(world, records)).to.equal(0n);
        await form.append(world, recordsBy(world.owner, 5, "earlier data"));

        expect(await form.ask(world, records)).to.equal(5n);
      });

      it("emits every record once, in order, and nothing else", async () => {
        const world = await minted();
        await form.append(world, recordsBy(world.owner, 2, "earlier data"));
        const records = recordsBy(world.owner, 3);

        expect(await eventsOf(form.append(world, records), world.program)).to.deep.equal(
          form.events(world, 2n, records),
        );
      });

      it("takes the same record twice as two records", async () => {
        const world = await minted();
        const record = recordBy(world.owner);
        await form.append(world, [record, record]);

        const leaf = form.leaf(record);
        expect(await world.program.trainingRoot(world.tokenId)).to.equal(trainingRoot([leaf, leaf]));
      });

      it(`[peers D29] takes ${MOST} records at once`, async () => {
        const world = await minted();
        expect(await world.program.MAX_TRAINING_BATCH()).to.equal(BigInt(MOST));
        const records = recordsBy(world.owner, MOST);

        await form.append(world, records);

        expect(await world.program.trainingCount(world.tokenId)).to.equal(BigInt(MOST));
        expect(await world.program.trainingRoot(world.tokenId)).to.equal(trainingRoot(records.map(form.leaf)));
      });

      for (const count of [0, MOST + 1]) {
        it(`[peers D29] refuses ${count} records`, async () => {
          const world = await minted();

          await expect(form.append(world, recordsBy(world.owner, count)))
            .to.be.revertedWithCustomError(world.program, "AINFTBadBatchLength")
            .withArgs(count, MOST);
          expect(await world.program.trainingCount(world.tokenId)).to.equal(0n);
        });
      }

      it("refuses records that name nobody", async () => {
        const world = await minted();

        await expect(form.append(world, recordsBy({ address: ZeroAddress }, 2)))
          .to.be.revertedWithCustomError(world.program, "AINFTEmptyContributor")
          .withArgs(world.tokenId);
      });

      it("[peers C25] refuses everything once the program is frozen", async () => {
        const world = await minted();
        await world.program.freeze(world.tokenId);

        await expect(form.append(world, recordsBy(world.owner, 2)))
          .to.be.revertedWithCustomError(world.program, "AINFTFrozen")
          .withArgs(world.tokenId);
        expect(await world.program.trainingCount(world.tokenId)).to.equal(0n);
      });

      it("leaves the logs of other tokens as they were", async () => {
        const world = await minted();
        const other = await world.mint(digestOf("manifest of another token"));
        await form.append(world, recordsBy(world.owner, 2));

        expect(await world.program.trainingCount(other)).to.equal(0n);
      });
    });
  }

  describe("the records of addTrainingByLeaves", () => {
    it("[peers A12] prove nothing in the name of anybody but the contributor who consented", async () => {
      const world = await minted();
      const { program, tokenId, owner, trainer } = world;
      const forged = recordBy(trainer);

      // The owner names themselves, and needs no signature for it; the digest is of a record that names the trainer.
      await program.addTrainingByLeaves(tokenId, owner.address, [recordLeaf(forged), blindLeaf(forged)], "0x");

      for (const index of [0, 1]) {
        for (const proof of [[], [recordLeaf(forged)], [blindLeaf(forged)]]) {
          expect(await program.verifyTraining(tokenId, forged, index, proof)).to.equal(false);
        }
      }
    });

    it("prove the contributor's own record, to whoever has it", async () => {
      const world = await minted();
      const record = recordBy(world.owner);
      await asLeaves.append(world, [record]);

      expect(await world.program.connect(world.stranger).verifyTraining(world.tokenId, record, 0, [])).to.equal(true);
    });
  });

  describe("the records of addTrainingBatch", () => {
    it("are refused, all of them, when the last names another contributor", async () => {
      const world = await minted();
      const records = [...recordsBy(world.owner, 2), recordBy(world.trainer)];

      await expect(asRecords.append(world, records))
        .to.be.revertedWithCustomError(world.program, "AINFTMixedContributors")
        .withArgs(world.owner.address, world.trainer.address);
      expect(await world.program.trainingCount(world.tokenId)).to.equal(0n);
    });

    it("may have ended in this very block", async () => {
      const world = await minted();
      const time = (await now()) + 10n;
      await nextBlockAt(time);

      await asRecords.append(world, [recordBy(world.owner), recordBy(world.owner, { trainedAt: time })]);

      expect(await world.program.trainingCount(world.tokenId)).to.equal(2n);
    });

    it("[peers A13] are refused, all of them, when the last would end after this block", async () => {
      const world = await minted();
      const time = (await now()) + 10n;
      await nextBlockAt(time);
      const records = [recordBy(world.owner), recordBy(world.owner, { trainedAt: time + 1n })];

      await expect(asRecords.append(world, records))
        .to.be.revertedWithCustomError(world.program, "AINFTTrainingInFuture")
        .withArgs(time + 1n, time);
      expect(await world.program.trainingCount(world.tokenId)).to.equal(0n);
    });
  });
}
