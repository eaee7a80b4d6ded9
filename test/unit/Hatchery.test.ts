import { expect } from "chai";
import { MaxUint256, ZeroAddress, ZeroHash } from "ethers";
import { IHatchery__factory } from "../../typechain-types";
import { deployContract, loadFixture, mineBlock, nextBlockAt, now } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import {
  certainTable,
  common,
  DELAY,
  eggLaid,
  hatcheryDeployed,
  type HatcherySettings,
  legend,
  NOTICE,
  type OddsTable,
  rare,
  readTable,
  rowOf,
  tableDigest,
  tableOf,
  TREASURY,
  xpKey,
} from "../helpers/hatchery";
import { declarations } from "../helpers/interfaces";
import { deploySchema, experience, mood } from "../helpers/traits";
import { digestOf } from "../helpers/typed-data";

const HOUR = 3_600n;
const DAY = 24n * HOUR;

describe("Hatchery", () => {
  it("has every function, event and error of IHatchery, letter by letter", async () => {
    const { hatchery } = await loadFixture(hatcheryDeployed);

    expect(declarations(hatchery.interface)).to.include.members(declarations(IHatchery__factory.createInterface()));
  });

  describe("constructor", () => {
    const deployWith = async (changed: Partial<HatcherySettings>) => {
      const { settings } = await loadFixture(hatcheryDeployed);
      return deployContract("Hatchery", [{ ...settings, ...changed }]);
    };

    it("keeps what it was given", async () => {
      const { hatchery, settings, dao } = await loadFixture(hatcheryDeployed);

      expect(await hatchery.eggs()).to.equal(settings.eggs);
      expect(await hatchery.collection()).to.equal(settings.collection);
      expect(await hatchery.xpKey()).to.equal(xpKey);
      expect(await hatchery.asset()).to.equal(settings.asset);
      expect(await hatchery.treasury()).to.equal(TREASURY);
      expect(await hatchery.owner()).to.equal(dao.address);
      expect([await hatchery.delay(), await hatchery.notice()]).to.deep.equal([DELAY, NOTICE]);
      expect(await hatchery.currentTable()).to.equal(0n);
      expect(await hatchery.isReady()).to.equal(false);
    });

    it("takes the shortest and the longest times, and none beyond", async () => {
      const { hatchery } = await loadFixture(hatcheryDeployed);
      for (const [delay, notice] of [
        [2n, HOUR],
        [7200n, 30n * DAY],
      ] as const) {
        const made = await deployWith({ delay, notice });
        expect([await made.delay(), await made.notice()]).to.deep.equal([delay, notice]);
      }
      for (const [delay, notice] of [
        [1n, HOUR],
        [7201n, HOUR],
        [2n, HOUR - 1n],
        [2n, 30n * DAY + 1n],
      ] as const) {
        await expect(deployWith({ delay, notice }))
          .to.be.revertedWithCustomError(hatchery, "HatcheryBadTimes")
          .withArgs(delay, notice);
      }
    });

    it("wants an asset and a treasury", async () => {
      const { hatchery, stranger } = await loadFixture(hatcheryDeployed);
      await expect(deployWith({ asset: stranger.address }))
        .to.be.revertedWithCustomError(hatchery, "PayoutsNoAsset")
        .withArgs(stranger.address);

      await expect(deployWith({ treasury: ZeroAddress })).to.be.revertedWithCustomError(hatchery, "PayoutsNoTreasury");
    });

    it("wants a collection of eggs that has its schema", async () => {
      const { hatchery, settings } = await loadFixture(hatcheryDeployed);

      await expect(deployWith({ eggs: settings.collection }))
        .to.be.revertedWithCustomError(hatchery, "HatcheryNoTraitSchema")
        .withArgs(settings.collection);
    });

    it("wants XP that is an unsigned number", async () => {
      const { hatchery } = await loadFixture(hatcheryDeployed);

      await expect(deployWith({ xpKey: mood().key }))
        .to.be.revertedWithCustomError(hatchery, "HatcheryUnfitTrait")
        .withArgs(mood().key);
    });

    for (const [title, changed] of [
      ["may be below zero", { isSigned: true }],
      ["the egg's own controller sets", { controllerMayEdit: true }],
    ] as const) {
      it(`does not count XP by a number that ${title}`, async () => {
        const { hatchery, hatched, settings } = await loadFixture(hatcheryDeployed);
        await hatched.setTraitSchema(await (await deploySchema([experience(changed)])).getAddress());

        await expect(deployContract("Hatchery", [{ ...settings, eggs: settings.collection }]))
          .to.be.revertedWithCustomError(hatchery, "HatcheryUnfitTrait")
          .withArgs(xpKey);
      });
    }
  });

  describe("takeCollection", () => {
    it("takes over the collection that it is offered, whoever asks", async () => {
      const { hatchery, address, hatched, creator, stranger } = await loadFixture(hatcheryDeployed);
      await hatched.transferOwnership(address);

      const seen = await eventsOf(hatchery.connect(stranger).takeCollection(), hatchery, hatched);

      expect(seen).to.deep.equal([
        ["OwnershipTransferred", creator.address, address],
        ["CollectionKept", await hatched.getAddress()],
      ]);
      expect(await hatchery.isReady()).to.equal(true);
      await expect(hatched.mint(creator.address, common))
        .to.be.revertedWithCustomError(hatched, "OwnableUnauthorizedAccount")
        .withArgs(creator.address);
    });

    it("sees that a collection is its own already", async () => {
      const { hatchery, address, hatched } = await loadFixture(hatcheryDeployed);
      await hatched.transferOwnership(address);
      await hatchery.takeCollection();

      const seen = await eventsOf(hatchery.takeCollection(), hatchery, hatched);

      expect(seen).to.deep.equal([["CollectionKept", await hatched.getAddress()]]);
    });

    it("refuses a collection that it was not offered", async () => {
      const { hatchery, creator } = await loadFixture(hatcheryDeployed);

      await expect(hatchery.takeCollection())
        .to.be.revertedWithCustomError(hatchery, "CollectionKeeperNotReady")
        .withArgs(creator.address, false);
    });

    it("refuses a collection in which minting is paused: nobody could ever open it again", async () => {
      const { hatchery, address, hatched } = await loadFixture(hatcheryDeployed);
      await hatched.setMintingPaused(true);
      await hatched.transferOwnership(address);

      await expect(hatchery.takeCollection())
        .to.be.revertedWithCustomError(hatchery, "CollectionKeeperNotReady")
        .withArgs(address, true);
    });
  });

  describe("what the owner sets of the collection", () => {
    it("passes through: oracle, renderer, manifest, royalty and schema", async () => {
      const { hatchery, hatched, dao, stranger } = await loadFixture(eggLaid);
      const byDao = hatchery.connect(dao);
      const renderer = await (await deployContract("OnchainMetadata")).getAddress();
      const schema = await (await deploySchema([mood()])).getAddress();

      await byDao.setOracle(stranger.address);
      await byDao.lockOracle();
      await byDao.setRenderer(renderer);
      await byDao.setContractManifest(common);
      await byDao.setRoyalty(250);
      await byDao.setTraitSchema(schema);

      expect([await hatched.oracle(), await hatched.isOracleLocked()]).to.deep.equal([stranger.address, true]);
      expect(await hatched.renderer()).to.equal(renderer);
      expect(await hatched.contractURI()).to.match(/^ipfs:/u);
      expect(await hatched.royaltyBps()).to.equal(250n);
      expect(await hatched.traitSchema()).to.equal(schema);
    });

    it("is refused to everybody else, and so are tables", async () => {
      const { hatchery, player } = await loadFixture(eggLaid);
      const byPlayer = hatchery.connect(player);

      for (const act of [
        () => byPlayer.setOracle(player.address),
        () => byPlayer.lockOracle(),
        () => byPlayer.setRenderer(ZeroAddress),
        () => byPlayer.setContractManifest(common),
        () => byPlayer.setRoyalty(0),
        () => byPlayer.setTraitSchema(player.address),
        () => byPlayer.publishTable(tableOf()),
      ]) {
        await expect(act())
          .to.be.revertedWithCustomError(hatchery, "OwnableUnauthorizedAccount")
          .withArgs(player.address);
      }
    });

    it("has no way to mint otherwise, to pause minting or to hand the collection on", async () => {
      const { hatchery } = await loadFixture(eggLaid);

      for (const name of ["mint", "mintBatch", "setMintingPaused"])
        expect(hatchery.interface.hasFunction(name)).to.equal(false);
      // Its own ownership is another thing than the collection's.
      const { hatched, address, dao, friend } = await loadFixture(eggLaid);
      await hatchery.connect(dao).transferOwnership(friend.address);
      await hatchery.connect(friend).acceptOwnership();
      expect(await hatched.owner()).to.equal(address);
    });
  });

  describe("publishTable", () => {
    it("counts at once when it is the first, and says all that is in it", async () => {
      const { hatchery, dao } = await loadFixture(hatcheryDeployed);
      const table = tableOf();
      const time = (await now()) + 10n;
      await nextBlockAt(time);

      const seen = await eventsOf(hatchery.connect(dao).publishTable(table), hatchery);

      expect(seen).to.deep.equal([["TablePublished", 1n, tableDigest(table), time, inOrder(table)]]);
      expect(await hatchery.currentTable()).to.equal(1n);
      expect(await hatchery.tableInfo(1)).to.deep.equal([time, tableDigest(table)]);
      expect(await readTable(hatchery, 1)).to.deep.equal(inOrder(table));
    });

    it("counts after the notice when it is a later one, from the second in which the notice ends", async () => {
      const { hatchery, dao } = await loadFixture(eggLaid);
      await hatchery.connect(dao).publishTable.staticCall(certainTable(rare));
      await hatchery.connect(dao).publishTable(certainTable(rare));
      const countsFrom = (await now()) + NOTICE;
      expect(await hatchery.tableInfo(2)).to.deep.equal([countsFrom, tableDigest(certainTable(rare))]);

      await nextBlockAt(countsFrom - 1n);
      await mineBlock();
      expect(await hatchery.currentTable()).to.equal(1n);
      await mineBlock();
      expect(await hatchery.currentTable()).to.equal(2n);
    });

    it("waits for the one before it", async () => {
      const { hatchery, dao } = await loadFixture(eggLaid);
      await hatchery.connect(dao).publishTable(certainTable(rare));
      const countsFrom = (await now()) + NOTICE;

      await expect(hatchery.connect(dao).publishTable(certainTable(legend)))
        .to.be.revertedWithCustomError(hatchery, "HatcheryTableWaits")
        .withArgs(2n, countsFrom);
      await nextBlockAt(countsFrom);
      await hatchery.connect(dao).publishTable(certainTable(legend));

      expect(await hatchery.currentTable()).to.equal(2n);
    });

    it("takes the largest table there is, and XP up to the largest number", async () => {
      const { hatchery, dao } = await loadFixture(hatcheryDeployed);
      const outcomes = Array.from({ length: 16 }, (_, index) => ({
        manifestDigest: digestOf(`${index}`),
        supply: BigInt(index),
      }));
      const even = Array.from({ length: 16 }, () => 625n);
      const rows = Array.from({ length: 16 }, (_, index) => rowOf(index === 15 ? MaxUint256 : BigInt(index), ...even));
      const table = { bond: 2n ** 128n - 1n, outcomes, rows };

      await hatchery.connect(dao).publishTable(table);

      expect(await readTable(hatchery, 1)).to.deep.equal(inOrder(table));
    });

    const [first, second, third] = tableOf().outcomes;
    const outcomesOf = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ manifestDigest: digestOf(`${index}`), supply: 0n }));
    const sure = (minimumXp: bigint) => rowOf(minimumXp, 10_000n);
    const refusals: [title: string, changed: Partial<OddsTable>, error: string, args: unknown[]][] = [
      ["no outcome", { outcomes: [], rows: [sure(0n)] }, "HatcheryBadSize", [0n, 1n]],
      ["17 outcomes", { outcomes: outcomesOf(17), rows: [sure(0n)] }, "HatcheryBadSize", [17n, 1n]],
      ["no row", { rows: [] }, "HatcheryBadSize", [3n, 0n]],
      ["17 rows", { rows: outcomesOf(17).map((_, index) => sure(BigInt(index))) }, "HatcheryBadSize", [3n, 17n]],
      [
        "an outcome without a manifest",
        { outcomes: [first, second, { manifestDigest: ZeroHash, supply: 4n }].flatMap((one) => one ?? []) },
        "HatcheryBadOutcome",
        [2n, ZeroHash, 4n],
      ],
      [
        "a limit on the outcome that takes the place of the others",
        { outcomes: [{ manifestDigest: common, supply: 1n }, second, third].flatMap((one) => one ?? []) },
        "HatcheryBadOutcome",
        [0n, common, 1n],
      ],
      ["rows of equal XP", { rows: [sure(5n), sure(5n)] }, "HatcheryNotAscending", [1n, 5n, 5n]],
      ["rows that descend", { rows: [sure(1n), sure(5n), sure(4n)] }, "HatcheryNotAscending", [2n, 5n, 4n]],
      ["weights of 9999", { rows: [sure(0n), rowOf(1n, 9000n, 999n)] }, "HatcheryWrongSum", [1n, 9999n]],
      ["weights of 10001", { rows: [rowOf(0n, 9000n, 1001n)] }, "HatcheryWrongSum", [0n, 10_001n]],
      [
        "a weight of what is no outcome",
        { rows: [rowOf(0n, 9000n, 0n, 0n, 1000n)] },
        "HatcheryWrongSum",
        [0n, 10_000n],
      ],
      ["a weight beside the whole", { rows: [rowOf(0n, 10_000n, 0n, 0n, 1n)] }, "HatcheryWrongSum", [0n, 10_001n]],
    ];
    for (const [title, changed, error, args] of refusals) {
      it(`refuses ${title}`, async () => {
        const { hatchery, dao } = await loadFixture(hatcheryDeployed);

        await expect(hatchery.connect(dao).publishTable(tableOf(changed)))
          .to.be.revertedWithCustomError(hatchery, error)
          .withArgs(...args);
      });
    }

    it("knows no table that was never published", async () => {
      const { hatchery } = await loadFixture(eggLaid);

      for (const version of [0, 2]) {
        for (const ask of [() => hatchery.tableOf(version), () => hatchery.tableInfo(version)]) {
          await expect(ask())
            .to.be.revertedWithCustomError(hatchery, "HatcheryUnknownTable")
            .withArgs(BigInt(version), 1n);
        }
      }
    });
  });
});

/** A table as ethers decodes it: values in the order of their fields. */
function inOrder({ bond, outcomes, rows }: OddsTable): unknown[] {
  return [
    bond,
    outcomes.map(({ manifestDigest, supply }) => [manifestDigest, supply]),
    rows.map(({ minimumXp, weights }) => [minimumXp, [...weights]]),
  ];
}
