/** Contracts that are deployed, or that deployed contracts are clones of: what users and snapshots need to know. */
export const DEPLOYABLES = [
  "AINFT721",
  "AINFTFactory",
  "ContributorSplit",
  "ContributorSplits",
  "InferenceOracle",
  "OnchainMetadata",
  "TraitSchema",
] as const;

/** Interfaces whose ERC-165 id or meaning others rely on, in `contracts/interfaces`. */
export const INTERFACES = [
  "IAINFT",
  "IAINFT721",
  "IAINFTCollection",
  "IAINFTFactory",
  "IContributorSplit",
  "IContributorSplits",
  "IInferenceOracle",
  "IMetadataRefresh",
  "IMetadataRenderer",
  "IOnchainMetadata",
  "IProgramAuthority",
  "ITraitSchema",
] as const;
