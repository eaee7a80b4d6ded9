import assert from "node:assert/strict";
import { beforeEach, it } from "node:test";
import type { Address } from "ainft-core";
import { resultKey } from "../../../src/domain/report.ts";
import type { Attempt, Store } from "../../../src/ports/store.ts";
import { confirmed, executed } from "../support/executions.ts";
import { COLLECTION, word } from "../support/requests.ts";
import { describeStores } from "../support/store.ts";

const SENDER: Address = "0x0000000000000000000000000000000000000001";
const KEY = resultKey(1n);
const MINED = { number: 9n, hash: word(9) };

function attempt(hash: number): Attempt {
  const fees = { maxFee: 2n ** 70n, maxPriorityFee: 1n };
  return { hash: word(hash), raw: `0x02${"00".repeat(3)}`, fees, createdAt: hash };
}

describeStores("the ledger of transactions", (database) => {
  let store: Store;

  beforeEach(async () => {
    store = await database.clean();
    await confirmed(store, { id: 1 });
    await executed(store, 1n);
    await store.reports.move(KEY, ["EXECUTED"], "QUORUM");
  });

  async function prepare(nonce = 4n): Promise<boolean> {
    const transaction = { key: KEY, nonce, target: COLLECTION, data: "0x1234" as const, gasLimit: 50_000n };
    return store.transactions.prepare(SENDER, transaction, attempt(Number(nonce)));
  }

  async function only(): Promise<{ id: bigint; report: string | undefined; transaction: string }> {
    const [found] = await store.transactions.ofKey(KEY);
    assert.ok(found !== undefined);
    return { id: found.id, report: (await store.reports.byKey(KEY))?.state, transaction: found.state };
  }

  it("keeps signed bytes, nonce and state in one step", async () => {
    assert.equal(await prepare(), true);
    const [transaction] = await store.transactions.unfinished(SENDER);

    assert.deepEqual(transaction?.attempts, [attempt(4)]);
    assert.equal(await store.transactions.highestNonce(SENDER), 4n);
    assert.equal((await only()).report, "TX_READY");
  });

  it("prepares a report once", async () => {
    await prepare();

    assert.equal(await prepare(5n), false);
    assert.equal((await store.transactions.unfinished(SENDER)).length, 1);
  });

  it("never gives a nonce to two transactions", async () => {
    await prepare();
    await store.reports.move(KEY, ["TX_READY"], "QUORUM");

    await assert.rejects(prepare());
    assert.equal((await only()).report, "QUORUM");
  });

  it("has no highest nonce before the first", async () => {
    assert.equal(await store.transactions.highestNonce(SENDER), null);
  });

  it("follows a transaction from sent to final, and the report with it", async () => {
    await prepare();
    const { id } = await only();

    assert.equal(await store.transactions.markSent(id), true);
    assert.equal((await only()).report, "SENT");
    assert.equal(await store.transactions.markSent(id), false);
    assert.equal(await store.transactions.include(id, word(4), MINED, true), true);
    assert.equal((await only()).report, "INCLUDED");
    assert.equal(await store.transactions.finalize(id), true);
    assert.deepEqual(await only(), { id, report: "FINAL", transaction: "FINAL" });
    assert.deepEqual(await store.transactions.unfinished(SENDER), []);
  });

  it("goes back to sent when the block of a transaction vanished", async () => {
    await prepare();
    const { id } = await only();
    await store.transactions.include(id, word(4), MINED, true);
    await store.transactions.reopen(id);

    assert.deepEqual(await only(), { id, report: "SENT", transaction: "OPEN" });
  });

  it("tries a report again whose transaction reverted for good", async () => {
    await prepare();
    const { id } = await only();
    assert.equal(await store.transactions.include(id, word(4), MINED, false), false);
    assert.equal((await only()).report, "TX_READY");
    await store.transactions.finalizeFailure(id);

    assert.deepEqual(await only(), { id, report: "QUORUM", transaction: "FINAL" });
    assert.equal(await prepare(5n), true);
  });

  it("tries a report again whose nonce somebody else used", async () => {
    await prepare();
    const { id } = await only();
    await store.transactions.lose(id);

    assert.deepEqual(await only(), { id, report: "QUORUM", transaction: "LOST" });
  });

  it("keeps every attempt at a nonce, the oldest first", async () => {
    await prepare();
    const { id } = await only();
    await store.transactions.addAttempt(id, attempt(40));
    const [transaction] = await store.transactions.unfinished(SENDER);

    assert.deepEqual(
      transaction?.attempts.map(({ hash }) => hash),
      [word(4), word(40)],
    );
  });
});
