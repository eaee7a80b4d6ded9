import { expect } from "chai";
import { type AddressLike, MaxUint256, parseEther, ZeroAddress } from "ethers";
import { ContributorSplit__factory, IContributorSplit__factory } from "../../typechain-types";
import { deployContract, loadFixture, provider, setBalance } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { declarations } from "../helpers/interfaces";
import { itRandomly } from "../helpers/random";
import { evenTable, openSplit, splitOpened, splitsDeployed, type SplitWorld, tableOf } from "../helpers/shares";

const ETH = ZeroAddress;

/** One kind of money: how a split gets it and who has how much of it. */
interface Money {
  name: string;
  asset(world: SplitWorld): string;
  pay(world: SplitWorld, amount: bigint): Promise<unknown>;
  balanceOf(world: SplitWorld, account: string): Promise<bigint>;
}

const monies: Money[] = [
  {
    name: "ETH",
    asset: () => ETH,
    pay: ({ requester, address }, amount) => requester.sendTransaction({ to: address, value: amount }),
    balanceOf: (_, account) => provider.getBalance(account),
  },
  {
    name: "an ERC-20",
    asset: ({ tokenAddress }) => tokenAddress,
    pay: ({ token, address }, amount) => token.mint(address, amount),
    balanceOf: ({ token }, account) => token.balanceOf(account),
  },
];

describe("ContributorSplit", () => {
  it("has every function, event and error of IContributorSplit, letter by letter", async () => {
    const { split } = await loadFixture(splitOpened);

    expect(declarations(split.interface)).to.include.members(
      declarations(IContributorSplit__factory.createInterface()),
    );
  });

  for (const money of monies) {
    describe(`paid in ${money.name}`, () => {
      it("owes every account its part, and pays it whoever asks", async () => {
        const world = await loadFixture(splitOpened);
        const { split, trainer, owner, friend } = world;
        const asset = money.asset(world);
        await money.pay(world, 10_000n);

        for (const [account, part] of [
          [trainer.address, 5000n],
          [owner.address, 3333n],
          [friend.address, 1667n],
        ] as const) {
          const before = await money.balanceOf(world, account);
          expect(await split.due(asset, account)).to.equal(part);
          expect(await split.release.staticCall(asset, account)).to.equal(part);
          const seen = (await eventsOf(split.release(asset, account), split)).filter(([name]) =>
            name.startsWith("Share"),
          );
          expect(seen).to.deep.equal([["ShareReleased", asset, account, part]]);
          expect((await money.balanceOf(world, account)) - before).to.equal(part);
          expect(await split.released(asset, account)).to.equal(part);
        }
        expect(await split.totalReleased(asset)).to.equal(10_000n);
      });

      it("[peers F46] pays nobody twice, and owes more only when more comes in", async () => {
        const world = await loadFixture(splitOpened);
        const { split, trainer } = world;
        const asset = money.asset(world);
        await money.pay(world, 1000n);
        await split.release(asset, trainer.address);

        await expect(split.release(asset, trainer.address))
          .to.be.revertedWithCustomError(split, "ContributorSplitNothingDue")
          .withArgs(asset, trainer.address);
        await money.pay(world, 500n);
        expect(await split.due(asset, trainer.address)).to.equal(250n);
      });

      it("owes nothing before anything came in", async () => {
        const world = await loadFixture(splitOpened);
        const { split, owner } = world;

        expect(await split.due(money.asset(world), owner.address)).to.equal(0n);
        await expect(split.release(money.asset(world), owner.address))
          .to.be.revertedWithCustomError(split, "ContributorSplitNothingDue")
          .withArgs(money.asset(world), owner.address);
      });

      it("knows nobody outside its table", async () => {
        const world = await loadFixture(splitOpened);
        const { split, stranger } = world;
        await money.pay(world, 1000n);

        for (const call of [
          () => split.release(money.asset(world), stranger.address),
          () => split.due(money.asset(world), stranger.address),
        ]) {
          await expect(call())
            .to.be.revertedWithCustomError(split, "ContributorSplitUnknownAccount")
            .withArgs(stranger.address);
        }
      });

      it("[peers F43] keeps dust until it makes a whole unit for somebody", async () => {
        const world = await loadFixture(splitOpened);
        const { split, trainer, owner, friend } = world;
        const asset = money.asset(world);
        await money.pay(world, 1n);

        for (const { address } of [trainer, owner, friend]) expect(await split.due(asset, address)).to.equal(0n);
        await money.pay(world, 1n);
        expect(await split.due(asset, trainer.address)).to.equal(1n);
        await money.pay(world, 9998n);
        expect(await split.due(asset, trainer.address)).to.equal(5000n);
        expect(await split.due(asset, owner.address)).to.equal(3333n);
        expect(await split.due(asset, friend.address)).to.equal(1667n);
      });

      itRandomly("[peers F45] conserves every unit through random payments and releases", async (random) => {
        const world = await loadFixture(splitOpened);
        const { split, address, table } = world;
        const asset = money.asset(world);
        let received = 0n;
        for (let step = 0; step < 60; step++) {
          if (random.below(2) === 0) {
            const amount = random.uint(60);
            received += amount;
            await money.pay(world, amount);
          } else {
            const { account } = random.pick(table);
            if ((await split.due(asset, account)) > 0n) await split.release(asset, account);
          }
          expect((await money.balanceOf(world, address)) + (await split.totalReleased(asset))).to.equal(received);
          for (const { account, bps } of table) {
            const paid = await split.released(asset, account);
            expect(paid + (await split.due(asset, account))).to.equal((received * bps) / 10_000n);
          }
        }
      });
    });
  }

  it("keeps the accounts of two assets apart", async () => {
    const world = await loadFixture(splitOpened);
    const { split, token, address, tokenAddress, trainer } = world;
    await token.mint(address, 1000n);
    await split.release(tokenAddress, trainer.address);

    expect(await split.due(ETH, trainer.address)).to.equal(0n);
    expect(await split.released(ETH, trainer.address)).to.equal(0n);
    expect(await split.totalReleased(ETH)).to.equal(0n);
  });

  it("[peers F44] divides ETH that was forced on it, and ETH it was paid before it was open", async () => {
    const world = await loadFixture(splitsDeployed);
    const { splits, friend, owner } = world;
    const table = tableOf([friend, 2500n], [owner, 7500n]);
    await setBalance(await splits.splitAddress(table), 4000n);

    const split = await openSplit(world, table);

    expect(await split.due(ETH, friend.address)).to.equal(1000n);
    await expect(split.release(ETH, owner.address)).to.changeEtherBalance(owner, 3000n);
  });

  it("divides the largest balance there is", async () => {
    const world = await loadFixture(splitOpened);
    const { split, token, address, tokenAddress, trainer } = world;
    await token.mint(address, MaxUint256);

    expect(await split.due(tokenAddress, trainer.address)).to.equal(MaxUint256 / 2n);
  });

  it("pays all 64 accounts of the longest table", async () => {
    const world = await loadFixture(splitsDeployed);
    const table = evenTable(64);
    const split = await openSplit(world, table);
    await world.requester.sendTransaction({ to: await split.getAddress(), value: 10_000n });

    for (const { account, bps } of table) {
      await split.release(ETH, account);
      expect(await provider.getBalance(account)).to.equal(bps);
    }
    expect(await provider.getBalance(await split.getAddress())).to.equal(0n);
  });

  it("[peers F43] is paid as the receiver of a royalty", async () => {
    const { split, address, requester, trainer } = await loadFixture(splitOpened);
    const royalty = parseEther("1") / 20n;

    // As a marketplace pays an ERC-2981 receiver: a plain call with value.
    await requester.sendTransaction({ to: address, value: royalty });

    expect(await split.due(ETH, trainer.address)).to.equal(royalty / 2n);
  });

  describe("when an asset or an account is hostile", () => {
    /** Deploys a token of the mocks and pays the split 1000 of it. */
    const paidIn = async <T extends { mint(to: AddressLike, amount: bigint): Promise<unknown> }>(
      token: T,
      { address }: SplitWorld,
    ): Promise<T> => {
      await token.mint(address, 1000n);
      return token;
    };

    it("[peers F44] counts what left the split, not what a token with a fee delivered", async () => {
      const world = await loadFixture(splitOpened);
      const { split, trainer, owner, friend } = world;
      const token = await paidIn(await deployContract("FeeOnTransferTokenMock", [1000n]), world);
      const asset = await token.getAddress();

      await split.release(asset, trainer.address);

      expect(await token.balanceOf(trainer.address)).to.equal(450n);
      expect(await split.due(asset, trainer.address)).to.equal(0n);
      expect(await split.due(asset, owner.address)).to.equal(333n);
      await split.release(asset, owner.address);
      await split.release(asset, friend.address);
      expect(await token.balanceOf(world.address)).to.equal(1n); // the dust of 333.3 and 166.7
    });

    it("[peers F44] pays in a token that answers nothing", async () => {
      const world = await loadFixture(splitOpened);
      const { split, trainer } = world;
      const token = await paidIn(await deployContract("NoReturnTokenMock"), world);

      await split.release(await token.getAddress(), trainer.address);

      expect(await token.balanceOf(trainer.address)).to.equal(500n);
    });

    it("[peers F44] pays the others when a token shuts one account out, and keeps that account's part", async () => {
      const world = await loadFixture(splitOpened);
      const { split, trainer, owner, friend } = world;
      const token = await paidIn(await deployContract("BlacklistTokenMock"), world);
      const asset = await token.getAddress();
      await token.blacklist(trainer.address);

      await expect(split.release(asset, trainer.address))
        .to.be.revertedWithCustomError(token, "BlacklistTokenMockRefused")
        .withArgs(trainer.address);
      await split.release(asset, owner.address);
      await split.release(asset, friend.address);

      expect(await token.balanceOf(owner.address)).to.equal(333n);
      expect(await token.balanceOf(friend.address)).to.equal(166n);
      expect(await split.due(asset, trainer.address)).to.equal(500n);
    });

    it("[peers F44] refuses calls from inside a token's transfer, whoever they would pay", async () => {
      const world = await loadFixture(splitOpened);
      const { split, trainer, owner, friend } = world;
      const token = await paidIn(await deployContract("ReentrantTokenMock"), world);
      const asset = await token.getAddress();
      const releaseFor = (account: string): string => split.interface.encodeFunctionData("release", [asset, account]);
      await token.callBack([releaseFor(trainer.address), releaseFor(owner.address)]);

      await split.release(asset, trainer.address);

      const refusal = split.interface.encodeErrorResult("ReentrancyGuardReentrantCall");
      expect([await token.answers(0), await token.answers(1)]).to.deep.equal([refusal, refusal]);
      expect(await token.balanceOf(trainer.address)).to.equal(500n);
      await split.release(asset, owner.address);
      await split.release(asset, friend.address);
      expect(await token.balanceOf(owner.address)).to.equal(333n);
      expect(await token.balanceOf(friend.address)).to.equal(166n);
    });

    it("[peers F44] pays an account that calls back once, and everybody else in full", async () => {
      const world = await loadFixture(splitsDeployed);
      const greedy = await deployContract("ReentrantReceiverMock");
      const account = { address: await greedy.getAddress() };
      const split = await openSplit(world, tableOf([account, 6000n], [world.owner, 4000n]));
      await world.requester.sendTransaction({ to: await split.getAddress(), value: 1000n });
      await greedy.callBack(split.interface.encodeFunctionData("release", [ETH, account.address]));

      await split.release(ETH, account.address);

      expect(await greedy.answer()).to.equal(split.interface.encodeErrorResult("ReentrancyGuardReentrantCall"));
      expect(await provider.getBalance(account.address)).to.equal(600n);
      await expect(split.release(ETH, world.owner.address)).to.changeEtherBalance(world.owner, 400n);
    });

    it("[peers F44] pays the others when one account refuses ETH, and keeps that account's part", async () => {
      const world = await loadFixture(splitsDeployed);
      const refusing = await deployContract("RevertingReceiverMock");
      const account = { address: await refusing.getAddress() };
      const split = await openSplit(world, tableOf([account, 6000n], [world.owner, 4000n]));
      await world.requester.sendTransaction({ to: await split.getAddress(), value: 1000n });

      await expect(split.release(ETH, account.address))
        .to.be.revertedWithCustomError(refusing, "RevertingReceiverMockRefused")
        .withArgs(600n);
      await expect(split.release(ETH, world.owner.address)).to.changeEtherBalance(world.owner, 400n);
      expect(await split.due(ETH, account.address)).to.equal(600n);
      expect(await split.totalReleased(ETH)).to.equal(400n);
    });

    it("[peers F43] pays whoever is left what is left of a balance that shrank", async () => {
      const { split, token, tokenAddress, address, trainer, owner, friend } = await loadFixture(splitOpened);
      await token.mint(address, 10_000n);
      await split.release(tokenAddress, trainer.address);
      await token.shrink(address, 1000n); // 4000 left, where 3333 + 1667 parts of 9000 would be due

      expect(await split.due(tokenAddress, owner.address)).to.equal(2999n);
      await split.release(tokenAddress, owner.address);
      expect(await split.due(tokenAddress, friend.address)).to.equal(1001n);
      await split.release(tokenAddress, friend.address);

      expect(await token.balanceOf(address)).to.equal(0n);
    });

    it("owes nothing to somebody who has more than their part of a balance that shrank", async () => {
      const { split, token, tokenAddress, address, trainer } = await loadFixture(splitOpened);
      await token.mint(address, 1000n);
      await split.release(tokenAddress, trainer.address);

      await token.shrink(address, 300n);

      expect(await split.due(tokenAddress, trainer.address)).to.equal(0n);
    });
  });

  describe("the code that splits are clones of", () => {
    it("[peers D30] takes no money and answers nothing, as it has no table", async () => {
      const { splits, split, stranger } = await loadFixture(splitOpened);
      const to = await splits.implementation();
      const implementation = ContributorSplit__factory.connect(to, stranger);

      for (const call of [
        () => stranger.sendTransaction({ to, value: 1n }),
        () => implementation.shares(),
        () => implementation.due(ETH, stranger.address),
        () => implementation.release(ETH, stranger.address),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(split, "ContributorSplitNoTable").withArgs();
      }
    });
  });
});
