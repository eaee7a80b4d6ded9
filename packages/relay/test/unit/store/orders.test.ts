import assert from "node:assert/strict";
import { beforeEach, it } from "node:test";
import type { Address } from "ainft-core";
import { orderKey } from "../../../src/domain/order.ts";
import type { Store } from "../../../src/ports/store.ts";
import { asked, type Asked, block, DESK, landing, placed, word } from "../support/requests.ts";
import { describeStores } from "../support/store.ts";

const SENDER: Address = "0x0000000000000000000000000000000000000001";
const KEY = orderKey(1n);

describeStores("the ledger of orders", (database) => {
  let store: Store;

  beforeEach(async () => {
    store = await database.clean();
  });

  /** Requests with an order each, in block 1. */
  async function ordered(amount: bigint, ...requests: Asked[]): Promise<void> {
    const all = requests.map((request) => asked(request));
    const orders = all.map((request) => placed(request, { amount }));
    await store.chain.append([block(1)], { requests: all, landings: [], orders });
  }

  async function land(id: number, number: number): Promise<void> {
    const at = block(number);
    await store.chain.append([at], { requests: [], landings: [landing(id, at)], orders: [] });
  }

  async function dueIds(upTo = 9n, now = 5, limit = 9): Promise<bigint[]> {
    return (await store.orders.due(upTo, now, limit)).map(({ requestId }) => requestId);
  }

  async function prepare(nonce = 4n): Promise<boolean> {
    const transaction = { key: KEY, nonce, target: DESK, data: "0x1234" as const, gasLimit: 50_000n };
    const fees = { maxFee: 2n, maxPriorityFee: 1n };
    return store.transactions.prepare(SENDER, transaction, {
      hash: word(Number(nonce)),
      raw: "0x02",
      fees,
      createdAt: 4,
    });
  }

  it("reads an order back as the chain told it", async () => {
    const request = asked({ id: 1 });
    const order = placed(request, { amount: 2n ** 127n, callbackGas: 2_000_000n });
    await store.chain.append([block(1)], { requests: [request], landings: [], orders: [order] });

    assert.deepEqual(await store.orders.byId(1n), { ...order, key: KEY, state: "OPEN", dueAt: null });
    assert.equal(await store.orders.byId(2n), null);
  });

  it("keeps an order with its block or not at all", async () => {
    await store.chain.append([block(1)], { requests: [], landings: [], orders: [] });
    const request = asked({ id: 1 });
    const events = { requests: [request], landings: [], orders: [placed(request)] };

    await assert.rejects(store.chain.append([block(1, 5)], events));
    assert.equal(await store.orders.byId(1n), null);
  });

  it("forgets an order whose block vanished, and takes it anew where it comes back", async () => {
    await ordered(100n, { id: 1 });
    await store.chain.rollBack(0n);
    assert.equal(await store.orders.byId(1n), null);

    const request = asked({ id: 1, at: block(1, 7), input: { say: "something else" } });
    const order = placed(request, { amount: 7n });
    await store.chain.append([block(1, 7)], { requests: [request], landings: [], orders: [order] });
    assert.deepEqual(await store.orders.byId(1n), { ...order, key: KEY, state: "OPEN", dueAt: null });
  });

  it("leaves an order alone whose block is read again", async () => {
    await ordered(100n, { id: 1 });
    await store.orders.close(1n);
    await store.chain.append([], { requests: [], landings: [], orders: [placed(asked({ id: 1 }))] });

    assert.equal((await store.orders.byId(1n))?.state, "CLOSED");
  });

  it("has an order due once its result is deep enough, and remembers since when", async () => {
    await ordered(100n, { id: 1 });
    assert.deepEqual(await dueIds(), []);

    await land(1, 3);
    assert.deepEqual(await dueIds(2n), []);
    assert.deepEqual(await dueIds(3n, 5), [1n]);
    assert.deepEqual(await dueIds(3n, 6), [1n]);
    assert.equal((await store.orders.byId(1n))?.dueAt, 5);
  });

  it("has the oldest orders due first, and no more than asked for", async () => {
    await ordered(100n, { id: 2, tokenId: 2 }, { id: 1 });
    await land(2, 2);
    await land(1, 3);

    assert.deepEqual(await dueIds(9n, 5, 1), [1n]);
    assert.deepEqual(await dueIds(), [1n, 2n]);
  });

  it("has no order due that is free, closed, or on its way", async () => {
    await ordered(0n, { id: 1 });
    await land(1, 2);
    assert.deepEqual(await dueIds(), []);

    const others = [2, 3].map((id) => asked({ id, at: block(3) }));
    const landings = [2, 3].map((id) => landing(id, block(3)));
    await store.chain.append([block(3)], { requests: others, landings, orders: others.map((one) => placed(one)) });
    assert.equal(await store.orders.close(2n), true);
    assert.equal(await store.orders.close(2n), false);
    assert.deepEqual(await dueIds(), [3n]);
  });

  it("has no order due whose result vanished", async () => {
    await ordered(100n, { id: 1 });
    await land(1, 3);
    await store.chain.rollBack(2n);

    assert.deepEqual(await dueIds(), []);
  });

  it("prepares one transaction an order, which is then no longer due", async () => {
    await ordered(100n, { id: 1 });
    await land(1, 3);

    assert.equal(await prepare(), true);
    assert.equal(await prepare(5n), false);
    assert.deepEqual(await dueIds(), []);
    assert.equal(await store.orders.close(1n), false);
    assert.deepEqual(
      (await store.transactions.ofKey(KEY)).map(({ key, target, state }) => [key, target, state]),
      [[KEY, DESK, "OPEN"]],
    );
  });

  it("has an order due again whose transaction reverted for good, or lost its nonce", async () => {
    await ordered(100n, { id: 1 });
    await land(1, 3);
    for (const [nonce, end] of [
      [4n, "finalizeFailure"],
      [5n, "lose"],
    ] as const) {
      await prepare(nonce);
      const [transaction] = await store.transactions.unfinished(SENDER);
      assert.ok(transaction !== undefined);
      if (end === "finalizeFailure") {
        await store.transactions.include(transaction.id, word(4), { number: 4n, hash: word(4_000) }, false);
      }
      await store.transactions[end](transaction.id);

      assert.deepEqual(await dueIds(), [1n]);
    }
  });
});
