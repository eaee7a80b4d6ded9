import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { Transaction, Wallet } from "ethers";
import { WalletTransactionSigner } from "../../../src/adapters/signer/signers.ts";
import { Nonces } from "../../../src/application/nonces.ts";
import { TransactionManager } from "../../../src/application/transactions.ts";
import { noopKey } from "../../../src/domain/noop.ts";
import { resultKey } from "../../../src/domain/report.ts";
import { confirmed, executed } from "../support/executions.ts";
import { contextOf, FakeWriter, type TestContext } from "../support/fakes.ts";
import { block, COLLECTION, DESK, word } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const CAPS = { maxFee: 1_000n, maxPriorityFee: 100n };
const BUMP_MS = 100;
const signer = new WalletTransactionSigner(
  new Wallet(`0x${"11".repeat(32)}`),
  { chainId: 31_337n, oracle: COLLECTION },
  DESK,
);

describe("nonces", () => {
  const database = new TestStore();
  let context: TestContext;
  let writer: FakeWriter;
  let nonces: Nonces;

  before(async () => database.open());

  beforeEach(async () => {
    context = contextOf(await database.clean());
    writer = new FakeWriter();
    nonces = new Nonces(context, { writer, signer, caps: CAPS });
  });

  after(async () => database.close());

  /** A transaction of ours, at a nonce that an operator's edit or a restored copy has made too high. */
  async function openAt(id: number, nonce: bigint): Promise<void> {
    const { store, clock } = context;
    await confirmed(store, { id, tokenId: id });
    await executed(store, BigInt(id));
    await store.reports.move(resultKey(BigInt(id)), ["EXECUTED"], "QUORUM");
    const fees = { maxFee: 200n, maxPriorityFee: 10n };
    const call = { data: "0x12" as const, nonce, gasLimit: 50_000n };
    const { hash, raw } = await signer.sign({ to: COLLECTION, ...call, fees });
    const transaction = { key: resultKey(BigInt(id)), target: COLLECTION, ...call };
    await store.transactions.prepare(signer.address, transaction, { hash, raw, fees, createdAt: clock.now() });
  }

  it("have no holes while ours follow the account's", async () => {
    writer.nonce = 3n;
    await openAt(1, 3n);
    await openAt(2, 4n);

    assert.deepEqual(await nonces.holes(), []);
  });

  it("have holes where nothing of ours is below what waits", async () => {
    writer.nonce = 3n;
    await openAt(1, 4n);
    await openAt(2, 7n);

    assert.deepEqual(await nonces.holes(), [3n, 5n, 6n]);
  });

  it("of what is final are no holes for a node that lags behind", async () => {
    await openAt(1, 0n);
    await openAt(2, 1n);
    const [first] = await context.store.transactions.unfinished(signer.address);
    assert.ok(first !== undefined);
    await context.store.transactions.include(first.id, word(5), block(1), true);
    await context.store.transactions.finalize(first.id);

    assert.deepEqual(await nonces.holes(), []);
  });

  it("that are missing are used up by a transaction to ourselves with nothing in it, kept before it is sent", async () => {
    await openAt(1, 1n);
    assert.equal(await nonces.fill(0n), true);

    const [noop] = await context.store.transactions.ofKey(noopKey(signer.address, 0n));
    const { to, value, data, nonce } = Transaction.from(noop?.attempts[0]?.raw);
    assert.deepEqual({ to, value, data, nonce }, { to: signer.address, value: 0n, data: "0x", nonce: 0 });
    assert.deepEqual(writer.sent, []);
    assert.deepEqual(await nonces.holes(), []);
  });

  it("are not filled while fees are above the cap", async () => {
    writer.market_ = { baseFee: 10_000n, priorityFee: 1n };
    await openAt(1, 1n);

    assert.equal(await nonces.fill(0n), false);
    assert.deepEqual(await nonces.holes(), [0n]);
  });

  it("that stay missing are filled by the lane itself, once a lagging node had its time", async () => {
    await openAt(1, 1n);
    const manager = new TransactionManager(context, { writer, signer, caps: CAPS, bumpAfterMs: BUMP_MS });
    const view = { head: block(12), confirmed: block(10) };
    await manager.follow(view);
    assert.deepEqual(await nonces.holes(), [0n]);

    context.clock.time += BUMP_MS;
    await manager.follow(view);
    await manager.follow(view);
    assert.deepEqual(await nonces.holes(), []);
    assert.deepEqual(writer.sent.map((raw) => Transaction.from(raw).nonce).sort(), [0, 1, 1]);
  });
});
