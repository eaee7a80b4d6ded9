import { expect } from "chai";
import { format } from "prettier";
import { gasDocs } from "../../scripts/generate/gas-docs";
import { BOUNDED, OURS } from "../../scripts/generate/gas-oracle";
import { BATCHES, MINTS, TRANSFERS, UPDATES } from "../../scripts/generate/gas-peers";
import { markdownTable } from "../../scripts/generate/markdown-table";
import { type Budget, BUDGETS, limitOf } from "../../scripts/lib/gas/budgets";
import { figureOf, type GasTable } from "../../scripts/lib/gas/table";

/** Every operation the document names, at its budget or at the same figure. */
function invented(changed: GasTable = {}): GasTable {
  const names = [
    ...[...MINTS, ...UPDATES, ...TRANSFERS, ...BATCHES].flatMap(({ operation }) => operation ?? []),
    ...[...BOUNDED, ...OURS].map(({ operation }) => operation),
    ...BUDGETS.flatMap(({ above }) => above ?? []),
    "AINFT721 at an address of its own publishManifest",
  ];
  const plain: GasTable = Object.fromEntries(names.map((name) => [name, 50_000]));
  const atBudget = Object.fromEntries(BUDGETS.map((budget) => [budget.operation, limitOf(budget, plain)]));
  return { ...plain, ...atBudget, ...changed };
}

/** The cells of the first row that begins with a name. */
function rowOf(text: string, name: string): string[] {
  const line = text.split("\n").find((candidate) => candidate.startsWith(`| ${name} `));
  return (line ?? "")
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe("The document of gas", () => {
  it("says of each budget whether it is kept, to the last unit", () => {
    const text = gasDocs(invented({ "AINFT1155 publishManifest": 58_001 }));
    expect(rowOf(text, "AINFT721 publishManifest")).to.deep.equal([
      "AINFT721 publishManifest",
      "58,000",
      "58,000",
      "kept",
      "",
    ]);
    expect(rowOf(text, "AINFT1155 publishManifest").slice(1, 4)).to.deep.equal(["58,001", "58,000", "1 over"]);
  });

  it("shows the yardstick that a budget is set above", () => {
    const text = gasDocs(invented({ "bare ERC-721 mint": 61_119 }));
    expect(rowOf(text, "AINFT721 mint").slice(2)).to.deep.equal([
      "88,119",
      "kept",
      "bare ERC-721 mint 61,119 + 27,000",
    ]);
  });

  it("sets the oracle beside the chain's own bound, as a ratio", () => {
    const text = gasDocs(invented({ "fulfill, m = 3": 2 * 45_433, "fulfillBatch of 256, each, m = 5": 1_362 }));
    expect(rowOf(text.split("chain itself")[1] ?? "", "fulfill, m = 3").slice(1, 4)).to.deep.equal([
      "90,866",
      "45,433",
      "2.00",
    ]);
    expect(rowOf(text.split("chain itself")[1] ?? "", "fulfillBatch of 256, each, m = 5")[3]).to.equal("1.00");
  });

  it("says of every figure of the oracle's peers where it was measured", () => {
    const table = gasDocs(invented()).split("The oracle beside others")[1]?.split("\n## ")[0] ?? "";
    const where = table.split("\n").flatMap((line) => /measured-(here|elsewhere)/u.exec(line)?.[1] ?? []);
    expect(new Set(where)).to.deep.equal(new Set(["here", "elsewhere"]));
    expect(where).to.have.lengthOf(table.split("\n").filter((line) => line.startsWith("| ")).length - 2);
  });

  it("says none, and no figure, where a peer cannot do it", () => {
    const updates = gasDocs(invented()).split("new metadata")[1] ?? "";
    for (const peer of ["OpenZeppelin ERC721", "ERC721A", "Solady ERC721"]) {
      expect(rowOf(updates, peer)[1]).to.equal("none");
    }
  });

  it("turns its sentences with the figures", () => {
    const mint = (gas: number): string => gasDocs(invented({ "AINFT721 mint": gas }));
    expect(mint(50_001)).to.contain("A mint of `AINFT721` costs 1 more than bare OpenZeppelin's");
    expect(mint(48_999)).to.contain("A mint of `AINFT721` costs 1,001 less than bare OpenZeppelin's");
  });

  it("refuses to be written when a figure is missing, and names it", () => {
    const { "ERC721A mint": left, ...others } = invented();
    expect(left).to.equal(50_000);
    expect(() => gasDocs(others)).to.throw('"ERC721A mint" was not measured: run npm run snapshot:gas.');
  });

  it("lists every figure, those that no other table shows as well", () => {
    expect(rowOf(gasDocs(invented({ "some operation": 1_234_567 })), "some operation")).to.deep.equal([
      "some operation",
      "1,234,567",
    ]);
  });

  it("is laid out as Prettier would do it", async () => {
    const text = gasDocs(invented());
    expect(await format(text, { parser: "markdown", printWidth: 120 })).to.equal(text);
  });
});

describe("A table in Markdown", () => {
  it("pads its columns, numbers to the right", () => {
    expect(markdownTable(["what", "gas"], [["a mint", "58,000"]], [1])).to.equal(
      "| what   |    gas |\n| ------ | -----: |\n| a mint | 58,000 |",
    );
  });
});

describe("A gas budget", () => {
  const table: GasTable = { "bare mint": 61_119 };
  const budget: Budget = { operation: "mint", most: 27_000 };

  it("is a number by itself, or so much above what a yardstick was measured to cost", () => {
    expect(limitOf(budget, table)).to.equal(27_000);
    expect(limitOf({ ...budget, above: "bare mint" }, table)).to.equal(88_119);
  });

  it("cannot be set above what was not measured", () => {
    expect(() => figureOf(table, "another mint")).to.throw('"another mint" was not measured');
    expect(() => limitOf({ ...budget, above: "another mint" }, table)).to.throw('"another mint" was not measured');
  });

  it("exists once for each operation", () => {
    const operations = BUDGETS.map(({ operation }) => operation);
    expect(new Set(operations).size).to.equal(operations.length);
  });
});
