import { expect } from "chai";
import { ZeroHash } from "ethers";
import { loadFixture } from "../helpers/chain";
import {
  ANSWER,
  callBack,
  callbackOf,
  type DeskWorld,
  deskReady,
  ETH,
  FEE,
  hashOfCallback,
  openedWithCallback,
  type Order,
  setPrice,
} from "../helpers/desk";
import { eventsOf } from "../helpers/events";
import { digestOf } from "../helpers/typed-data";

/** How the consumer of the tests behaves, as its mock numbers it. */
const Manner = { TAKING: 0, REVERTING: 1, BURNING_GAS: 2, BOMBING: 3, REVERTING_WITH_BOMB: 4, MEDDLING: 5 } as const;

const ordered = async (callbackGas = 300_000n): Promise<{ world: DeskWorld; order: Order }> => {
  const world = await loadFixture(deskReady);
  await setPrice(world, ETH);
  return { world, order: await openedWithCallback(world, ETH, FEE, { callbackGas }) };
};

describe("RequestDesk: callbacks that failed", () => {
  const failed = async (callbackGas = 300_000n): Promise<{ world: DeskWorld; order: Order }> => {
    const made = await ordered(callbackGas);
    await made.world.consumer.behave(Manner.REVERTING);
    await callBack(made.world, made.order);
    return made;
  };

  it("brings the same answer by anybody once the requester takes it, and only once", async () => {
    const { world, order } = await failed();
    const { desk, consumer, consumerAddress, stranger } = world;
    await consumer.behave(Manner.TAKING);

    const seen = await eventsOf(desk.connect(stranger).retry(callbackOf(order), ANSWER), desk, consumer);

    expect(seen.map((event) => event.slice(0, 5))).to.deep.equal([
      ["CallbackDelivered", 1n, consumerAddress],
      ["Answered", 1n, order.requestHash, 0n, ANSWER],
    ]);
    expect(await desk.failedCallbackOf(1)).to.equal(ZeroHash);
    await expect(desk.connect(stranger).retry(callbackOf(order), ANSWER))
      .to.be.revertedWithCustomError(desk, "RequestDeskUnknownCallback")
      .withArgs(1n, ZeroHash, hashOfCallback(callbackOf(order)));
  });

  it("fails as often as the requester does, and can be tried on", async () => {
    const { world, order } = await failed();
    const { desk, consumer } = world;
    for (const manner of [Manner.REVERTING, Manner.BURNING_GAS, Manner.REVERTING_WITH_BOMB]) {
      await consumer.behave(manner);
      await expect(desk.retry(callbackOf(order), ANSWER, { gasLimit: 2_000_000n }))
        .to.be.revertedWithCustomError(desk, "RequestDeskCallbackFailed")
        .withArgs(1n);
    }
    await consumer.behave(Manner.TAKING);

    await desk.retry(callbackOf(order), ANSWER);

    expect(await desk.failedCallbackOf(1)).to.equal(ZeroHash);
  });

  it("helps a requester that asked for too little gas", async () => {
    const { world, order } = await ordered(1n);
    await callBack(world, order);

    const seen = await eventsOf(world.desk.retry(callbackOf(order), ANSWER), world.desk);

    expect(seen[0]).to.deep.equal(["CallbackDelivered", 1n, world.consumerAddress]);
  });

  it("refuses to try with less gas than the requester asked for", async () => {
    const { world, order } = await failed(1_000_000n);
    await world.consumer.behave(Manner.TAKING);

    await expect(world.desk.retry(callbackOf(order), ANSWER, { gasLimit: 900_000n }))
      .to.be.revertedWithCustomError(world.desk, "RequestDeskTooLittleGas")
      .withArgs(1_020_873n, (left: bigint) => left < 900_000n);
  });

  it("refuses another answer, status, hash, requester or gas than failed", async () => {
    const { world, order } = await failed();
    const { desk, stranger } = world;
    const callback = callbackOf(order);
    const bent = [
      { ...callback, status: 1 },
      { ...callback, callbackGas: 1n },
      { ...callback, requester: stranger.address },
      { ...callback, requestHash: digestOf("another") },
    ];

    for (const other of bent) {
      await expect(desk.retry(other, ANSWER))
        .to.be.revertedWithCustomError(desk, "RequestDeskUnknownCallback")
        .withArgs(1n, hashOfCallback(callback), hashOfCallback(other));
    }
    await expect(desk.retry(callback, "0x"))
      .to.be.revertedWithCustomError(desk, "RequestDeskUnknownCallback")
      .withArgs(1n, hashOfCallback(callback), hashOfCallback(callback, "0x"));
  });

  it("refuses the callbacks of others' requests, and of requests whose callback was taken", async () => {
    const { world, order } = await ordered();
    await callBack(world, order);

    for (const requestId of [1n, 2n]) {
      const callback = { ...callbackOf(order), requestId };
      await expect(world.desk.retry(callback, ANSWER))
        .to.be.revertedWithCustomError(world.desk, "RequestDeskUnknownCallback")
        .withArgs(requestId, ZeroHash, hashOfCallback(callback));
    }
  });

  it("lets a requester in nowhere while it is tried", async () => {
    const { world, order } = await failed();
    const { desk, consumer } = world;
    await consumer.meddle([desk.interface.encodeFunctionData("retry", [callbackOf(order), ANSWER])]);

    await desk.retry(callbackOf(order), ANSWER);

    expect(await consumer.answers(0)).to.equal(desk.interface.encodeErrorResult("ReentrancyGuardReentrantCall"));
  });
});
