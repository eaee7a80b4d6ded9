/** What providers call: the registry's proxy. In a record it has the name of the contract that one finds behind it. */
export const REGISTRY = "ProviderRegistry";

/** The code behind the proxy, which nobody calls. */
export const REGISTRY_CODE = "ProviderRegistryImplementation";

const ARTIFACTS: Readonly<Record<string, string>> = {
  [REGISTRY]: "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy",
  [REGISTRY_CODE]: "ProviderRegistry",
};

/** The artifact that a recorded contract was created from. */
export function artifactOf(recordedName: string): string {
  return ARTIFACTS[recordedName] ?? recordedName;
}
