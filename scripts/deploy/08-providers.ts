import { Interface } from "ethers";
import { readArtifact } from "../lib/artifacts";
import { contractStep } from "./contract-step";
import { Scene } from "./context";
import { daoOf, timelockOf } from "./dao";
import { addressOf } from "./predictions";
import { artifactOf, REGISTRY, REGISTRY_CODE } from "./recorded-names";

/** The registry of providers. Its proxy is initialised as it is created: the DAO's timelock owns it at once. */
export const providerSteps = [
  contractStep({ id: "08-providers-implementation", contract: REGISTRY_CODE, args: () => [] }),
  contractStep({
    id: "08-providers",
    contract: REGISTRY,
    args: (scene) => [addressOf(scene, REGISTRY_CODE), initialisation(scene)],
    constructorGas: 240_000n, // what `initialize` stores
  }),
];

function initialisation(scene: Scene): string {
  const [token, timelock] = [addressOf(scene, "AINToken"), timelockOf(scene)];
  const registry = new Interface(readArtifact(artifactOf(REGISTRY_CODE)).abi);
  return registry.encodeFunctionData("initialize", [token, timelock, timelock, daoOf(scene).providers]);
}
