import { contractStep } from "./contract-step";
import { ownerOf } from "./dao";
import { SetupMismatchError } from "./errors";
import { addressOf } from "./predictions";
import { DeployStep } from "./step";

const created = contractStep({
  id: "03-factory",
  contract: "AINFTFactory",
  args: (context) => [
    addressOf(context, "AINFT721"),
    addressOf(context, "AINFT721Votes"),
    addressOf(context, "AINFT1155"),
    addressOf(context, "AINFT1155Votes"),
    ownerOf(context),
  ],
  constructorGas: 1_300_000n, // four beacons
});

/** The factory of collections. It has no owner itself; its beacons belong to the owner of the suite. */
export const factoryStep: DeployStep = {
  ...created,
  inspect: async (context) => {
    const owner = context.ledger.record.contracts["AINFTFactory"]?.constructorArguments.at(-1);
    const wanted = ownerOf(context);
    if (owner !== undefined && owner !== wanted) throw new SetupMismatchError("owner", wanted, String(owner));
    return created.inspect(context);
  },
};
