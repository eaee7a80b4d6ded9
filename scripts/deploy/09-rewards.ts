import { contractStep } from "./contract-step";
import { timelockOf } from "./dao";
import { addressOf } from "./predictions";

/** The distributor of rewards. It has neither budget nor limits yet: votes fund it, and may let reporters post. */
export const rewardStep = contractStep({
  id: "09-rewards",
  contract: "RewardDistributor",
  args: (context) => [addressOf(context, "AINToken"), timelockOf(context), addressOf(context, "InferenceOracle")],
  constructorGas: 30_000n, // its owner
});
