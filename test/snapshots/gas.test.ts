import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { BUDGETS, limitOf } from "../../scripts/lib/gas/budgets";
import { GAS_SNAPSHOT, type GasTable, readGasSnapshot } from "../../scripts/lib/gas/table";
import { measureGas } from "./scenarios";

/** A figure may grow by one part in a hundred before somebody has to look at it. */
const TOLERANCE = 1.01;

describe("gas snapshot", function () {
  this.timeout(300_000);
  let measured: GasTable;

  before(async function () {
    // Instrumented code costs other gas: under coverage there is nothing to compare.
    if (process.env.SOLIDITY_COVERAGE === "true") return this.skip();
    measured = await measureGas();
    if (process.env.UPDATE_SNAPSHOTS === "1") {
      writeFileSync(GAS_SNAPSHOT, `${JSON.stringify(sorted(measured), null, 2)}\n`);
    }
  });

  it("finds no operation more than 1 % above its committed figure", () => {
    const committed = readGasSnapshot();
    const grown = Object.entries(measured).filter(([name, gas]) => gas > (committed[name] ?? 0) * TOLERANCE);
    expect(grown, "run `npm run snapshot:gas` and explain the difference").to.deep.equal([]);
    expect(Object.keys(measured)).to.have.members(Object.keys(committed));
  });

  for (const budget of BUDGETS) {
    it(`keeps ${budget.operation} within its budget`, () => {
      expect(measured[budget.operation]).to.be.a("number").and.at.most(limitOf(budget, measured));
    });
  }
});

function sorted(table: GasTable): GasTable {
  return Object.fromEntries(Object.entries(table).sort(([left], [right]) => left.localeCompare(right)));
}
