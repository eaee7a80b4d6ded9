import { expect } from "chai";
import { BOND, booksOf, type ChallengeWorld, REWARD, STAKE, verdict, versionChallenged } from "../helpers/challenges";
import { loadFixture } from "../helpers/chain";

/** What the pool has before the challenge of the fixture, and while its reward is set aside. */
const POOL = 3n * REWARD;
const POOL_MEANWHILE = 2n * REWARD;

describe("Challenges: the reward of who is right", () => {
  const upheld = async (world: ChallengeWorld, ...amounts: readonly bigint[]) => {
    const { challenges, arbiter, trainer, relayer } = world;
    const penalties = [trainer, relayer].flatMap(({ address }, place) => {
      const amount = amounts[place];
      return amount === undefined ? [] : [{ provider: address, amount }];
    });
    return challenges.connect(arbiter).uphold(1n, 1, verdict, penalties);
  };

  for (const [name, amounts, reward] of [
    ["nothing when nobody is slashed", [], 0n],
    ["what was slashed, when that is less", [REWARD - 1n], REWARD - 1n],
    ["all of it when as much was slashed", [REWARD], REWARD],
    ["no more than it, however much was slashed", [STAKE], REWARD],
    ["what was slashed of several together", [100n, 150n], 250n],
    ["all of it when several together lost more", [REWARD, REWARD], REWARD],
  ] as const) {
    it(`is ${name}; the rest goes back into the pool`, async () => {
      const world = await loadFixture(versionChallenged);
      const { challenges, requester } = world;
      expect(await challenges.pool()).to.equal(POOL_MEANWHILE);

      await upheld(world, ...amounts);

      expect(await challenges.owedTo(requester.address)).to.equal(BOND + reward);
      expect(await challenges.pool()).to.equal(POOL - reward);
      expect(await challenges.held()).to.equal(0n);
      const [has, owes] = await booksOf(world);
      expect(has).to.equal(owes);
    });
  }

  it("counts no penalty that the registry refused, whatever else was slashed", async () => {
    const world = await loadFixture(versionChallenged);
    const { challenges, slasher, requester, trainer } = world;
    await slasher.setStake(trainer.address, 0n);

    await upheld(world, REWARD, 7n);

    expect(await challenges.owedTo(requester.address)).to.equal(BOND + 7n);
    expect(await challenges.penaltyOf(1n, trainer.address)).to.equal(REWARD);
  });

  it("does not grow by what is slashed later", async () => {
    const world = await loadFixture(versionChallenged);
    const { challenges, slasher, requester, trainer } = world;
    await slasher.setStake(trainer.address, 0n);
    await upheld(world, REWARD);
    await slasher.setStake(trainer.address, STAKE);

    await challenges.retryPenalty(1n, trainer.address);

    expect(await slasher.stakeOf(trainer.address)).to.equal(STAKE - REWARD);
    expect(await challenges.owedTo(requester.address)).to.equal(BOND);
    expect(await challenges.pool()).to.equal(POOL);
  });
});
