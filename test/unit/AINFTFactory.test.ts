import { expect } from "chai";
import { AbiCoder, concat, getCreate2Address, id, keccak256, ZeroAddress, zeroPadValue } from "ethers";
import { IAINFT721__factory, UpgradeableBeacon__factory } from "../../typechain-types";
import { deployContract, loadFixture, provider } from "../helpers/chain";
import { collectionConfig, CollectionKind } from "../helpers/contracts";
import { eventsOf } from "../helpers/events";
import { collectionOpened, type OpenCollection } from "../helpers/fixtures";
import { digestOf } from "../helpers/typed-data";

const salt = digestOf("a salt of the test");

/** ERC-1967: keccak256("eip1967.proxy.beacon") - 1. */
const BEACON_SLOT = BigInt(id("eip1967.proxy.beacon")) - 1n;

describe("AINFTFactory", () => {
  const kind = CollectionKind.ERC721;
  const configOf = (world: OpenCollection) => collectionConfig(world, world.oracleAccount.address);

  describe("constructor", () => {
    for (const [title, address] of [
      ["the zero address", ZeroAddress],
      ["an address without code", "0x000000000000000000000000000000000000dEaD"],
    ] as const) {
      it(`refuses ${title} as implementation`, async () => {
        const { factory, implementation, dao } = await loadFixture(collectionOpened);
        const honest = await implementation.getAddress();

        for (let place = 0; place < 4; place += 1) {
          const args = [honest, honest, honest, honest, dao.address].map((value, at) =>
            at === place ? address : value,
          );
          await expect(deployContract("AINFTFactory", args))
            .to.be.revertedWithCustomError(factory, "AINFTFactoryNoImplementation")
            .withArgs(place, address);
        }
      });
    }

    it("keeps the implementation of every kind it was built on, and a beacon for it that the DAO owns", async () => {
      const { factory, implementations, dao } = await loadFixture(collectionOpened);

      for (const [place, contract] of Object.values(implementations).entries()) {
        expect(await factory.implementation(place)).to.equal(await contract.getAddress());
        const beacon = UpgradeableBeacon__factory.connect(await factory.beacon(place), dao);
        expect([await beacon.implementation(), await beacon.owner()]).to.deep.equal([
          await contract.getAddress(),
          dao.address,
        ]);
      }
    });
  });

  describe("createCollection", () => {
    it("opens and initialises the collection in one transaction, at the predicted address", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend, creator, oracleAccount } = world;
      const predicted = await factory.predictCollection(kind, friend.address, salt);
      const collection = IAINFT721__factory.connect(predicted, friend);
      expect(await provider.getCode(predicted)).to.equal("0x");

      const created = factory.connect(friend).createCollection(kind, salt, configOf(world));

      expect(await eventsOf(created, factory, collection)).to.deep.equal([
        ["CollectionCreated", predicted, friend.address, creator.address, oracleAccount.address, kind, false],
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

      expect(await factory.connect(friend).createCollection.staticCall(kind, salt, configOf(world))).to.equal(
        await factory.predictCollection(kind, friend.address, salt),
      );
    });

    it("gives every creator an address of their own for the same salt", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend, stranger } = world;
      const ofFriend = await factory.predictCollection(kind, friend.address, salt);

      await factory.connect(stranger).createCollection(kind, salt, configOf(world));

      expect(await provider.getCode(ofFriend)).to.equal("0x");
      await factory.connect(friend).createCollection(kind, salt, configOf(world));
      expect(await provider.getCode(ofFriend)).not.to.equal("0x");
    });

    it("gives the same address whatever the configuration", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend } = world;
      const byFriend = factory.connect(friend);
      const other = { ...configOf(world), name: "", symbol: "", controller: friend.address, oracle: ZeroAddress };

      expect(await byFriend.createCollection.staticCall(kind, salt, other)).to.equal(
        await byFriend.createCollection.staticCall(kind, salt, configOf(world)),
      );
    });

    it("takes no oracle yet", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend } = world;
      await factory.connect(friend).createCollection(kind, salt, { ...configOf(world), oracle: ZeroAddress });

      const address = await factory.predictCollection(kind, friend.address, salt);
      expect(await IAINFT721__factory.connect(address, friend).oracle()).to.equal(ZeroAddress);
    });

    it("refuses a salt that the caller has used", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend } = world;
      await factory.connect(friend).createCollection(kind, salt, configOf(world));

      await expect(factory.connect(friend).createCollection(kind, salt, configOf(world))).to.be.revertedWithCustomError(
        factory,
        "FailedDeployment",
      );
    });

    it("refuses a zero controller and leaves the address free", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend, collection } = world;
      const config = { ...configOf(world), controller: ZeroAddress };

      await expect(factory.connect(friend).createCollection(kind, salt, config))
        .to.be.revertedWithCustomError(collection, "OwnableInvalidOwner")
        .withArgs(ZeroAddress);
      expect(await provider.getCode(await factory.predictCollection(kind, friend.address, salt))).to.equal("0x");
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

      expect(await factory.predictCollection(kind, friend.address, salt)).to.equal(
        getCreate2Address(await factory.getAddress(), boundSalt, keccak256(initCode)),
      );
    });
  });

  describe("createUpgradeableCollection", () => {
    it("opens a proxy that follows the kind's beacon, at the predicted address", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend, creator, oracleAccount } = world;
      const config = configOf(world);
      const predicted = await factory.predictUpgradeableCollection(kind, friend.address, salt, config);

      await expect(factory.connect(friend).createUpgradeableCollection(kind, salt, config))
        .to.emit(factory, "CollectionCreated")
        .withArgs(predicted, friend.address, creator.address, oracleAccount.address, kind, true);

      expect(await IAINFT721__factory.connect(predicted, friend).owner()).to.equal(creator.address);
      const beacon = await provider.getStorage(predicted, BEACON_SLOT);
      expect(beacon).to.equal(zeroPadValue(await factory.beacon(kind), 32).toLowerCase());
    });

    it("returns the address", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend } = world;
      const config = configOf(world);

      expect(await factory.connect(friend).createUpgradeableCollection.staticCall(kind, salt, config)).to.equal(
        await factory.predictUpgradeableCollection(kind, friend.address, salt, config),
      );
    });

    it("gives another address to another creator, kind or configuration", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend, stranger } = world;
      const config = configOf(world);

      const addresses = [
        await factory.predictUpgradeableCollection(kind, friend.address, salt, config),
        await factory.predictUpgradeableCollection(kind, stranger.address, salt, config),
        await factory.predictUpgradeableCollection(CollectionKind.ERC1155, friend.address, salt, config),
        await factory.predictUpgradeableCollection(kind, friend.address, salt, { ...config, symbol: "OTHER" }),
      ];

      expect(new Set(addresses).size).to.equal(addresses.length);
    });

    it("refuses a salt that the caller has used with this configuration", async () => {
      const world = await loadFixture(collectionOpened);
      const byFriend = world.factory.connect(world.friend);
      await byFriend.createUpgradeableCollection(kind, salt, configOf(world));

      await expect(byFriend.createUpgradeableCollection(kind, salt, configOf(world))).to.be.revertedWithCustomError(
        world.factory,
        "FailedDeployment",
      );
    });

    it("refuses a zero controller", async () => {
      const world = await loadFixture(collectionOpened);
      const config = { ...configOf(world), controller: ZeroAddress };

      await expect(world.factory.connect(world.friend).createUpgradeableCollection(kind, salt, config))
        .to.be.revertedWithCustomError(world.collection, "OwnableInvalidOwner")
        .withArgs(ZeroAddress);
    });

    it("keeps every stored value through an upgrade by the DAO, and nobody else upgrades", async () => {
      const world = await loadFixture(collectionOpened);
      const { factory, friend, creator, owner, dao, stranger } = world;
      await factory.connect(friend).createUpgradeableCollection(kind, salt, configOf(world));
      const address = await factory.predictUpgradeableCollection(kind, friend.address, salt, configOf(world));
      const collection = IAINFT721__factory.connect(address, creator);
      await collection.mint(owner.address, digestOf("first manifest"));
      const beacon = UpgradeableBeacon__factory.connect(await factory.beacon(kind), dao);
      const splits = await (await deployContract("ContributorSplits")).getAddress();
      const extension = await (await deployContract("AINFT721Extension", [splits])).getAddress();
      const next = await (await deployContract("AINFT721", [extension])).getAddress();

      await expect(beacon.connect(stranger).upgradeTo(next))
        .to.be.revertedWithCustomError(beacon, "OwnableUnauthorizedAccount")
        .withArgs(stranger.address);
      await beacon.upgradeTo(next);

      expect(await collection.ownerOf(1)).to.equal(owner.address);
      expect(await collection.activeVersion(1)).to.deep.equal([1n, digestOf("first manifest")]);
      expect([await collection.owner(), await collection.totalMinted()]).to.deep.equal([creator.address, 1n]);
    });
  });
});
