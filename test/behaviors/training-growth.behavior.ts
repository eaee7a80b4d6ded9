import { expect } from "chai";
import { ZeroHash } from "ethers";
import type { BatchCallHarness } from "../../typechain-types";
import { answersOf } from "../helpers/batches";
import { deployContract, loadFixture } from "../helpers/chain";
import { type ProgramWorld, recordBy } from "../helpers/programs";
import { trainingPeak, trainingProof, trainingRoot } from "../helpers/training";
import { blindLeaf, digestOf, recordLeaf, type TrainingRecord } from "../helpers/typed-data";
import { asLeaves, asRecords } from "./training-batch.behavior";
import { itOfManyCases } from "../helpers/instrumented";

export interface Batching extends ProgramWorld {
  batch: BatchCallHarness;
}

/** What loads a fixture with a harness beside it: one function for each fixture, because snapshots are kept by it. */
export function withBatching(fixture: () => Promise<ProgramWorld>): () => Promise<Batching> {
  return async function batching(): Promise<Batching> {
    return { ...(await fixture()), batch: await deployContract("BatchCallHarness") };
  };
}

/**
 * Root, every peak that counts, and a proof of every record, against a log hashed from its leaves each time.
 * @param leaves What stands in the log for each record; the records' hashes, unless some were appended as leaves.
 */
export async function expectWhole(
  world: Batching,
  tokenId: bigint,
  records: readonly TrainingRecord[],
  leaves: readonly string[] = records.map(recordLeaf),
): Promise<void> {
  const { program, batch } = world;
  expect(await program.trainingCount(tokenId)).to.equal(BigInt(leaves.length));
  expect(await program.trainingRoot(tokenId)).to.equal(trainingRoot(leaves));
  for (let height = 0; 2 ** height <= leaves.length; height++) {
    const top = trainingPeak(leaves, height);
    if (top !== undefined) expect(await program.trainingPeak(tokenId, height)).to.equal(top);
  }
  const questions = records.map((record, index) => [tokenId, record, index, trainingProof(leaves, index)]);
  const answers = await answersOf(batch, program, "verifyTraining", questions);
  expect(answers).to.deep.equal(records.map(() => true));
}

/** A log that grows by batches is the log that grows one by one: same root, same peaks, same proofs. */
export function behavesLikeGrowingLog(fixture: () => Promise<ProgramWorld>): void {
  const batching = withBatching(fixture);

  describe("a log that grows by batches", () => {
    for (const start of [0, 1, 7, 8, 9]) {
      itOfManyCases(
        `[peers G49] joins ${start} single records with batches of 1, 7, 8 and 9, and takes singles again`,
        async () => {
          const world = await loadFixture(batching);
          const records: TrainingRecord[] = [];
          const next = (): TrainingRecord =>
            recordBy(world.owner, { datasetDigest: digestOf(`data ${records.length}`) });
          const single = async (): Promise<void> => {
            records.push(next());
            await world.program.addTraining(world.tokenId, records.at(-1) ?? next(), "0x");
          };
          for (let i = 0; i < start; i++) await single();
          for (const count of [1, 7, 8, 9]) {
            const before = records.length;
            for (let i = 0; i < count; i++) records.push(next());
            await asRecords.append(world, records.slice(before));
            await expectWhole(world, world.tokenId, records);
          }
          await single();

          await expectWhole(world, world.tokenId, records);
        },
      );
    }

    it("[peers G49] proves every old record after batches, a rollback, a hand-over and the freeze", async () => {
      const world = await loadFixture(batching);
      const records = Array.from({ length: 20 }, (_, place) =>
        recordBy(world.owner, { datasetDigest: digestOf(`data ${place}`) }),
      );
      await asRecords.append(world, records.slice(0, 5));
      await world.program.publishManifest(world.tokenId, digestOf("second manifest"));
      await asLeaves.append(world, records.slice(5));
      await world.program.activateVersion(world.tokenId, 1, ZeroHash);
      await world.program.freeze(world.tokenId);
      await world.handOver(world.friend);

      const leaves = records.map((record, place) => (place < 5 ? recordLeaf(record) : blindLeaf(record)));
      await expectWhole(world, world.tokenId, records, leaves);
    });

    it("keeps an old proof good for the peak that a batch leaves alone", async () => {
      const world = await loadFixture(batching);
      const records = Array.from({ length: 13 }, (_, place) =>
        recordBy(world.owner, { datasetDigest: digestOf(`data ${place}`) }),
      );
      await asRecords.append(world, records.slice(0, 8));
      const [first = recordBy(world.owner)] = records;
      const proof = trainingProof(records.slice(0, 8).map(recordLeaf), 0);

      await asRecords.append(world, records.slice(8));

      expect(await world.program.verifyTraining(world.tokenId, first, 0, proof)).to.equal(true);
    });
  });
}
