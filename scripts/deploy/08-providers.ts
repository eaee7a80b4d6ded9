import { Interface } from "ethers";
import { readArtifact } from "../lib/artifacts";
import { contractStep } from "./contract-step";
import { DeployContext } from "./context";
import { timelockOf } from "./dao";
import { artifactOf, REGISTRY, REGISTRY_CODE } from "./recorded-names";

/** The registry of providers. Its proxy is initialised as it is created: the DAO's timelock owns it at once. */
export const providerSteps = [
  contractStep({ id: "08-providers-implementation", contract: REGISTRY_CODE, args: () => [] }),
  contractStep({
    id: "08-providers",
    contract: REGISTRY,
    args: (context) => [context.ledger.addressOf(REGISTRY_CODE), initialisation(context)],
    constructorGas: 240_000n, // what `initialize` stores
  }),
];

/** In a plan, token and timelock may not have their addresses yet. */
function initialisation(context: DeployContext): string | undefined {
  const [token, timelock] = [context.ledger.addressOf("AINToken"), timelockOf(context)];
  const terms = context.setup.dao?.providers;
  if (token === undefined || timelock === undefined || terms === undefined) return undefined;
  const registry = new Interface(readArtifact(artifactOf(REGISTRY_CODE)).abi);
  return registry.encodeFunctionData("initialize", [token, timelock, timelock, terms]);
}
