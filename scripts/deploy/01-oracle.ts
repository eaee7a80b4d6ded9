import { contractStep } from "./contract-step";

/** The oracle is first owned by the deployer, who has to install the reporters; step 06 hands it over. */
export const oracleStep = contractStep({
  id: "01-oracle",
  contract: "InferenceOracle",
  args: ({ deployer }) => [deployer],
});
