import { expect } from "chai";
import { type ContractTransactionResponse, ZeroHash } from "ethers";

import { inOneBlock, loadFixture, nextBlockAt, passTime, provider } from "../helpers/chain";

import {
  answerOf,
  askDesk,
  booksOf,
  callBack,
  deliver,
  type DeskWorld,
  deskReady,
  EMPTY_BOOKS,
  ETH,
  FEE,
  hashOfOrder,
  monies,
  ONE_HOUR,
  opened,
  openedWithCallback,
  type Order,
  Outcome,
  partsOf,
  setPrice,
} from "../helpers/desk";
import { eventsOf } from "../helpers/events";
import { digestOf } from "../helpers/typed-data";

describe("RequestDesk: closing orders", () => {
  for (const money of monies) {
    describe(`paid in ${money.name}`, () => {
      const paid = async (): Promise<{ world: DeskWorld; currency: string; order: Order }> => {
        const world = await loadFixture(deskReady);
        const currency = money.currency(world);
        await setPrice(world, currency);
        return { world, currency, order: await opened(world, currency) };
      };

      it("divides the fee of an answered order by the shares, to the last unit", async () => {
        const { world, currency, order } = await paid();
        const { desk, owner, split, dao, stranger } = world;
        await deliver(world, order);
        const parts = partsOf(FEE);

        expect(await eventsOf(desk.connect(stranger).settle(order), desk)).to.deep.equal([
          ["OrderClosed", 1n, Outcome.ANSWERED],
          ["PoolCredited", 1n, currency, 1n, parts.providers],
          ["AccountCredited", 1n, currency, owner.address, parts.owner],
          ["AccountCredited", 1n, currency, split, parts.contributors],
          ["AccountCredited", 1n, currency, dao.address, parts.treasury],
        ]);

        expect(parts.providers + parts.owner + parts.contributors + parts.treasury).to.equal(FEE);
        expect(await booksOf(world, currency)).to.deep.equal({ ...EMPTY_BOOKS, ...parts, held: FEE });
        expect(await desk.orderHashOf(order.requestId)).to.equal(ZeroHash);
      });

      it("gives the fee back in full when the quorum signed a failure", async () => {
        for (const status of [1, 2, 3]) {
          const { world, currency, order } = await paid();
          await deliver(world, order, { status });

          expect(await eventsOf(world.desk.settle(order), world.desk)).to.deep.equal([
            ["OrderClosed", 1n, Outcome.FAILED],
            ["AccountCredited", 1n, currency, world.requester.address, FEE],
          ]);
          expect(await booksOf(world, currency)).to.deep.equal({ ...EMPTY_BOOKS, requester: FEE, held: FEE });
        }
      });

      it("gives the fee back in full when it is cancelled after the deadline, whoever cancels", async () => {
        const { world, currency, order } = await paid();
        const { desk, stranger, requester } = world;
        await passTime(ONE_HOUR);

        expect(await eventsOf(desk.connect(stranger).cancel(order), desk)).to.deep.equal([
          ["OrderClosed", 1n, Outcome.OPEN],
          ["AccountCredited", 1n, currency, requester.address, FEE],
        ]);
        expect(await booksOf(world, currency)).to.deep.equal({ ...EMPTY_BOOKS, requester: FEE, held: FEE });
      });

      it("[lineage 10] charges nobody twice: a closed order is settled and cancelled no more", async () => {
        for (const end of ["settle", "cancel"] as const) {
          const { world, order } = await paid();
          const { desk } = world;
          if (end === "settle") await deliver(world, order);
          await passTime(ONE_HOUR);
          await desk[end](order);
          if (end === "cancel") await deliver(world, order, { terms: { deadline: order.deadline + ONE_HOUR } });

          for (const again of ["settle", "cancel"] as const) {
            await expect(desk[again](order))
              .to.be.revertedWithCustomError(desk, "RequestDeskUnknownOrder")
              .withArgs(1n, ZeroHash, hashOfOrder(order));
          }
        }
      });

      it("[lineage 10] answers a request that is answered already neither again nor otherwise", async () => {
        const { world, order } = await paid();
        await deliver(world, order);

        for (const status of [0, 1]) {
          const { attestation, result } = answerOf(world, order, { status });
          await expect(world.oracle.fulfill(attestation, result))
            .to.be.revertedWithCustomError(world.oracle, "InferenceOracleAlreadyFulfilled")
            .withArgs(1n);
        }
      });
    });
  }

  const ordered = async (): Promise<{ world: DeskWorld; order: Order }> => {
    const world = await loadFixture(deskReady);
    await setPrice(world, ETH);
    return { world, order: await opened(world, ETH) };
  };

  it("does not settle an order without a result, and says what to do", async () => {
    const { world, order } = await ordered();

    await expect(world.desk.settle(order))
      .to.be.revertedWithCustomError(world.desk, "RequestDeskNotEnded")
      .withArgs(1n, order.deadline);
  });

  it("cancels one second after the deadline, and not at it", async () => {
    const { world, order } = await ordered();
    await nextBlockAt(order.deadline);
    await expect(world.desk.cancel(order, { gasLimit: 500_000 }))
      .to.be.revertedWithCustomError(world.desk, "RequestDeskTooEarly")
      .withArgs(1n, order.deadline, order.deadline);

    await nextBlockAt(order.deadline + 1n);
    await world.desk.cancel(order);

    expect(await world.desk.owedTo(ETH, world.requester.address)).to.equal(FEE);
  });

  it("cancels no order that has its result: an answered one and a failed one are settled", async () => {
    for (const [status, outcome] of [
      [0, Outcome.ANSWERED],
      [2, Outcome.FAILED],
    ] as const) {
      const { world, order } = await ordered();
      await deliver(world, order, { status });
      await passTime(ONE_HOUR);

      await expect(world.desk.cancel(order))
        .to.be.revertedWithCustomError(world.desk, "RequestDeskEnded")
        .withArgs(1n, outcome);
      await world.desk.settle(order);
    }
  });

  it("[oracle 6.1] cancel races fulfil in one block: whoever comes first decides, and the fee goes one way", async () => {
    for (const first of ["cancel", "fulfil"] as const) {
      const { world, order } = await ordered();
      const { desk, oracle, requester, relayer, stranger } = world;
      const { attestation, result } = answerOf(world, order, { terms: { deadline: order.deadline + ONE_HOUR } });
      const options = { gasLimit: 1_000_000n };
      const cancel = async () => desk.connect(stranger).cancel(order, options);
      const fulfil = async () => oracle.connect(relayer).fulfill(attestation, result, options);
      const settle = async () => desk.connect(stranger).settle(order, options);
      const sent: ContractTransactionResponse[] = [];

      await inOneBlock(order.deadline + 1n, async () => {
        for (const act of first === "cancel" ? [cancel, fulfil, settle] : [fulfil, cancel, settle])
          sent.push(await act());
      });

      const receipts = await Promise.all(sent.map(({ hash }) => provider.getTransactionReceipt(hash)));
      expect(new Set(receipts.map((receipt) => receipt?.blockNumber)).size).to.equal(1);
      expect(receipts.map((receipt) => receipt?.status)).to.deep.equal(first === "cancel" ? [1, 1, 0] : [1, 0, 1]);
      const { providers } = partsOf(FEE);
      expect(await desk.owedTo(ETH, requester.address)).to.equal(first === "cancel" ? FEE : 0n);
      expect(await desk.earnedBy(1, ETH)).to.equal(first === "cancel" ? 0n : providers);
      expect(await desk.held(ETH)).to.equal(FEE);
    }
  });

  it("refuses an order with any one of its fields changed", async () => {
    const { world, order } = await ordered();
    const { desk, stranger } = world;
    await deliver(world, order);
    const other = stranger.address;
    const changes: Partial<Order>[] = [
      { requestHash: digestOf("another") },
      { requester: other },
      { collection: other },
      { tokenId: 2n },
      { version: 2n },
      { currency: other },
      { amount: FEE + 1n },
      { deadline: order.deadline - 1n },
      { configVersion: 2n },
      { callbackGas: 1n },
      { shares: { ...order.shares, providers: 0n, owner: 8_000n } },
    ];

    for (const change of changes) {
      const bent = { ...order, ...change };
      await expect(desk.settle(bent))
        .to.be.revertedWithCustomError(desk, "RequestDeskUnknownOrder")
        .withArgs(1n, hashOfOrder(order), hashOfOrder(bent));
    }
    await expect(desk.settle({ ...order, requestId: 2n }))
      .to.be.revertedWithCustomError(desk, "RequestDeskUnknownOrder")
      .withArgs(2n, ZeroHash, hashOfOrder({ ...order, requestId: 2n }));
  });

  describe("an order with a callback", () => {
    it("is cancelled after its deadline like any other, and can then be answered no more", async () => {
      const world = await loadFixture(deskReady);
      const { desk, consumerAddress } = world;
      await setPrice(world, ETH);
      const order = await openedWithCallback(world, ETH);
      await passTime(ONE_HOUR);
      await desk.cancel(order);

      expect(await desk.owedTo(ETH, consumerAddress)).to.equal(FEE);
      await expect(callBack(world, order, { terms: { deadline: order.deadline + ONE_HOUR } }))
        .to.be.revertedWithCustomError(desk, "RequestDeskUnknownOrder")
        .withArgs(1n, ZeroHash, hashOfOrder(order));
    });

    it("does not keep its fee from anybody when a quorum ends it by a result that is no callback", async () => {
      const world = await loadFixture(deskReady);
      const { desk, oracle } = world;
      await setPrice(world, ETH);
      const order = await openedWithCallback(world, ETH);
      await deliver(world, order, { delivery: 1 });
      expect(await oracle.outcomeOf(1)).to.equal(Outcome.ANSWERED);

      await desk.settle(order);

      expect(await booksOf(world, ETH)).to.deep.equal({ ...EMPTY_BOOKS, ...partsOf(FEE), held: FEE });
    });
  });

  it("keeps the orders of many apart, each with its own outcome", async () => {
    const { world, order: first } = await ordered();
    const { desk, player, requester } = world;
    const second = await opened(world, ETH, FEE, { by: player });
    const third = await opened(world, ETH, FEE);
    await deliver(world, second, { status: 1 });
    await deliver(world, third);

    await desk.settle(third);
    await desk.settle(second);
    await expect(desk.settle(first))
      .to.be.revertedWithCustomError(desk, "RequestDeskNotEnded")
      .withArgs(1n, first.deadline);

    expect(await desk.owedTo(ETH, player.address)).to.equal(FEE);
    expect(await desk.owedTo(ETH, requester.address)).to.equal(0n);
    expect(await desk.held(ETH)).to.equal(3n * FEE);
    await expect(askDesk(world, ETH, FEE)).to.changeEtherBalance(desk, FEE);
  });
});
