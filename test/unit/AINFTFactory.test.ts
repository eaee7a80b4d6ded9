import { expect } from "chai";
import { concat, getCreate2Address, keccak256, ZeroAddress, AbiCoder } from "ethers";
import { AINFT721__factory } from "../../typechain-types";
import { deployContract, loadFixture, provider } from "../helpers/chain";
import { COLLECTION_NAME, COLLECTION_SYMBOL } from "../helpers/contracts";
import { eventsOf } from "../helpers/events";
import { collectionOpened, type OpenCollection } from "../helpers/fixtures";
import { digestOf } from "../helpers/typed-data";

const salt = digestOf("a salt of the test");

describe("AINFTFactory", () => {
  const configOf = ({ creator, oracleAccount }: OpenCollection) => ({
    name: COLLECTION_NAME,
    symbol: COLLECTION_SYMBOL,
    controller: creator.address,
    oracle: oracleAccount.address,
  });

  describe("constructor", () => {
    for (const [title, address] of [
      ["the zero address", ZeroAddress],
      ["an address without code", "0x000000000000000000000000000000000000dEaD"],
    ] as const) {
      it(`refuses ${title} as implementation`, async () => {
        const { factory } = await loadFixture(collectionOpened);

        await expect(deployContract("AINFTFactory", [address]))
          .to.be.revertedWithCustomError(factory, "AINFTFactoryNoImplementation")
          .withArgs(address);
      });
    }

    it("keeps the implementation it was built on", async () => {
      const { factory, implementation } = await loadFixture(collectionOpened);

      expect(await factory.implementation()).to.equal(await implementation.getAddress());
    });
  });

  describe("createCollection", () => {
    it("opens and initialises the collection in one transaction, at the predicted address", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend, creator, oracleAccount } = world;
      const predicted = await factory.predictCollection(friend.address, salt);
      const collection = AINFT721__factory.connect(predicted, friend);
      expect(await provider.getCode(predicted)).to.equal("0x");

      const created = factory.connect(friend).createCollection(salt, configOf(world));

      expect(await eventsOf(created, factory, collection)).to.deep.equal([
        ["CollectionCreated", predicted, friend.address, creator.address, oracleAccount.address],
        ["OwnershipTransferred", ZeroAddress, creator.address],
        ["OracleChanged", ZeroAddress, oracleAccount.address],
        ["Initialized", 1n],
      ]);
      expect([await collection.owner(), await collection.oracle()]).to.deep.equal([
        creator.address,
        oracleAccount.address,
      ]);
    });

    it("returns the address", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend } = world;

      expect(await factory.connect(friend).createCollection.staticCall(salt, configOf(world))).to.equal(
        await factory.predictCollection(friend.address, salt),
      );
    });

    it("gives every creator an address of their own for the same salt", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend, stranger } = world;
      const ofFriend = await factory.predictCollection(friend.address, salt);

      await factory.connect(stranger).createCollection(salt, configOf(world));

      expect(await provider.getCode(ofFriend)).to.equal("0x");
      await factory.connect(friend).createCollection(salt, configOf(world));
      expect(await provider.getCode(ofFriend)).not.to.equal("0x");
    });

    it("gives the same address whatever the configuration", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend } = world;
      const byFriend = factory.connect(friend);
      const other = { name: "", symbol: "", controller: friend.address, oracle: ZeroAddress };

      expect(await byFriend.createCollection.staticCall(salt, other)).to.equal(
        await byFriend.createCollection.staticCall(salt, configOf(world)),
      );
    });

    it("takes no oracle yet", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend } = world;
      await factory.connect(friend).createCollection(salt, { ...configOf(world), oracle: ZeroAddress });

      const address = await factory.predictCollection(friend.address, salt);
      expect(await AINFT721__factory.connect(address, friend).oracle()).to.equal(ZeroAddress);
    });

    it("refuses a salt that the caller has used", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend } = world;
      await factory.connect(friend).createCollection(salt, configOf(world));

      await expect(factory.connect(friend).createCollection(salt, configOf(world))).to.be.revertedWithCustomError(
        factory,
        "FailedDeployment",
      );
    });

    it("refuses a zero controller and leaves the address free", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend, collection } = world;
      const config = { ...configOf(world), controller: ZeroAddress };

      await expect(factory.connect(friend).createCollection(salt, config))
        .to.be.revertedWithCustomError(collection, "OwnableInvalidOwner")
        .withArgs(ZeroAddress);
      expect(await provider.getCode(await factory.predictCollection(friend.address, salt))).to.equal("0x");
    });

    it("makes a minimal clone, which holds no code that could change", async () => {
      const { collectionAddress, implementation } = await loadFixture(collectionOpened);

      expect(await provider.getCode(collectionAddress)).to.equal(
        concat(["0x363d3d373d3d3d363d73", await implementation.getAddress(), "0x5af43d82803e903d91602b57fd5bf3"]),
      );
    });

    it("keeps no power over what it created", async () => {
      const { collection, factory } = await loadFixture(collectionOpened);

      expect(await collection.owner()).not.to.equal(await factory.getAddress());
      expect(await collection.pendingOwner()).to.equal(ZeroAddress);
    });
  });

  describe("predictCollection", () => {
    it("is CREATE2 of the clone under the hash of creator and salt", async () => {
      const { factory, implementation, friend } = await loadFixture(collectionOpened);
      const boundSalt = keccak256(AbiCoder.defaultAbiCoder().encode(["address", "bytes32"], [friend.address, salt]));
      const initCode = concat([
        "0x3d602d80600a3d3981f3363d3d373d3d3d363d73",
        await implementation.getAddress(),
        "0x5af43d82803e903d91602b57fd5bf3",
      ]);

      expect(await factory.predictCollection(friend.address, salt)).to.equal(
        getCreate2Address(await factory.getAddress(), boundSalt, keccak256(initCode)),
      );
    });
  });
});
