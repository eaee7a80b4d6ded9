import { contractStep } from "./contract-step";
import { timelockOf } from "./dao";
import { REGISTRY } from "./recorded-names";

/** The arbiter that collections may choose. Its fines take effect once step 11 lets it slash. */
export const challengeStep = contractStep({
  id: "10-challenges",
  contract: "Challenges",
  args: (context) => {
    const { ledger, setup } = context;
    const rules = setup.dao?.challenges;
    const timelock = timelockOf(context);
    return [
      ledger.addressOf("AINToken"),
      timelock,
      ledger.addressOf(REGISTRY),
      timelock,
      rules && [String(rules.period), String(rules.rest)],
      rules && [String(rules.minimumBond), String(rules.reward)],
    ];
  },
  constructorGas: 60_000n, // owner and terms
});
