/** Contracts that are deployed, or that deployed contracts are clones of: what users and snapshots need to know. */
export const DEPLOYABLES = [
  "AINFT1155",
  "AINFT1155Extension",
  "AINFT1155Votes",
  "AINFT721",
  "AINFT721Extension",
  "AINFT721Votes",
  "AINFTBinder",
  "AINFTFactory",
  "ActivityCounters",
  "AINGovernor",
  "AINTimelock",
  "AINToken",
  "Challenges",
  "Collectives",
  "ContributorSplit",
  "ContributorSplits",
  "ERC7007Adapter",
  "ERC8004Adapter",
  "Governors",
  "Hatchery",
  "InferenceOracle",
  "OnchainMetadata",
  "ProviderRegistry",
  "QuestionBoard",
  "RequestDesk",
  "RewardDistributor",
  "TraitSchema",
] as const;

type Deployable = (typeof DEPLOYABLES)[number];

/** Those that stand beside the suite in `contracts/adapters`. */
const ADAPTERS: readonly Deployable[] = ["ERC7007Adapter", "ERC8004Adapter"];

/** Those that ask programs, in `contracts/consumer`. */
const CONSUMERS: readonly Deployable[] = ["QuestionBoard"];

/** Whoever wants one of these deploys it, or has it made by another contract, so it has no address of ours. */
const ON_DEMAND: readonly Deployable[] = [...ADAPTERS, ...CONSUMERS, "ContributorSplit", "Hatchery", "TraitSchema"];

/** Those that a suite without a DAO goes without. The governor and the timelock are the DAO's own, not what they are clones of. */
export const WITH_DAO: readonly Deployable[] = [
  "AINGovernor",
  "AINTimelock",
  "AINToken",
  "Challenges",
  "ProviderRegistry",
  "RewardDistributor",
];

/** Those that every deployment of the suite makes. */
export const SUITE = DEPLOYABLES.filter((contract) => ![...ON_DEMAND, ...WITH_DAO].includes(contract));

/** Collections answer through two contracts, so what one connects to is the interface over both. */
const COLLECTIONS: Readonly<Partial<Record<Deployable, string>>> = {
  AINFT1155: "interfaces/IAINFT1155",
  AINFT1155Votes: "interfaces/IAINFT1155Votes",
  AINFT721: "interfaces/IAINFT721",
  AINFT721Votes: "interfaces/IAINFT721Votes",
};

/** Where a deployable's source is below `contracts`, without its ending. */
export function sourceOf(contract: Deployable): string {
  if (ADAPTERS.includes(contract)) return `adapters/${contract}`;
  return CONSUMERS.includes(contract) ? `consumer/${contract}` : contract;
}

/** Where the interface is that one connects to at a deployable's address, or at a clone of it. */
export function interfaceOf(contract: Deployable): string {
  return COLLECTIONS[contract] ?? sourceOf(contract);
}

/** Interfaces whose ERC-165 id or meaning others rely on, in `contracts/interfaces`. */
export const INTERFACES = [
  "IAINFT",
  "IAINFT1155Curation",
  "IAINFT1155Tokens",
  "IAINFT721Tokens",
  "IAINFTBinder",
  "IAINFTCollection",
  "IAINFTConsumer",
  "IAINFTDisputes",
  "IAINFTFactory",
  "IAINFTLife",
  "IAINFTRecords",
  "IActivityCounters",
  "IAINGovernor",
  "IAINTimelock",
  "IAINToken",
  "IAttestationVerifier",
  "IChallenges",
  "ICollectionKeeper",
  "ICollectives",
  "IContributorSplit",
  "IContributorSplits",
  "IERC7007Adapter",
  "IERC8004Adapter",
  "IGovernors",
  "IHatchery",
  "IInferenceOracle",
  "IMetadataRefresh",
  "IMetadataRenderer",
  "IOnchainMetadata",
  "IOracleLink",
  "IPayouts",
  "IProgramAuthority",
  "IProviderRegistry",
  "IRequestDesk",
  "IRewardDistributor",
  "IStakeSlasher",
  "ITraitSchema",
] as const;
