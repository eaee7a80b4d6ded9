import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { requestDeskAbi } from "ainft-contracts";
import { asAddress } from "ainft-core";
import { Interface, Wallet } from "ethers";
import { oracleCalls } from "../../../src/adapters/chain/calls.ts";
import { WalletTransactionSigner } from "../../../src/adapters/signer/signers.ts";
import { Dispatcher } from "../../../src/application/dispatcher.ts";
import { OrderSettler } from "../../../src/application/order-settler.ts";
import { ContractRefused } from "../../../src/domain/errors.ts";
import { orderKey, type PlacedOrder } from "../../../src/domain/order.ts";
import type { ReporterConfig } from "../../../src/domain/request.ts";
import { transmissionOrder } from "../../../src/domain/transmission.ts";
import type { TrackedTransaction } from "../../../src/ports/store.ts";
import { contextOf, FakeWriter, type TestContext } from "../support/fakes.ts";
import { asked, block, COLLECTION, DESK, landing, placed } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const STAGE_MS = 1_000;
const VIEW = { head: block(12), confirmed: block(10) };
const desk = new Interface(requestDeskAbi);
const [wallet, other] = ["11", "22"].map((byte) => new Wallet(`0x${byte.repeat(32)}`));
assert.ok(wallet !== undefined && other !== undefined);
const signer = new WalletTransactionSigner(wallet, { chainId: 31_337n, oracle: COLLECTION }, DESK);
const ORDER = placed(asked({ id: 1 }));
const us = signer.address;
const them = asAddress(other.address);

/** A config in which we come first for the order, or last. */
function config(first: boolean): ReporterConfig {
  const [place] = transmissionOrder(ORDER.hash, 1n, 2);
  return { version: 1n, reporters: (place === 0) === first ? [us, them] : [them, us], threshold: 1 };
}

describe("OrderSettler", () => {
  const database = new TestStore();
  let context: TestContext;
  let writer: FakeWriter;
  let settler: OrderSettler;

  before(async () => database.open());

  beforeEach(async () => {
    context = contextOf(await database.clean());
    writer = new FakeWriter();
    const turn = { reporter: us, stageDelayMs: STAGE_MS, maxInFlight: 16 };
    const caps = { maxFee: 1_000n, maxPriorityFee: 100n };
    const dispatcher = new Dispatcher(context, { writer, signer, caps, ...turn });
    settler = new OrderSettler(context, { dispatcher, calls: oracleCalls, desk: DESK });
  });

  after(async () => database.close());

  /** An order whose result landed in a block. */
  async function answeredIn(number: number, order: PlacedOrder = ORDER): Promise<void> {
    const at = block(number);
    const landings = [landing(1, at)];
    await context.store.chain.append([at], { requests: [asked({ id: 1 })], landings, orders: [order] });
    context.chain.openOrders.set(1n, order.hash);
    context.chain.openedBefore.set(1n, order.hash);
  }

  async function transaction(): Promise<TrackedTransaction | undefined> {
    return (await context.store.transactions.ofKey(orderKey(1n)))[0];
  }

  async function stateOf(): Promise<string | undefined> {
    return (await context.store.orders.byId(1n))?.state;
  }

  it("settles an order whose result is deep enough, with all that the desk wants back", async () => {
    await answeredIn(10);
    await settler.settle(VIEW, config(true));

    const { target, data } = (await transaction()) ?? assert.fail("nothing was prepared");
    assert.equal(target, DESK);
    assert.equal(desk.parseTransaction({ data })?.name, "settle");
    assert.equal(data.slice(10), ORDER.encoded.slice(2));
    assert.equal(await stateOf(), "TX_READY");
    assert.deepEqual(context.persisted, [{ state: "TX_READY", kind: "order", requestId: 1n }]);
  });

  it("does not settle while the result may still vanish", async () => {
    await answeredIn(11);
    await settler.settle(VIEW, config(true));

    assert.equal(await transaction(), undefined);
  });

  it("does not pay for settling an order without a fee", async () => {
    await answeredIn(10, placed(asked({ id: 1 }), { amount: 0n, callbackGas: 9n }));
    await settler.settle(VIEW, config(true));

    assert.equal(await transaction(), undefined);
  });

  it("leaves those before it their time, and settles when they did not", async () => {
    await answeredIn(10);
    await settler.settle(VIEW, config(false));
    context.clock.time += STAGE_MS - 1;
    await settler.settle(VIEW, config(false));
    assert.deepEqual([await transaction(), writer.simulated], [undefined, []]);

    context.clock.time += 1;
    await settler.settle(VIEW, config(false));
    assert.equal((await transaction())?.target, DESK);
  });

  it("waits for an order that somebody has just closed, and is done with it when that is deep enough", async () => {
    await answeredIn(10);
    context.chain.openOrders.clear();
    await settler.settle(VIEW, config(true));
    assert.equal(await stateOf(), "OPEN");

    context.chain.openedBefore.clear();
    await settler.settle(VIEW, config(true));
    assert.equal(await stateOf(), "CLOSED");
    assert.deepEqual(writer.simulated, []);
  });

  it("settles after all when the block vanished in which somebody had closed it", async () => {
    await answeredIn(10);
    context.chain.openOrders.clear();
    await settler.settle(VIEW, config(true));
    context.chain.openOrders.set(1n, ORDER.hash);
    await settler.settle(VIEW, config(true));

    assert.equal(await stateOf(), "TX_READY");
  });

  it("leaves an order for a while that the desk refuses to settle, and then tries again", async () => {
    await answeredIn(10);
    writer.refusal = new ContractRefused("RequestDeskUnknownOrder");
    await settler.settle(VIEW, config(true));
    writer.refusal = null;
    await settler.settle(VIEW, config(true));
    assert.deepEqual([await stateOf(), writer.simulated.length], ["OPEN", 1]);

    context.clock.time += 5_000;
    await settler.settle(VIEW, config(true));
    assert.equal(await stateOf(), "TX_READY");
  });

  it("settles once, however many rounds go by", async () => {
    await answeredIn(10);
    await settler.settle(VIEW, config(true));
    await settler.settle(VIEW, config(true));

    assert.equal((await context.store.transactions.unfinished(us)).length, 1);
  });
});
