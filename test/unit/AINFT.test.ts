import { behavesLikeAINFT, behavesLikeCollection } from "../behaviors/ainft.behavior";
import { programAsERC1155, programAsERC1155Votes, programAsERC721, programAsERC721Votes } from "../helpers/programs";

/** Every kind of collection keeps every promise of the shared interfaces. */
for (const [kind, world] of [
  ["AINFT721", programAsERC721],
  ["AINFT721Votes", programAsERC721Votes],
  ["AINFT1155", programAsERC1155],
  ["AINFT1155Votes", programAsERC1155Votes],
] as const) {
  describe(kind, () => {
    behavesLikeAINFT(world);
    behavesLikeCollection(world);
  });
}
