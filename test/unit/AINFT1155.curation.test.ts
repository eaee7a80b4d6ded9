import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import type { TimelockMock } from "../../typechain-types";
import { deployContract, loadFixture, passTime } from "../helpers/chain";
import { editionKinds, type Editions } from "../helpers/editions";
import { eventsOf } from "../helpers/events";
import { digestOf } from "../helpers/typed-data";

const DELAY = 3600n;
const second = digestOf("second manifest");

for (const [name, fixture] of editionKinds) {
  describe(name, () => {
    const opened = () => loadFixture(fixture);

    /** The curation is offered to `friend`. */
    async function offered(): Promise<Editions> {
      const world = await fixture();
      await world.byCurator.offerCuration(world.tokenId, world.friend.address);
      return world;
    }

    const whoCurates = async ({ collection, tokenId }: Editions) => [
      await collection.curatorOf(tokenId),
      await collection.curationOfferedTo(tokenId),
    ];

    describe("offerCuration", () => {
      it("[lineage 16] offers the id to somebody, who is no curator by it", async () => {
        const world = await opened();
        const { byCurator, collection, owner, friend, tokenId } = world;

        const events = await eventsOf(byCurator.offerCuration(tokenId, friend.address), collection);

        expect(events).to.deep.equal([["CurationOffered", tokenId, owner.address, friend.address]]);
        expect(await whoCurates(world)).to.deep.equal([owner.address, friend.address]);
        expect(await collection.isController(tokenId, friend.address)).to.equal(false);
        await byCurator.publishManifest(tokenId, second);
      });

      it("takes an offer back with zero", async () => {
        const world = await loadFixture(offered);
        const { byCurator, collection, owner, friend, tokenId } = world;

        expect(await eventsOf(byCurator.offerCuration(tokenId, ZeroAddress), collection)).to.deep.equal([
          ["CurationOffered", tokenId, owner.address, ZeroAddress],
        ]);
        await expect(collection.connect(friend).acceptCuration(tokenId))
          .to.be.revertedWithCustomError(collection, "AINFT1155NotOffered")
          .withArgs(tokenId, friend.address, ZeroAddress);
      });

      it("replaces the offer before", async () => {
        const world = await loadFixture(offered);
        const { byCurator, collection, friend, player, tokenId } = world;
        await byCurator.offerCuration(tokenId, player.address);

        await expect(collection.connect(friend).acceptCuration(tokenId))
          .to.be.revertedWithCustomError(collection, "AINFT1155NotOffered")
          .withArgs(tokenId, friend.address, player.address);
        await collection.connect(player).acceptCuration(tokenId);
        expect(await whoCurates(world)).to.deep.equal([player.address, ZeroAddress]);
      });

      for (const role of ["creator", "friend", "stranger"] as const) {
        it(`[lineage 1] refuses the ${role}`, async () => {
          const world = await loadFixture(offered);
          const actor = world[role];

          await expect(world.collection.connect(actor).offerCuration(world.tokenId, actor.address))
            .to.be.revertedWithCustomError(world.collection, "AINFTNotController")
            .withArgs(world.tokenId, actor.address);
        });
      }

      it("[peers C24] knows no id that was never created", async () => {
        const { byCurator, owner, unknownId } = await opened();

        await expect(byCurator.offerCuration(unknownId, owner.address))
          .to.be.revertedWithCustomError(byCurator, "AINFTUnknownToken")
          .withArgs(unknownId);
      });
    });

    describe("acceptCuration", () => {
      it("[lineage 16] makes the next curator the only one, says so, and ends the offer", async () => {
        const world = await loadFixture(offered);
        const { byCurator, collection, owner, friend, tokenId } = world;

        expect(await eventsOf(collection.connect(friend).acceptCuration(tokenId), collection)).to.deep.equal([
          ["CuratorChanged", tokenId, owner.address, friend.address],
        ]);

        expect(await whoCurates(world)).to.deep.equal([friend.address, ZeroAddress]);
        await collection.connect(friend).mint(friend.address, tokenId, 1);
        for (const act of [
          () => byCurator.mint(owner.address, tokenId, 1),
          () => byCurator.publishManifest(tokenId, second),
          () => byCurator.offerCuration(tokenId, owner.address),
          () => byCurator.lowerLimit(tokenId, 1),
        ]) {
          await expect(act())
            .to.be.revertedWithCustomError(collection, "AINFTNotController")
            .withArgs(tokenId, owner.address);
        }
      });

      it("[lineage 16] works once: the offer is spent", async () => {
        const { collection, friend, player, tokenId } = await loadFixture(offered);
        const byFriend = collection.connect(friend);
        await byFriend.acceptCuration(tokenId);
        await byFriend.offerCuration(tokenId, player.address);
        await collection.connect(player).acceptCuration(tokenId);

        await expect(byFriend.acceptCuration(tokenId))
          .to.be.revertedWithCustomError(collection, "AINFT1155NotOffered")
          .withArgs(tokenId, friend.address, ZeroAddress);
      });

      for (const role of ["owner", "creator", "stranger"] as const) {
        it(`[lineage 1] refuses the ${role}, to whom nothing was offered`, async () => {
          const world = await loadFixture(offered);
          const actor = world[role];

          await expect(world.collection.connect(actor).acceptCuration(world.tokenId))
            .to.be.revertedWithCustomError(world.collection, "AINFT1155NotOffered")
            .withArgs(world.tokenId, actor.address, world.friend.address);
        });
      }

      it("[lineage 1] gives no unknown id to anybody", async () => {
        const { collection, stranger, unknownId } = await opened();

        await expect(collection.connect(stranger).acceptCuration(unknownId))
          .to.be.revertedWithCustomError(collection, "AINFT1155NotOffered")
          .withArgs(unknownId, stranger.address, ZeroAddress);
      });

      it("leaves other ids with their curator", async () => {
        const { collection, mint, friend, owner, tokenId } = await loadFixture(offered);
        const other = await mint(second);
        await collection.connect(friend).acceptCuration(tokenId);

        expect(await collection.curatorOf(other)).to.equal(owner.address);
      });
    });

    describe("a timelock as curator", () => {
      interface Timelocked extends Editions {
        timelock: TimelockMock;
        timelockAddress: string;
        /** Schedules a call to the collection, waits, and executes it. */
        decide(data: string): Promise<void>;
      }

      /** The curation is offered to a timelock in which `dao` proposes. */
      async function offeredToTimelock(): Promise<Timelocked> {
        const world = await fixture();
        const { address, dao, stranger } = world;
        const timelock = await deployContract("TimelockMock", [DELAY, [dao.address]]);
        const timelockAddress = await timelock.getAddress();
        await world.byCurator.offerCuration(world.tokenId, timelockAddress);
        const decide = async (data: string): Promise<void> => {
          await timelock.connect(dao).schedule(address, 0, data, ZeroHash, ZeroHash, DELAY);
          await passTime(DELAY);
          await timelock.connect(stranger).execute(address, 0, data, ZeroHash, ZeroHash);
        };
        return { ...world, timelock, timelockAddress, decide };
      }

      it("accepts by a scheduled call, and only after its delay", async () => {
        const world = await loadFixture(offeredToTimelock);
        const { address, collection, dao, timelock, timelockAddress, tokenId } = world;
        const data = collection.interface.encodeFunctionData("acceptCuration", [tokenId]);
        await timelock.connect(dao).schedule(address, 0, data, ZeroHash, ZeroHash, DELAY);

        await expect(timelock.connect(dao).execute(address, 0, data, ZeroHash, ZeroHash)).to.be.revertedWithCustomError(
          timelock,
          "TimelockUnexpectedOperationState",
        );
        await passTime(DELAY);
        await timelock.connect(dao).execute(address, 0, data, ZeroHash, ZeroHash);

        expect(await whoCurates(world)).to.deep.equal([timelockAddress, ZeroAddress]);
      });

      it("then controls the program and its editions, and hands them on", async () => {
        const { collection, program, decide, friend, owner, tokenId } = await loadFixture(offeredToTimelock);
        const abi = collection.interface;
        await decide(abi.encodeFunctionData("acceptCuration", [tokenId]));
        await decide(abi.encodeFunctionData("publishManifest", [tokenId, second]));
        await decide(abi.encodeFunctionData("mint", [friend.address, tokenId, 2]));
        await decide(abi.encodeFunctionData("offerCuration", [tokenId, friend.address]));
        await collection.connect(friend).acceptCuration(tokenId);

        expect(await program.activeVersion(tokenId)).to.deep.equal([2n, second]);
        expect(await collection.balanceOf(friend.address, tokenId)).to.equal(2n);
        expect(await collection.curatorOf(tokenId)).to.equal(friend.address);
        expect(await collection.isController(tokenId, owner.address)).to.equal(false);
      });

      it("may hold editions itself", async () => {
        const { byCurator, collection, timelockAddress, tokenId } = await loadFixture(offeredToTimelock);
        await byCurator.mint(timelockAddress, tokenId, 1);

        expect(await collection.balanceOf(timelockAddress, tokenId)).to.equal(1n);
      });
    });
  });
}
