import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { IAINFT1155__factory } from "../../typechain-types";
import { deployContract, loadFixture } from "../helpers/chain";
import { COLLECTION_NAME, COLLECTION_SYMBOL, collectionConfig, rawCloneOf } from "../helpers/contracts";
import { editionKinds, type Editions } from "../helpers/editions";
import { eventsOf } from "../helpers/events";
import { digestOf } from "../helpers/typed-data";

const manifest = digestOf("a manifest");

for (const [name, fixture] of editionKinds) {
  describe(name, () => {
    /** The implementation itself, and a clone of it that nobody opened. */
    async function unopened(): Promise<Editions & { implementation: string; clone: string }> {
      const world = await fixture();
      const splits = await (await deployContract("ContributorSplits")).getAddress();
      const extension = await (await deployContract("AINFT1155Extension", [splits])).getAddress();
      const implementation = await (await deployContract(name, [extension])).getAddress();
      return { ...world, implementation, clone: await rawCloneOf(implementation, world.creator) };
    }

    const configOf = (world: Editions) => collectionConfig(world, world.oracleAccount.address);

    describe("initialize", () => {
      it("[peers D30] refuses everybody on the implementation", async () => {
        const world = await loadFixture(unopened);

        for (const actor of [world.creator, world.dao, world.stranger]) {
          const implementation = IAINFT1155__factory.connect(world.implementation, actor);
          await expect(implementation.initialize(configOf(world))).to.be.revertedWithCustomError(
            implementation,
            "InvalidInitialization",
          );
        }
      });

      it("[peers D30] refuses a second call, even by the controller", async () => {
        const world = await loadFixture(fixture);

        for (const actor of [world.creator, world.stranger]) {
          await expect(world.collection.connect(actor).initialize(configOf(world))).to.be.revertedWithCustomError(
            world.collection,
            "InvalidInitialization",
          );
        }
        expect(await world.collection.owner()).to.equal(world.creator.address);
      });

      it("opens a clone once, with what the configuration says", async () => {
        const world = await loadFixture(unopened);
        const collection = IAINFT1155__factory.connect(world.clone, world.stranger);

        expect(await eventsOf(collection.initialize(configOf(world)), collection)).to.deep.equal([
          ["OwnershipTransferred", ZeroAddress, world.creator.address],
          ["OracleChanged", ZeroAddress, world.oracleAccount.address],
          ["Initialized", 1n],
        ]);
        expect([await collection.name(), await collection.symbol()]).to.deep.equal([
          COLLECTION_NAME,
          COLLECTION_SYMBOL,
        ]);
        expect(await collection.owner()).to.equal(world.creator.address);
        expect(await collection.oracle()).to.equal(world.oracleAccount.address);
        expect(await collection.totalMinted()).to.equal(0n);
      });

      it("[lineage 17] refuses a collection without a controller", async () => {
        const world = await loadFixture(unopened);
        const collection = IAINFT1155__factory.connect(world.clone, world.stranger);

        await expect(collection.initialize({ ...configOf(world), controller: ZeroAddress }))
          .to.be.revertedWithCustomError(collection, "OwnableInvalidOwner")
          .withArgs(ZeroAddress);
      });
    });

    it("[lineage 1] obeys no stranger before it is initialised", async () => {
      const world = await loadFixture(unopened);
      const { clone, stranger } = world;
      const collection = IAINFT1155__factory.connect(clone, stranger);
      const byController = [
        () => collection.createProgram(stranger.address, manifest, 1),
        () => collection.setOracle(stranger.address),
        () => collection.setMintingPaused(true),
        () => collection.setContractManifest(manifest),
        () => collection.acceptOwnership(),
      ];

      for (const act of byController) {
        await expect(act())
          .to.be.revertedWithCustomError(collection, "OwnableUnauthorizedAccount")
          .withArgs(stranger.address);
      }
      for (const act of [
        () => collection.mint(stranger.address, 1, 1),
        () => collection.publishManifest(1, manifest),
      ]) {
        await expect(act()).to.be.revertedWithCustomError(collection, "AINFTUnknownToken").withArgs(1n);
      }
    });
  });
}
