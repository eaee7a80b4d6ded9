import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { Bytes32 } from "ainft-core";
import { Wallet } from "ethers";
import { WalletTransactionSigner } from "../../../src/adapters/signer/signers.ts";
import { TransactionManager } from "../../../src/application/transactions.ts";
import { orderKey } from "../../../src/domain/order.ts";
import { resultKey } from "../../../src/domain/report.ts";
import type { TrackedTransaction } from "../../../src/ports/store.ts";
import { confirmed, executed } from "../support/executions.ts";
import { contextOf, FakeWriter, type TestContext } from "../support/fakes.ts";
import { asked, block, COLLECTION, DESK, placed, word } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const KEY = resultKey(1n);
const BUMP_MS = 100;
const CAPS = { maxFee: 1_000n, maxPriorityFee: 100n };
const signer = new WalletTransactionSigner(
  new Wallet(`0x${"11".repeat(32)}`),
  { chainId: 31_337n, oracle: COLLECTION },
  DESK,
);

describe("TransactionManager", () => {
  const database = new TestStore();
  let context: TestContext;
  let writer: FakeWriter;

  before(async () => database.open());

  beforeEach(async () => {
    context = contextOf(await database.clean());
    writer = new FakeWriter();
    await confirmed(context.store, { id: 1 });
    await executed(context.store, 1n);
    await context.store.reports.move(KEY, ["EXECUTED"], "QUORUM");
    const fees = { maxFee: 200n, maxPriorityFee: 10n };
    const call = { to: COLLECTION, data: "0x12" as const, nonce: 0n, gasLimit: 50_000n };
    const { hash, raw } = await signer.sign({ ...call, fees });
    const { to: target, ...rest } = call;
    const attempt = { hash, raw, fees, createdAt: context.clock.now() };
    await context.store.transactions.prepare(signer.address, { key: KEY, target, ...rest }, attempt);
  });

  after(async () => database.close());

  /** A manager as a process has it right after its start. */
  function fresh(): TransactionManager {
    return new TransactionManager(context, { writer, signer, caps: CAPS, bumpAfterMs: BUMP_MS });
  }

  async function follow(manager: TransactionManager, confirmedBlock = 10): Promise<void> {
    await manager.follow({ head: block(12), confirmed: block(confirmedBlock) });
  }

  async function transaction(): Promise<TrackedTransaction> {
    return (await context.store.transactions.ofKey(KEY))[0] ?? assert.fail("there is no transaction");
  }

  async function reportState(): Promise<string | undefined> {
    return (await context.store.reports.byKey(KEY))?.state;
  }

  function mine(hash: Bytes32, number: number, succeeded = true): void {
    writer.receipts.set(hash, { hash, blockNumber: BigInt(number), blockHash: word(number), succeeded });
  }

  it("sends the kept bytes, and the same bytes again after a restart", async () => {
    await follow(fresh());
    await follow(fresh());
    const { raw } = (await transaction()).attempts[0] ?? assert.fail();

    assert.deepEqual(writer.sent, [raw, raw]);
    assert.equal(await reportState(), "SENT");
    assert.deepEqual(
      context.persisted.map(({ state }) => state),
      ["SENT"],
    );
  });

  it("does not believe what a node says about a send", async () => {
    writer.objection = new Error("nonce too low");
    await follow(fresh());

    assert.equal(await reportState(), "SENT");
    assert.equal((await transaction()).state, "OPEN");
  });

  it("follows a transaction into a block and until it is deep enough", async () => {
    const manager = fresh();
    mine((await transaction()).attempts[0]?.hash ?? assert.fail(), 11);
    await follow(manager);
    assert.equal(await reportState(), "INCLUDED");
    await follow(manager, 10);
    assert.equal(await reportState(), "INCLUDED");
    await follow(manager, 11);
    assert.equal(await reportState(), "FINAL");
  });

  it("starts over when the block with the transaction vanished", async () => {
    const manager = fresh();
    const { hash } = (await transaction()).attempts[0] ?? assert.fail();
    mine(hash, 11);
    await follow(manager);
    writer.receipts.clear();
    await follow(manager);

    assert.equal(await reportState(), "SENT");
    assert.equal((await transaction()).state, "OPEN");
  });

  it("offers an eighth more after a while, and keeps the better offer before it is sent", async () => {
    const manager = fresh();
    await follow(manager);
    context.clock.time += BUMP_MS - 1;
    await follow(manager);
    assert.equal(writer.sent.length, 1);

    context.clock.time += 1;
    await follow(manager);
    const [first, second] = (await transaction()).attempts;
    assert.deepEqual(second?.fees, { maxFee: 225n, maxPriorityFee: 12n });
    assert.deepEqual(writer.sent, [first?.raw, second.raw]);
  });

  it("never offers more than the caps: it sends the last offer again and waits", async () => {
    writer.market_ = { baseFee: 10_000n, priorityFee: 10n };
    const manager = fresh();
    await follow(manager);
    for (let round = 0; round < 30; round += 1) {
      context.clock.time += BUMP_MS;
      await follow(manager);
    }

    for (const { fees } of (await transaction()).attempts) {
      assert.ok(fees.maxFee <= CAPS.maxFee && fees.maxPriorityFee <= CAPS.maxPriorityFee);
    }
    assert.equal(writer.sent.length, 31);
  });

  it("finds the receipt of any attempt", async () => {
    const manager = fresh();
    await follow(manager);
    context.clock.time += BUMP_MS;
    await follow(manager);
    mine((await transaction()).attempts[0]?.hash ?? assert.fail(), 10);
    await follow(manager);

    assert.equal(await reportState(), "INCLUDED");
  });

  it("does not give up a nonce before its use by somebody else is deep enough", async () => {
    const manager = fresh();
    writer.nonce = 1n;
    await follow(manager);
    assert.equal((await transaction()).state, "OPEN");

    writer.confirmedNonce = 1n;
    await follow(manager);
    assert.equal((await transaction()).state, "LOST");
    assert.equal(await reportState(), "QUORUM");
  });

  it("tries a report again whose transaction reverted for good", async () => {
    const manager = fresh();
    mine((await transaction()).attempts[0]?.hash ?? assert.fail(), 10, false);
    await follow(manager);
    await follow(manager);

    assert.equal(await reportState(), "QUORUM");
  });

  it("follows the settlement of an order as it follows a report", async () => {
    const { store } = context;
    const key = orderKey(1n);
    await store.chain.append([], { requests: [], landings: [], orders: [placed(asked({ id: 1 }))] });
    const fees = { maxFee: 200n, maxPriorityFee: 10n };
    const call = { to: DESK, data: "0x34" as const, nonce: 1n, gasLimit: 50_000n };
    const { hash, raw } = await signer.sign({ ...call, fees });
    const { to: target, ...rest } = call;
    const attempt = { hash, raw, fees, createdAt: context.clock.now() };
    assert.equal(await store.transactions.prepare(signer.address, { key, target, ...rest }, attempt), true);
    const manager = fresh();
    await follow(manager);
    mine(hash, 11);
    await follow(manager);
    await follow(manager, 11);

    assert.equal((await store.orders.byId(1n))?.state, "FINAL");
    assert.deepEqual(
      context.persisted.filter(({ kind }) => kind === "order"),
      ["SENT", "INCLUDED", "FINAL"].map((state) => ({ state, kind: "order", requestId: 1n })),
    );
  });
});
