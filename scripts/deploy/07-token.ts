import { contractStep } from "./contract-step";
import { timelockOf } from "./dao";
import { SetupMismatchError } from "./errors";
import { DeployStep } from "./step";

const created = contractStep({
  id: "07-token",
  contract: "AINToken",
  args: (context) => {
    const { holder, cap, supply } = context.setup.dao ?? {};
    return [timelockOf(context), cap?.toString(), holder, supply?.toString()];
  },
  constructorGas: 240_000n, // its names, its owner, and the first holder's balance and its history
});

/** AIN. Only the DAO's timelock mints, from the beginning. */
export const tokenStep: DeployStep = {
  ...created,
  inspect: async (context) => {
    const recorded = context.ledger.record.contracts["AINToken"]?.constructorArguments.slice(1).join(", ");
    const { holder = "", cap = 0n, supply = 0n } = context.setup.dao ?? {};
    const wanted = [cap, holder, supply].join(", ");
    if (recorded !== undefined && recorded !== wanted) throw new SetupMismatchError("AIN", wanted, recorded);
    return created.inspect(context);
  },
};
