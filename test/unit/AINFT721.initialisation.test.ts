import { expect } from "chai";
import { AbiCoder, id, keccak256, toBeHex, ZeroAddress, zeroPadValue } from "ethers";
import { IAINFT721__factory } from "../../typechain-types";
import { chainId, loadFixture, provider } from "../helpers/chain";
import { COLLECTION_NAME, COLLECTION_SYMBOL, rawCloneOf } from "../helpers/contracts";
import { eventsOf } from "../helpers/events";
import { collectionOpened, type OpenCollection, tokenMinted } from "../helpers/fixtures";
import { recordBy } from "../helpers/programs";
import { digestOf, type StateUpdate } from "../helpers/typed-data";
import type { IAINFT721 } from "../../typechain-types";

const manifest = digestOf("a manifest");

describe("AINFT721", () => {
  const configBy = (controller: string) => ({
    name: COLLECTION_NAME,
    symbol: COLLECTION_SYMBOL,
    controller,
    oracle: ZeroAddress,
    arbiter: ZeroAddress,
  });

  describe("initialize", () => {
    context("when it is the implementation", () => {
      it("refuses everybody", async () => {
        const { implementation, creator, stranger } = await loadFixture(collectionOpened);

        for (const actor of [creator, stranger]) {
          await expect(implementation.connect(actor).initialize(configBy(actor.address))).to.be.revertedWithCustomError(
            implementation,
            "InvalidInitialization",
          );
        }
      });

      it("has no controller, no oracle and no tokens", async () => {
        const { implementation, stranger } = await loadFixture(collectionOpened);

        expect(await implementation.owner()).to.equal(ZeroAddress);
        expect(await IAINFT721__factory.connect(await implementation.getAddress(), stranger).oracle()).to.equal(
          ZeroAddress,
        );
        await expect(implementation.connect(stranger).mint(stranger.address, manifest))
          .to.be.revertedWithCustomError(implementation, "OwnableUnauthorizedAccount")
          .withArgs(stranger.address);
      });
    });

    context("when the collection was opened by the factory", () => {
      it("refuses a second call, even by the controller", async () => {
        const { collection, creator, stranger } = await loadFixture(collectionOpened);

        for (const actor of [creator, stranger]) {
          await expect(collection.connect(actor).initialize(configBy(actor.address))).to.be.revertedWithCustomError(
            collection,
            "InvalidInitialization",
          );
        }
      });

      it("keeps what it was opened with", async () => {
        const { collection, creator, oracle } = await loadFixture(collectionOpened);

        expect(await collection.owner()).to.equal(creator.address);
        expect(await collection.oracle()).to.equal(await oracle.getAddress());
        expect(await collection.isOracleLocked()).to.equal(false);
        expect(await collection.totalMinted()).to.equal(0n);
      });
    });

    context("when somebody made a clone without the factory and left it open", () => {
      interface OpenClone extends OpenCollection {
        clone: IAINFT721;
      }

      async function leftOpen(): Promise<OpenClone> {
        const world = await collectionOpened();
        const address = await rawCloneOf(await world.implementation.getAddress(), world.creator);
        return { ...world, clone: IAINFT721__factory.connect(address, world.stranger) };
      }

      it("obeys no stranger before it is initialised", async () => {
        const { clone, stranger } = await loadFixture(leftOpen);
        const update: StateUpdate = {
          collection: await clone.getAddress(),
          tokenId: 1n,
          actor: stranger.address,
          sequence: 1n,
          manifestDigest: manifest,
          inputDigest: manifest,
          outputDigest: manifest,
          stateDigest: manifest,
        };

        for (const act of [
          () => clone.mint(stranger.address, manifest),
          () => clone.setOracle(stranger.address),
          () => clone.lockOracle(),
          () => clone.transferOwnership(stranger.address),
          () => clone.renounceOwnership(),
          () => clone.acceptOwnership(),
        ]) {
          await expect(act())
            .to.be.revertedWithCustomError(clone, "OwnableUnauthorizedAccount")
            .withArgs(stranger.address);
        }
        for (const act of [
          () => clone.publishManifest(1, manifest),
          () => clone.activateVersion(1, 2, manifest),
          () => clone.freeze(1),
          () => clone.addTraining(1, recordBy(stranger), "0x"),
        ]) {
          await expect(act()).to.be.revertedWithCustomError(clone, "AINFTUnknownToken").withArgs(1n);
        }
        await expect(clone.applySignedState(update))
          .to.be.revertedWithCustomError(clone, "AINFTNotOracle")
          .withArgs(stranger.address, ZeroAddress);
      });

      it("is opened once, with its events in order", async () => {
        const { clone, friend, oracleAccount } = await loadFixture(leftOpen);
        const config = { ...configBy(friend.address), oracle: oracleAccount.address };

        expect(await eventsOf(clone.initialize(config), clone)).to.deep.equal([
          ["OwnershipTransferred", ZeroAddress, friend.address],
          ["OracleChanged", ZeroAddress, oracleAccount.address],
          ["Initialized", 1n],
        ]);
        await expect(clone.initialize(config)).to.be.revertedWithCustomError(clone, "InvalidInitialization");
      });

      it("refuses a zero controller", async () => {
        const { clone } = await loadFixture(leftOpen);

        await expect(clone.initialize(configBy(ZeroAddress)))
          .to.be.revertedWithCustomError(clone, "OwnableInvalidOwner")
          .withArgs(ZeroAddress);
      });
    });
  });

  describe("eip712Domain (ERC-5267)", () => {
    it("names this collection, not the implementation", async () => {
      const { collection, collectionAddress } = await loadFixture(collectionOpened);

      expect(await collection.eip712Domain()).to.deep.equal([
        "0x0f", // name, version, chain id and contract
        "AINFT",
        "1",
        await chainId(),
        collectionAddress,
        zeroPadValue("0x", 32),
        [],
      ]);
    });
  });

  describe("storage (ERC-7201)", () => {
    const slotOf = (namespace: string): bigint => {
      const inner = BigInt(id(namespace)) - 1n;
      return BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(["uint256"], [inner]))) & ~0xffn;
    };
    const at = async (address: string, slot: bigint): Promise<bigint> =>
      BigInt(await provider.getStorage(address, slot));
    const under = (key: bigint, slot: bigint): bigint =>
      BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(["uint256", "uint256"], [key, slot])));

    it("keeps every feature under its own namespace", async () => {
      const { collectionAddress, oracle, owner, collection, tokenId, manifest } = await loadFixture(tokenMinted);
      await collection.connect(owner).publishManifest(tokenId, digestOf("second manifest"));

      const program = under(tokenId, slotOf("ainft.storage.Programs"));
      expect(await at(collectionAddress, slotOf("ainft.storage.Minting"))).to.equal(1n);
      expect(await at(collectionAddress, slotOf("ainft.storage.OracleLink"))).to.equal(
        BigInt(await oracle.getAddress()),
      );
      expect(toBeHex(await at(collectionAddress, under(1n, program + 2n)), 32)).to.equal(manifest);
    });

    it("leaves the header of a fresh token zero, so that a mint adds one slot", async () => {
      const { collectionAddress, tokenId } = await loadFixture(tokenMinted);

      expect(await at(collectionAddress, under(tokenId, slotOf("ainft.storage.Programs")))).to.equal(0n);
    });
  });
});
