import { expect } from "chai";
import { ZeroHash } from "ethers";
import type { MerkleMountainRangeHarness } from "../../../typechain-types";
import { deployContract, loadFixture } from "../../helpers/chain";
import { hashNode, trainingPeak, trainingProof, trainingRoot } from "../../helpers/training";
import { digestOf } from "../../helpers/typed-data";

const leavesOf = (count: number) => Array.from({ length: count }, (_, index) => digestOf(`leaf ${index}`));

describe("MerkleMountainRange", () => {
  async function empty(): Promise<MerkleMountainRangeHarness> {
    return deployContract("MerkleMountainRangeHarness");
  }

  async function rangeOf(leaves: readonly string[]): Promise<MerkleMountainRangeHarness> {
    const range = await loadFixture(empty);
    await range.append([...leaves]);
    return range;
  }

  it("hashes a node under its own type", async () => {
    const range = await loadFixture(empty);
    const [left = "", right = ""] = leavesOf(2);

    expect(await range.hashNode(left, right)).to.equal(hashNode(left, right));
    expect(await range.hashNode(right, left)).to.equal(hashNode(right, left));
  });

  it("has no root and proves nothing while it is empty", async () => {
    const range = await loadFixture(empty);

    expect(await range.root()).to.equal(ZeroHash);
    expect(await range.verify(ZeroHash, 0, [])).to.equal(false);
  });

  for (const power of [1, 2, 3, 4, 5, 6]) {
    for (const count of [2 ** power - 1, 2 ** power, 2 ** power + 1]) {
      it(`has the right root, peaks and proofs at 2^${power} ${signed(count - 2 ** power)} leaves`, async () => {
        const leaves = leavesOf(count);
        const range = await rangeOf(leaves);

        expect(await range.root()).to.equal(trainingRoot(leaves));
        for (let height = 0; 2 ** height <= count; height++) {
          const top = trainingPeak(leaves, height);
          if (top !== undefined) expect(await range.peak(height)).to.equal(top);
        }
        const indexes = leaves.map((_, index) => index);
        const proofs = indexes.map((index) => trainingProof(leaves, index));
        expect(await range.verifyAll(leaves, indexes, proofs)).to.deep.equal(leaves.map(() => true));
      });
    }
  }

  it("keeps lower peaks as they were, and never counts them again", async () => {
    const leaves = leavesOf(4);
    const range = await rangeOf(leaves.slice(0, 3));
    const lowest = await range.peak(0);
    await range.append(leaves.slice(3));

    expect(await range.peak(0)).to.equal(lowest);
    expect(await range.root()).to.equal(trainingRoot(leaves));
    expect(await range.verify(lowest, 2, [])).to.equal(false);
  });

  it("does not take an inner node for a leaf, at any index", async () => {
    const leaves = leavesOf(4);
    const range = await rangeOf(leaves);
    const [a = "", b = "", c = "", d = ""] = leaves;
    const left = hashNode(a, b);
    const right = hashNode(c, d);

    expect(await range.verify(a, 0, [b, right])).to.equal(true);
    for (const index of [0, 1, 2, 3]) {
      expect(await range.verify(left, index, [right])).to.equal(false);
      expect(await range.verify(right, index, [left])).to.equal(false);
      expect(await range.verify(hashNode(left, right), index, [])).to.equal(false);
    }
  });

  it("does not take a proof at another position of the same mountain", async () => {
    const leaves = leavesOf(8);
    const range = await rangeOf(leaves);
    for (let index = 0; index < 8; index++) {
      for (let claimed = 0; claimed < 8; claimed++) {
        const verdict = await range.verify(leaves[index] ?? "", claimed, trainingProof(leaves, index));
        expect(verdict).to.equal(index === claimed);
      }
    }
  });

  for (const index of [7n, 8n, 2n ** 63n, 2n ** 64n - 1n]) {
    it(`answers no at index ${index} of seven leaves`, async () => {
      const leaves = leavesOf(7);
      const range = await rangeOf(leaves);

      expect(await range.verify(leaves[6] ?? "", index, [])).to.equal(false);
    });
  }
});

function signed(difference: number): string {
  return difference < 0 ? `- ${-difference}` : `+ ${difference}`;
}
