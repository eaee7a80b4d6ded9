import { asLeaves, asRecords } from "../behaviors/training-batch.behavior";
import { expectWhole, withBatching } from "../behaviors/training-growth.behavior";
import { loadFixture } from "../helpers/chain";
import { collectionWorlds, type ProgramWorld, recordBy } from "../helpers/programs";
import { itRandomly, type Random } from "../helpers/random";
import { digestOf, type TrainingRecord } from "../helpers/typed-data";

/** Random cases for each kind of collection; with four kinds, more than 200. */
const CASES = 52;

/** Where mountains merge: powers of two and their neighbours. */
const EDGES = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65];

for (const [kind, fixture] of Object.entries(collectionWorlds)) {
  describe(`a log of ${kind} that grows by batches`, () => {
    const batching = withBatching(fixture);

    /** Appends by one of the two forms; answers what stands in the log. */
    async function append(
      world: ProgramWorld,
      tokenId: bigint,
      records: TrainingRecord[],
      random: Random,
    ): Promise<string[]> {
      const form = random.pick([asRecords, asLeaves]);
      await form.append({ ...world, tokenId }, records);
      return records.map(form.leaf);
    }

    const randomRecords = (world: ProgramWorld, count: number, random: Random): TrainingRecord[] =>
      random.list(count, () => recordBy(world.owner, { datasetDigest: random.bytes32() }));

    /** Half of all sizes are edges, the others anything below 80. */
    const size = (random: Random): number => (random.below(2) === 0 ? random.pick(EDGES) : 1 + random.below(80));

    itRandomly(`[peers G49] equals one that grew one by one, for ${CASES} starts and sizes`, async (seed) => {
      const world = await loadFixture(batching);
      for (let round = 0; round < CASES; round++) {
        const random = seed.fork(`${kind} ${round}`);
        const tokenId = await world.mint(digestOf(`program ${round}`));
        const start = random.below(5) === 0 ? [] : randomRecords(world, size(random), random);
        const before = start.length > 0 ? await append(world, tokenId, start, random) : [];
        const more = randomRecords(world, size(random), random);

        const after = await append(world, tokenId, more, random);

        await expectWhole(world, tokenId, [...start, ...more], [...before, ...after]);
      }
    });
  });
}
