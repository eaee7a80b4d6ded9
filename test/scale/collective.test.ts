import { expect } from "chai";
import { measureCollectives, operationsThatGrow, spreadOf } from "./measure";
import { reportOf } from "./report";

const SIZES = [150, 300];

describe("a collective of many", function () {
  before(function () {
    // It runs on a chain of its own, where nothing is instrumented.
    if (process.env["SOLIDITY_COVERAGE"] === "true") this.skip();
  });

  it(`costs a unit no more among ${SIZES.join(", then ")} units, and reads as its history says`, async () => {
    const measured = await measureCollectives(SIZES);
    for (const gas of [measured.tokens, measured.editions]) {
      expect(operationsThatGrow(gas)).to.deep.equal([]);
      expect(gas.map(({ size }) => size)).to.deep.equal(SIZES);
    }
    expect(measured.reading.map(({ size }) => size)).to.deep.equal(SIZES);
    for (const { programs, history } of measured.reading) expect(programs + history).to.be.greaterThan(0);
    expect(reportOf(measured)).to.match(/castVote of a governor +\| .*0\.\d\d %/);
  });

  it("is found to grow when an operation costs 2 % more in a larger collection", () => {
    const flat = { mint: 100n, mintInBatch: 100n, transfer: 100n, delegate: 100n, vote: 100n, quorum: 100n };
    const gas = [
      { ...flat, size: 1 },
      { ...flat, size: 2, transfer: 102n, delegate: 101n },
    ];
    expect(operationsThatGrow(gas)).to.deep.equal(["transfer"]);
    expect(spreadOf(gas, "transfer")).to.be.closeTo(2, 1e-9);
  });

  it("is found to grow when an operation was not measured", () => {
    const nothing = { size: 1, mint: 0n, mintInBatch: 0n, transfer: 1n, delegate: 1n, vote: 1n, quorum: 1n };
    expect(operationsThatGrow([nothing])).to.deep.equal(["mint", "mintInBatch"]);
  });
});
