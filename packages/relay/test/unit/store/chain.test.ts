import assert from "node:assert/strict";
import { beforeEach, it } from "node:test";
import type { Store } from "../../../src/ports/store.ts";
import { confirmed, executed } from "../support/executions.ts";
import { asked, block, landing } from "../support/requests.ts";
import { describeStores } from "../support/store.ts";

const NOTHING = { requests: [], landings: [], orders: [] };

describeStores("the ledger of the chain", (database) => {
  let store: Store;

  beforeEach(async () => {
    store = await database.clean();
  });

  it("has no tip before the first block, and then the newest", async () => {
    assert.equal(await store.chain.tip(), null);
    await store.chain.append([block(1), block(2)], { requests: [], landings: [], orders: [] });

    assert.deepEqual(await store.chain.tip(), block(2));
    assert.deepEqual(await store.chain.blockAt(1n), block(1));
    assert.equal(await store.chain.blockAt(3n), null);
  });

  it("keeps blocks and events together or not at all", async () => {
    await store.chain.append([block(1)], { requests: [], landings: [], orders: [] });

    // The same height twice cannot be; the request beside it must not stay either.
    await assert.rejects(store.chain.append([block(1, 5)], { requests: [asked({ id: 1 })], landings: [], orders: [] }));
    assert.equal(await store.requests.byId(1n), null);
  });

  it("remembers 512 blocks behind the tip", async () => {
    for (const number of [1, 2, 514])
      await store.chain.append([block(number)], { requests: [], landings: [], orders: [] });

    assert.equal(await store.chain.oldestBlock(), 2n);
  });

  it("orphans the requests of blocks that vanished, with their unsent reports", async () => {
    await confirmed(store, { id: 1 });
    await executed(store, 1n);

    assert.deepEqual(await store.chain.rollBack(0n), [1n]);
    assert.equal((await store.requests.byId(1n))?.state, "ORPHANED");
    assert.deepEqual(
      (await store.reports.ofRequest(1n)).map(({ state }) => state),
      ["ORPHANED", "ORPHANED"],
    );
  });

  it("starts a request anew that comes back in another block, with what it asks there", async () => {
    await confirmed(store, { id: 1 });
    await executed(store, 1n);
    await store.chain.rollBack(0n);
    const again = asked({ id: 1, at: block(1, 7), input: { say: "something else" } });

    assert.deepEqual(await store.chain.append([block(1, 7)], { requests: [again], landings: [], orders: [] }), [1n]);
    const kept = await store.requests.byId(1n);
    assert.equal(kept?.state, "SEEN");
    assert.equal(kept.requestHash, again.requestHash);
    assert.equal(kept.outcome, null);
  });

  it("runs a request again that came back, and its reports start anew", async () => {
    await confirmed(store, { id: 1 });
    await executed(store, 1n);
    await store.chain.rollBack(0n);
    await store.chain.append([block(1, 7)], {
      requests: [asked({ id: 1, at: block(1, 7) })],
      landings: [],
      orders: [],
    });
    await store.requests.confirm(1n);
    await executed(store, 1n);

    assert.deepEqual(
      (await store.reports.ofRequest(1n)).map(({ state }) => state),
      ["EXECUTED", "EXECUTED"],
    );
  });

  it("forgets a result whose block vanished, but not the request", async () => {
    await confirmed(store, { id: 1 });
    await store.chain.append([block(2)], { requests: [], landings: [landing(1, block(2))], orders: [] });
    await store.requests.settle(1n);
    await store.chain.rollBack(1n);
    const kept = await store.requests.byId(1n);

    assert.equal(kept?.state, "CONFIRMED");
    assert.equal(kept.landing, null);
    assert.equal(kept.settled, false);
  });

  it("reads blocks again without doing anything twice, and finds what was hidden the first time", async () => {
    await confirmed(store, { id: 1, at: block(1) });
    await executed(store, 1n);
    await store.chain.append([block(2), block(3)], NOTHING);

    await store.chain.rewind(block(1));
    assert.equal((await store.chain.tip())?.number, 1n);
    const requests = [asked({ id: 1, at: block(2) }), asked({ id: 2, at: block(2) })];
    assert.deepEqual(await store.chain.append([block(2)], { requests, landings: [], orders: [] }), [2n]);
    assert.equal((await store.requests.byId(1n))?.state, "EXECUTED");
    await store.chain.rewind(null);
    assert.equal(await store.chain.tip(), null);
  });

  it("counts the requests it knows, without those that vanished", async () => {
    assert.equal(await store.chain.knownRequests(), null);
    const requests = [asked({ id: 3, at: block(1) }), asked({ id: 5, at: block(2) })];
    await store.chain.append([block(1), block(2)], { requests, landings: [], orders: [] });
    assert.deepEqual(await store.chain.knownRequests(), { count: 2n, first: 3n, last: 5n });

    await store.chain.rollBack(1n);
    assert.deepEqual(await store.chain.knownRequests(), { count: 1n, first: 3n, last: 3n });
  });
});
