import { expect } from "chai";
import { concat, getCreate2Address, keccak256, solidityPacked, toBeHex, ZeroAddress, ZeroHash } from "ethers";
import { ContributorSplit__factory, IContributorSplits__factory } from "../../typechain-types";
import { loadFixture, provider } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { dangerousInstructions, declarations } from "../helpers/interfaces";
import { evenTable, type Share, splitsDeployed, tableOf } from "../helpers/shares";

const accountAt = (place: number): string => toBeHex(place, 20);

describe("ContributorSplits", () => {
  it("has every function, event and error of IContributorSplits, letter by letter", async () => {
    const { splits } = await loadFixture(splitsDeployed);

    expect(declarations(splits.interface)).to.include.members(
      declarations(IContributorSplits__factory.createInterface()),
    );
  });

  it("[peers D33] holds no instruction that could replace or destroy its code", async () => {
    const { splits } = await loadFixture(splitsDeployed);

    expect(dangerousInstructions(await provider.getCode(await splits.getAddress()))).to.deep.equal([]);
  });

  describe("openSplit", () => {
    for (const count of [1, 2, 63, 64]) {
      it(`opens the split of ${count} accounts at the predicted address, with the table as it was given`, async () => {
        const { splits, stranger } = await loadFixture(splitsDeployed);
        const table = evenTable(count);
        const predicted = await splits.splitAddress(table);
        expect(await provider.getCode(predicted)).to.equal("0x");

        expect(await eventsOf(splits.connect(stranger).openSplit(table), splits)).to.deep.equal([
          ["SplitOpened", predicted],
        ]);

        const split = ContributorSplit__factory.connect(predicted, stranger);
        const shares = await split.shares();
        expect(shares.map(({ account, bps }) => ({ account, bps }))).to.deep.equal(table);
      });
    }

    it("finds an open split and emits nothing", async () => {
      const { splits, stranger, friend } = await loadFixture(splitsDeployed);
      const table = tableOf([friend, 10_000n]);
      await splits.connect(stranger).openSplit(table);

      expect(await splits.connect(friend).openSplit.staticCall(table)).to.equal(await splits.splitAddress(table));
      expect(await eventsOf(splits.connect(friend).openSplit(table), splits)).to.deep.equal([]);
    });

    it("returns the address of a split it opens", async () => {
      const { splits, stranger, friend } = await loadFixture(splitsDeployed);
      const table = tableOf([friend, 10_000n]);

      expect(await splits.connect(stranger).openSplit.staticCall(table)).to.equal(await splits.splitAddress(table));
    });

    it("[peers D35] gives the same address whoever opens, so that nothing is won by coming first", async () => {
      const { splits, stranger, friend } = await loadFixture(splitsDeployed);
      const table = tableOf([friend, 4000n], [stranger, 6000n]);

      expect(await splits.connect(stranger).openSplit.staticCall(table)).to.equal(
        await splits.connect(friend).openSplit.staticCall(table),
      );
    });

    it("gives another address when one part of the table changes", async () => {
      const { splits, owner, friend, trainer } = await loadFixture(splitsDeployed);
      const tables = [
        tableOf([friend, 4000n], [owner, 6000n]),
        tableOf([friend, 4001n], [owner, 5999n]),
        tableOf([friend, 4000n], [trainer, 6000n]),
        tableOf([friend, 10_000n]),
      ];

      const addresses = await Promise.all(tables.map((table) => splits.splitAddress(table)));
      expect(new Set(addresses).size).to.equal(tables.length);
    });
  });

  describe("a refused table", () => {
    const refusals: [string, () => Share[], string, unknown[]][] = [
      ["without entries", () => [], "ContributorSplitsEmptyTable", []],
      ["[peers D29] of 65 entries", () => evenTable(65), "ContributorSplitsTooManyShares", [65n, 64n]],
      ["with the zero address", () => [{ account: ZeroAddress, bps: 10_000n }], "ContributorSplitsZeroAccount", [0n]],
      [
        "[peers F43] with an account twice",
        () => [1, 2, 2].map((place) => ({ account: accountAt(place), bps: 3000n })),
        "ContributorSplitsNotAscending",
        [2n, accountAt(2), accountAt(2)],
      ],
      [
        "out of order",
        () => [2, 1].map((place) => ({ account: accountAt(place), bps: 5000n })),
        "ContributorSplitsNotAscending",
        [1n, accountAt(2), accountAt(1)],
      ],
      [
        "with an entry of nothing",
        () => [
          { account: accountAt(1), bps: 10_000n },
          { account: accountAt(2), bps: 0n },
        ],
        "ContributorSplitsZeroShare",
        [1n, accountAt(2)],
      ],
      [
        "[peers F43] of 9999",
        () => [{ account: accountAt(1), bps: 9999n }],
        "ContributorSplitsWrongSum",
        [9999n, 10_000n],
      ],
      [
        "[peers F43] of 10001",
        () => [5000n, 5001n].map((bps, index) => ({ account: accountAt(index + 1), bps })),
        "ContributorSplitsWrongSum",
        [10_001n, 10_000n],
      ],
      [
        "[peers F43] of far more than a whole",
        () => Array.from({ length: 64 }, (_, index) => ({ account: accountAt(index + 1), bps: 65_535n })),
        "ContributorSplitsWrongSum",
        [64n * 65_535n, 10_000n],
      ],
    ];

    for (const [title, table, error, args] of refusals) {
      it(`${title} has no split and no address`, async () => {
        const { splits } = await loadFixture(splitsDeployed);

        for (const call of [() => splits.openSplit(table()), () => splits.splitAddress(table())]) {
          await expect(call())
            .to.be.revertedWithCustomError(splits, error)
            .withArgs(...args);
        }
      });
    }
  });

  describe("splitAddress", () => {
    it("is CREATE2 of a minimal clone that ends with the table", async () => {
      const { splits, owner, friend } = await loadFixture(splitsDeployed);
      const table = tableOf([owner, 1n], [friend, 9999n]);
      const entries = table.map(({ account, bps }) => solidityPacked(["address", "uint16"], [account, bps]));
      const initCode = concat([
        "0x6100593d81600a3d39f3363d3d373d3d3d363d73", // 0x59 = 45 bytes of clone and 44 of table
        await splits.implementation(),
        "0x5af43d82803e903d91602b57fd5bf3",
        ...entries,
      ]);

      expect(await splits.splitAddress(table)).to.equal(
        getCreate2Address(await splits.getAddress(), ZeroHash, keccak256(initCode)),
      );
    });
  });
});
