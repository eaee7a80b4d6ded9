import { expect } from "chai";
import { AbiCoder, keccak256, toBeHex } from "ethers";
import { chainId, deployContract, loadFixture } from "../../helpers/chain";
import { drawnFrom, weightsOf } from "../../helpers/hatchery";
import { itRandomly, type Random } from "../../helpers/random";
import { digestOf } from "../../helpers/typed-data";

describe("Odds", () => {
  const harness = async () => deployContract("OddsHarness");

  it("draws by block hash, secret, egg, hatchery and chain, and each of them counts", async () => {
    const odds = await loadFixture(harness);
    const [blockHash, secret] = [digestOf("a block"), digestOf("a secret")];
    const address = await odds.getAddress();
    const types = ["bytes32", "bytes32", "uint256", "address", "uint256"];
    const expected = keccak256(
      AbiCoder.defaultAbiCoder().encode(types, [blockHash, secret, 7n, address, await chainId()]),
    );

    const seeds = await Promise.all([
      odds.seedOf(blockHash, secret, 7n),
      odds.seedOf(digestOf("another block"), secret, 7n),
      odds.seedOf(blockHash, digestOf("another secret"), 7n),
      odds.seedOf(blockHash, secret, 8n),
      (await deployContract("OddsHarness")).seedOf(blockHash, secret, 7n),
    ]);

    expect(seeds[0]).to.equal(expected);
    expect(new Set(seeds).size).to.equal(5);
  });

  it("gives each outcome the tickets of its weight, up to the last one", async () => {
    const odds = await loadFixture(harness);
    const weights = weightsOf(1n, 0n, 2500n, 7498n, 0n, 1n);
    for (const [ticket, outcome] of [
      [0n, 0n],
      [1n, 2n],
      [2500n, 2n],
      [2501n, 3n],
      [9998n, 3n],
      [9999n, 5n],
    ] as const) {
      for (const seed of [ticket, ticket + 10_000n * 123_456_789n]) {
        expect(await odds.draw(weights, toBeHex(seed, 32))).to.equal(outcome);
      }
    }
  });

  it("draws the sixteenth outcome too", async () => {
    const odds = await loadFixture(harness);
    const weights = weightsOf(...Array.from({ length: 15 }, () => 0n), 10_000n);

    expect(await odds.draw(weights, toBeHex(9999n, 32))).to.equal(15n);
    expect(await odds.draw(weights, toBeHex(0n, 32))).to.equal(15n);
  });

  itRandomly("draws what a plain walk over the weights draws, through 300 random rows", async (random) => {
    const odds = await loadFixture(harness);
    for (let row = 0; row < 300; row++) {
      const weights = weightsOf(...randomWeights(random));
      const seed = random.bytes32();

      expect(await odds.draw(weights, seed)).to.equal(BigInt(drawnFrom(weights, seed)));
    }
  });

  itRandomly("keeps every weight in its place", async (random) => {
    const odds = await loadFixture(harness);
    for (let row = 0; row < 50; row++) {
      const weights = weightsOf(...random.list(16, () => random.uint(16)));

      expect([...(await odds.repack(weights))]).to.deep.equal([...weights]);
    }
  });
});

/** One to sixteen weights, zeros among them, that make a whole. */
function randomWeights(random: Random): bigint[] {
  const count = 1 + random.below(16);
  const cuts = random.list(count - 1, () => BigInt(random.below(10_001))).sort((left, right) => Number(left - right));
  return [...cuts, 10_000n].map((cut, index) => cut - (cuts[index - 1] ?? 0n));
}
