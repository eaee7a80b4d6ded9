import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { deployContract, loadFixture, type Person, setCode } from "../helpers/chain";
import { COLLECTION_NAME, COLLECTION_SYMBOL } from "../helpers/contracts";
import { eventsOf } from "../helpers/events";
import { collectionOpened, tokenMinted } from "../helpers/fixtures";
import { freshProgram, readProgram } from "../helpers/programs";
import { digestOf } from "../helpers/typed-data";
import { IAINFT__factory } from "../../typechain-types";

const manifest = digestOf("a manifest");

describe("AINFT721", () => {
  describe("mint", () => {
    it("gives the next token, with its first version, to the receiver", async () => {
      const { collection, owner } = await loadFixture(collectionOpened);

      await collection.mint(owner.address, manifest);

      expect(await collection.ownerOf(1)).to.equal(owner.address);
      expect(await collection.balanceOf(owner.address)).to.equal(1n);
      expect(await collection.totalMinted()).to.equal(1n);
      const program = IAINFT__factory.connect(await collection.getAddress(), owner);
      expect(await readProgram(program, 1n)).to.deep.equal(freshProgram(manifest));
    });

    it("emits the transfer and the version, and no metadata update", async () => {
      const { collection, owner } = await loadFixture(collectionOpened);

      expect(await eventsOf(collection.mint(owner.address, manifest), collection)).to.deep.equal([
        ["Transfer", ZeroAddress, owner.address, 1n],
        ["VersionPublished", 1n, 1n, manifest],
      ]);
    });

    it("counts ids from 1, one by one, and returns them", async () => {
      const { collection, owner, friend } = await loadFixture(collectionOpened);
      for (const [receiver, tokenId] of [
        [owner, 1n],
        [friend, 2n],
        [owner, 3n],
      ] as const) {
        expect(await collection.mint.staticCall(receiver.address, manifest)).to.equal(tokenId);
        await collection.mint(receiver.address, manifest);
        expect(await collection.ownerOf(tokenId)).to.equal(receiver.address);
      }
    });

    it("does not ask a contract whether it can hold tokens", async () => {
      const { collection, factory } = await loadFixture(collectionOpened);
      const holder = await factory.getAddress();

      await collection.mint(holder, manifest);

      expect(await collection.ownerOf(1)).to.equal(holder);
    });

    it("refuses a zero digest, and uses no id for it", async () => {
      const { collection, owner } = await loadFixture(collectionOpened);

      await expect(collection.mint(owner.address, ZeroHash))
        .to.be.revertedWithCustomError(collection, "AINFTEmptyManifest")
        .withArgs(1n);
      expect(await collection.totalMinted()).to.equal(0n);
    });

    it("refuses the zero receiver", async () => {
      const { collection } = await loadFixture(collectionOpened);

      await expect(collection.mint(ZeroAddress, manifest))
        .to.be.revertedWithCustomError(collection, "ERC721InvalidReceiver")
        .withArgs(ZeroAddress);
    });

    for (const [title, role] of [
      ["a stranger", "stranger"],
      ["the owner of a token", "owner"],
      ["the owner of the oracle", "dao"],
    ] as const) {
      it(`refuses ${title}`, async () => {
        const world = await loadFixture(tokenMinted);
        const actor: Person = world[role];

        await expect(world.collection.connect(actor).mint(actor.address, manifest))
          .to.be.revertedWithCustomError(world.collection, "OwnableUnauthorizedAccount")
          .withArgs(actor.address);
      });
    }

    it("refuses a hostile contract that the controller was lured into calling", async () => {
      const { collection, collectionAddress, creator, stranger } = await loadFixture(collectionOpened);
      const hostile = await deployContract("ForwarderMock");
      const data = collection.interface.encodeFunctionData("mint", [stranger.address, manifest]);

      await expect(hostile.connect(creator).forward(collectionAddress, data))
        .to.be.revertedWithCustomError(collection, "OwnableUnauthorizedAccount")
        .withArgs(await hostile.getAddress());
    });
  });

  describe("control of the collection", () => {
    it("moves only when the next controller accepts", async () => {
      const { collection, creator, friend, owner } = await loadFixture(collectionOpened);

      expect(await eventsOf(collection.transferOwnership(friend.address), collection)).to.deep.equal([
        ["OwnershipTransferStarted", creator.address, friend.address],
      ]);
      expect([await collection.owner(), await collection.pendingOwner()]).to.deep.equal([
        creator.address,
        friend.address,
      ]);
      await expect(collection.connect(friend).mint(owner.address, manifest))
        .to.be.revertedWithCustomError(collection, "OwnableUnauthorizedAccount")
        .withArgs(friend.address);

      expect(await eventsOf(collection.connect(friend).acceptOwnership(), collection)).to.deep.equal([
        ["OwnershipTransferred", creator.address, friend.address],
      ]);
      await expect(collection.mint(owner.address, manifest))
        .to.be.revertedWithCustomError(collection, "OwnableUnauthorizedAccount")
        .withArgs(creator.address);
      await collection.connect(friend).mint(owner.address, manifest);
      expect(await collection.totalMinted()).to.equal(1n);
    });

    it("cannot be accepted by anybody else", async () => {
      const { collection, friend, stranger } = await loadFixture(collectionOpened);
      await collection.transferOwnership(friend.address);

      await expect(collection.connect(stranger).acceptOwnership())
        .to.be.revertedWithCustomError(collection, "OwnableUnauthorizedAccount")
        .withArgs(stranger.address);
    });

    it("is not lost by an offer to a wrong address", async () => {
      const { collection, creator, owner } = await loadFixture(collectionOpened);
      await collection.transferOwnership("0x000000000000000000000000000000000000dEaD");

      await collection.mint(owner.address, manifest);

      expect(await collection.owner()).to.equal(creator.address);
    });

    it("can be given up on purpose: nobody mints any more, and programs live on", async () => {
      const { collection, creator, owner, tokenId } = await loadFixture(tokenMinted);
      await collection.renounceOwnership();

      await expect(collection.mint(creator.address, manifest))
        .to.be.revertedWithCustomError(collection, "OwnableUnauthorizedAccount")
        .withArgs(creator.address);
      await collection.connect(owner).publishManifest(tokenId, manifest);
      expect(await collection.activeVersion(tokenId)).to.deep.equal([2n, manifest]);
    });

    it("gives no power over tokens", async () => {
      const { collection, creator, owner, tokenId } = await loadFixture(tokenMinted);

      await expect(collection.transferFrom(owner.address, creator.address, tokenId))
        .to.be.revertedWithCustomError(collection, "ERC721InsufficientApproval")
        .withArgs(creator.address, tokenId);
    });
  });

  describe("ERC-721", () => {
    it("carries the name and symbol it was opened with", async () => {
      const { collection } = await loadFixture(collectionOpened);

      expect([await collection.name(), await collection.symbol()]).to.deep.equal([COLLECTION_NAME, COLLECTION_SYMBOL]);
    });

    it("transfers a token and clears its approval", async () => {
      const { collection, owner, friend, stranger, tokenId } = await loadFixture(tokenMinted);
      await collection.connect(owner).approve(stranger.address, tokenId);

      const transfer = collection.connect(owner).transferFrom(owner.address, friend.address, tokenId);

      expect(await eventsOf(transfer, collection)).to.deep.equal([
        ["Transfer", owner.address, friend.address, tokenId],
      ]);
      expect(await collection.getApproved(tokenId)).to.equal(ZeroAddress);
      expect(await collection.ownerOf(tokenId)).to.equal(friend.address);
    });

    it("answers for no token that was never minted", async () => {
      const { collection } = await loadFixture(collectionOpened);

      for (const read of [() => collection.ownerOf(1), () => collection.getApproved(1), () => collection.tokenURI(1)]) {
        await expect(read()).to.be.revertedWithCustomError(collection, "ERC721NonexistentToken").withArgs(1n);
      }
    });

    it("refuses a safe transfer to a contract that cannot receive", async () => {
      const { collection, owner, factory, tokenId } = await loadFixture(tokenMinted);
      const receiver = await factory.getAddress();

      await expect(
        collection.connect(owner)["safeTransferFrom(address,address,uint256)"](owner.address, receiver, tokenId),
      )
        .to.be.revertedWithCustomError(collection, "ERC721InvalidReceiver")
        .withArgs(receiver);
    });

    for (const [title, code] of [
      ["answers with another value", "0x63deadbeef60e01b5f5260205ff3"],
      ["answers with fewer than 32 bytes", "0x63150b7a0260e01b5f5260045ff3"],
      ["reverts", "0x5f5ffd"],
      ["burns all the gas it is given", "0xfe"],
    ] as const) {
      it(`[peers B18] refuses a safe transfer to a contract that ${title}`, async () => {
        const { collection, owner, stranger, tokenId } = await loadFixture(tokenMinted);
        await setCode(stranger.address, code);

        await expect(
          collection
            .connect(owner)
            ["safeTransferFrom(address,address,uint256)"](owner.address, stranger.address, tokenId),
        ).to.be.reverted;
        expect(await collection.ownerOf(tokenId)).to.equal(owner.address);
      });
    }

    context("when the receiver calls back during a safe transfer", () => {
      it("finds itself the controller of a complete program", async () => {
        const { collection, collectionAddress, owner, tokenId } = await loadFixture(tokenMinted);
        const receiver = await deployContract("ReceiverMock");
        const receiverAddress = await receiver.getAddress();
        await receiver.onReceipt(
          collectionAddress,
          collection.interface.encodeFunctionData("publishManifest", [tokenId, manifest]),
        );

        const transfer = collection
          .connect(owner)
          ["safeTransferFrom(address,address,uint256,bytes)"](owner.address, receiverAddress, tokenId, "0x01");

        expect(await eventsOf(transfer, collection)).to.deep.equal([
          ["Transfer", owner.address, receiverAddress, tokenId],
          ["VersionPublished", tokenId, 2n, manifest],
          ["MetadataUpdate", tokenId],
        ]);
        expect(await collection.activeVersion(tokenId)).to.deep.equal([2n, manifest]);
      });

      it("may pass the token on, and is no controller afterwards", async () => {
        const { collection, collectionAddress, owner, friend, tokenId } = await loadFixture(tokenMinted);
        const receiver = await deployContract("ReceiverMock");
        const receiverAddress = await receiver.getAddress();
        const passOn = [receiverAddress, friend.address, tokenId] as const;
        await receiver.onReceipt(
          collectionAddress,
          collection.interface.encodeFunctionData("transferFrom", [...passOn]),
        );

        await collection
          .connect(owner)
          ["safeTransferFrom(address,address,uint256)"](owner.address, receiverAddress, tokenId);

        expect(await collection.ownerOf(tokenId)).to.equal(friend.address);
        await collection.connect(friend).freeze(tokenId);
      });

      it("[peers B17] leaves no right of before, and each event names the true holder", async () => {
        const { collection, collectionAddress, owner, friend, player, trainer, tokenId } =
          await loadFixture(tokenMinted);
        const byOwner = collection.connect(owner);
        await byOwner.setUser(tokenId, player.address, 2n ** 64n - 1n);
        await byOwner.approve(trainer.address, tokenId);
        const receiver = await deployContract("ReceiverMock");
        const receiverAddress = await receiver.getAddress();
        const passOn = [receiverAddress, friend.address, tokenId] as const;
        await receiver.onReceipt(
          collectionAddress,
          collection.interface.encodeFunctionData("transferFrom", [...passOn]),
        );

        const transfer = byOwner["safeTransferFrom(address,address,uint256)"](owner.address, receiverAddress, tokenId);

        const transfers = (await eventsOf(transfer, collection)).filter(([name]) => name === "Transfer");
        expect(transfers).to.deep.equal([
          ["Transfer", owner.address, receiverAddress, tokenId],
          ["Transfer", ...passOn],
        ]);
        expect(await collection.userOf(tokenId)).to.equal(ZeroAddress);
        expect(await collection.getApproved(tokenId)).to.equal(ZeroAddress);
        for (const former of [owner.address, trainer.address, player.address, receiverAddress]) {
          expect(await collection.isController(tokenId, former)).to.equal(false);
        }
      });

      it("fails the transfer when its own call fails", async () => {
        const { collection, collectionAddress, owner, tokenId } = await loadFixture(tokenMinted);
        const receiver = await deployContract("ReceiverMock");
        const receiverAddress = await receiver.getAddress();
        await receiver.onReceipt(
          collectionAddress,
          collection.interface.encodeFunctionData("mint", [receiverAddress, manifest]),
        );

        await expect(
          collection
            .connect(owner)
            ["safeTransferFrom(address,address,uint256)"](owner.address, receiverAddress, tokenId),
        )
          .to.be.revertedWithCustomError(collection, "OwnableUnauthorizedAccount")
          .withArgs(receiverAddress);
        expect(await collection.ownerOf(tokenId)).to.equal(owner.address);
      });
    });
  });
});
