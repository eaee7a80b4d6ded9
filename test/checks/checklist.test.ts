import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { fromRoot } from "../../scripts/lib/paths";

/** One row of a checklist: what is tried, where, and under which titles. */
interface Row {
  item: string;
  files: string[];
  titles: string[];
}

const numbers = (prefix: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${prefix}${from + index}`);

/** The items that each checklist must have; where none are given, the rows are the list. */
const CHECKLISTS: Readonly<Record<string, readonly string[] | undefined>> = {
  "Signature checklist": undefined,
  "Batch checklist": undefined,
  "Lineage checklist": [...numbers("", 1, 12), ...numbers("", 14, 17)],
  "Requests checklist": undefined,
  "Standards and attack checklist": [
    ...numbers("A", 1, 15),
    ...numbers("B", 16, 20),
    ...numbers("C", 21, 26),
    ...numbers("D", 27, 35),
    ...numbers("E", 36, 42),
    ...numbers("F", 43, 48),
    ...numbers("G", 49, 50),
  ],
};

/** The rows of the table below a heading of `test/README.md`: the first cell, and the last two. */
function rowsOf(readme: string, heading: string): Row[] {
  const [, section = ""] = readme.split(`\n## ${heading}\n`);
  const [own = ""] = section.split("\n## ");
  const lines = own.split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(2).map((line) => {
    const cells = line.split("|").map((cell) => cell.trim());
    const [files = "", titles = ""] = cells.slice(-3, -1);
    return { item: cells[1] ?? "", files: files.split(", "), titles: titles.split("; ") };
  });
}

/** The path of a file that a table names, from the top folder; undefined when there is none. */
function pathOf(file: string): string | undefined {
  const name = file.replace(/^(signatures)?(?=\.|$)/u, "unit/InferenceOracle.signatures");
  const paths = [`test/${name}.test.ts`, `test/${name}.behavior.ts`, `${name}.test.ts`];
  return paths.find((path) => existsSync(fromRoot(path)));
}

/** Whether a string in a source begins, behind its tag, with the fixed parts of a title in their order. */
function hasTitle(source: string, title: string): boolean {
  const [first = "", ...others] = title.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&"));
  return new RegExp(`["\`](\\[[^\\]]+\\] )?${[first, ...others].join(".*")}`, "u").test(source);
}

/** What a row names that is not there. */
function missingIn({ item, files, titles }: Row): string[] {
  const sources = files.map((file) => {
    const path = pathOf(file);
    return { file, text: path === undefined ? "" : readFileSync(fromRoot(path), "utf8") };
  });
  const idle = sources.filter(({ text }) => !titles.some((title) => hasTitle(text, title)));
  const lost = titles.filter((title) => !sources.some(({ text }) => hasTitle(text, title)));
  return [
    ...idle.map(({ file }) => `${item}: ${file} is missing, or has none of the row's titles`),
    ...lost.map((title) => `${item}: no test has the title "${title}"`),
  ];
}

describe("The checklists in test/README.md", () => {
  const readme = readFileSync(fromRoot("test", "README.md"), "utf8");

  for (const [heading, items] of Object.entries(CHECKLISTS)) {
    const rows = rowsOf(readme, heading);

    it(`${heading}: every file is there and has the titles`, () => {
      expect(rows).not.to.deep.equal([]);
      expect(rows.flatMap(missingIn)).to.deep.equal([]);
    });

    if (items !== undefined) {
      it(`${heading}: every item has a row, and every row is an item`, () => {
        expect([...new Set(rows.map(({ item }) => item))]).to.deep.equal(items);
      });
    }
  }

  it("are found wanting when a file, a title or a part of it is gone", () => {
    const row = { item: "A1", files: ["checks/arrows"], titles: ["let … import"] };
    expect(missingIn(row)).to.deep.equal([]);

    expect(missingIn({ ...row, files: ["checks/gone"] })).to.deep.equal([
      "A1: checks/gone is missing, or has none of the row's titles",
      'A1: no test has the title "let … import"',
    ]);
    expect(missingIn({ ...row, titles: ["let … import", "let … export"] })).to.deep.equal([
      'A1: no test has the title "let … export"',
    ]);
  });
});
