import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { ContributorSplit__factory } from "../../typechain-types";
import { addressesOf, makeReporters, reporterAt } from "../helpers/attestation";
import { deployContract, loadFixture, provider, setBalance } from "../helpers/chain";
import {
  askForCallback,
  callBack,
  deliver,
  type DeskWorld,
  deskReady,
  ETH,
  FEE,
  monies,
  opened,
  orderOf,
  partsOf,
  setPrice,
} from "../helpers/desk";
import { eventsOf } from "../helpers/events";
import { itRandomly } from "../helpers/random";

/** An order that was answered and settled. */
async function earned(world: DeskWorld, currency: string, amount = FEE): Promise<void> {
  await setPrice(world, currency, amount);
  const order = await opened(world, currency, amount);
  await deliver(world, order);
  await world.desk.settle(order);
}

/** An order that failed, so that the requester has the fee on their account. */
async function givenBack(world: DeskWorld, currency: string): Promise<void> {
  await setPrice(world, currency);
  const order = await opened(world, currency);
  await deliver(world, order, { status: 1 });
  await world.desk.settle(order);
}

describe("RequestDesk: accounts", () => {
  for (const money of monies) {
    describe(`in ${money.name}`, () => {
      it("pays an account to whom it names, once", async () => {
        const world = await loadFixture(deskReady);
        const { desk, requester, stranger } = world;
        const currency = money.currency(world);
        await givenBack(world, currency);
        const before = await money.balanceOf(world, stranger.address);

        const seen = await eventsOf(desk.connect(requester).withdraw(currency, stranger.address), desk);

        expect(seen.filter(([name]) => name === "Withdrawn")).to.deep.equal([
          ["Withdrawn", currency, requester.address, stranger.address, FEE],
        ]);
        expect((await money.balanceOf(world, stranger.address)) - before).to.equal(FEE);
        expect([await desk.held(currency), await desk.owedTo(currency, requester.address)]).to.deep.equal([0n, 0n]);
        await expect(desk.connect(requester).withdraw(currency, requester.address))
          .to.be.revertedWithCustomError(desk, "RequestDeskNothingOwed")
          .withArgs(currency, requester.address);
      });

      it("pays an account for anybody, to that account alone", async () => {
        const world = await loadFixture(deskReady);
        const { desk, split, stranger, trainer } = world;
        const currency = money.currency(world);
        await earned(world, currency);
        const { contributors } = partsOf(FEE);

        expect(await desk.connect(stranger).withdrawFor.staticCall(currency, split)).to.equal(contributors);
        await desk.connect(stranger).withdrawFor(currency, split);

        expect(await money.balanceOf(world, split)).to.equal(contributors);
        expect(await ContributorSplit__factory.connect(split, stranger).due(currency, trainer.address)).to.equal(
          contributors,
        );
        await expect(desk.withdrawFor(currency, split))
          .to.be.revertedWithCustomError(desk, "RequestDeskNothingOwed")
          .withArgs(currency, split);
      });

      it("gives each reporter an equal part of what the config earned, once, whoever asks", async () => {
        const world = await loadFixture(deskReady);
        const { desk, reporters, stranger } = world;
        const currency = money.currency(world);
        await earned(world, currency);
        const part = partsOf(FEE).providers / 5n;

        for (const [index, { address }] of reporters.entries()) {
          expect(await desk.collect.staticCall(1, currency, index)).to.equal(part);
          expect(await eventsOf(desk.connect(stranger).collect(1, currency, index), desk)).to.deep.equal([
            ["PoolCollected", currency, 1n, address, part],
          ]);
          expect(await desk.owedTo(currency, address)).to.equal(part);
          expect(await desk.collectedBy(1, currency, index)).to.equal(part);
        }
        await expect(desk.collect(1, currency, 0))
          .to.be.revertedWithCustomError(desk, "RequestDeskNothingOwed")
          .withArgs(currency, reporterAt(reporters, 0).address);
        const [first] = addressesOf(reporters);
        await desk.withdrawFor(currency, first ?? ZeroAddress);
        expect(await money.balanceOf(world, first ?? ZeroAddress)).to.equal(part);
        expect(await desk.held(currency)).to.equal(FEE - part);
      });

      itRandomly("[peers F45] conserves every unit through random orders and payments", async (random) => {
        const world = await loadFixture(deskReady);
        const { desk, deskAddress, requester, owner, dao, split, reporters } = world;
        const currency = money.currency(world);
        const accounts = [requester.address, owner.address, dao.address, split, ...addressesOf(reporters)];
        let [taken, paid, open] = [0n, 0n, 0n];
        for (let step = 0; step < 25; step++) {
          const amount = 1n + random.uint(40);
          await setPrice(world, currency, amount);
          const order = await opened(world, currency, amount);
          taken += amount;
          if (random.below(5) === 0) open += amount;
          else {
            await deliver(world, order, { status: random.pick([0, 0, 0, 1]) });
            await desk.settle(order);
          }
          const index = random.below(5);
          if (random.below(2) === 0) await desk.collect(1, currency, index).catch(() => undefined); // often nothing is due
          const account = random.pick(accounts);
          const owed = await desk.owedTo(currency, account);
          if (owed > 0n) {
            await desk.withdrawFor(currency, account);
            paid += owed;
          }

          const owing = await Promise.all(accounts.map((each) => desk.owedTo(currency, each)));
          const collected = await Promise.all(reporters.map((_, place) => desk.collectedBy(1, currency, place)));
          const pooled = (await desk.earnedBy(1, currency)) - sum(collected);
          expect(await desk.held(currency)).to.equal(taken - paid);
          expect(open + sum(owing) + pooled).to.equal(taken - paid);
          expect(await money.balanceOf(world, deskAddress)).to.equal(taken - paid);
        }
      });
    });
  }

  describe("collect", () => {
    it("leaves in the pool what equal parts leave over, until it makes a whole unit for everybody", async () => {
      const world = await loadFixture(deskReady);
      const { desk, dao, reporters } = world;
      await desk.connect(dao).setShares({ providers: 10_000n, owner: 0n, contributors: 0n, treasury: 0n });
      await earned(world, ETH, 4n);
      await expect(desk.collect(1, ETH, 0))
        .to.be.revertedWithCustomError(desk, "RequestDeskNothingOwed")
        .withArgs(ETH, reporterAt(reporters, 0).address);
      await earned(world, ETH, 3n);

      await desk.collect(1, ETH, 0);

      expect(await desk.owedTo(ETH, reporterAt(reporters, 0).address)).to.equal(1n);
      await earned(world, ETH, 8n);
      await desk.collect(1, ETH, 0);
      expect(await desk.owedTo(ETH, reporterAt(reporters, 0).address)).to.equal(3n);
      expect(await desk.collectedBy(1, ETH, 0)).to.equal(3n);
    });

    it("pays the reporters of a revoked config what they earned before", async () => {
      const world = await loadFixture(deskReady);
      const { desk, oracle, dao, reporters } = world;
      await earned(world, ETH);
      await oracle.connect(dao).revokeConfig(1);

      await desk.collect(1, ETH, 4);

      expect(await desk.owedTo(ETH, reporterAt(reporters, 4).address)).to.equal(partsOf(FEE).providers / 5n);
    });

    it("keeps the pools of two configs apart", async () => {
      const world = await loadFixture(deskReady);
      const { desk, oracle, dao } = world;
      await earned(world, ETH);
      const others = makeReporters(2, "others");
      await oracle.connect(dao).setConfig(addressesOf(others), 2, 0);

      await expect(desk.collect(2, ETH, 0))
        .to.be.revertedWithCustomError(desk, "RequestDeskNothingOwed")
        .withArgs(ETH, reporterAt(others, 0).address);
    });

    it("knows no reporter beyond the last, and no config that never was", async () => {
      const world = await loadFixture(deskReady);
      const { desk, oracle } = world;
      await earned(world, ETH);

      await expect(desk.collect(1, ETH, 5))
        .to.be.revertedWithCustomError(desk, "RequestDeskUnknownReporter")
        .withArgs(1n, 5n, 5n);
      for (const configVersion of [0, 2]) {
        await expect(desk.collect(configVersion, ETH, 0))
          .to.be.revertedWithCustomError(oracle, "InferenceOracleConfigNotLive")
          .withArgs(configVersion);
      }
    });
  });

  it("[peers F44] leaves ETH that was forced on it, and tokens that were sent to it, to nobody", async () => {
    const world = await loadFixture(deskReady);
    const { desk, deskAddress, coin, coinAddress, requester } = world;
    await setBalance(deskAddress, 5n);
    await coin.mint(deskAddress, 5n);
    await givenBack(world, ETH);
    await givenBack(world, coinAddress);

    await desk.withdraw(ETH, requester.address);
    await desk.withdraw(coinAddress, requester.address);

    expect(await provider.getBalance(deskAddress)).to.equal(5n);
    expect(await coin.balanceOf(deskAddress)).to.equal(5n);
    expect([await desk.held(ETH), await desk.held(coinAddress)]).to.deep.equal([0n, 0n]);
  });

  it("[peers F44] a recipient who refuses ETH blocks itself alone, and can have it sent elsewhere", async () => {
    const world = await loadFixture(deskReady);
    const { desk, owner, requester, collection, tokenId } = world;
    await setPrice(world, ETH);
    const refusing = await deployContract("RevertingReceiverMock");
    const address = await refusing.getAddress();
    await collection.connect(owner).transferFrom(owner.address, address, tokenId);
    const [answered, failed] = [await opened(world, ETH), await opened(world, ETH)];
    await deliver(world, answered);
    await deliver(world, failed, { status: 1 });
    await desk.settle(answered);
    await desk.settle(failed);

    await expect(desk.withdrawFor(ETH, address))
      .to.be.revertedWithCustomError(refusing, "RevertingReceiverMockRefused")
      .withArgs(partsOf(FEE).owner);
    await expect(desk.withdraw(ETH, address))
      .to.be.revertedWithCustomError(refusing, "RevertingReceiverMockRefused")
      .withArgs(FEE);

    expect(await desk.owedTo(ETH, address)).to.equal(partsOf(FEE).owner);
    await expect(desk.withdraw(ETH, requester.address)).to.changeEtherBalance(requester, FEE);
  });

  it("[oracle 6.1] refund re-entrancy: a recipient that calls back while it is paid is paid once", async () => {
    for (const again of ["withdraw", "withdrawFor"] as const) {
      const world = await loadFixture(deskReady);
      const { desk, deskAddress, player, requester, collection, owner, tokenId } = world;
      await givenBack(world, ETH);
      const greedy = await deployContract("ReentrantReceiverMock");
      const address = await greedy.getAddress();
      await collection.connect(owner).transferFrom(owner.address, address, tokenId);
      const order = await opened(world, ETH, FEE, { by: player });
      await deliver(world, order);
      await desk.settle(order);
      const calls = {
        withdraw: desk.interface.encodeFunctionData("withdraw", [ETH, address]),
        withdrawFor: desk.interface.encodeFunctionData("withdrawFor", [ETH, address]),
      };
      await greedy.callBack(calls[again]);

      await desk.withdrawFor(ETH, address);

      expect(await greedy.answer()).to.equal(desk.interface.encodeErrorResult("ReentrancyGuardReentrantCall"));
      expect(await provider.getBalance(address)).to.equal(partsOf(FEE).owner);
      expect(await provider.getBalance(deskAddress)).to.equal(2n * FEE - partsOf(FEE).owner);
      await expect(desk.withdraw(ETH, requester.address)).to.changeEtherBalance(requester, FEE);
    }
  });

  it("pays a contract that asked what was given back to it", async () => {
    const world = await loadFixture(deskReady);
    const { desk, consumerAddress } = world;
    await setPrice(world, ETH);
    const order = await orderOf(desk, askForCallback(world, ETH, FEE));
    await callBack(world, order, { status: 3 });

    await desk.withdrawFor(ETH, consumerAddress);

    expect(await provider.getBalance(consumerAddress)).to.equal(FEE);
  });
});

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
