import { behavesLikeAINFT } from "../behaviors/ainft.behavior";
import { programAsERC721 } from "../helpers/programs";

describe("AINFT721", () => {
  behavesLikeAINFT(programAsERC721);
});
