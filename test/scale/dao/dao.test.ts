import { expect } from "chai";
import { measureVote, spreadOf } from "./measure";
import { reportOf, TOLERANCE_PER_CENT } from "./report";

const HOLDERS = 250;
/** 4 % of them. */
const QUORUM = 10;

describe("the vote of a whole collective", () => {
  before(function () {
    // It runs on a chain of its own, where nothing is instrumented.
    if (process.env["SOLIDITY_COVERAGE"] === "true") this.skip();
  });

  it(`lets all of ${HOLDERS} holders decide, at one cost a vote`, async () => {
    const measured = await measureVote(HOLDERS);

    expect([measured.votesBefore.length, measured.votes.length]).to.deep.equal([QUORUM - 2, HOLDERS - QUORUM]);
    for (const votes of [measured.votesBefore, measured.votes]) {
      expect(spreadOf(votes)).to.be.lessThan(TOLERANCE_PER_CENT);
    }
    expect(reportOf(measured)).to.match(/`castVote`, median of the last tenth +\| +\d\d,\d\d\d \|/);
  });

  it("is found to grow when a vote costs more than the others", () => {
    expect(spreadOf([100n, 102n, 101n])).to.be.closeTo(2, 1e-9);
  });
});
