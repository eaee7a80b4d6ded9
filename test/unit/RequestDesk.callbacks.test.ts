import { expect } from "chai";
import { hexlify, ZeroHash } from "ethers";
import { deployContract, loadFixture, setCode } from "../helpers/chain";
import {
  ANSWER,
  answerOf,
  booksOf,
  callBack,
  callbackOf,
  deliver,
  type DeskWorld,
  deskReady,
  EMPTY_BOOKS,
  ETH,
  FEE,
  hashOfCallback,
  hashOfOrder,
  MAX_CALLBACK_GAS,
  opened,
  openedWithCallback,
  type Order,
  Outcome,
  partsOf,
  setPrice,
} from "../helpers/desk";
import { eventsOf } from "../helpers/events";
import { Delivery, digestOf } from "../helpers/typed-data";

/** How the consumer of the tests behaves, as its mock numbers it. */
const Manner = { TAKING: 0, REVERTING: 1, BURNING_GAS: 2, BOMBING: 3, REVERTING_WITH_BOMB: 4, MEDDLING: 5 } as const;

const ordered = async (callbackGas = 300_000n): Promise<{ world: DeskWorld; order: Order }> => {
  const world = await loadFixture(deskReady);
  await setPrice(world, ETH);
  return { world, order: await openedWithCallback(world, ETH, FEE, { callbackGas }) };
};

describe("RequestDesk: callbacks", () => {
  describe("fulfill", () => {
    it("ends the request, divides the fee and calls the requester, in one transaction", async () => {
      const { world, order } = await ordered();
      const { desk, oracle, consumer, consumerAddress } = world;

      const seen = await eventsOf(callBack(world, order), desk, oracle, consumer);

      const answered = seen.find(([name]) => name === "Answered");
      expect(seen.map(([name]) => name)).to.deep.equal([
        "ResultDelivered",
        "ResultOutput",
        "OrderClosed",
        "PoolCredited",
        "AccountCredited",
        "AccountCredited",
        "AccountCredited",
        "Answered",
        "CallbackDelivered",
      ]);
      expect(answered?.slice(0, 5)).to.deep.equal(["Answered", 1n, order.requestHash, 0n, ANSWER]);
      expect(seen.at(-1)).to.deep.equal(["CallbackDelivered", 1n, consumerAddress]);
      expect(await oracle.outcomeOf(1)).to.equal(Outcome.ANSWERED);
      expect(await booksOf(world, ETH)).to.deep.equal({ ...EMPTY_BOOKS, ...partsOf(FEE), held: FEE });
      expect(await desk.orderHashOf(1)).to.equal(ZeroHash);
      expect(await desk.failedCallbackOf(1)).to.equal(ZeroHash);
    });

    it("gives the fee back and tells the requester when the quorum signed a failure", async () => {
      const { world, order } = await ordered();
      const { desk, consumer, consumerAddress } = world;
      const output = hexlify(new Uint8Array([1, 2, 3]));

      const seen = await eventsOf(callBack(world, order, { status: 2, output }), consumer);

      expect(seen.find(([name]) => name === "Answered")?.slice(0, 5)).to.deep.equal([
        "Answered",
        1n,
        order.requestHash,
        2n,
        output,
      ]);
      expect(await desk.owedTo(ETH, consumerAddress)).to.equal(FEE);
    });

    it("calls back for a program without a price too", async () => {
      const world = await loadFixture(deskReady);
      const order = await openedWithCallback(world, ETH, 0n);

      const seen = await eventsOf(callBack(world, order), world.desk);

      expect(seen.filter(([name]) => name !== "unknown event")).to.deep.equal([
        ["OrderClosed", 1n, Outcome.ANSWERED],
        ["CallbackDelivered", 1n, world.consumerAddress],
      ]);
    });

    it("refuses an order that is not open as it is brought, and does so a second time", async () => {
      const { world, order } = await ordered();
      const { desk } = world;
      const bent = { ...order, callbackGas: 1n };
      await expect(callBack(world, bent))
        .to.be.revertedWithCustomError(desk, "RequestDeskUnknownOrder")
        .withArgs(1n, hashOfOrder(order), hashOfOrder(bent));
      await callBack(world, order);

      await expect(callBack(world, order))
        .to.be.revertedWithCustomError(desk, "RequestDeskUnknownOrder")
        .withArgs(1n, ZeroHash, hashOfOrder(order));
    });

    it("refuses an order without a callback", async () => {
      const world = await loadFixture(deskReady);
      const order = await opened(world, ETH, 0n);

      await expect(callBack(world, order, { delivery: Delivery.CALLBACK }))
        .to.be.revertedWithCustomError(world.desk, "RequestDeskNoCallback")
        .withArgs(1n);
    });

    it("[lineage 9] refuses a signed result of another request, or of the same id before a reorganisation", async () => {
      const { world, order } = await ordered();
      const { desk } = world;
      const other = await openedWithCallback(world, ETH);
      const stale = digestOf("what the id meant before");

      for (const result of [
        { requestId: other.requestId, requestHash: other.requestHash },
        { requestId: order.requestId, requestHash: stale },
        { requestId: other.requestId, requestHash: order.requestHash },
      ]) {
        await expect(callBack(world, order, { result }))
          .to.be.revertedWithCustomError(desk, "RequestDeskWrongResult")
          .withArgs(order.requestId, order.requestHash, result.requestId, result.requestHash);
      }
    });

    it("[lineage 12] refuses other bytes than were signed, and signatures over another delivery", async () => {
      const { world, order } = await ordered();
      const { desk, oracle, relayer } = world;
      const { attestation, result } = answerOf(world, order);
      await expect(desk.connect(relayer).fulfill(attestation, order, result, "0x00"))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleOutputMismatch")
        .withArgs(1n, result.resultDigest, "0xbc36789e7a1e281436464229828f817d6612f7b477d66591ff96a9e064bcc98a", 1n);

      for (const delivery of [Delivery.INLINE, Delivery.DIGEST]) {
        await expect(callBack(world, order, { delivery })).to.be.revertedWithCustomError(
          oracle,
          "InferenceOracleInvalidSignature",
        );
      }
    });

    it("is the only way: the oracle takes no callback's result from anybody else, inline or by digest", async () => {
      const { world, order } = await ordered();
      const { oracle, deskAddress, relayer } = world;
      const { attestation, result, output } = answerOf(world, order);

      await expect(oracle.connect(relayer).fulfillForDesk(attestation, result, output))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleNotDesk")
        .withArgs(relayer.address, deskAddress);
      for (const sent of [
        oracle.connect(relayer).fulfill(attestation, result),
        oracle.connect(relayer).fulfillInline(attestation, result, output),
      ]) {
        await expect(sent).to.be.revertedWithCustomError(oracle, "InferenceOracleInvalidSignature");
      }
    });
  });

  describe("the requester's gas", () => {
    it("[oracle 6.1] callback gas max: is exactly what was asked for, however much more the relayer brings", async () => {
      for (const callbackGas of [50_000n, 300_000n, MAX_CALLBACK_GAS]) {
        const { world, order } = await ordered(callbackGas);

        const seen = await eventsOf(callBack(world, order, { gasLimit: 8_000_000n }), world.consumer);

        const left = seen.find(([name]) => name === "Answered")?.[5] as bigint; // by the mock's ABI
        expect(left <= callbackGas, `${left} of ${callbackGas}`).to.equal(true);
        expect(callbackGas - left < 2_000n, `${left} of ${callbackGas}`).to.equal(true); // what it spends before it looks
      }
    });

    it("fails the callback when it is not enough, and the order is settled all the same", async () => {
      const { world, order } = await ordered(1n);

      await callBack(world, order);

      expect(await world.desk.failedCallbackOf(1)).to.equal(hashOfCallback(callbackOf(order)));
      expect(await booksOf(world, ETH)).to.deep.equal({ ...EMPTY_BOOKS, ...partsOf(FEE), held: FEE });
    });

    it("[oracle 6.1] 63/64 starvation: with less, nothing is final; there is no gas that makes a willing requester fail", async () => {
      const { world, order } = await ordered(1_000_000n);
      const { desk, oracle, relayer } = world;
      const { attestation, result, output } = answerOf(world, order);
      const outcomes = new Set<string>();
      for (let gasLimit = 1_000_000n; gasLimit <= 1_700_000n && !outcomes.has("done"); gasLimit += 20_000n) {
        const refusal = await desk
          .connect(relayer)
          .fulfill.staticCall(attestation, order, result, output, { gasLimit })
          .then(
            () => undefined,
            (error: unknown) => String(error),
          );
        expect(await oracle.outcomeOf(1)).to.equal(Outcome.OPEN);
        if (refusal !== undefined) {
          outcomes.add(refusal.includes("RequestDeskTooLittleGas") ? "refused" : "out of gas");
          continue;
        }
        const seen = await eventsOf(callBack(world, order, { gasLimit }), desk);
        expect(seen.at(-1)).to.deep.equal(["CallbackDelivered", 1n, world.consumerAddress]);
        outcomes.add("done");
      }
      expect([...outcomes]).to.include.members(["refused", "done"]);
    });

    it("names the gas that is needed and that is left", async () => {
      const { world, order } = await ordered(MAX_CALLBACK_GAS);

      await expect(callBack(world, order, { gasLimit: 2_200_000n }))
        .to.be.revertedWithCustomError(world.desk, "RequestDeskTooLittleGas")
        .withArgs(MAX_CALLBACK_GAS + MAX_CALLBACK_GAS / 63n + 5_000n, (left: bigint) => left < 2_100_000n);
    });
  });

  describe("a hostile requester", () => {
    const hostile = { REVERTING: 1, BURNING_GAS: 2, REVERTING_WITH_BOMB: 4 } as const;

    for (const [name, manner] of Object.entries(hostile)) {
      it(`that is ${name.toLowerCase().replaceAll("_", " ")}: its failure is recorded, and everybody else is paid`, async () => {
        const { world, order } = await ordered();
        const { desk, consumer, consumerAddress, requester } = world;
        const another = await opened(world, ETH);
        await consumer.behave(manner);

        const seen = await eventsOf(callBack(world, order), desk);

        const callback = callbackOf(order);
        const told = [1n, order.requestHash, consumerAddress, order.callbackGas, 0n];
        expect(seen.at(-1)).to.deep.equal(["CallbackFailed", 1n, consumerAddress, told]);
        expect(await desk.failedCallbackOf(1)).to.equal(hashOfCallback(callback));
        expect(await desk.hashCallback(callback, ANSWER)).to.equal(hashOfCallback(callback));
        expect(await world.oracle.outcomeOf(1)).to.equal(Outcome.ANSWERED);
        expect(await booksOf(world, ETH)).to.deep.equal({ ...EMPTY_BOOKS, ...partsOf(FEE), held: 2n * FEE });
        await deliver(world, another, { status: 1 });
        await desk.settle(another);
        await expect(desk.withdraw(ETH, requester.address)).to.changeEtherBalance(requester, FEE);
      });
    }

    it("that is bombing: what it returns is not read, so the relayer pays for its own gas alone", async () => {
      const { world, order } = await ordered();
      await world.consumer.behave(Manner.BOMBING);
      const bombed = await (await callBack(world, order)).wait();
      const { world: quiet, order: same } = await ordered();
      const taken = await (await callBack(quiet, same)).wait();

      expect((bombed?.gasUsed ?? 0n) - (taken?.gasUsed ?? 0n) < 60_000n).to.equal(true);
      expect(await quiet.desk.failedCallbackOf(1)).to.equal(ZeroHash);
    });

    it("that re-enters: every function that moves money or calls out refuses it, and the books are as always", async () => {
      const { world, order } = await ordered(1_500_000n);
      const { desk, consumer, consumerAddress } = world;
      const failed = await openedWithCallback(world, ETH, FEE, { callbackGas: 400_000n });
      await callBack(world, failed, { status: 1 });
      const { attestation, result, output } = answerOf(world, order);
      const terms = { maxOutputBytes: 1n, delivery: Delivery.DIGEST, agreement: 0, deadline: order.deadline };
      const abi = desk.interface;
      const payment = { currency: ETH, amount: 0n };
      const calls = [
        abi.encodeFunctionData("withdraw", [ETH, consumerAddress]),
        abi.encodeFunctionData("withdrawFor", [ETH, consumerAddress]),
        abi.encodeFunctionData("settle", [order]),
        abi.encodeFunctionData("cancel", [order]),
        abi.encodeFunctionData("fulfill", [attestation, order, result, output]),
        abi.encodeFunctionData("retry", [callbackOf(order), output]),
        abi.encodeFunctionData("collect", [1, ETH, 0]),
        abi.encodeFunctionData("request", [world.collectionAddress, world.tokenId, "0x", terms, payment, 0]),
      ];
      await consumer.meddle(calls);

      await callBack(world, order);

      const refused = desk.interface.encodeErrorResult("ReentrancyGuardReentrantCall");
      const answers = await Promise.all(calls.map((_, index) => consumer.answers(index)));
      expect(answers).to.deep.equal(calls.map(() => refused));
      expect(await desk.owedTo(ETH, consumerAddress)).to.equal(FEE);
      expect(await booksOf(world, ETH)).to.deep.equal({ ...EMPTY_BOOKS, ...partsOf(FEE), held: 2n * FEE });
    });

    it("[oracle 6.1] callback to self: the desk and its oracle have no such function, and never ask", async () => {
      const { world, order } = await ordered();
      const { desk, oracle, deskAddress } = world;
      const onAnswer = world.consumer.interface.encodeFunctionData("onAnswer", [1, order.requestHash, 0, ANSWER]);

      for (const to of [deskAddress, await oracle.getAddress()]) {
        await expect(world.stranger.call({ to, data: onAnswer })).to.be.revertedWithoutReason();
      }
      expect(desk.interface.getFunction("onAnswer" as never)).to.equal(null);
    });

    it("whose code is gone: counts as a failure, again and again, and loses nobody's money", async () => {
      const { world, order } = await ordered();
      const { desk, consumerAddress, stranger } = world;
      await setCode(consumerAddress, "0x");

      const seen = await eventsOf(callBack(world, order), desk);

      expect(seen.at(-1)?.slice(0, 3)).to.deep.equal(["CallbackFailed", 1n, consumerAddress]);
      await expect(desk.connect(stranger).retry(callbackOf(order), ANSWER))
        .to.be.revertedWithCustomError(desk, "RequestDeskCallbackFailed")
        .withArgs(1n);
      expect(await booksOf(world, ETH)).to.deep.equal({ ...EMPTY_BOOKS, ...partsOf(FEE), held: FEE });
    });
  });

  it("keeps two requesters apart: one that fails delays the other's answer by nothing", async () => {
    const { world, order } = await ordered();
    const { desk, consumer, deskAddress } = world;
    const willing = await deployContract("RequesterMock", [deskAddress]);
    const other = await openedWithCallback(world, ETH, FEE, { consumer: willing });
    await consumer.behave(Manner.BURNING_GAS);

    await callBack(world, order);
    const seen = await eventsOf(callBack(world, other), desk);

    expect(seen.at(-1)).to.deep.equal(["CallbackDelivered", 2n, await willing.getAddress()]);
  });
});
