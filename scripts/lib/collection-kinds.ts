/** Which token contract a collection runs, as the factory numbers them. */
export const CollectionKind = { ERC721: 0n, ERC721_VOTES: 1n, ERC1155: 2n, ERC1155_VOTES: 3n } as const;

export type CollectionKind = (typeof CollectionKind)[keyof typeof CollectionKind];
