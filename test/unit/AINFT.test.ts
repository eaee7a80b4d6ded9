import { behavesLikeAINFT } from "../behaviors/ainft.behavior";
import { programAsERC1155, programAsERC1155Votes, programAsERC721, programAsERC721Votes } from "../helpers/programs";

/** Every kind of collection keeps every promise of the shared interfaces. */
describe("AINFT721", () => behavesLikeAINFT(programAsERC721));
describe("AINFT721Votes", () => behavesLikeAINFT(programAsERC721Votes));
describe("AINFT1155", () => behavesLikeAINFT(programAsERC1155));
describe("AINFT1155Votes", () => behavesLikeAINFT(programAsERC1155Votes));
