import { CollectionKind } from "../helpers/contracts";

/** Every kind of collection. */
export const KINDS: readonly CollectionKind[] = Object.values(CollectionKind);

export function isERC1155(kind: CollectionKind): boolean {
  return kind === CollectionKind.ERC1155 || kind === CollectionKind.ERC1155_VOTES;
}

export function hasVotes(kind: CollectionKind): boolean {
  return kind === CollectionKind.ERC721_VOTES || kind === CollectionKind.ERC1155_VOTES;
}

const NAMES = ["AINFT721", "AINFT721Votes", "AINFT1155", "AINFT1155Votes"];

export function nameOf(kind: CollectionKind): string {
  return NAMES[Number(kind)] ?? `kind ${kind}`;
}

/** What a command is for: the oracle alone, or collections of some kinds. */
export type Family = "oracle" | "every" | "erc721" | "erc1155" | "votes";

export function belongs(kind: CollectionKind, family: Family): boolean {
  switch (family) {
    case "oracle":
      return false;
    case "every":
      return true;
    case "erc721":
      return !isERC1155(kind);
    case "erc1155":
      return isERC1155(kind);
    case "votes":
      return hasVotes(kind);
  }
}
