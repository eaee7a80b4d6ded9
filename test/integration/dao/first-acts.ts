import { expect } from "chai";
import { mined } from "../../../scripts/lib/mined";
import { Challenges__factory, RewardDistributor__factory } from "../../../typechain-types";
import { type Act, callOf } from "./act";
import { type World } from "./world";

const TRAINING = 1;
const BUDGET = 40n;
const POOL = 15n;
const LIMITS = [10n, 86_400n] as const;

const rewardsOf = ({ suite, stranger }: World) =>
  RewardDistributor__factory.connect(suite.dao?.rewardDistributor ?? "", stranger);
const challengesOf = ({ suite, stranger }: World) => Challenges__factory.connect(suite.dao?.challenges ?? "", stranger);

async function stateOf(world: World) {
  const rewards = rewardsOf(world);
  return {
    budget: (await rewards.booksOf(TRAINING)).unallocated,
    limits: [...(await rewards.limitsOf(TRAINING))],
    pool: await challengesOf(world).pool(),
    treasury: await world.token.balanceOf(world.network.timelockAddress),
  };
}

/** What a deployment for a DAO leaves to its votes. */
export const fundEconomy: Act = {
  title: "fund rewards, let reporters post them within limits, and fund challenges",
  dao: ({ network }) => network,
  prepare: async (world) => {
    const { token, network } = world;
    const [rewards, challenges] = [rewardsOf(world), challengesOf(world)];
    await mined(token.transfer(network.timelockAddress, BUDGET + POOL));
    return [
      callOf(token, "approve", [rewards.target, BUDGET]),
      callOf(rewards, "fund", [TRAINING, BUDGET]),
      callOf(rewards, "setLimits", [TRAINING, LIMITS]),
      callOf(token, "approve", [challenges.target, POOL]),
      callOf(challenges, "fundPool", [POOL]),
    ];
  },
  before: async (world) => {
    expect(await stateOf(world)).to.deep.equal({ budget: 0n, limits: [0n, 0n], pool: 0n, treasury: BUDGET + POOL });
  },
  after: async (world) => {
    expect(await stateOf(world)).to.deep.equal({ budget: BUDGET, limits: [...LIMITS], pool: POOL, treasury: 0n });
  },
};
