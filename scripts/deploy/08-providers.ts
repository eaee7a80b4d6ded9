import { Interface } from "ethers";
import { readArtifact } from "../lib/artifacts";
import { contractStep } from "./contract-step";
import { DeployContext } from "./context";
import { daoOf, timelockOf } from "./dao";
import { addressOf } from "./predictions";
import { artifactOf, REGISTRY, REGISTRY_CODE } from "./recorded-names";

/** The registry of providers. Its proxy is initialised as it is created: the DAO's timelock owns it at once. */
export const providerSteps = [
  contractStep({ id: "08-providers-implementation", contract: REGISTRY_CODE, args: () => [] }),
  contractStep({
    id: "08-providers",
    contract: REGISTRY,
    args: (context) => [addressOf(context, REGISTRY_CODE), initialisation(context)],
    constructorGas: 240_000n, // what `initialize` stores
  }),
];

function initialisation(context: DeployContext): string {
  const [token, timelock] = [addressOf(context, "AINToken"), timelockOf(context)];
  const registry = new Interface(readArtifact(artifactOf(REGISTRY_CODE)).abi);
  return registry.encodeFunctionData("initialize", [token, timelock, timelock, daoOf(context).providers]);
}
