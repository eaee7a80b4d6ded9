import { expect } from "chai";
import { contractPages } from "../../scripts/generate/api-docs";
import { interfaceIds } from "../../scripts/generate/interface-ids";
import { parseNatSpec } from "../../scripts/generate/natspec";

describe("the API reference", () => {
  it("reads a comment by its tags, and lets its lines flow", () => {
    const said = parseNatSpec(
      " @notice Pays\n out once.\n @dev Reverts:\n - too late\n - too\n   early\n\n Never twice.\n @param to Who\n gets it.\n" +
        " @return paid What they got.",
    );

    expect(said.notice).to.equal("Pays out once.");
    expect(said.dev).to.equal("Reverts:\n- too late\n- too early\n\nNever twice.");
    expect([...said.params]).to.deep.equal([["to", "Who gets it."]]);
    expect(said.returns).to.deep.equal(["paid What they got."]);
  });

  it("takes a comment without a tag for a notice", () => {
    expect(parseNatSpec("Who pays.").notice).to.equal("Who pays.");
  });

  it("refuses a tag that it would leave out", () => {
    expect(() => parseNatSpec("@author nobody")).to.throw('@author in "@author nobody"');
  });

  it("has a page for each of our interfaces that others rely on, with signature and meaning of each member", () => {
    const pages = contractPages();
    const ours = interfaceIds().flatMap(([name]) => (pages.has(`${name}.md`) ? [name] : []));
    expect(ours).to.include.members(["IAINFT", "IInferenceOracle", "IRequestDesk", "IERC4907"]);

    const life = pages.get("IAINFTLife.md") ?? "";
    expect(life).to.include("function freeze(uint256 tokenId) external\n");
    expect(life).to.include("Only the token's controller; irrevocable.");
    expect(life).to.include("| `tokenId` | Token to freeze. |");
  });

  it("links nowhere but to its own pages and to sources", () => {
    const pages = contractPages();
    for (const [name, page] of pages) {
      for (const [, target = ""] of page.matchAll(/\]\(([^)#]+)[^)]*\)/gu)) {
        if (!target.startsWith("../../../contracts/")) expect(pages.has(target), `${name}: ${target}`).to.equal(true);
      }
    }
  });
});
