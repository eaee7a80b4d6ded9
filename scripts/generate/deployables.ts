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
  "InferenceOracle",
] as const;

/** Collections answer through two contracts, so what one connects to is the interface over both. */
export const COLLECTIONS: Readonly<Partial<Record<(typeof DEPLOYABLES)[number], string>>> = {
  AINFT1155: "interfaces/IAINFT1155",
  AINFT1155Votes: "interfaces/IAINFT1155Votes",
  AINFT721: "interfaces/IAINFT721",
  AINFT721Votes: "interfaces/IAINFT721Votes",
};

/** Interfaces whose ERC-165 id or meaning others rely on, in `contracts/interfaces`. */
export const INTERFACES = [
  "IAINFT",
  "IAINFT1155Curation",
  "IAINFT1155Tokens",
  "IAINFT721Tokens",
  "IAINFTCollection",
  "IAINFTDisputes",
  "IAINFTFactory",
  "IAINFTLife",
  "IAINFTRecords",
  "IAINFTBinder",
  "IInferenceOracle",
  "IOracleLink",
  "IProgramAuthority",
] as const;
