import { expect } from "chai";
import { MaxUint256, ZeroAddress, ZeroHash } from "ethers";
import { COLLECTION_NAME, COLLECTION_SYMBOL } from "../helpers/contracts";
import { deployContract, loadFixture } from "../helpers/chain";
import { editionKinds, type Editions, editionsOf } from "../helpers/editions";
import { eventsOf } from "../helpers/events";
import { manifestUri } from "../helpers/manifest-uri";
import { EDITION_LIMIT, freshProgram, readProgram } from "../helpers/programs";
import { digestOf } from "../helpers/typed-data";

const second = digestOf("second manifest");
const LARGEST = 2n ** 80n - 1n;

for (const [name, fixture] of editionKinds) {
  describe(name, () => {
    const opened = () => loadFixture(fixture);

    describe("createProgram", () => {
      it("gives the next id with its program, curator and limit, and no edition", async () => {
        const { collection, program, friend } = await opened();
        expect(await collection.createProgram.staticCall(friend.address, second, 7)).to.equal(2n);
        await collection.createProgram(friend.address, second, 7);

        expect(await readProgram(program, 2n)).to.deep.equal(freshProgram(second));
        expect(await collection.curatorOf(2)).to.equal(friend.address);
        expect(await collection.curationOfferedTo(2)).to.equal(ZeroAddress);
        expect(await collection.editionsOf(2)).to.deep.equal([0n, 7n]);
        expect([await collection.exists(2), await collection.totalSupply(2)]).to.deep.equal([true, 0n]);
        expect(await collection.totalMinted()).to.equal(2n);
      });

      it("emits curator, limit and version, and nothing else", async () => {
        const { collection, friend } = await opened();

        expect(await eventsOf(collection.createProgram(friend.address, second, 7), collection)).to.deep.equal([
          ["CuratorChanged", 2n, ZeroAddress, friend.address],
          ["LimitChanged", 2n, 7n],
          ["VersionPublished", 2n, 1n, second],
        ]);
      });

      it("takes the largest limit and a limit of nothing", async () => {
        const { collection, owner } = await opened();
        await collection.createProgram(owner.address, second, LARGEST);
        await collection.createProgram(owner.address, second, 0);

        expect(await collection.editionsOf(2)).to.deep.equal([0n, LARGEST]);
        expect(await collection.editionsOf(3)).to.deep.equal([0n, 0n]);
        await expect(collection.connect(owner).mint(owner.address, 3, 1))
          .to.be.revertedWithCustomError(collection, "AINFT1155OverLimit")
          .withArgs(3n, 1n, 0n);
      });

      it("[peers C26] refuses no curator and no manifest, and uses no id for them", async () => {
        const { collection, owner } = await opened();
        await expect(collection.createProgram(ZeroAddress, second, 7))
          .to.be.revertedWithCustomError(collection, "AINFT1155EmptyCurator")
          .withArgs();
        await expect(collection.createProgram(owner.address, ZeroHash, 7))
          .to.be.revertedWithCustomError(collection, "AINFTEmptyManifest")
          .withArgs(2n);

        expect(await collection.totalMinted()).to.equal(1n);
        expect(await collection.exists(2)).to.equal(false);
      });

      for (const role of ["owner", "stranger", "arbiter", "oracleAccount"] as const) {
        it(`[lineage 1] refuses the ${role}`, async () => {
          const world = await opened();
          const actor = world[role];

          await expect(world.collection.connect(actor).createProgram(actor.address, second, 7))
            .to.be.revertedWithCustomError(world.collection, "OwnableUnauthorizedAccount")
            .withArgs(actor.address);
        });
      }
    });

    describe("mint", () => {
      it("gives editions to a receiver and counts them", async () => {
        const { byCurator, collection, friend, tokenId } = await opened();
        await byCurator.mint(friend.address, tokenId, 3);
        await byCurator.mint(friend.address, tokenId, 4);

        expect(await collection.balanceOf(friend.address, tokenId)).to.equal(7n);
        expect(await editionsOf(collection, tokenId)).to.deep.equal({ minted: 7n, supply: 7n, limit: EDITION_LIMIT });
      });

      it("emits the transfer of editions", async () => {
        const world = await opened();
        const { byCurator, friend, owner, tokenId } = world;

        expect(await world.told(byCurator.mint(friend.address, tokenId, 3))).to.deep.equal([
          ["TransferSingle", owner.address, ZeroAddress, friend.address, tokenId, 3n],
        ]);
      });

      it("reaches the limit exactly, and not one edition more", async () => {
        const { byCurator, collection, friend, tokenId } = await opened();
        await expect(byCurator.mint(friend.address, tokenId, EDITION_LIMIT + 1n))
          .to.be.revertedWithCustomError(collection, "AINFT1155OverLimit")
          .withArgs(tokenId, EDITION_LIMIT + 1n, EDITION_LIMIT);
        await byCurator.mint(friend.address, tokenId, EDITION_LIMIT - 1n);
        await byCurator.mint(friend.address, tokenId, 1);

        await expect(byCurator.mint(friend.address, tokenId, 1))
          .to.be.revertedWithCustomError(collection, "AINFT1155OverLimit")
          .withArgs(tokenId, 1n, 0n);
        expect((await editionsOf(collection, tokenId)).minted).to.equal(EDITION_LIMIT);
      });

      it("is not fooled by amounts that would fit once their high bits are cut off", async () => {
        const { byCurator, collection, friend, tokenId } = await opened();

        for (const amount of [2n ** 80n, 2n ** 80n + 1n, MaxUint256]) {
          await expect(byCurator.mint(friend.address, tokenId, amount))
            .to.be.revertedWithCustomError(collection, "AINFT1155OverLimit")
            .withArgs(tokenId, amount, EDITION_LIMIT);
        }
      });

      it("refuses the zero receiver, and counts nothing", async () => {
        const { byCurator, collection, tokenId } = await opened();

        await expect(byCurator.mint(ZeroAddress, tokenId, 1))
          .to.be.revertedWithCustomError(collection, "ERC1155InvalidReceiver")
          .withArgs(ZeroAddress);
        expect((await editionsOf(collection, tokenId)).minted).to.equal(0n);
      });

      it("goes on for a frozen program: editions are not its life", async () => {
        const { byCurator, collection, program, friend, tokenId } = await opened();
        await program.freeze(tokenId);
        await byCurator.mint(friend.address, tokenId, 1);

        expect(await collection.totalSupply(tokenId)).to.equal(1n);
      });
    });

    describe("mintBatch", () => {
      it("gives editions to every receiver in order", async () => {
        const world = await opened();
        const { byCurator, collection, friend, owner, player, tokenId } = world;

        const minted = byCurator.mintBatch(tokenId, [friend.address, player.address, friend.address], [1, 2, 3]);

        expect(await world.told(minted)).to.deep.equal([
          ["TransferSingle", owner.address, ZeroAddress, friend.address, tokenId, 1n],
          ["TransferSingle", owner.address, ZeroAddress, player.address, tokenId, 2n],
          ["TransferSingle", owner.address, ZeroAddress, friend.address, tokenId, 3n],
        ]);
        const holders = [friend.address, player.address];
        expect(await collection.balanceOfBatch(holders, [tokenId, tokenId])).to.deep.equal([4n, 2n]);
        expect((await editionsOf(collection, tokenId)).minted).to.equal(6n);
      });

      for (const [title, receivers, amounts] of [
        ["nobody", 0, 0],
        ["more receivers than amounts", 2, 1],
        ["more amounts than receivers", 1, 2],
        ["receivers without amounts", 1, 0],
      ] as const) {
        it(`refuses ${title}`, async () => {
          const { byCurator, collection, friend, tokenId } = await opened();
          const to = new Array<string>(receivers).fill(friend.address);

          await expect(byCurator.mintBatch(tokenId, to, new Array<number>(amounts).fill(1)))
            .to.be.revertedWithCustomError(collection, "AINFT1155BadBatch")
            .withArgs(receivers, amounts);
        });
      }

      it("[peers B18] counts the whole batch against the limit: exactly, and not one more", async () => {
        const { byCurator, collection, friend, player, tokenId } = await opened();
        const to = [friend.address, player.address];
        await expect(byCurator.mintBatch(tokenId, to, [EDITION_LIMIT, 1]))
          .to.be.revertedWithCustomError(collection, "AINFT1155OverLimit")
          .withArgs(tokenId, EDITION_LIMIT + 1n, EDITION_LIMIT);
        await byCurator.mintBatch(tokenId, to, [EDITION_LIMIT - 1n, 1]);

        expect((await editionsOf(collection, tokenId)).minted).to.equal(EDITION_LIMIT);
      });

      it("[peers B18] refuses amounts whose sum passes all numbers", async () => {
        const { byCurator, friend, player, tokenId } = await opened();
        const OVERFLOW = 0x11;

        await expect(
          byCurator.mintBatch(tokenId, [friend.address, player.address], [MaxUint256, 1]),
        ).to.be.revertedWithPanic(OVERFLOW);
      });

      it("[peers B18] is all or nothing", async () => {
        const { byCurator, collection, friend, tokenId } = await opened();

        await expect(byCurator.mintBatch(tokenId, [friend.address, ZeroAddress], [1, 1]))
          .to.be.revertedWithCustomError(collection, "ERC1155InvalidReceiver")
          .withArgs(ZeroAddress);
        expect(await collection.balanceOf(friend.address, tokenId)).to.equal(0n);
        expect((await editionsOf(collection, tokenId)).minted).to.equal(0n);
      });
    });

    describe("the right to mint", () => {
      const acts = (world: Editions, id = world.tokenId) => [
        (to: string, by: Editions["collection"]) => by.mint(to, id, 1),
        (to: string, by: Editions["collection"]) => by.mintBatch(id, [to], [1]),
      ];

      for (const role of ["creator", "friend", "stranger", "arbiter", "oracleAccount"] as const) {
        it(`[lineage 1] is not the ${role}'s`, async () => {
          const world = await opened();
          await world.byCurator.mint(world.friend.address, world.tokenId, 5);
          const actor = world[role];

          for (const act of acts(world)) {
            await expect(act(actor.address, world.collection.connect(actor)))
              .to.be.revertedWithCustomError(world.collection, "AINFTNotController")
              .withArgs(world.tokenId, actor.address);
          }
        });
      }

      it("[lineage 16] is not passed on by an approval: the curator alone mints", async () => {
        const world = await opened();
        await world.byCurator.setApprovalForAll(world.friend.address, true);

        for (const act of acts(world)) {
          await expect(act(world.friend.address, world.collection.connect(world.friend)))
            .to.be.revertedWithCustomError(world.collection, "AINFTNotController")
            .withArgs(world.tokenId, world.friend.address);
        }
      });

      it("[peers C24] is nobody's for an unknown id", async () => {
        const world = await opened();
        for (const act of acts(world, world.unknownId)) {
          await expect(act(world.owner.address, world.byCurator))
            .to.be.revertedWithCustomError(world.collection, "AINFTUnknownToken")
            .withArgs(world.unknownId);
        }
      });

      it("[lineage 5] rests while minting is paused", async () => {
        const world = await opened();
        await world.collection.setMintingPaused(true);
        for (const act of acts(world)) {
          await expect(act(world.owner.address, world.byCurator))
            .to.be.revertedWithCustomError(world.collection, "AINFTMintingPaused")
            .withArgs();
        }
        await world.collection.setMintingPaused(false);

        for (const act of acts(world)) await act(world.owner.address, world.byCurator);
        expect(await world.collection.totalSupply(world.tokenId)).to.equal(2n);
      });
    });

    describe("reading", () => {
      it("tells the name and symbol that the collection was opened with", async () => {
        const { collection } = await opened();

        expect([await collection.name(), await collection.symbol()]).to.deep.equal([
          COLLECTION_NAME,
          COLLECTION_SYMBOL,
        ]);
      });

      it("[peers C22] gives as uri the manifest of the active version, also after a rollback", async () => {
        const { collection, program, tokenId, manifest } = await opened();
        expect(await collection.uri(tokenId)).to.equal(manifestUri(manifest));
        await program.publishManifest(tokenId, second);
        expect(await collection.uri(tokenId)).to.equal(manifestUri(second));
        await program.activateVersion(tokenId, 1, ZeroHash);

        expect(await collection.uri(tokenId)).to.equal(manifestUri(manifest));
      });

      it("[peers C22] gives no uri for an unknown id", async () => {
        const { collection, unknownId } = await opened();

        for (const id of [0n, unknownId, MaxUint256]) {
          await expect(collection.uri(id)).to.be.revertedWithCustomError(collection, "AINFTUnknownToken").withArgs(id);
        }
      });

      it("knows nothing of an unknown id, and does not revert", async () => {
        const { collection, unknownId } = await opened();

        expect(await collection.exists(unknownId)).to.equal(false);
        expect(await collection.curatorOf(unknownId)).to.equal(ZeroAddress);
        expect(await collection.curationOfferedTo(unknownId)).to.equal(ZeroAddress);
        expect(await editionsOf(collection, unknownId)).to.deep.equal({ minted: 0n, supply: 0n, limit: 0n });
        expect(await collection.isController(unknownId, ZeroAddress)).to.equal(false);
      });
    });

    it("cannot be built on an extension without code", async () => {
      const { address, stranger } = await opened();
      const token = await deployContract(name, [address]);
      for (const extension of [ZeroAddress, stranger.address]) {
        await expect(deployContract(name, [extension]))
          .to.be.revertedWithCustomError(token, "ExtendedNoExtension")
          .withArgs(extension);
      }
    });
  });
}
