import assert from "node:assert/strict";
import { beforeEach, it } from "node:test";
import type { Store } from "../../../src/ports/store.ts";
import { answered, confirmed, executed, failed, leasable, leased } from "../support/executions.ts";
import { asked, block, landing } from "../support/requests.ts";
import { describeStores } from "../support/store.ts";

describeStores("the ledger of requests", (database) => {
  let store: Store;

  beforeEach(async () => {
    store = await database.clean();
  });

  it("reads a request back as the chain told it", async () => {
    const request = asked({ id: 1, tokenId: 2 ** 40, at: block(1) });
    await store.chain.append([block(1)], { requests: [request], landings: [], orders: [] });
    const {
      state,
      outcome,
      newState,
      landing: landed,
      settled,
      note,
      ...kept
    } = (await store.requests.byId(1n)) ?? assert.fail("it is not there");

    const { number, hash, time } = request.block;
    assert.deepEqual(kept, { ...request, block: { number, hash, time } });
    assert.deepEqual(
      { state, outcome, newState, landed, settled, note },
      {
        state: "SEEN",
        outcome: null,
        newState: null,
        landed: null,
        settled: false,
        note: null,
      },
    );
  });

  it("answers a request as new only once, however often its block is read", async () => {
    const events = { requests: [asked({ id: 1 })], landings: [], orders: [] };

    assert.deepEqual(await store.chain.append([block(1)], events), [1n]);
    assert.deepEqual(await store.chain.append([], events), []);
  });

  it("confirms what is in a block up to the given one, and nothing above", async () => {
    const requests = [asked({ id: 1, at: block(1) }), asked({ id: 2, at: block(2) })];
    await store.chain.append([block(1), block(2)], { requests, landings: [], orders: [] });

    assert.deepEqual(await store.requests.confirm(1n), [1n]);
    assert.deepEqual(await store.requests.confirm(1n), []);
  });

  it("lets only the first unsettled request of a token run, and those of other tokens beside it", async () => {
    await confirmed(store, { id: 1 }, { id: 2 }, { id: 3, tokenId: 2 });
    assert.deepEqual(await leasable(store), [1n, 3n]);

    await executed(store, 1n);
    assert.deepEqual(await leasable(store), [3n]);

    await store.requests.settle(1n);
    assert.deepEqual(await leasable(store), [2n, 3n]);
  });

  it("keeps result, state and reports of an execution in one step", async () => {
    await confirmed(store, { id: 1 });
    await leased(store, 1n);
    const run = answered(5);
    assert.equal(await store.requests.recordExecution(1n, run, 3n, 4_000n, null), true);

    assert.deepEqual(await store.blobs.get(run.result.digest), Uint8Array.from(run.result.bytes));
    assert.ok(run.newState !== null && (await store.blobs.get(run.newState.digest)) !== null);
    const reports = await store.reports.ofRequest(1n);
    assert.deepEqual(
      reports.map(({ kind, state, sequence, deadline }) => ({ kind, state, sequence, deadline })),
      [
        { kind: "result", state: "EXECUTED", sequence: null, deadline: 4_000n },
        { kind: "update", state: "EXECUTED", sequence: 3n, deadline: null },
      ],
    );
  });

  it("has no update for a failure", async () => {
    await confirmed(store, { id: 1 });
    await executed(store, 1n, failed, null);

    assert.deepEqual(
      (await store.reports.ofRequest(1n)).map(({ kind }) => kind),
      ["result"],
    );
  });

  it("drops what was executed for a request that vanished meanwhile", async () => {
    await confirmed(store, { id: 1 });
    await leased(store, 1n);
    await store.chain.rollBack(0n);

    assert.equal(await store.requests.recordExecution(1n, answered(1), 1n, 4_000n, null), false);
    assert.deepEqual(await store.reports.ofRequest(1n), []);
  });

  it("gives the sequence of a run whose result came too late to the token's next request", async () => {
    await confirmed(store, { id: 1, deadline: 2_000n }, { id: 2 });
    await executed(store, 1n);
    const key = (await store.reports.ofRequest(1n)).find(({ kind }) => kind === "update")?.key;
    assert.ok(key !== undefined);
    await store.requests.expire(2_000n);
    assert.equal((await store.reports.byKey(key))?.state, "EXECUTED");
    await store.requests.expire(2_001n);
    assert.equal((await store.reports.byKey(key))?.state, "EXPIRED");

    await executed(store, 2n, answered(2));
    const { requestId, state } = (await store.reports.byKey(key)) ?? assert.fail("it is not there");
    assert.deepEqual({ requestId, state }, { requestId: 2n, state: "EXECUTED" });
  });

  it("expires what nobody ran by its deadline, and not a second earlier", async () => {
    await confirmed(store, { id: 1, deadline: 2_000n });

    assert.deepEqual(await store.requests.expire(2_000n), []);
    assert.deepEqual(await store.requests.expire(2_001n), [1n]);
    assert.equal((await store.requests.byId(1n))?.state, "EXPIRED");
  });

  it("lets the next request of a token run when the one before was executed but never delivered in time", async () => {
    await confirmed(store, { id: 1, deadline: 2_000n }, { id: 2 });
    await executed(store, 1n);

    assert.deepEqual(await store.requests.expire(2_001n), []);
    assert.deepEqual(await leasable(store), [2n]);
  });

  it("runs a request again that was given up, or at once when it waits, and nothing else", async () => {
    await confirmed(store, { id: 1 }, { id: 2, tokenId: 2 });
    await leased(store, 1n);
    assert.equal(await store.requests.retry(1n), false);
    await store.requests.abandon(1n, "no such token");
    assert.deepEqual(await leasable(store), [2n]);

    assert.equal(await store.requests.retry(1n), true);
    assert.equal((await store.requests.byId(1n))?.note, null);
    await leased(store, 1n);
    await store.requests.release(1n, 60_000);
    assert.equal(await store.requests.retry(1n), true);
    assert.deepEqual(await leasable(store), [1n, 2n]);
    await store.requests.settle(1n);
    assert.equal(await store.requests.retry(1n), false);
  });

  it("does not run what others have answered", async () => {
    await confirmed(store, { id: 1 });
    await store.chain.append([block(2)], { requests: [], landings: [landing(1, block(2))], orders: [] });

    assert.deepEqual(await leasable(store), []);
    assert.deepEqual(
      (await store.requests.landed(1n, 0n, 10)).map(({ id }) => id),
      [],
    );
    assert.deepEqual(
      (await store.requests.landed(2n, 0n, 10)).map(({ id }) => id),
      [1n],
    );
  });
});
