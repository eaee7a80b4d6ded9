import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

const TESTS = join(import.meta.dirname, "..");
const FAULTS = Array.from({ length: 30 }, (_, index) => `F${index + 1}`);
const MISSING = "missing";

/** One row of the table: what is tried, where, and under which titles. */
interface Row {
  readonly fault: string;
  readonly files: readonly string[];
  readonly titles: readonly string[];
}

function rowsOf(readme: string): Row[] {
  return readme.split("\n").flatMap((line) => {
    const [, fault = "", , files = "", titles = ""] = line.split("|").map((cell) => cell.trim());
    return /^F\d+$/.test(fault) ? [{ fault, files: files.split(", "), titles: titles.split("; ") }] : [];
  });
}

/** A test's source; runners share a file of behaviour. */
function sourceOf(file: string): string {
  const path = join(TESTS, `${file}.test.ts`);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** Whether a title, whose `…` stands for anything, is given to a test. */
function hasTitle(source: string, title: string): boolean {
  const parts = title.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`it\\(\\s*["\`]${parts.join("[^\\n]*")}["\`]`).test(source);
}

/** What a row names that is not there. */
function lacking({ fault, files, titles }: Row): string[] {
  if (files[0] === MISSING) return titles.length === 1 && titles[0] === MISSING ? [] : [`${fault}: half missing`];
  const sources = files.map((file) => ({ file, text: sourceOf(file) }));
  const idle = sources.filter(({ text }) => !titles.some((title) => hasTitle(text, title)));
  const lost = titles.filter((title) => !sources.some(({ text }) => hasTitle(text, title)));
  return [
    ...idle.map(({ file }) => `${fault}: ${file} is missing, or has none of the row's titles`),
    ...lost.map((title) => `${fault}: no test has the title "${title}"`),
  ];
}

describe("the table of faults", () => {
  const rows = rowsOf(readFileSync(join(TESTS, "README.md"), "utf8"));

  it("has a row for each fault", () => {
    assert.deepEqual(
      rows.map(({ fault }) => fault),
      FAULTS,
    );
  });

  it("names only tests that exist", () => {
    assert.deepEqual(rows.flatMap(lacking), []);
  });

  it("is found wanting when a file or a title is gone", () => {
    const row = { fault: "F1", files: ["unit/faults"], titles: ["names only tests that exist"] };
    assert.deepEqual(lacking(row), []);

    assert.deepEqual(lacking({ ...row, files: ["unit/gone"] }), [
      "F1: unit/gone is missing, or has none of the row's titles",
      'F1: no test has the title "names only tests that exist"',
    ]);
    assert.deepEqual(lacking({ ...row, titles: ["names only tests that exist", "no such test"] }), [
      'F1: no test has the title "no such test"',
    ]);
  });
});
