import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { blockNumber, deployContract, loadFixture, nextBlockAt, now } from "../helpers/chain";
import { eventsAt, eventsOf } from "../helpers/events";
import {
  certainTable,
  commit,
  common,
  DELAY,
  drawnFrom,
  EGG_BOND,
  eggCommitted,
  eggLaid,
  type EggWorld,
  eggManifest,
  EggState,
  hatcheryDeployed,
  KNOWN_BLOCKS,
  layEgg,
  legend,
  LEGENDS,
  mineTo,
  noEgg,
  NOTICE,
  rare,
  readEgg,
  seedOf,
  tableOf,
  TREASURY,
} from "../helpers/hatchery";
import { digestOf } from "../helpers/typed-data";

const manifests = [common, rare, legend];

describe("Hatchery", () => {
  describe("commit", () => {
    it("takes egg and bond, and keeps what will decide", async () => {
      const world = await loadFixture(eggLaid);
      const { hatchery, address, eggs, token, player, eggId, commitment } = world;
      const revealBlock = (await blockNumber()) + 1n + DELAY;

      const transaction = await hatchery.connect(player).commit(eggId, commitment, 1);

      expect(await eventsAt(transaction, hatchery)).to.deep.equal([
        ["EggCommitted", eggId, player.address, commitment, 50n, 1n, revealBlock, EGG_BOND],
      ]);
      expect(await eventsAt(transaction, token)).to.deep.equal([["Transfer", player.address, address, EGG_BOND]]);
      expect(await eventsAt(transaction, eggs)).to.deep.equal([["Transfer", player.address, address, eggId]]);
      expect(await eggs.ownerOf(eggId)).to.equal(address);
      expect(await readEgg(hatchery, eggId)).to.deep.equal({
        committer: player.address,
        revealBlock,
        tableVersion: 1n,
        row: 0n,
        state: EggState.WAITING,
        commitment,
        xp: 50n,
        bond: EGG_BOND,
      });
    });

    it("answers the block that decides", async () => {
      const { hatchery, player, eggId, commitment } = await loadFixture(eggLaid);

      const revealBlock = await hatchery.connect(player).commit.staticCall(eggId, commitment, 1);

      expect(revealBlock - DELAY - (await blockNumber())).to.be.oneOf([0n, 1n]); // a call runs in the next block
    });

    for (const [xp, row] of [
      [10n, 0n],
      [99n, 0n],
      [100n, 1n],
      [499n, 1n],
      [500n, 2n],
      [1000n, 2n],
    ] as const) {
      it(`hatches an egg of ${xp} XP by row ${row}`, async () => {
        const world = await loadFixture(eggLaid);
        const eggId = await layEgg(world, world.player, xp);
        await commit(world, eggId);

        const { row: seen, xp: told } = await readEgg(world.hatchery, eggId);
        expect([seen, told]).to.deep.equal([row, xp]);
      });
    }

    it("refuses an egg that has too little XP for the first row", async () => {
      const world = await loadFixture(eggLaid);
      const eggId = await layEgg(world, world.player, 9n);

      await expect(commit(world, eggId))
        .to.be.revertedWithCustomError(world.hatchery, "HatcheryNotRipe")
        .withArgs(eggId, 9n, 10n);
    });

    it("refuses somebody else's egg, to whoever is approved for it too", async () => {
      const { hatchery, eggs, player, friend, eggId, commitment } = await loadFixture(eggLaid);
      await eggs.approve(friend.address, eggId);

      await expect(hatchery.connect(friend).commit(eggId, commitment, 1))
        .to.be.revertedWithCustomError(hatchery, "HatcheryNotOwner")
        .withArgs(eggId, friend.address, player.address);
    });

    it("refuses an egg that it holds already", async () => {
      const { hatchery, address, player, eggId, commitment } = await loadFixture(eggCommitted);

      await expect(hatchery.connect(player).commit(eggId, commitment, 1))
        .to.be.revertedWithCustomError(hatchery, "HatcheryNotOwner")
        .withArgs(eggId, player.address, address);
    });

    it("refuses an egg that a dispute locks", async () => {
      const world = await loadFixture(eggLaid);
      await world.eggs.connect(world.arbiter).lock(world.eggId);

      await expect(commit(world)).to.be.revertedWithCustomError(world.eggs, "AINFTLocked").withArgs(world.eggId);
    });

    it("waits until the collection of the hatched is taken over, and until there is a table", async () => {
      const world = await loadFixture(hatcheryDeployed);
      const { hatchery, address, hatched, player } = world;
      const eggId = await layEgg(world, player, 50n);
      const act = (version: number) => hatchery.connect(player).commit(eggId, ZeroHash, version);
      await expect(act(1)).to.be.revertedWithCustomError(hatchery, "HatcheryNotReady");
      await hatched.transferOwnership(address);
      await hatchery.takeCollection();

      for (const version of [0, 1]) {
        await expect(act(version))
          .to.be.revertedWithCustomError(hatchery, "HatcheryOtherTable")
          .withArgs(BigInt(version), 0n);
      }
    });

    it("takes no bond where the table asks for none", async () => {
      const world = await loadFixture(eggLaid);
      const { hatchery, address, token, dao } = world;
      await hatchery.connect(dao).publishTable(certainTable(rare, 0n));
      await nextBlockAt((await now()) + NOTICE);
      await commit(world, world.eggId, 2);

      expect(await token.balanceOf(address)).to.equal(0n);
      await mineTo((await readEgg(hatchery, world.eggId)).revealBlock);
      await hatchery.reveal(world.eggId, world.secret);
      expect(await hatchery.totalOwed()).to.equal(0n);
    });

    it("refuses a bond that does not arrive in full", async () => {
      const world = await loadFixture(hatcheryDeployed);
      const token = await deployContract("FeeOnTransferTokenMock", [100]);
      const hatchery = await deployContract("Hatchery", [{ ...world.settings, asset: await token.getAddress() }]);
      const address = await hatchery.getAddress();
      const { dao, player, hatched, eggs } = world;
      await hatched.transferOwnership(address);
      await hatchery.takeCollection();
      await hatchery.connect(dao).publishTable(tableOf({ bond: 1000n }));
      const eggId = await layEgg(world, player, 50n);
      await eggs.setApprovalForAll(address, true);
      await token.mint(player.address, 1000n);
      await token.connect(player).approve(address, 1000n);

      await expect(hatchery.connect(player).commit(eggId, ZeroHash, 1))
        .to.be.revertedWithCustomError(hatchery, "PayoutsWrongBalance")
        .withArgs(1000n, 990n);
    });
  });

  describe("reveal", () => {
    it("draws by block hash and secret, mints for the committer, burns the egg and owes the bond back", async () => {
      const world = await loadFixture(eggCommitted);
      const { hatchery, hatched, eggs, address, player, eggId, secret, revealBlock } = world;
      await mineTo(revealBlock);
      const seed = await seedOf(world, eggId, revealBlock);
      const outcome = drawnFrom([7000n, 2500n, 500n], seed);
      const manifest = manifests[outcome];

      const transaction = await hatchery.reveal(eggId, secret);

      expect(await eventsAt(transaction, hatchery)).to.deep.equal([
        ["Owed", player.address, EGG_BOND],
        ["EggHatched", eggId, 1n, player.address, BigInt(outcome), manifest, seed],
      ]);
      expect(await eventsAt(transaction, hatched)).to.deep.equal([
        ["Transfer", ZeroAddress, player.address, 1n],
        ["VersionPublished", 1n, 1n, manifest],
      ]);
      expect(await eventsAt(transaction, eggs)).to.deep.equal([
        ["Transfer", address, ZeroAddress, eggId],
        ["ProgramFrozen", eggId, address],
      ]);
      expect(await hatched.activeVersion(1n)).to.deep.equal([1n, manifest]);
      expect(await hatched.ownerOf(1n)).to.equal(player.address);
      await expect(eggs.ownerOf(eggId)).to.be.revertedWithCustomError(eggs, "ERC721NonexistentToken").withArgs(eggId);
      expect((await eggs.programOf(eggId)).frozen).to.equal(true);
      expect(await readEgg(hatchery, eggId)).to.deep.equal(noEgg);
      await expect(hatchery.withdraw(player.address)).to.changeTokenBalances(
        world.token,
        [address, player],
        [-EGG_BOND, EGG_BOND],
      );
    });

    it("keeps the lineage of the new AINFT, whose egg stays readable", async () => {
      const { hatchery, eggs, eggId, secret, revealBlock } = await loadFixture(eggCommitted);
      await mineTo(revealBlock);
      expect(await hatchery.childOf(eggId)).to.equal(0n);
      await hatchery.reveal(eggId, secret);

      const lineage = await hatchery.lineageOf(1n);

      expect([lineage.eggId, lineage.eggManifest, lineage.xp, lineage.tableVersion]).to.deep.equal([
        eggId,
        eggManifest,
        50n,
        1n,
      ]);
      expect(await hatchery.childOf(eggId)).to.equal(1n);
      expect((await eggs.programOf(eggId)).sequence).to.equal(1n);
      expect((await hatchery.lineageOf(2n)).eggId).to.equal(0n);
    });

    it("can be sent by anybody who was told the secret, and the committer gets the AINFT all the same", async () => {
      const { hatchery, hatched, player, relayer, eggId, secret, revealBlock } = await loadFixture(eggCommitted);
      await mineTo(revealBlock + 1n);
      expect(await hatchery.reveal.staticCall(eggId, secret)).to.equal(1n);

      await hatchery.connect(relayer).reveal(eggId, secret);

      expect(await hatched.ownerOf(1n)).to.equal(player.address);
    });

    it("gives the first outcome where the drawn one is used up", async () => {
      const world = await loadFixture(eggLaid);
      const { hatchery, hatched, player } = world;
      const eggIds: bigint[] = [];
      for (let egg = 0n; egg <= LEGENDS; egg++) eggIds.push(await layEgg(world, player, 500n));
      for (const eggId of eggIds) await commit(world, eggId);
      await mineTo((await blockNumber()) + DELAY);
      for (const eggId of eggIds) await hatchery.reveal(eggId, world.secret);

      const seen = await Promise.all(
        eggIds.map(async (_, index) => (await hatched.activeVersion(index + 1)).manifestDigest),
      );
      expect(seen).to.deep.equal([legend, legend, common]);
      expect((await hatchery.lineageOf(3n)).outcome).to.equal(0n);
      expect([await hatchery.hatchedWith(legend), await hatchery.hatchedWith(common)]).to.deep.equal([LEGENDS, 1n]);
    });

    it("counts what is used up under all tables together", async () => {
      const world = await loadFixture(eggLaid);
      const { hatchery, hatched, player, dao } = world;
      const hatch = async (version: number) => {
        const eggId = await layEgg(world, player, 500n);
        await mineTo(await commit(world, eggId, version));
        await hatchery.reveal(eggId, world.secret);
      };
      for (let egg = 0n; egg < LEGENDS; egg++) await hatch(1);
      await hatchery.connect(dao).publishTable(tableOf());
      await nextBlockAt((await now()) + NOTICE);
      await hatch(2);

      expect(await hatched.activeVersion(LEGENDS + 1n)).to.deep.equal([1n, common]);
    });
  });

  describe("returnEgg", () => {
    it("gives an abandoned egg back, and the bond to the treasury", async () => {
      const { hatchery, address, eggs, token, player, stranger, eggId, revealBlock } = await loadFixture(eggCommitted);
      await mineTo(revealBlock + KNOWN_BLOCKS);

      const seen = await eventsOf(hatchery.connect(stranger).returnEgg(eggId), hatchery, eggs);

      expect(seen).to.deep.equal([
        ["EggReturned", eggId, player.address, EGG_BOND],
        ["Owed", TREASURY, EGG_BOND],
        ["Transfer", address, player.address, eggId],
      ]);
      expect(await readEgg(hatchery, eggId)).to.deep.equal(noEgg);
      await hatchery.withdraw(TREASURY);
      expect(await token.balanceOf(TREASURY)).to.equal(EGG_BOND);
    });

    it("lets the egg be committed anew, under another secret", async () => {
      const world = await loadFixture(eggCommitted);
      const { hatchery, eggId, revealBlock } = world;
      await mineTo(revealBlock + KNOWN_BLOCKS);
      await hatchery.returnEgg(eggId);
      const again = { ...world, secret: digestOf("another secret") };

      await mineTo(await commit(again));
      await hatchery.reveal(eggId, again.secret);

      expect(await hatchery.childOf(eggId)).to.equal(1n);
    });

    it("begins where revealing ends: in every block exactly one of the two is possible", async () => {
      const { hatchery, eggId, secret, revealBlock } = await loadFixture(eggCommitted);
      const last = revealBlock + KNOWN_BLOCKS;
      await mineTo(last - 1n); // what is sent now stands in the last block
      await expect(hatchery.returnEgg(eggId))
        .to.be.revertedWithCustomError(hatchery, "HatcheryNotAbandoned")
        .withArgs(eggId, last, last);
      await mineTo(last);

      await expect(hatchery.reveal(eggId, secret))
        .to.be.revertedWithCustomError(hatchery, "HatcheryTooLate")
        .withArgs(eggId, last + 1n, revealBlock);
      await hatchery.returnEgg(eggId);

      expect(await readEgg(hatchery, eggId)).to.deep.equal(noEgg);
    });

    it("is not possible yet in the last block in which the hash is known: revealing is", async () => {
      const { hatchery, eggId, secret, revealBlock } = await loadFixture(eggCommitted);
      await mineTo(revealBlock + KNOWN_BLOCKS - 1n);

      await hatchery.reveal(eggId, secret);

      expect(await blockNumber()).to.equal(revealBlock + KNOWN_BLOCKS);
      expect(await hatchery.childOf(eggId)).to.equal(1n);
    });

    it("waits while a dispute locks the egg", async () => {
      const { hatchery, eggs, arbiter, eggId, revealBlock, player } = await loadFixture(eggCommitted);
      await eggs.connect(arbiter).lock(eggId);
      await mineTo(revealBlock + KNOWN_BLOCKS);
      await expect(hatchery.returnEgg(eggId)).to.be.revertedWithCustomError(eggs, "AINFTLocked").withArgs(eggId);
      await eggs.connect(arbiter).unlock(eggId);

      await hatchery.returnEgg(eggId);

      expect(await eggs.ownerOf(eggId)).to.equal(player.address);
    });
  });

  it("knows no egg that nobody committed", async () => {
    const { hatchery, eggId, secret }: EggWorld = await loadFixture(eggLaid);

    for (const [act, expected] of [
      [() => hatchery.reveal(eggId, secret), EggState.WAITING],
      [() => hatchery.returnEgg(eggId), EggState.WAITING],
      [() => hatchery.burnEgg(eggId), EggState.UNBURNED],
    ] as const) {
      await expect(act())
        .to.be.revertedWithCustomError(hatchery, "HatcheryWrongState")
        .withArgs(eggId, expected, EggState.NONE);
    }
  });
});
