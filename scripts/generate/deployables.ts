/** Contracts that are deployed, or that deployed contracts are clones of: what users and snapshots need to know. */
export const DEPLOYABLES = ["AINFT721", "AINFTFactory", "ERC7007Adapter", "ERC8004Adapter", "InferenceOracle"] as const;

/** Those that stand beside the suite in `contracts/adapters`: whoever wants one deploys it, so it has no address of ours. */
const ADAPTERS: readonly string[] = ["ERC7007Adapter", "ERC8004Adapter"];

/** Those that a deployment of the suite makes. */
export const SUITE = DEPLOYABLES.filter((contract) => !ADAPTERS.includes(contract));

/** Where a deployable's source is below `contracts`, without its ending. */
export function sourceOf(contract: string): string {
  return ADAPTERS.includes(contract) ? `adapters/${contract}` : contract;
}

/** Interfaces whose ERC-165 id or meaning others rely on, in `contracts/interfaces`. */
export const INTERFACES = [
  "IAINFT",
  "IAINFT721",
  "IAINFTCollection",
  "IAINFTFactory",
  "IAttestationVerifier",
  "IERC7007Adapter",
  "IERC8004Adapter",
  "IInferenceOracle",
  "IProgramAuthority",
] as const;
