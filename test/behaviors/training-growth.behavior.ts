import { expect } from "chai";
import { ZeroHash } from "ethers";
import type { BatchCallHarness } from "../../typechain-types";
import { answersOf } from "../helpers/batches";
import { deployContract, loadFixture } from "../helpers/chain";
import { type ProgramWorld, recordBy } from "../helpers/programs";
import { itRandomly, type Random } from "../helpers/random";
import { trainingPeak, trainingProof, trainingRoot } from "../helpers/training";
import { digestOf, recordLeaf, type TrainingRecord } from "../helpers/typed-data";
import { asLeaves, asRecords } from "./training-batch.behavior";

/** Random cases for each kind of collection; with four kinds, more than 200. */
const CASES = 52;

/** Where mountains merge: powers of two and their neighbours. */
const EDGES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65];

/** A log that grows by batches is the log that grows one by one: same root, same peaks, same proofs. */
export function behavesLikeGrowingLog(fixture: () => Promise<ProgramWorld>): void {
  interface Batching extends ProgramWorld {
    batch: BatchCallHarness;
  }

  /** A named function for each fixture, because snapshots are kept by it. */
  async function batching(): Promise<Batching> {
    return { ...(await fixture()), batch: await deployContract("BatchCallHarness") };
  }

  /** Root, every peak that counts, and a proof of every record, against a log hashed from its leaves each time. */
  async function expectWhole(world: Batching, tokenId: bigint, records: readonly TrainingRecord[]): Promise<void> {
    const { program, batch } = world;
    const leaves = records.map(recordLeaf);
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

  async function append(
    world: ProgramWorld,
    tokenId: bigint,
    records: TrainingRecord[],
    random: Random,
  ): Promise<void> {
    const form = random.pick([asRecords, asLeaves]);
    await form.append({ ...world, tokenId }, records);
  }

  describe("a log that grows by batches", () => {
    const randomRecords = (world: ProgramWorld, count: number, random: Random): TrainingRecord[] =>
      random.list(count, () => recordBy(world.owner, { datasetDigest: random.bytes32() }));

    /** Half of all sizes are edges, the others anything below 80. */
    const size = (random: Random): number => (random.below(2) === 0 ? random.pick(EDGES) : 1 + random.below(80));

    itRandomly(`[peers G49] equals one that grew one by one, for ${CASES} starts and sizes`, async (seed) => {
      const world = await loadFixture(batching);
      for (let round = 0; round < CASES; round++) {
        const random = seed.fork(`${world.address} ${round}`);
        const tokenId = await world.mint(digestOf(`program ${round}`));
        const start = random.below(5) === 0 ? [] : randomRecords(world, size(random), random);
        if (start.length > 0) await append(world, tokenId, start, random);
        const more = randomRecords(world, size(random), random);

        await append(world, tokenId, more, random);

        await expectWhole(world, tokenId, [...start, ...more]);
      }
    });

    for (const start of [0, 1, 7, 8, 9]) {
      it(`[peers G49] joins ${start} single records with batches of 1, 7, 8 and 9, and takes singles again`, async () => {
        const world = await loadFixture(batching);
        const records: TrainingRecord[] = [];
        const next = (): TrainingRecord => recordBy(world.owner, { datasetDigest: digestOf(`data ${records.length}`) });
        const single = async (): Promise<void> => {
          records.push(next());
          await world.program.recordTraining(world.tokenId, records.at(-1) ?? next(), "0x");
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
      });
    }

    it("[peers G49] proves every old record after batches, a rollback, a hand-over and the freeze", async () => {
      const world = await loadFixture(batching);
      const records = Array.from({ length: 20 }, (_, place) =>
        recordBy(world.owner, { datasetDigest: digestOf(`data ${place}`) }),
      );
      await asRecords.append(world, records.slice(0, 5));
      await world.program.publishVersion(world.tokenId, digestOf("second manifest"));
      await asLeaves.append(world, records.slice(5));
      await world.program.activateVersion(world.tokenId, 1, ZeroHash);
      await world.program.freeze(world.tokenId);
      await world.handOver(world.friend);

      await expectWhole(world, world.tokenId, records);
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
