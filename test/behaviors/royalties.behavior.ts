import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import type { IAINFTRoyalties } from "../../typechain-types";
import {
  ContributorSplit__factory,
  ContributorSplits__factory,
  IAINFTRoyalties__factory,
  IOwnable2Step__factory,
} from "../../typechain-types";
import { loadFixture, type Person } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { type ProgramWorld, readProgram } from "../helpers/programs";
import { evenTable, type Share, tableOf } from "../helpers/shares";
import { digestOf } from "../helpers/typed-data";

const PRICE = 10n ** 18n;
const FIVE_PER_CENT = 500n;

interface Selling extends ProgramWorld {
  /** The collection's royalties, connected to its controller. */
  royalties: IAINFTRoyalties;
  byOwner: IAINFTRoyalties;
  /** Trainer 70 %, friend 30 %. */
  table: Share[];
}

/** A collection whose royalties go to the contributors of the active version (ERC-2981). */
export function behavesLikeRoyaltyPayer(fixture: () => Promise<ProgramWorld>): void {
  /** The royalty is 5 %, and nothing is divided. */
  async function selling(): Promise<Selling> {
    const world = await loadFixture(fixture);
    const royalties = IAINFTRoyalties__factory.connect(world.address, world.creator);
    await royalties.setRoyalty(FIVE_PER_CENT);
    const table = tableOf([world.trainer, 7000n], [world.friend, 3000n]);
    return { ...world, royalties, byOwner: royalties.connect(world.owner), table };
  }

  const ask = async ({ royalties, tokenId }: Selling, price = PRICE) => [
    ...(await royalties.royaltyInfo(tokenId, price)),
  ];

  describe("setRoyalty", () => {
    it("asks for a part of every price, which goes to the collection's controller at first", async () => {
      const world = await selling();
      const { royalties, creator } = world;

      expect(await royalties.royaltyBps()).to.equal(FIVE_PER_CENT);
      expect(await ask(world)).to.deep.equal([creator.address, PRICE / 20n]);
    });

    it("says so, and asks for nothing before", async () => {
      const { address, creator, tokenId } = await loadFixture(fixture);
      const royalties = IAINFTRoyalties__factory.connect(address, creator);
      expect(await royalties.royaltyInfo(tokenId, PRICE)).to.deep.equal([creator.address, 0n]);

      expect(await eventsOf(royalties.setRoyalty(1), royalties)).to.deep.equal([["RoyaltyChanged", 1n]]);
    });

    for (const [price, amount] of [
      [0n, 0n],
      [1n, 0n],
      [19n, 0n],
      [20n, 1n],
      [2n ** 256n - 1n, (2n ** 256n - 1n) / 20n],
    ] as const) {
      it(`[peers F43] of a price of ${price} is ${amount}: rounded down, never above the price`, async () => {
        expect(await ask(await selling(), price)).to.have.property("1", amount);
      });
    }

    it("goes up to 10 % and no further", async () => {
      const { royalties } = await selling();
      expect(await royalties.MAX_ROYALTY_BPS()).to.equal(1000n);
      await royalties.setRoyalty(1000);

      await expect(royalties.setRoyalty(1001))
        .to.be.revertedWithCustomError(royalties, "AINFTRoyaltyTooHigh")
        .withArgs(1001n, 1000n);
    });

    it("can be taken away, and refuses what it is already", async () => {
      const world = await selling();
      await expect(world.royalties.setRoyalty(FIVE_PER_CENT))
        .to.be.revertedWithCustomError(world.link, "AINFTSettingUnchanged")
        .withArgs();

      await world.royalties.setRoyalty(0);

      expect(await ask(world)).to.deep.equal([world.creator.address, 0n]);
    });

    it("[lineage 1] refuses everybody but the collection's controller", async () => {
      const { byOwner, owner } = await selling();

      await expect(byOwner.setRoyalty(1))
        .to.be.revertedWithCustomError(
          { interface: IOwnable2Step__factory.createInterface() },
          "OwnableUnauthorizedAccount",
        )
        .withArgs(owner.address);
    });

    it("goes to nobody, and is nothing, once nobody controls the collection", async () => {
      const world = await selling();
      await IOwnable2Step__factory.connect(world.address, world.creator).renounceOwnership();

      expect(await ask(world)).to.deep.equal([ZeroAddress, 0n]);
    });
  });

  describe("setSplit", () => {
    it("divides the royalty of a version by a real split of exactly these shares, and says so", async () => {
      const world = await selling();
      const { royalties, byOwner, tokenId, table, stranger } = world;
      const split = await byOwner.setSplit.staticCall(tokenId, 1, table);

      const splits = ContributorSplits__factory.connect(ZeroAddress, stranger);
      expect(await eventsOf(byOwner.setSplit(tokenId, 1, table), royalties, splits)).to.deep.equal([
        ["SplitOpened", split],
        ["SplitSet", tokenId, 1n, split],
      ]);

      expect(await royalties.splitOf(tokenId, 1)).to.equal(split);
      expect(await ask(world)).to.deep.equal([split, PRICE / 20n]);
      const shares = await ContributorSplit__factory.connect(split, stranger).shares();
      expect(shares.map(({ account, bps }) => ({ account, bps }))).to.deep.equal(table);
    });

    it("pays every contributor their part of a sale, by pull", async () => {
      const world = await selling();
      const { byOwner, tokenId, table, stranger, trainer, friend } = world;
      await byOwner.setSplit(tokenId, 1, table);
      const [receiver, amount] = await world.royalties.royaltyInfo(tokenId, PRICE);
      await stranger.sendTransaction({ to: receiver, value: amount });
      const split = ContributorSplit__factory.connect(receiver, stranger);

      for (const [contributor, part] of [
        [trainer, (amount * 7n) / 10n],
        [friend, (amount * 3n) / 10n],
      ] as const) {
        await expect(split.release(ZeroAddress, contributor)).to.changeEtherBalances(
          [receiver, contributor],
          [-part, part],
        );
      }
    });

    it("follows the active version, back and forth", async () => {
      const world = await selling();
      const { program, byOwner, tokenId, table, creator, owner } = world;
      const other = tableOf([owner, 10_000n]);
      await byOwner.setSplit(tokenId, 1, table);
      await program.publishManifest(tokenId, digestOf("second manifest"));
      expect(await ask(world)).to.deep.equal([creator.address, PRICE / 20n]);

      await byOwner.setSplit(tokenId, 2, other);
      const splits = [await byOwner.splitOf(tokenId, 1), await byOwner.splitOf(tokenId, 2)];
      expect(new Set(splits).size).to.equal(2);
      expect(await ask(world)).to.deep.equal([splits[1], PRICE / 20n]);

      await program.activateVersion(tokenId, 1, ZeroHash);
      expect(await ask(world)).to.deep.equal([splits[0], PRICE / 20n]);
    });

    it("[peers F46] still pays, and once, what a version earned before another became active", async () => {
      const world = await selling();
      const { program, royalties, byOwner, tokenId, table, stranger, trainer } = world;
      await byOwner.setSplit(tokenId, 1, table);
      const [receiver, amount] = await royalties.royaltyInfo(tokenId, PRICE);
      await stranger.sendTransaction({ to: receiver, value: amount });
      await program.publishManifest(tokenId, digestOf("second manifest"));
      await byOwner.setSplit(tokenId, 2, tableOf([world.owner, 10_000n]));

      const split = ContributorSplit__factory.connect(receiver, stranger);
      await expect(split.release(ZeroAddress, trainer)).to.changeEtherBalance(trainer, (amount * 7n) / 10n);
      await expect(split.release(ZeroAddress, trainer))
        .to.be.revertedWithCustomError(split, "ContributorSplitNothingDue")
        .withArgs(ZeroAddress, trainer.address);
    });

    it("[peers F43] never stands in the way of a hand-over, for which nothing is paid", async () => {
      const world = await selling();
      const { program, royalties, byOwner, handOver, tokenId, table, friend } = world;
      await royalties.setRoyalty(1000);
      await byOwner.setSplit(tokenId, 1, table);

      await handOver(friend);

      expect(await program.isController(tokenId, friend.address)).to.equal(true);
      expect((await ask(world))[0]).to.equal(await royalties.splitOf(tokenId, 1));
    });

    it("stays with the manifest: publishing it again changes nobody's royalty", async () => {
      const world = await selling();
      const { program, byOwner, tokenId, manifest, table, owner } = world;
      await byOwner.setSplit(tokenId, 1, table);
      const split = await byOwner.splitOf(tokenId, 1);
      await program.publishManifest(tokenId, manifest);

      expect(await byOwner.splitOf(tokenId, 2)).to.equal(split);
      expect(await ask(world)).to.deep.equal([split, PRICE / 20n]);
      await expect(byOwner.setSplit(tokenId, 2, tableOf([owner, 10_000n])))
        .to.be.revertedWithCustomError(byOwner, "AINFTSplitAlreadySet")
        .withArgs(tokenId, 2n, split);
    });

    it("takes a table of 64 contributors", async () => {
      const { byOwner, tokenId } = await selling();

      await byOwner.setSplit(tokenId, 1, evenTable(64));

      expect(await byOwner.splitOf(tokenId, 1)).to.not.equal(ZeroAddress);
    });

    it("gives equal tables one split: a second version and another token are paid to the same address", async () => {
      const { byOwner, program, mint, tokenId, table } = await selling();
      await byOwner.setSplit(tokenId, 1, table);
      await program.publishManifest(tokenId, digestOf("second manifest"));
      const other = await mint(digestOf("another program"));

      await byOwner.setSplit(tokenId, 2, table);
      await byOwner.setSplit(other, 1, table);

      const first = await byOwner.splitOf(tokenId, 1);
      expect([await byOwner.splitOf(tokenId, 2), await byOwner.splitOf(other, 1)]).to.deep.equal([first, first]);
    });

    it("refuses to divide a version twice: contributors may rely on it", async () => {
      const { byOwner, tokenId, table } = await selling();
      await byOwner.setSplit(tokenId, 1, table);
      const split = await byOwner.splitOf(tokenId, 1);

      await expect(byOwner.setSplit(tokenId, 1, evenTable(2)))
        .to.be.revertedWithCustomError(byOwner, "AINFTSplitAlreadySet")
        .withArgs(tokenId, 1n, split);
    });

    it("refuses a version that was never published", async () => {
      const { byOwner, program, tokenId, table } = await selling();

      for (const version of [0n, 2n, 2n ** 32n - 1n]) {
        await expect(byOwner.setSplit(tokenId, version, table))
          .to.be.revertedWithCustomError(program, "AINFTUnknownVersion")
          .withArgs(tokenId, version, 1n);
      }
      expect(await byOwner.splitOf(tokenId, 2)).to.equal(ZeroAddress);
    });

    it("refuses shares that do not make a whole, and nothing is set", async () => {
      const { byOwner, tokenId, trainer } = await selling();
      const splits = { interface: ContributorSplits__factory.createInterface() };

      await expect(byOwner.setSplit(tokenId, 1, tableOf([trainer, 9_999n])))
        .to.be.revertedWithCustomError(splits, "ContributorSplitsWrongSum")
        .withArgs(9_999n, 10_000n);
      await expect(byOwner.setSplit(tokenId, 1, []))
        .to.be.revertedWithCustomError(splits, "ContributorSplitsEmptyTable")
        .withArgs();
      expect(await byOwner.splitOf(tokenId, 1)).to.equal(ZeroAddress);
    });

    for (const role of ["creator", "trainer", "stranger"] as const) {
      it(`[lineage 1] refuses ${role}`, async () => {
        const world = await selling();
        const actor: Person = world[role];

        await expect(world.royalties.connect(actor).setSplit(world.tokenId, 1, world.table))
          .to.be.revertedWithCustomError(world.program, "AINFTNotController")
          .withArgs(world.tokenId, actor.address);
      });
    }

    it("refuses a frozen program, whose royalties stay as they are", async () => {
      const world = await selling();
      const { byOwner, program, tokenId, table } = world;
      await byOwner.setSplit(tokenId, 1, table);
      const before = await ask(world);
      await program.publishManifest(tokenId, digestOf("second manifest"));
      await program.activateVersion(tokenId, 1, ZeroHash);
      await program.freeze(tokenId);

      await expect(byOwner.setSplit(tokenId, 2, table))
        .to.be.revertedWithCustomError(program, "AINFTFrozen")
        .withArgs(tokenId);
      expect(await ask(world)).to.deep.equal(before);
    });

    it("counts as a change of the program", async () => {
      const { byOwner, program, tokenId, table } = await selling();
      const before = await readProgram(program, tokenId);

      await byOwner.setSplit(tokenId, 1, table);

      const { updatedAt, ...after } = await readProgram(program, tokenId);
      expect({ ...after, updatedAt: before.updatedAt }).to.deep.equal(before);
      expect(updatedAt > before.updatedAt).to.equal(true);
    });
  });

  it("royaltyInfo refuses an unknown token", async () => {
    const { royalties, program, unknownId } = await selling();

    await expect(royalties.royaltyInfo(unknownId, PRICE))
      .to.be.revertedWithCustomError(program, "AINFTUnknownToken")
      .withArgs(unknownId);
  });
}
