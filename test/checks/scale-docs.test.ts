import { expect } from "chai";
import { readGasSnapshot } from "../../scripts/lib/gas/table";
import { scaleDocs } from "../../scripts/generate/scale-docs";
import { bytesOfAnAnswer, ceilings, DEMAND, gasOfADay, WAYS } from "../../scripts/generate/scale-model";

const RELAY = { resultsPerSecond: 100, rowsPerResult: 8, bytesPerResult: 2_000 };
const GAS = readGasSnapshot();
const [SINGLE, BATCHED, ROOTED, ACTIVITY] = WAYS;

describe("what the road map would need", () => {
  it("multiplies measured gas by the day's demand, and nothing else", () => {
    if (SINGLE === undefined) throw new Error("There is no way.");
    const day = new Map(gasOfADay(SINGLE, { ...GAS, "fulfill, m = 3": 50_000 }, DEMAND));

    expect(day.get("results")).to.equal(1_000_000 * 50_000);
    expect(day.get("heartbeats")).to.equal(15_000 * (GAS["ProviderRegistry heartbeat"] ?? 0));
  });

  it("counts neither a request nor a result of what was asked off chain", () => {
    if (ACTIVITY === undefined) throw new Error("There is no such way.");
    const day = new Map(gasOfADay(ACTIVITY, GAS, DEMAND));

    expect([day.get("requests"), day.get("results"), bytesOfAnAnswer(ACTIVITY)]).to.deep.equal([0, 0, 0]);
  });

  it("encodes what an answer takes: a word each in a batch of 256, and hardly anything under a root", () => {
    if (BATCHED === undefined || ROOTED === undefined) throw new Error("There is no such way.");

    expect(bytesOfAnAnswer(BATCHED) - bytesOfAnAnswer(ROOTED)).to.be.closeTo(32, 1);
  });

  it("puts the part first that bears least", () => {
    const most = ceilings(GAS, RELAY, DEMAND).map(([, requests]) => requests);

    expect(most).to.deep.equal([...most].sort((left, right) => left - right));
    expect(most).to.include(100 * 86_400);
  });

  it("shows no guess for a figure that was not measured", () => {
    const { "fulfill, m = 3": _left, ...others } = GAS;

    expect(() => scaleDocs(others, RELAY)).to.throw('"fulfill, m = 3" was not measured');
  });
});
