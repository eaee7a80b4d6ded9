import { contractStep } from "./contract-step";
import { daoOf, timelockOf } from "./dao";
import { SetupMismatchError } from "./errors";
import { DeployStep } from "./step";

const created = contractStep({
  id: "07-token",
  contract: "AINToken",
  args: (context) => {
    const { holder, cap, supply } = daoOf(context);
    return [timelockOf(context), cap.toString(), holder, supply.toString()];
  },
  constructorGas: 240_000n, // its names, its owner, and the first holder's balance and its history
});

/** AIN. Only the DAO's timelock mints, from the beginning. */
export const tokenStep: DeployStep = {
  ...created,
  inspect: async (context) => {
    const recorded = context.ledger.record.contracts["AINToken"]?.constructorArguments.slice(1).join(", ");
    const { holder, cap, supply } = daoOf(context);
    const wanted = [cap, holder, supply].join(", ");
    if (recorded !== undefined && recorded !== wanted) throw new SetupMismatchError("AIN", wanted, recorded);
    return created.inspect(context);
  },
};
