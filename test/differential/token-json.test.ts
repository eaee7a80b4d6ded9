import { expect } from "chai";
import { loadFixture } from "../helpers/chain";
import { jsonOf } from "../helpers/data-uri";
import { documentOf, renderedCollection, tokenId } from "../helpers/rendered";

describe("A token's JSON", () => {
  it("[peers C21] carries the longest fields, all of characters that grow when escaped", async () => {
    const { renderer, owner, address } = await loadFixture(renderedCollection);
    const of = (length: number): string => "\u0001".repeat(length);
    const fields = { name: of(128), description: of(2048), image: of(4096), externalUrl: of(1024) };
    await renderer.connect(owner).setText(address, tokenId, fields);

    expect(jsonOf(await renderer.tokenURI(address, tokenId))).to.deep.equal(documentOf(fields));
  });
});
