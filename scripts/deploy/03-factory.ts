import { contractStep } from "./contract-step";

/** The factory of collections. It has no owner. */
export const factoryStep = contractStep({
  id: "03-factory",
  contract: "AINFTFactory",
  args: ({ ledger }) => [ledger.addressOf("AINFT721")],
});
