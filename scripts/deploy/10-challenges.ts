import { contractStep } from "./contract-step";
import { daoOf, timelockOf } from "./dao";
import { addressOf } from "./predictions";
import { REGISTRY } from "./recorded-names";

/** The arbiter that collections may choose. Its fines take effect once step 11 lets it slash. */
export const challengeStep = contractStep({
  id: "10-challenges",
  contract: "Challenges",
  args: (context) => {
    const rules = daoOf(context).challenges;
    const timelock = timelockOf(context);
    return [
      addressOf(context, "AINToken"),
      timelock,
      addressOf(context, REGISTRY),
      timelock,
      [String(rules.period), String(rules.rest)],
      [String(rules.minimumBond), String(rules.reward)],
    ];
  },
  constructorGas: 60_000n, // owner and terms
});
