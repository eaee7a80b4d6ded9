import { expect } from "chai";
import { type Finding, unexplained } from "../../scripts/checks/slither";

const finding: Finding = {
  check: "unused-return",
  impact: "Medium",
  where: "Program.run",
  statement: "ok = first() | second()",
};
const HEAD = "| finding | function | statement | why it stands |\n| ------- | :--- | --- | --- |\n";
const ROW = "| unused-return   | `Program.run` | `ok = first() / second()` | Both are asked. |\n";
const KEY = "| unused-return | Program.run | ok = first() / second() |";

describe("the explanations of Slither's findings", () => {
  it("cover a grave finding by one row, however the table is laid out", () => {
    expect(unexplained([finding], HEAD + ROW)).to.deep.equal([]);
  });

  it("lack a grave finding that has no row, or a row for another statement", () => {
    const missing = [`not explained in docs/slither.md: ${KEY}`];

    expect(unexplained([{ ...finding, impact: "High" }], HEAD)).to.deep.equal(missing);
    expect(unexplained([finding], HEAD + ROW.replace("first", "third"))[0]).to.equal(missing[0]);
  });

  it("need no row for a low finding", () => {
    expect(unexplained([{ ...finding, impact: "Low" }], HEAD)).to.deep.equal([]);
  });

  it("hold no row of a finding that is gone", () => {
    expect(unexplained([], HEAD + ROW)).to.deep.equal([`explained, but not found any more: ${KEY}`]);
  });
});
