import { contractStep } from "./contract-step";

/** The factory of collections. It has no owner itself; its beacons belong to the owner of the suite. */
export const factoryStep = contractStep({
  id: "03-factory",
  contract: "AINFTFactory",
  args: ({ ledger, setup }) => [
    ledger.addressOf("AINFT721"),
    ledger.addressOf("AINFT721Votes"),
    ledger.addressOf("AINFT1155"),
    ledger.addressOf("AINFT1155Votes"),
    setup.owner,
  ],
});
