import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { type GasTable, measureGas } from "./gas-scenarios";

const SNAPSHOT = resolve(__dirname, "../../snapshots/gas.json");
/** A figure may grow by one part in a hundred before somebody has to look at it. */
const TOLERANCE = 1.01;

describe("gas snapshot", function () {
  before(function () {
    // Instrumented code costs other gas: under coverage there is nothing to compare.
    if (process.env.SOLIDITY_COVERAGE === "true") this.skip();
  });

  it("finds no operation more than 1 % above its committed figure", async () => {
    const measured = await measureGas();
    if (process.env.UPDATE_SNAPSHOTS === "1") {
      writeFileSync(SNAPSHOT, `${JSON.stringify(sorted(measured), null, 2)}\n`);
    }
    const committed = JSON.parse(readFileSync(SNAPSHOT, "utf8")) as GasTable;
    const grown = Object.entries(measured).filter(([name, gas]) => gas > (committed[name] ?? 0) * TOLERANCE);
    expect(grown, "run `npm run snapshot:gas` and explain the difference").to.deep.equal([]);
    expect(Object.keys(measured)).to.have.members(Object.keys(committed));
  }).timeout(300_000);
});

function sorted(table: GasTable): GasTable {
  return Object.fromEntries(Object.entries(table).sort(([left], [right]) => left.localeCompare(right)));
}
