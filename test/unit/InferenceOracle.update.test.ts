import { expect } from "chai";
import type { CollectionMock } from "../../typechain-types";
import { deployContract, loadFixture } from "../helpers/chain";
import { openCollection } from "../helpers/contracts";
import { eventsOf } from "../helpers/events";
import { type AskedOnce, askedOnce, type MintedToken, tokenMinted } from "../helpers/fixtures";
import { Delivery, digestOf, resultLeaf, type StateUpdate, updateLeaf } from "../helpers/typed-data";

const second = digestOf("second manifest");

describe("InferenceOracle", () => {
  describe("submitUpdate", () => {
    const submit = ({ oracle, relayer, attest }: MintedToken, update: StateUpdate) =>
      oracle.connect(relayer).submitUpdate(attest.update(update), update);

    it("applies the update: the collection emits it, and the oracle nothing", async () => {
      const world = await loadFixture(tokenMinted);
      const { collection, oracle, player, tokenId } = world;
      const update = world.update();

      expect(await eventsOf(submit(world, update), collection, oracle)).to.deep.equal([
        ["StateUpdated", tokenId, player.address, 1n, update.inputDigest, update.outputDigest, update.stateDigest],
      ]);
      expect(await collection.stateDigest(tokenId)).to.equal(update.stateDigest);
    });

    it("needs no request: an update may come from play", async () => {
      const world = await loadFixture(tokenMinted);
      expect(await world.oracle.requestCount()).to.equal(0n);

      await submit(world, world.update());

      expect((await world.collection.programOf(world.tokenId)).sequence).to.equal(1n);
    });

    for (const role of ["relayer", "owner", "stranger", "player"] as const) {
      it(`may be sent by the ${role}: authority is in the signatures`, async () => {
        const world = await loadFixture(tokenMinted);
        const update = world.update();

        await world.oracle.connect(world[role]).submitUpdate(world.attest.update(update), update);

        expect(await world.collection.stateDigest(world.tokenId)).to.equal(update.stateDigest);
      });
    }

    it("applies one update after the other", async () => {
      const world = await loadFixture(tokenMinted);
      for (const sequence of [1n, 2n, 3n]) {
        const update = world.update({ sequence, stateDigest: digestOf(`memory ${sequence}`) });
        await submit(world, update);
        expect(await world.collection.stateDigest(world.tokenId)).to.equal(update.stateDigest);
      }
    });

    it("refuses the same update a second time", async () => {
      const world = await loadFixture(tokenMinted);
      await submit(world, world.update());

      await expect(submit(world, world.update()))
        .to.be.revertedWithCustomError(world.collection, "AINFTStaleSequence")
        .withArgs(world.tokenId, 2n, 1n);
    });

    it("refuses an update that skips a sequence", async () => {
      const world = await loadFixture(tokenMinted);

      await expect(submit(world, world.update({ sequence: 2n })))
        .to.be.revertedWithCustomError(world.collection, "AINFTStaleSequence")
        .withArgs(world.tokenId, 1n, 2n);
    });

    it("refuses an update that was signed before another version became active", async () => {
      const world = await loadFixture(tokenMinted);
      await world.collection.connect(world.owner).publishManifest(world.tokenId, second);

      await expect(submit(world, world.update()))
        .to.be.revertedWithCustomError(world.collection, "AINFTInactiveManifest")
        .withArgs(world.tokenId, second, world.manifest);
    });

    it("refuses an update of a frozen program", async () => {
      const world = await loadFixture(tokenMinted);
      await world.collection.connect(world.owner).freeze(world.tokenId);

      await expect(submit(world, world.update()))
        .to.be.revertedWithCustomError(world.collection, "AINFTFrozen")
        .withArgs(world.tokenId);
    });

    it("refuses an update of a token that was never minted", async () => {
      const world = await loadFixture(tokenMinted);

      await expect(submit(world, world.update({ tokenId: 2n })))
        .to.be.revertedWithCustomError(world.collection, "AINFTUnknownToken")
        .withArgs(2n);
    });

    it("refuses an update of a collection that obeys another oracle now", async () => {
      const world = await loadFixture(tokenMinted);
      await world.collection.setOracle(world.oracleAccount.address);

      await expect(submit(world, world.update()))
        .to.be.revertedWithCustomError(world.collection, "AINFTNotOracle")
        .withArgs(await world.oracle.getAddress(), world.oracleAccount.address);
    });

    it("refuses an update of an account without code", async () => {
      const world = await loadFixture(tokenMinted);

      await expect(submit(world, world.update({ collection: world.stranger.address })))
        .to.be.revertedWithCustomError(world.oracle, "InferenceOracleNotACollection")
        .withArgs(world.stranger.address);
    });

    context("when a second collection obeys the same oracle", () => {
      it("applies an update to the collection that it names, and to no other", async () => {
        const world = await loadFixture(tokenMinted);
        const { factory, owner, oracle, manifest, collection } = world;
        const other = await openCollection(factory, world, await oracle.getAddress(), digestOf("second collection"));
        await other.mint(owner.address, manifest);

        const update = world.update({ collection: await other.getAddress() });
        await submit(world, update);

        expect(await other.stateDigest(1)).to.equal(update.stateDigest);
        expect((await collection.programOf(1)).sequence).to.equal(0n);
      });
    });

    context("when a foreign collection calls back from inside its update", () => {
      interface WithForeign extends AskedOnce {
        foreign: CollectionMock;
        foreignUpdate: StateUpdate;
      }

      async function withForeign(): Promise<WithForeign> {
        const world = await askedOnce();
        const foreign = await deployContract("CollectionMock");
        await foreign.setOracle(await world.oracle.getAddress());
        return { ...world, foreign, foreignUpdate: world.update({ collection: await foreign.getAddress() }) };
      }

      it("lets it deliver a signed result, once", async () => {
        const world = await loadFixture(withForeign);
        const { oracle, foreign, foreignUpdate, result, attest, requestId } = world;
        await foreign.setCallback(oracle.interface.encodeFunctionData("fulfill", [attest.result(result), result]));

        expect(await eventsOf(submit(world, foreignUpdate), oracle)).to.deep.equal([
          ["ResultDelivered", requestId, result.requestHash, result.resultDigest],
        ]);
        await expect(oracle.fulfill(attest.result(result, Delivery.DIGEST), result))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleAlreadyFulfilled")
          .withArgs(requestId);
      });

      it("lets it submit another collection's update, which counts once", async () => {
        const world = await loadFixture(withForeign);
        const { oracle, collection, foreign, foreignUpdate, attest, tokenId } = world;
        const update = world.update();
        await foreign.setCallback(oracle.interface.encodeFunctionData("submitUpdate", [attest.update(update), update]));

        await submit(world, foreignUpdate);

        expect((await collection.programOf(tokenId)).sequence).to.equal(1n);
        await expect(submit(world, update))
          .to.be.revertedWithCustomError(collection, "AINFTStaleSequence")
          .withArgs(tokenId, 2n, 1n);
      });

      it("lets it do nothing that it could not do from outside", async () => {
        const world = await loadFixture(withForeign);
        const { oracle, foreign, foreignUpdate, reporters } = world;
        const reporter = reporters[0]?.address ?? "";
        await foreign.setCallback(oracle.interface.encodeFunctionData("setConfig", [[reporter], 1, 0]));

        await expect(submit(world, foreignUpdate))
          .to.be.revertedWithCustomError(oracle, "OwnableUnauthorizedAccount")
          .withArgs(await foreign.getAddress());
      });

      it("passes on its refusal", async () => {
        const world = await loadFixture(withForeign);
        const { foreign, foreignUpdate, tokenId } = world;
        await foreign.refuse();

        await expect(submit(world, foreignUpdate))
          .to.be.revertedWithCustomError(foreign, "CollectionMockRefused")
          .withArgs(tokenId);
      });
    });
  });

  describe("updateLeaf and resultLeaf", () => {
    it("are the leaves that reporters sign", async () => {
      const { oracle, update, result } = await loadFixture(askedOnce);

      expect(await oracle.updateLeaf(update())).to.equal(updateLeaf(update()));
      for (const delivery of Object.values(Delivery)) {
        expect(await oracle.resultLeaf(result, delivery)).to.equal(resultLeaf(result, delivery));
      }
    });
  });
});
