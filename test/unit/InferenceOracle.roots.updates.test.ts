import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import { deployContract, loadFixture } from "../helpers/chain";
import { askedTimes, batchOf, batchOfUpdates, commitRoot } from "../helpers/result-batches";
import { type StateUpdate, updateLeaf } from "../helpers/typed-data";

describe("InferenceOracle", () => {
  describe("applyUpdate", () => {
    async function updates() {
      const world = await loadFixture(askedTimes(8));
      const list = [1n, 2n, 3n].map((sequence) => world.update({ sequence })) as [
        StateUpdate,
        StateUpdate,
        StateUpdate,
      ];
      const batch = await commitRoot(world, batchOfUpdates(list));
      return { ...world, list, batch };
    }

    it("applies updates one by one, in their order, each once", async () => {
      const { oracle, collection, tokenId, list, batch } = await updates();
      await expect(oracle.applyUpdate(3, list[1], batch.proof(1)))
        .to.be.revertedWithCustomError(collection, "AINFTStaleSequence")
        .withArgs(tokenId, 1n, 2n);

      for (const [index, update] of list.entries()) {
        await oracle.applyUpdate(3, update, batch.proof(index));
        expect((await collection.programOf(tokenId)).sequence).to.equal(BigInt(index + 1));
      }
      await expect(oracle.applyUpdate(3, list[2], batch.proof(2)))
        .to.be.revertedWithCustomError(collection, "AINFTStaleSequence")
        .withArgs(tokenId, 4n, 3n);
    });

    it("refuses an update that the root does not hold", async () => {
      const { oracle, list, batch } = await updates();

      await expect(
        oracle.applyUpdate(3, { ...list[0], stateDigest: id("another state") }, batch.proof(0)),
      ).to.be.revertedWithCustomError(oracle, "InferenceOracleUnknownRoot");
    });

    it("refuses an update under a root of results", async () => {
      const world = await loadFixture(askedTimes(8));
      const leaf = updateLeaf(world.update());
      const batch = await commitRoot(world, batchOf(1n, [leaf, id("another leaf")]));

      await expect(world.oracle.applyUpdate(2, world.update(), batch.proof(0)))
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleUnknownRoot")
        .withArgs(0n, 2n, batch.root);
    });

    it("refuses an update of an account without code", async () => {
      const world = await loadFixture(askedTimes(8));
      const update = world.update({ collection: world.stranger.address });
      const batch = await commitRoot(world, batchOfUpdates([update, world.update()]));

      await expect(world.oracle.applyUpdate(2, update, batch.proof(0)))
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleNotACollection")
        .withArgs(world.stranger.address);
    });

    it("passes on the reason of a collection that refuses", async () => {
      const world = await loadFixture(askedTimes(8));
      const hostile = await deployContract("CollectionMock");
      await hostile.refuse();
      const update = world.update({ collection: await hostile.getAddress() });
      const batch = await commitRoot(world, batchOfUpdates([update, world.update()]));

      await expect(world.oracle.applyUpdate(2, update, batch.proof(0)))
        .to.be.revertedWithCustomError(hostile, "CollectionMockRefused")
        .withArgs(1n);
    });
  });

  describe("applyUpdateWithTraits", () => {
    it("applies an update with its traits under the root, and refuses other traits", async () => {
      const world = await loadFixture(askedTimes(8));
      const { oracle, collection, tokenId, traits } = world;
      const update = world.update();
      const batch = await commitRoot(world, batchOfUpdates([[update, traits], world.update({ sequence: 2n })]));
      const [first = { key: ZeroHash, value: ZeroHash }] = traits;

      await expect(oracle.applyUpdateWithTraits(2, update, [first], batch.proof(0))).to.be.revertedWithCustomError(
        oracle,
        "InferenceOracleUnknownRoot",
      );
      await oracle.applyUpdateWithTraits(2, update, traits, batch.proof(0));

      expect(await collection.getTraitValue(tokenId, first.key)).to.equal(first.value);
    });
  });
});
