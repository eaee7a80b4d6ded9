import { contractStep } from "./contract-step";

/** Gas of the desk, which the oracle makes in its constructor. */
const DESK_GAS = 3_500_000n;

/** The oracle is first owned by the deployer, who has to install the reporters; step 06 hands it over. */
export const oracleStep = contractStep({
  id: "01-oracle",
  contract: "InferenceOracle",
  args: ({ deployer }) => [deployer],
  constructorGas: DESK_GAS,
});
