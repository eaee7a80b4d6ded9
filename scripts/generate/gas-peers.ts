/** One act of one contract: the operation that measures it, and in few words what the contract stores for it. */
export interface Act {
  readonly contract: string;
  /** Name of the figure; absent where the contract cannot do it. */
  readonly operation?: string;
  readonly stores: string;
}

const OURS = ["AINFT721", "AINFT721Votes", "AINFT1155", "AINFT1155Votes"] as const;
const NO_UPDATE = "nothing: it has no function for it";
const VERSION = "sha-256 of the manifest, 1 new slot; every older version stays";

/** What a new token costs. */
export const MINTS: readonly Act[] = [
  mint("AINFT721", "owner, 1 new slot; sha-256 of the manifest, 1 new slot; balance and counter"),
  mint("AINFT721Votes", "the same, and two vote checkpoints, 2 new slots"),
  {
    contract: "AINFT1155, a new program",
    operation: "AINFT1155 createProgram",
    stores: "curator, limit of editions and sha-256 of the manifest, 3 new slots; counter; no edition yet",
  },
  {
    contract: "AINFT1155Votes, a new program",
    operation: "AINFT1155Votes createProgram",
    stores: "the same; votes come with editions of the first",
  },
  { ...mint("AINFT1155", "balance and count of editions; no new slot"), contract: "AINFT1155, an edition more" },
  {
    ...mint("AINFT1155Votes", "the same, and two vote checkpoints, 2 new slots"),
    contract: "AINFT1155Votes, an edition more",
  },
  mint("OpenZeppelin ERC721", "owner, 1 new slot; balance and counter; no metadata"),
  mint("OpenZeppelin ERC721URIStorage", "the same, and the CID as text of 59 characters, 3 new slots"),
  mint("ERC721A", "owner, time and flags packed, 1 new slot; balance and counter; no metadata"),
  mint("Solady ERC721", "owner, 1 new slot; balance and counter; no metadata"),
];

/** What it costs to give a token new metadata. For ours that is a new version of the program. */
export const UPDATES: readonly Act[] = [
  ...OURS.map((contract) => ({ contract, operation: `${contract} publishManifest`, stores: VERSION })),
  {
    contract: "AINFT721 behind a beacon",
    operation: "AINFT721 behind a beacon publishManifest",
    stores: "the same; the call passes through the beacon",
  },
  {
    contract: "AINFTBinder, a bound ERC-721",
    operation: "AINFTBinder publishManifest",
    stores: "the same; asks the original who its owner is",
  },
  { contract: "OpenZeppelin ERC721", stores: NO_UPDATE },
  {
    contract: "OpenZeppelin ERC721URIStorage",
    operation: "OpenZeppelin ERC721URIStorage metadata update",
    stores: "the new CID over the old one, 2 changed slots; the old one is gone",
  },
  { contract: "ERC721A", stores: NO_UPDATE },
  { contract: "Solady ERC721", stores: NO_UPDATE },
];

/** What it costs to move a token between two accounts that both hold some. */
export const TRANSFERS: readonly Act[] = [
  transfer("AINFT721", "owner and both balances; reads the lock and the timed user"),
  transfer("AINFT721Votes", "the same, and a vote checkpoint of each account, 2 new slots"),
  transfer("AINFT1155", "both balances"),
  transfer("AINFT1155Votes", "the same, and a vote checkpoint of each account, 2 new slots"),
  transfer("OpenZeppelin ERC721", "owner and both balances"),
  transfer("OpenZeppelin ERC721URIStorage", "owner and both balances; the text stays"),
  transfer("ERC721A", "owner with a new time, and both balances"),
  {
    contract: "ERC721A, from the middle of a batch",
    operation: "ERC721A transfer out of the middle of 50 minted at once",
    stores: "the same for this token and the next one, 2 new slots, after a search for the batch's owner",
  },
  transfer("Solady ERC721", "owner and both balances"),
];

/** Fifty tokens in one call, all for one account; the figure is for each. */
export const BATCHES: readonly Act[] = [
  ...OURS.map((contract) => ({
    contract,
    operation: `${contract} mintBatch of 50, each`,
    stores: contract.startsWith("AINFT721")
      ? "as a mint, for each token"
      : "one balance for all editions of one program",
  })),
  {
    contract: "ERC721A",
    operation: "ERC721A mintBatch of 50, each",
    stores: "the owner once for the whole batch, 1 new slot; a later transfer pays for the rest",
  },
];

function mint(contract: string, stores: string): Act {
  return { contract, operation: `${contract} mint`, stores };
}

function transfer(contract: string, stores: string): Act {
  return { contract, operation: `${contract} transfer`, stores };
}
