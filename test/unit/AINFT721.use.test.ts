import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import type { ContractTransactionResponse } from "ethers";
import type { IAINFT721 } from "../../typechain-types";
import { IAINFT721__factory } from "../../typechain-types";
import { loadFixture, mineBlock, nextBlockAt, now } from "../helpers/chain";
import { collectionConfig, CollectionKind, deployFactory } from "../helpers/contracts";
import { eventsOf } from "../helpers/events";
import { everybody } from "../helpers/people";
import {
  programAsERC721,
  programAsERC721Votes,
  type ProgramWorld,
  readProgram,
  recordBy,
  updateOf,
} from "../helpers/programs";
import { tableOf } from "../helpers/shares";
import { digestOf } from "../helpers/typed-data";

interface Tokens extends ProgramWorld {
  /** The collection, connected to its controller. */
  collection: IAINFT721;
  byOwner: IAINFT721;
  byArbiter: IAINFT721;
}

const second = digestOf("second manifest");

for (const [name, kind, program] of [
  ["AINFT721", CollectionKind.ERC721, programAsERC721],
  ["AINFT721Votes", CollectionKind.ERC721_VOTES, programAsERC721Votes],
] as const) {
  describe(name, () => {
    async function tokens(): Promise<Tokens> {
      const world = await program();
      const collection = IAINFT721__factory.connect(world.address, world.creator);
      return {
        ...world,
        collection,
        byOwner: collection.connect(world.owner),
        byArbiter: collection.connect(world.arbiter),
      };
    }

    /** Two versions, and `player` uses the token for an hour. */
    async function used(): Promise<Tokens & { expires: bigint }> {
      const world = await tokens();
      await world.byOwner.publishManifest(world.tokenId, second);
      const expires = (await now()) + 3600n;
      await world.byOwner.setUser(world.tokenId, world.player.address, expires);
      return { ...world, expires };
    }

    /** The token is disputed. */
    async function disputed(): Promise<Tokens> {
      const world = await tokens();
      await world.byOwner.publishManifest(world.tokenId, second);
      await world.byArbiter.lock(world.tokenId);
      return world;
    }

    const useOf = async ({ collection, tokenId }: Tokens) => [
      await collection.userOf(tokenId),
      await collection.userExpires(tokenId),
    ];

    describe("setUser (ERC-4907)", () => {
      it("gives the use of the token to somebody until a time, and says so", async () => {
        const world = await loadFixture(tokens);
        const { byOwner, player, tokenId } = world;
        expect(await useOf(world)).to.deep.equal([ZeroAddress, 0n]);
        const expires = (await now()) + 3600n;

        expect(await eventsOf(byOwner.setUser(tokenId, player.address, expires), byOwner)).to.deep.equal([
          ["UpdateUser", tokenId, player.address, expires],
        ]);
        expect(await useOf(world)).to.deep.equal([player.address, expires]);
      });

      it("ends after its last second, not in it", async () => {
        const world = await loadFixture(used);
        await nextBlockAt(world.expires);
        await mineBlock();
        expect(await useOf(world)).to.deep.equal([world.player.address, world.expires]);

        await nextBlockAt(world.expires + 1n);
        await mineBlock();

        expect(await useOf(world)).to.deep.equal([ZeroAddress, world.expires]);
      });

      it("replaces the user before, and takes the use back", async () => {
        const world = await loadFixture(used);
        const { byOwner, friend, tokenId, expires } = world;
        await byOwner.setUser(tokenId, friend.address, expires + 1n);
        expect(await useOf(world)).to.deep.equal([friend.address, expires + 1n]);

        await byOwner.setUser(tokenId, ZeroAddress, 0);

        expect(await useOf(world)).to.deep.equal([ZeroAddress, 0n]);
      });

      it("ends at no time when it is nobody's", async () => {
        const world = await loadFixture(used);
        const { byOwner, tokenId } = world;

        expect(await eventsOf(byOwner.setUser(tokenId, ZeroAddress, world.expires), byOwner)).to.deep.equal([
          ["UpdateUser", tokenId, ZeroAddress, 0n],
        ]);

        expect(await useOf(world)).to.deep.equal([ZeroAddress, 0n]);
      });

      it("takes the end of all time, and a time that is over", async () => {
        const world = await loadFixture(tokens);
        const end = 2n ** 64n - 1n;
        await world.byOwner.setUser(world.tokenId, world.player.address, end);
        expect(await useOf(world)).to.deep.equal([world.player.address, end]);

        await world.byOwner.setUser(world.tokenId, world.player.address, 1);

        expect(await useOf(world)).to.deep.equal([ZeroAddress, 1n]);
      });

      it("[peers D28] gives the user no power over token or program", async () => {
        const { collection, player, tokenId } = await loadFixture(used);

        expect(await collection.isController(tokenId, player.address)).to.equal(false);
        await expect(collection.connect(player).setUser(tokenId, player.address, 1))
          .to.be.revertedWithCustomError(collection, "AINFTNotController")
          .withArgs(tokenId, player.address);
      });

      for (const [title, act] of [
        [
          "a transfer",
          ({ byOwner, owner, friend, tokenId }: Tokens) => byOwner.transferFrom(owner.address, friend.address, tokenId),
        ],
        [
          "a transfer to its own owner",
          ({ byOwner, owner, tokenId }: Tokens) => byOwner.transferFrom(owner.address, owner.address, tokenId),
        ],
        ["a burn", ({ byOwner, tokenId }: Tokens) => byOwner.burn(tokenId)],
      ] as const) {
        it(`[peers D27] is cleared by ${title}, which says so once`, async () => {
          const world = await loadFixture(used);

          const events = await eventsOf(act(world), world.collection);

          expect(events.filter(([event]) => event === "UpdateUser")).to.deep.equal([
            ["UpdateUser", world.tokenId, ZeroAddress, 0n],
          ]);
          expect(await useOf(world)).to.deep.equal([ZeroAddress, 0n]);
        });
      }

      it("[peers D27] is not announced by the transfer of a token that nobody uses", async () => {
        const { byOwner, collection, owner, friend, tokenId } = await loadFixture(tokens);

        const events = await eventsOf(byOwner.transferFrom(owner.address, friend.address, tokenId), collection);

        expect(events.filter(([event]) => event === "UpdateUser")).to.deep.equal([]);
      });

      it("is not cleared by an approval, a version or the freeze", async () => {
        const world = await loadFixture(used);
        const { byOwner, friend, tokenId, player, expires } = world;
        await byOwner.approve(friend.address, tokenId);
        await byOwner.setApprovalForAll(friend.address, true);
        await byOwner.activateVersion(tokenId, 1, ZeroHash);
        await byOwner.freeze(tokenId);

        expect(await useOf(world)).to.deep.equal([player.address, expires]);
      });

      it("obeys whoever is approved", async () => {
        const { byOwner, collection, friend, player, tokenId } = await loadFixture(tokens);
        await byOwner.approve(friend.address, tokenId);
        await collection.connect(friend).setUser(tokenId, player.address, 2n ** 64n - 1n);

        expect(await collection.userOf(tokenId)).to.equal(player.address);
      });

      for (const role of ["creator", "stranger", "arbiter", "oracleAccount"] as const) {
        it(`[lineage 1] refuses the ${role}`, async () => {
          const world = await loadFixture(tokens);
          const actor = world[role];

          await expect(world.collection.connect(actor).setUser(world.tokenId, actor.address, 2n ** 64n - 1n))
            .to.be.revertedWithCustomError(world.collection, "AINFTNotController")
            .withArgs(world.tokenId, actor.address);
        });
      }

      it("[peers C24] knows no token that was never minted, and none that was burned", async () => {
        const { byOwner, owner, tokenId, unknownId } = await loadFixture(tokens);
        await expect(byOwner.setUser(unknownId, owner.address, 1))
          .to.be.revertedWithCustomError(byOwner, "AINFTUnknownToken")
          .withArgs(unknownId);
        await byOwner.burn(tokenId);

        await expect(byOwner.setUser(tokenId, owner.address, 1))
          .to.be.revertedWithCustomError(byOwner, "AINFTNotController")
          .withArgs(tokenId, owner.address);
        expect(await byOwner.userOf(tokenId)).to.equal(ZeroAddress);
      });
    });

    describe("lock and unlock (ERC-5192)", () => {
      it("lock the token and free it again, each with its event and nothing else", async () => {
        const { byArbiter, collection, tokenId } = await loadFixture(tokens);
        expect(await collection.locked(tokenId)).to.equal(false);

        expect(await eventsOf(byArbiter.lock(tokenId), collection)).to.deep.equal([
          ["DisputeLock", tokenId, true],
          ["Locked", tokenId],
        ]);
        expect(await collection.locked(tokenId)).to.equal(true);

        expect(await eventsOf(byArbiter.unlock(tokenId), collection)).to.deep.equal([
          ["DisputeLock", tokenId, false],
          ["Unlocked", tokenId],
        ]);
        expect(await collection.locked(tokenId)).to.equal(false);
      });

      type Act = (world: Tokens) => Promise<ContractTransactionResponse>;
      const acts: Record<string, Act> = {
        transferFrom: ({ byOwner, owner, friend, tokenId }) =>
          byOwner.transferFrom(owner.address, friend.address, tokenId),
        safeTransferFrom: ({ byOwner, owner, friend, tokenId }) =>
          byOwner["safeTransferFrom(address,address,uint256)"](owner.address, friend.address, tokenId),
        publishManifest: ({ byOwner, tokenId }) => byOwner.publishManifest(tokenId, second),
        activateVersion: ({ byOwner, tokenId }) => byOwner.activateVersion(tokenId, 1, ZeroHash),
        addTraining: ({ byOwner, owner, tokenId }) => byOwner.addTraining(tokenId, recordBy(owner), "0x"),
        addTrainingBatch: ({ byOwner, owner, tokenId }) => byOwner.addTrainingBatch(tokenId, [recordBy(owner)], "0x"),
        addTrainingByLeaves: ({ byOwner, owner, tokenId }) =>
          byOwner.addTrainingByLeaves(tokenId, owner.address, [second], "0x"),
        applySignedState: (world) =>
          world.collection.connect(world.oracleAccount).applySignedState(updateOf(world, { manifestDigest: second })),
        freeze: ({ byOwner, tokenId }) => byOwner.freeze(tokenId),
        setHoldersOnly: ({ byOwner, tokenId }) => byOwner.setHoldersOnly(tokenId, true),
        setSplit: ({ byOwner, trainer, tokenId }) => byOwner.setSplit(tokenId, 1, tableOf([trainer, 10_000n])),
        burn: ({ byOwner, tokenId }) => byOwner.burn(tokenId),
      };

      for (const [act, send] of Object.entries(acts)) {
        it(`stop ${act} while the token is locked, and only then`, async () => {
          const world = await loadFixture(disputed);
          await expect(send(world))
            .to.be.revertedWithCustomError(world.collection, "AINFTLocked")
            .withArgs(world.tokenId);

          await world.byArbiter.unlock(world.tokenId);

          await expect(send(world)).not.to.be.reverted;
        });
      }

      it("leave a locked program as it was", async () => {
        const world = await loadFixture(tokens);
        const { program, byArbiter, tokenId } = world;
        const before = await readProgram(program, tokenId);

        await byArbiter.lock(tokenId);
        expect(await readProgram(program, tokenId)).to.deep.equal({ ...before, locked: true });

        await byArbiter.unlock(tokenId);
        expect(await readProgram(program, tokenId)).to.deep.equal(before);
      });

      it("leave other tokens alone", async () => {
        const { mint, byOwner, byArbiter, owner, friend, tokenId } = await loadFixture(tokens);
        const other = await mint(second);
        await byArbiter.lock(tokenId);

        await byOwner.transferFrom(owner.address, friend.address, other);
        expect(await byOwner.locked(other)).to.equal(false);
      });

      it("[peers C24] know no token that nobody owns", async () => {
        const { byArbiter, byOwner, collection, tokenId, unknownId } = await loadFixture(tokens);
        await expect(byArbiter.lock(unknownId))
          .to.be.revertedWithCustomError(collection, "AINFTUnknownToken")
          .withArgs(unknownId);
        await byOwner.burn(tokenId);

        for (const id of [unknownId, tokenId]) {
          await expect(collection.locked(id))
            .to.be.revertedWithCustomError(collection, "ERC721NonexistentToken")
            .withArgs(id);
        }
        await expect(byArbiter.lock(tokenId))
          .to.be.revertedWithCustomError(collection, "ERC721NonexistentToken")
          .withArgs(tokenId);
      });

      it("hold a frozen program's token too, so that no owner freezes their way out of a dispute", async () => {
        const { byArbiter, byOwner, collection, owner, friend, program, tokenId } = await loadFixture(tokens);
        await byOwner.freeze(tokenId);
        const before = await readProgram(program, tokenId);
        await byArbiter.lock(tokenId);

        await expect(byOwner.transferFrom(owner.address, friend.address, tokenId))
          .to.be.revertedWithCustomError(collection, "AINFTLocked")
          .withArgs(tokenId);
        await byArbiter.unlock(tokenId);
        await byOwner.transferFrom(owner.address, friend.address, tokenId);
        expect(await readProgram(program, tokenId)).to.deep.equal(before);
      });

      it("refuse to lock twice, and to unlock what is free", async () => {
        const { byArbiter, collection, tokenId, unknownId } = await loadFixture(tokens);
        for (const id of [tokenId, unknownId]) {
          await expect(byArbiter.unlock(id))
            .to.be.revertedWithCustomError(collection, "AINFTLockUnchanged")
            .withArgs(id, false);
        }
        await byArbiter.lock(tokenId);

        await expect(byArbiter.lock(tokenId))
          .to.be.revertedWithCustomError(collection, "AINFTLockUnchanged")
          .withArgs(tokenId, true);
      });

      for (const role of ["owner", "creator", "stranger", "oracleAccount"] as const) {
        it(`[lineage 1] refuse the ${role}`, async () => {
          const world = await loadFixture(disputed);
          const collection = world.collection.connect(world[role]);

          for (const act of [() => collection.lock(world.tokenId), () => collection.unlock(world.tokenId)]) {
            await expect(act())
              .to.be.revertedWithCustomError(collection, "AINFTNotArbiter")
              .withArgs(world[role].address, world.arbiter.address);
          }
          expect(await collection.locked(world.tokenId)).to.equal(true);
        });
      }

      it("belong to nobody, for ever, where the collection was opened without an arbiter", async () => {
        const people = await everybody();
        const { factory } = await deployFactory(people.dao);
        const salt = digestOf("a collection without an arbiter");
        const config = { ...collectionConfig(people, ZeroAddress), arbiter: ZeroAddress };
        await factory.connect(people.creator).createCollection(kind, salt, config);
        const address = await factory.predictCollection(kind, people.creator.address, salt);
        const collection = IAINFT721__factory.connect(address, people.creator);
        await collection.mint(people.owner.address, second);
        expect(await collection.arbiter()).to.equal(ZeroAddress);

        for (const actor of [people.creator, people.owner, people.arbiter, people.dao]) {
          await expect(collection.connect(actor).lock(1))
            .to.be.revertedWithCustomError(collection, "AINFTNotArbiter")
            .withArgs(actor.address, ZeroAddress);
        }
      });

      it("are the arbiter's that the collection was opened with", async () => {
        const { collection, arbiter } = await loadFixture(tokens);

        expect(await collection.arbiter()).to.equal(arbiter.address);
      });
    });
  });
}
