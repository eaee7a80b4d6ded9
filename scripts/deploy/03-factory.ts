import { contractStep } from "./contract-step";
import { SetupMismatchError } from "./errors";
import { DeployStep } from "./step";

const created = contractStep({
  id: "03-factory",
  contract: "AINFTFactory",
  args: ({ ledger, setup }) => [
    ledger.addressOf("AINFT721"),
    ledger.addressOf("AINFT721Votes"),
    ledger.addressOf("AINFT1155"),
    ledger.addressOf("AINFT1155Votes"),
    setup.owner,
  ],
  constructorGas: 1_000_000n, // four beacons
});

/** The factory of collections. It has no owner itself; its beacons belong to the owner of the suite. */
export const factoryStep: DeployStep = {
  ...created,
  inspect: async (context) => {
    const owner = context.ledger.record.contracts["AINFTFactory"]?.constructorArguments.at(-1);
    const wanted = context.setup.owner;
    if (owner !== undefined && owner !== wanted) throw new SetupMismatchError("owner", wanted, owner);
    return created.inspect(context);
  },
};
