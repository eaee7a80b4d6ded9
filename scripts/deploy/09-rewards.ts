import { contractStep } from "./contract-step";
import { timelockOf } from "./dao";

/** The distributor of rewards. It has neither budget nor limits yet: votes fund it, and may let reporters post. */
export const rewardStep = contractStep({
  id: "09-rewards",
  contract: "RewardDistributor",
  args: (context) => [
    context.ledger.addressOf("AINToken"),
    timelockOf(context),
    context.ledger.addressOf("InferenceOracle"),
  ],
  constructorGas: 30_000n, // its owner
});
