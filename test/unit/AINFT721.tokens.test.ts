import { expect } from "chai";
import { type ContractTransactionResponse, ZeroAddress, ZeroHash } from "ethers";
import type { IAINFT721 } from "../../typechain-types";
import { IAINFT721__factory, IAINFT721Votes__factory } from "../../typechain-types";
import { deployContract, loadFixture, nextBlockAt, now } from "../helpers/chain";
import { eventsOf, type SeenEvent } from "../helpers/events";
import {
  freshProgram,
  programAsERC721,
  programAsERC721Votes,
  type ProgramWorld,
  readProgram,
  recordBy,
  updateOf,
} from "../helpers/programs";
import { trainingProof } from "../helpers/training";
import { digestOf, recordLeaf } from "../helpers/typed-data";

interface Tokens extends ProgramWorld {
  /** The collection, connected to its controller. */
  collection: IAINFT721;
  byOwner: IAINFT721;
}

const second = digestOf("second manifest");
const third = digestOf("third manifest");

for (const [name, program] of [
  ["AINFT721", programAsERC721],
  ["AINFT721Votes", programAsERC721Votes],
] as const) {
  describe(name, () => {
    async function tokens(): Promise<Tokens> {
      const world = await program();
      const collection = IAINFT721__factory.connect(world.address, world.creator);
      return { ...world, collection, byOwner: collection.connect(world.owner) };
    }
    const opened = () => loadFixture(tokens);

    /** A collective also tells whose votes changed; the tests here ask for everything else. */
    async function told(world: Tokens, act: Promise<ContractTransactionResponse>): Promise<SeenEvent[]> {
      const events = await eventsOf(act, IAINFT721Votes__factory.connect(world.address, world.creator));
      return events.filter(([event]) => event !== "DelegateVotesChanged");
    }

    describe("mintBatch", () => {
      it("gives the next tokens, each with its first version, to their receivers in order", async () => {
        const { collection, friend, owner, stranger, program, tokenId } = await opened();
        const receivers = [friend.address, owner.address, stranger.address];

        expect(await collection.mintBatch.staticCall(receivers, [second, third, second])).to.equal(tokenId + 1n);
        await collection.mintBatch(receivers, [second, third, second]);

        expect(await collection.totalMinted()).to.equal(tokenId + 3n);
        for (const [place, manifest] of [second, third, second].entries()) {
          const id = tokenId + 1n + BigInt(place);
          expect(await collection.ownerOf(id)).to.equal(receivers[place]);
          expect(await readProgram(program, id)).to.deep.equal(freshProgram(manifest));
        }
      });

      it("emits what as many single mints would", async () => {
        const world = await opened();
        const { collection, friend, owner } = world;

        const minted = collection.mintBatch([friend.address, owner.address], [second, third]);

        expect(await told(world, minted)).to.deep.equal([
          ["Transfer", ZeroAddress, friend.address, 2n],
          ["VersionPublished", 2n, 1n, second],
          ["Transfer", ZeroAddress, owner.address, 3n],
          ["VersionPublished", 3n, 1n, third],
        ]);
      });

      it("[peers B18] takes one token, and a hundred", async () => {
        const { collection, friend } = await opened();
        await collection.mintBatch([friend.address], [second]);
        await collection.mintBatch(new Array<string>(100).fill(friend.address), new Array<string>(100).fill(second));

        expect(await collection.balanceOf(friend.address)).to.equal(101n);
        expect(await collection.ownerOf(102)).to.equal(friend.address);
      });

      for (const [title, receivers, manifests] of [
        ["no tokens", 0, 0],
        ["more receivers than manifests", 2, 1],
        ["more manifests than receivers", 1, 2],
        ["receivers without manifests", 1, 0],
      ] as const) {
        it(`refuses ${title}`, async () => {
          const { collection, friend } = await opened();
          const to = new Array<string>(receivers).fill(friend.address);

          await expect(collection.mintBatch(to, new Array<string>(manifests).fill(second)))
            .to.be.revertedWithCustomError(collection, "AINFT721BadBatch")
            .withArgs(receivers, manifests);
        });
      }

      it("[peers B18] is all or nothing: one bad receiver or manifest, and no id is used", async () => {
        const { collection, friend, owner } = await opened();

        await expect(collection.mintBatch([friend.address, ZeroAddress], [second, third]))
          .to.be.revertedWithCustomError(collection, "ERC721InvalidReceiver")
          .withArgs(ZeroAddress);
        await expect(collection.mintBatch([friend.address, owner.address], [second, ZeroHash]))
          .to.be.revertedWithCustomError(collection, "AINFTEmptyManifest")
          .withArgs(3n);
        expect(await collection.totalMinted()).to.equal(1n);
        expect(await collection.balanceOf(friend.address)).to.equal(0n);
      });

      it("[lineage 5] refuses while minting is paused", async () => {
        const { collection, friend } = await opened();
        await collection.setMintingPaused(true);

        await expect(collection.mintBatch([friend.address], [second]))
          .to.be.revertedWithCustomError(collection, "AINFTMintingPaused")
          .withArgs();
      });

      for (const role of ["stranger", "owner", "arbiter", "oracleAccount"] as const) {
        it(`[lineage 1] refuses the ${role}`, async () => {
          const world = await opened();
          const actor = world[role];

          await expect(world.collection.connect(actor).mintBatch([actor.address], [second]))
            .to.be.revertedWithCustomError(world.collection, "OwnableUnauthorizedAccount")
            .withArgs(actor.address);
        });
      }
    });

    describe("burn", () => {
      it("takes the token from its owner and freezes its program, and says both", async () => {
        const world = await opened();
        const { collection, byOwner, owner, tokenId } = world;

        expect(await told(world, byOwner.burn(tokenId))).to.deep.equal([
          ["Transfer", owner.address, ZeroAddress, tokenId],
          ["ProgramFrozen", tokenId, owner.address],
        ]);

        expect(await collection.balanceOf(owner.address)).to.equal(0n);
        await expect(collection.ownerOf(tokenId))
          .to.be.revertedWithCustomError(collection, "ERC721NonexistentToken")
          .withArgs(tokenId);
      });

      it("[lineage 4] never gives the id again", async () => {
        const { collection, byOwner, owner, tokenId } = await opened();
        await byOwner.burn(tokenId);
        expect(await collection.totalMinted()).to.equal(tokenId);

        await collection.mint(owner.address, second);
        await collection.mintBatch([owner.address], [third]);

        expect(await collection.ownerOf(tokenId + 1n)).to.equal(owner.address);
        expect(await collection.ownerOf(tokenId + 2n)).to.equal(owner.address);
        await expect(collection.ownerOf(tokenId)).to.be.revertedWithCustomError(collection, "ERC721NonexistentToken");
      });

      it("[lineage 4] leaves the program readable, frozen and provable", async () => {
        const { byOwner, program, owner, tokenId, manifest } = await opened();
        const records = [recordBy(owner), recordBy(owner, { trainedAt: 1n })];
        await program.addTrainingBatch(tokenId, records, "0x");
        await program.publishManifest(tokenId, second);
        const before = await readProgram(program, tokenId);

        const time = (await now()) + 10n;
        await nextBlockAt(time);
        await byOwner.burn(tokenId);

        expect(await readProgram(program, tokenId)).to.deep.equal({ ...before, frozen: true, updatedAt: time });
        expect(await program.manifestOf(tokenId, 1)).to.equal(manifest);
        for (const [index, record] of records.entries()) {
          const proof = trainingProof(records.map(recordLeaf), index);
          expect(await program.verifyTraining(tokenId, record, index, proof)).to.equal(true);
        }
      });

      it("[peers C22] takes its metadata away", async () => {
        const { collection, byOwner, tokenId } = await opened();
        await byOwner.burn(tokenId);

        await expect(collection.tokenURI(tokenId))
          .to.be.revertedWithCustomError(collection, "ERC721NonexistentToken")
          .withArgs(tokenId);
      });

      it("[peers C25] stops the oracle too", async () => {
        const world = await opened();
        await world.byOwner.burn(world.tokenId);

        await expect(world.program.connect(world.oracleAccount).applySignedState(updateOf(world)))
          .to.be.revertedWithCustomError(world.program, "AINFTFrozen")
          .withArgs(world.tokenId);
      });

      it("[peers C24] leaves nobody in control, not even by old approvals", async () => {
        const { collection, byOwner, program, owner, friend, stranger, tokenId } = await opened();
        await byOwner.approve(friend.address, tokenId);
        await byOwner.setApprovalForAll(stranger.address, true);
        await byOwner.burn(tokenId);

        for (const actor of [owner, friend, stranger]) {
          expect(await collection.isController(tokenId, actor.address)).to.equal(false);
          await expect(program.connect(actor).publishManifest(tokenId, second))
            .to.be.revertedWithCustomError(program, "AINFTNotController")
            .withArgs(tokenId, actor.address);
          await expect(collection.connect(actor).burn(tokenId))
            .to.be.revertedWithCustomError(collection, "AINFTNotController")
            .withArgs(tokenId, actor.address);
        }
        expect(await collection.isController(tokenId, ZeroAddress)).to.equal(false);
      });

      it("burns a frozen program's token as well, which changes nothing about the program", async () => {
        const world = await opened();
        const { byOwner, program, owner, tokenId } = world;
        await program.freeze(tokenId);
        const before = await readProgram(program, tokenId);

        expect(await told(world, byOwner.burn(tokenId))).to.deep.equal([
          ["Transfer", owner.address, ZeroAddress, tokenId],
        ]);
        expect(await readProgram(program, tokenId)).to.deep.equal(before);
      });

      it("obeys whoever is approved", async () => {
        const { collection, byOwner, friend, tokenId } = await opened();
        await byOwner.approve(friend.address, tokenId);
        await collection.connect(friend).burn(tokenId);

        expect(await collection.isController(tokenId, friend.address)).to.equal(false);
      });

      for (const role of ["creator", "stranger", "arbiter", "oracleAccount"] as const) {
        it(`[lineage 1] refuses the ${role}`, async () => {
          const world = await opened();
          const actor = world[role];

          await expect(world.collection.connect(actor).burn(world.tokenId))
            .to.be.revertedWithCustomError(world.collection, "AINFTNotController")
            .withArgs(world.tokenId, actor.address);
        });
      }

      it("knows no token that was never minted", async () => {
        const { byOwner, unknownId } = await opened();

        await expect(byOwner.burn(unknownId))
          .to.be.revertedWithCustomError(byOwner, "AINFTUnknownToken")
          .withArgs(unknownId);
      });
    });

    describe("isController", () => {
      it("[lineage 16] is true for the owner and whoever the owner approved, and for nobody else", async () => {
        const world = await opened();
        const { collection, byOwner, owner, friend, trainer, tokenId } = world;
        await byOwner.approve(friend.address, tokenId);
        await byOwner.setApprovalForAll(trainer.address, true);
        const truth = { owner: true, friend: true, trainer: true };

        for (const role of ["owner", "friend", "trainer", "creator", "oracleAccount", "arbiter", "stranger"] as const) {
          const verdict = await collection.isController(tokenId, world[role].address);
          expect(verdict, role).to.equal(role in truth);
        }
        await byOwner.transferFrom(owner.address, world.player.address, tokenId);
        for (const role of ["owner", "friend", "trainer"] as const) {
          expect(await collection.isController(tokenId, world[role].address), role).to.equal(false);
        }
        expect(await collection.isController(tokenId, world.player.address)).to.equal(true);
      });

      it("[lineage 16] is false again once an approval is taken back", async () => {
        const { collection, byOwner, friend, trainer, tokenId } = await opened();
        await byOwner.approve(friend.address, tokenId);
        await byOwner.setApprovalForAll(trainer.address, true);
        await byOwner.approve(ZeroAddress, tokenId);
        await byOwner.setApprovalForAll(trainer.address, false);

        expect(await collection.isController(tokenId, friend.address)).to.equal(false);
        expect(await collection.isController(tokenId, trainer.address)).to.equal(false);
      });

      it("[peers C24] is false for a token that was never minted and for the zero account, and never reverts", async () => {
        const { collection, owner, tokenId, unknownId } = await opened();

        for (const id of [0n, unknownId, 2n ** 256n - 1n]) {
          expect(await collection.isController(id, owner.address)).to.equal(false);
          expect(await collection.isController(id, ZeroAddress)).to.equal(false);
        }
        expect(await collection.isController(tokenId, ZeroAddress)).to.equal(false);
      });
    });

    describe("ether", () => {
      it("[lineage 15] is not taken: what comes in could not come out", async () => {
        const { address, creator, collection } = await opened();
        const asked = [
          "0x",
          collection.interface.encodeFunctionData("oracle"),
          collection.interface.encodeFunctionData("mint", [creator.address, second]),
        ];

        for (const data of asked) {
          await expect(creator.sendTransaction({ to: address, data, value: 1n })).to.be.revertedWithoutReason();
        }
      });
    });

    describe("an unknown function", () => {
      it("is refused by the token contract and by its extension", async () => {
        const { address, stranger } = await opened();

        for (const data of ["0x", "0xdeadbeef", "0x00"]) {
          await expect(stranger.sendTransaction({ to: address, data })).to.be.revertedWithoutReason();
        }
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
