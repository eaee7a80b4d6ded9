import { expect } from "chai";
import { ZeroHash } from "ethers";
import type { OddsHarness } from "../../typechain-types";
import { deployContract, loadFixture } from "../helpers/chain";
import { chiSquare, pValue } from "../helpers/chi-square";
import { tableOf, weightsOf } from "../helpers/hatchery";
import { digestOf } from "../helpers/typed-data";

/** Simulated hatches of each claim below, and how many of them one call makes. */
const HATCHES = 100_000;
const BATCH = 1_000;
const WHOLE = 10_000;

/** What chance alone must be able to explain. The eggs are always the same, so that a run repeats. */
const LEAST_P = 0.01;

/** Sixteen outcomes, from one in 50 to one in 10. */
const WIDE = weightsOf(
  ...[200, 300, 400, 500, 500, 500, 600, 600, 600, 700, 700, 800, 800, 900, 900, 1000].map(BigInt),
);

describe("100,000 simulated hatches", function () {
  this.timeout(600_000);

  const harness = async () => deployContract("OddsHarness");

  /** Hatches through the contract's own code; a hash or a secret that is given is the same for all. */
  async function hatch(
    odds: OddsHarness,
    weights: ReturnType<typeof weightsOf>,
    fixed: { blockHash?: string; secret?: string } = {},
  ): Promise<number[]> {
    const counted = new Array<number>(16).fill(0);
    const { blockHash = ZeroHash, secret = ZeroHash } = fixed;
    for (let first = 1; first <= HATCHES; first += BATCH) {
      const drawn = await odds.hatchMany(weights, blockHash, secret, first, BATCH);
      for (const [index, count] of drawn.entries()) counted[index] = (counted[index] ?? 0) + Number(count);
    }
    expect(counted.reduce((sum, count) => sum + count, 0)).to.equal(HATCHES);
    return counted;
  }

  /** The p of what was drawn under a row; what weighs nothing must never be drawn. */
  function pOf(counted: readonly number[], weights: readonly bigint[]): number {
    const possible = [...weights.keys()].filter((index) => weights[index] !== 0n);
    const impossible = counted.filter((_, index) => !possible.includes(index));
    expect(impossible.every((count) => count === 0)).to.equal(true);
    const expected = possible.map((index) => (Number(weights[index]) * HATCHES) / WHOLE);
    const drawn = possible.map((index) => counted[index] ?? 0);
    return pValue(chiSquare(drawn, expected), possible.length - 1);
  }

  const rows = tableOf().rows.slice(0, 2);
  for (const { minimumXp, weights } of [...rows, { minimumXp: "any", weights: WIDE }]) {
    it(`follow the published row of ${minimumXp} XP`, async () => {
      const odds = await loadFixture(harness);

      expect(pOf(await hatch(odds, weights), weights)).to.be.greaterThan(LEAST_P);
    });
  }

  it("follow it too when whoever builds the block takes one hash for all and knows no secret", async () => {
    const odds = await loadFixture(harness);

    expect(pOf(await hatch(odds, WIDE, { blockHash: digestOf("chosen hash") }), WIDE)).to.be.greaterThan(LEAST_P);
  });

  it("follow it too when the committer takes one secret for all and knows no hash", async () => {
    const odds = await loadFixture(harness);

    expect(pOf(await hatch(odds, WIDE, { secret: digestOf("chosen secret") }), WIDE)).to.be.greaterThan(LEAST_P);
  });

  it("would not pass for those of other odds: half a per cent moved from one outcome to another is seen", async () => {
    const odds = await loadFixture(harness);
    const bent = weightsOf(250n, 250n, ...WIDE.slice(2));

    expect(pOf(await hatch(odds, bent), WIDE)).to.be.lessThan(LEAST_P);
  });

  it("pay nobody who abandons what is drawn, when the bond is what an average hatch is worth above the worst", async () => {
    const odds = await loadFixture(harness);
    const weights = weightsOf(7000n, 2500n, 500n);
    const counted = await hatch(odds, weights);
    const values = [0, 100, 1_000];
    const share = (index: number): number => (counted[index] ?? 0) / HATCHES;
    const average = values.reduce((sum, value, index) => sum + value * share(index), 0);

    expect(
      bestWorth(
        values.map((value, index) => [value, share(index)]),
        average,
      ),
    ).to.be.closeTo(average, 1e-9);
    expect(
      bestWorth(
        values.map((value, index) => [value, share(index)]),
        average / 2,
      ),
    ).to.be.greaterThan(average);
  });

  it("are judged by a chi-square distribution as tables have it", () => {
    for (const [statistic, freedom, p] of [
      [5.991, 2, 0.05],
      [7.815, 3, 0.05],
      [30.578, 15, 0.01],
      [24.996, 15, 0.05],
    ] as const) {
      expect(pValue(statistic, freedom)).to.be.closeTo(p, 1e-4);
    }
  });
});

/** What an egg is worth to whoever abandons every draw that is worth less than another try under the same bond. */
function bestWorth(draws: readonly (readonly [value: number, share: number])[], bond: number): number {
  let worth = 0;
  for (let round = 0; round < 10_000; round++) {
    worth = draws.reduce((sum, [value, share]) => sum + share * Math.max(value, worth - bond), 0);
  }
  return worth;
}
