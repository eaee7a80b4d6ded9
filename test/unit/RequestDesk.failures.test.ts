import { expect } from "chai";
import { ZeroHash } from "ethers";
import { loadFixture } from "../helpers/chain";
import {
  ANSWER,
  answerOf,
  booksOf,
  callBack,
  callbackOf,
  type DeskWorld,
  deskReady,
  EMPTY_BOOKS,
  ETH,
  FAILURE_CALLBACK_GAS,
  FEE,
  hashOfCallback,
  MAX_CALLBACK_GAS,
  openedWithCallback,
  type Order,
  Outcome,
  setPrice,
} from "../helpers/desk";
import { eventsOf } from "../helpers/events";
import { Status } from "../helpers/typed-data";

/** How the consumer of the tests behaves, as its mock numbers it. */
const Manner = { TAKING: 0, BURNING_GAS: 2 } as const;

const FAILURES = [Status.CONTAINER_ERROR, Status.TIMEOUT, Status.REJECTED_INPUT] as const;

describe("RequestDesk: the call that tells of a failure", () => {
  const ordered = async (callbackGas: bigint): Promise<{ world: DeskWorld; order: Order }> => {
    const world = await loadFixture(deskReady);
    await setPrice(world, ETH);
    return { world, order: await openedWithCallback(world, ETH, FEE, { callbackGas }) };
  };

  /** The requester does more with its call than 100,000 gas are worth. */
  const busy = async ({ desk, consumer, consumerAddress }: DeskWorld): Promise<void> => {
    const call = desk.interface.encodeFunctionData("withdraw", [ETH, consumerAddress]);
    await consumer.meddle(new Array<string>(8).fill(call));
  };

  for (const status of FAILURES) {
    it(`has a small gas of its own, whatever was asked for (status ${status})`, async () => {
      const { world, order } = await ordered(MAX_CALLBACK_GAS);

      const seen = await eventsOf(callBack(world, order, { status }), world.consumer);

      const left = seen.find(([name]) => name === "Answered")?.[5] as bigint; // by the mock's ABI
      expect(left <= FAILURE_CALLBACK_GAS, String(left)).to.equal(true);
      expect(FAILURE_CALLBACK_GAS - left < 2_000n, String(left)).to.equal(true); // what it spends before it looks
    });
  }

  it("has no more than was asked for, when that is less", async () => {
    const { world, order } = await ordered(50_000n);

    const seen = await eventsOf(callBack(world, order, { status: Status.TIMEOUT }), world.consumer);

    const left = seen.find(([name]) => name === "Answered")?.[5] as bigint; // by the mock's ABI
    expect(left <= 50_000n && left > 48_000n, String(left)).to.equal(true);
  });

  it("costs whoever brings it no more than that, though the requester asked for the most and burns it all", async () => {
    const { world, order } = await ordered(MAX_CALLBACK_GAS);
    await world.consumer.behave(Manner.BURNING_GAS);

    const receipt = await (await callBack(world, order, { status: Status.REJECTED_INPUT })).wait();

    expect((receipt?.gasUsed ?? 0n) < 400_000n, String(receipt?.gasUsed)).to.equal(true);
    expect(await world.oracle.outcomeOf(1)).to.equal(Outcome.FAILED);
    expect(await world.desk.owedTo(ETH, world.consumerAddress)).to.equal(FEE);
    expect(await booksOf(world, ETH)).to.deep.equal({ ...EMPTY_BOOKS, held: FEE });
  });

  it("has to be brought with no more than that", async () => {
    const { world, order } = await ordered(MAX_CALLBACK_GAS);

    const seen = await eventsOf(callBack(world, order, { status: Status.TIMEOUT, gasLimit: 400_000n }), world.desk);

    expect(seen.at(-1)).to.deep.equal(["CallbackDelivered", 1n, world.consumerAddress]);
  });

  it("is not made with less: the gas that is needed is named, nothing is final, and no gas makes a willing one fail", async () => {
    const { world, order } = await ordered(MAX_CALLBACK_GAS);
    const { desk, oracle, relayer } = world;
    const { attestation, result, output } = answerOf(world, order, { status: Status.TIMEOUT });
    const refusal = desk.interface.getError("RequestDeskTooLittleGas")?.selector ?? "";
    const needed = FAILURE_CALLBACK_GAS + FAILURE_CALLBACK_GAS / 63n + 5_000n;
    let refused = 0;
    for (let gasLimit = 150_000n; (await oracle.outcomeOf(1)) === Outcome.OPEN; gasLimit += 2_000n) {
      const call = desk.connect(relayer).fulfill;
      const error = await call.staticCall(attestation, order, result, output, { gasLimit }).then(
        () => undefined,
        (reason: unknown) => String((reason as { data?: unknown }).data),
      );
      if (error === undefined) {
        const seen = await eventsOf(callBack(world, order, { status: Status.TIMEOUT, gasLimit }), desk);
        expect(seen.at(-1)).to.deep.equal(["CallbackDelivered", 1n, world.consumerAddress]);
      } else if (error.startsWith(refusal)) {
        refused += 1;
        expect(desk.interface.decodeErrorResult("RequestDeskTooLittleGas", error)[0]).to.equal(needed);
      }
    }

    expect(refused).to.be.greaterThan(0);
  });

  it("is kept when it was not enough, and anybody tries it again with all that was asked for", async () => {
    const { world, order } = await ordered(1_000_000n);
    const { desk, consumer, consumerAddress, player } = world;
    const callback = callbackOf(order, Status.REJECTED_INPUT);
    await busy(world);
    await callBack(world, order, { status: Status.REJECTED_INPUT });
    expect(await desk.failedCallbackOf(1)).to.equal(hashOfCallback(callback));

    await expect(desk.connect(player).retry(callback, ANSWER, { gasLimit: 900_000n }))
      .to.be.revertedWithCustomError(desk, "RequestDeskTooLittleGas")
      .withArgs(1_020_873n, (left: bigint) => left < 900_000n);
    const seen = await eventsOf(desk.connect(player).retry(callback, ANSWER), desk, consumer);

    expect(seen[0]).to.deep.equal(["CallbackDelivered", 1n, consumerAddress]);
    const answered = seen.find(([name]) => name === "Answered");
    expect(answered?.slice(0, 5)).to.deep.equal([
      "Answered",
      1n,
      order.requestHash,
      BigInt(Status.REJECTED_INPUT),
      ANSWER,
    ]);
    expect(await desk.failedCallbackOf(1)).to.equal(ZeroHash);
  });

  it("is the only one with so little: an answer has all that was asked for", async () => {
    const { world, order } = await ordered(1_000_000n);
    await busy(world);

    await callBack(world, order);

    expect(await world.desk.failedCallbackOf(1)).to.equal(ZeroHash);
  });

  it("has a gas that the desk tells", async () => {
    const { desk } = await loadFixture(deskReady);

    expect(await desk.FAILURE_CALLBACK_GAS()).to.equal(FAILURE_CALLBACK_GAS);
  });
});
