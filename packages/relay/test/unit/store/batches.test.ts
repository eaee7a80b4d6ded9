import assert from "node:assert/strict";
import { beforeEach, it } from "node:test";
import { type Address, asHex, Delivery, type Hex } from "ainft-core";
import { batchKey, type BatchKey, type BatchKind, WITHOUT_END } from "../../../src/domain/batch.ts";
import { EquivocationRefused } from "../../../src/domain/errors.ts";
import { resultKey } from "../../../src/domain/report.ts";
import type { CommittedRoot, Landing } from "../../../src/domain/request.ts";
import type { SignedBatch } from "../../../src/ports/batches.ts";
import type { NewSignature, Store } from "../../../src/ports/store.ts";
import { answered, confirmed, failed, leasable, leased } from "../support/executions.ts";
import { block, landing, PLAYER, word } from "../support/requests.ts";
import { describeStores } from "../support/store.ts";

const US: Address = "0x0000000000000000000000000000000000000055";
const SIGNATURE: Hex = asHex(`0x${"ab".repeat(64)}`);
const FOUR = { firstId: 1n, count: 4n };
const TWO = { firstId: 1n, count: 2n };

interface Signed {
  readonly range?: { firstId: bigint; count: bigint };
  readonly kind?: BatchKind;
  readonly deadline?: bigint;
  readonly digest?: number;
  /** Leaves that are not those of every other test. */
  readonly other?: Record<string, number>;
}

function batchOf({ range = FOUR, kind = "batch", deadline = 5_000n, digest = 2, other = {} }: Signed = {}): {
  signature: NewSignature;
  batch: SignedBatch;
  key: BatchKey;
} {
  const key = batchKey(kind, range);
  const report = { configVersion: 1n, deadline, ...range, root: word(50) };
  const leaves = Array.from({ length: Number(range.count) }, (_, index) => {
    const id = range.firstId + BigInt(index);
    return { key: resultKey(id), leaf: word(other[String(id)] ?? 100 + Number(id)) };
  });
  const bindsUntil = kind === "root" ? WITHOUT_END : deadline;
  const signature = { key, report, digest: word(digest), signer: US, signature: SIGNATURE };
  return { signature, batch: { key, kind, root: word(60), leaves, bindsUntil }, key };
}

describeStores("the ledger of batches", (database) => {
  let store: Store;

  beforeEach(async () => {
    store = await database.clean();
    const asked = [1, 2, 3, 4].map((id) => ({ id, tokenId: id, delivery: Delivery.DIGEST }));
    await confirmed(store, ...asked);
    await run(1n, 2n, 3n, 4n);
  });

  async function run(...ids: bigint[]): Promise<void> {
    await store.requests.lease(ids.length);
    const runs = ids.map((id) => ({
      ...{ id, execution: failed, sequence: null, deadline: 5_000n, lane: "batch" as const, note: null },
    }));
    await store.requests.recordExecutions(runs);
  }

  async function sign(signed: Signed = {}, chainTime = 1_000n): Promise<BatchKey> {
    const { signature, batch, key } = batchOf(signed);
    await store.batches.commitSignature(signature, batch, chainTime);
    return key;
  }

  async function stateOf(key: Parameters<Store["reports"]["byKey"]>[0]): Promise<string | undefined> {
    return (await store.reports.byKey(key))?.state;
  }

  async function land(ids: readonly number[], at = block(5)): Promise<void> {
    const landings: Landing[] = ids.map((id) => landing(id, at));
    await store.chain.append([], { requests: [], landings, orders: [] });
  }

  it("keeps runs of many requests at once, each in its lane, and answers which", async () => {
    await confirmed(store, { id: 5, tokenId: 5 }, { id: 6, tokenId: 6 });
    await leased(store, 5n);
    const one = { execution: answered(1), sequence: 1n, deadline: 5_000n, lane: "root" as const, note: null };
    const recorded = await store.requests.recordExecutions([
      { id: 5n, ...one },
      { id: 6n, ...one },
    ]);

    assert.deepEqual([...recorded], [5n]);
    const members = await store.batches.members({ firstId: 5n, count: 2n });
    assert.deepEqual(
      members.map(({ id, lane, fresh }) => ({ id, lane, fresh })),
      [
        { id: 5n, lane: "root", fresh: true },
        { id: 6n, lane: null, fresh: false },
      ],
    );
    assert.deepEqual(
      (await store.reports.ofRequest(5n)).map(({ kind }) => kind),
      ["result", "update"],
    );
  });

  it("names the ranges in which results wait, until they are signed", async () => {
    const open = async (size: bigint, after = 0n): Promise<string[]> =>
      (await store.batches.open(size, after, 10)).map(({ firstId, fresh }) => `${firstId}: ${fresh}`);
    assert.deepEqual(await open(2n), ["0: 1", "2: 2", "4: 1"]);
    assert.deepEqual(await open(2n, 3n), ["4: 1"]);
    assert.deepEqual(await open(4n), ["0: 3", "4: 1"]);
    await sign({ range: { firstId: 2n, count: 2n } });
    assert.deepEqual(await open(2n), ["0: 1", "4: 1"]);
    assert.equal(await store.batches.leaveAlone([4n]), 1);
    assert.deepEqual(await open(2n), ["0: 1"]);
  });

  it("keeps a signature with the batch that it is of", async () => {
    const key = await sign();
    const batch = await store.batches.byKey(key);
    assert.deepEqual(
      [batch?.state, batch?.firstId, batch?.count, batch?.root, batch?.digest],
      ["SIGNED", 1n, 4n, word(60), word(2)],
    );
    assert.equal((await store.reports.ownSignatures(0n, 10)).length, 1);
  });

  it("refuses a batch that answers one of its requests otherwise than a batch before, and keeps nothing of it", async () => {
    await sign();
    const again = sign({ range: TWO, digest: 3, other: { 2: 999 } });
    await assert.rejects(again, new EquivocationRefused(resultKey(2n), word(102), word(999)));
    assert.deepEqual(
      [await store.batches.byKey("batch:1:2"), (await store.reports.ownSignatures(0n, 9)).length],
      [null, 1],
    );
  });

  it("refuses a single report that answers otherwise than a batch did, and the other way round", async () => {
    await sign({ range: TWO });
    const single = (id: bigint, root: number): NewSignature => ({
      key: resultKey(id),
      report: { configVersion: 1n, deadline: 5_000n, firstId: id, count: 1n, root: word(root) },
      digest: word(root),
      signer: US,
      signature: SIGNATURE,
    });
    await assert.rejects(store.reports.commitSignature(single(1n, 999), 1_000n), EquivocationRefused);
    await store.reports.commitSignature(single(1n, 101), 1_000n);
    await store.reports.commitSignature(single(3n, 999), 1_000n);
    await assert.rejects(sign(), new EquivocationRefused(resultKey(3n), word(999), word(103)));
  });

  it("signs the same leaves in ranges that overlap", async () => {
    await sign();
    await sign({ range: TWO, digest: 3 });
    assert.equal((await store.batches.inStates(["SIGNED"])).length, 2);
  });

  it("lets another answer be signed once the first can be submitted no more, but never after a lasting root", async () => {
    await sign({ deadline: 2_000n });
    await sign({ range: TWO, digest: 3, kind: "root", other: { 1: 7, 2: 8 } }, 2_001n);
    const later = sign({ range: TWO, digest: 4 }, 1_000_000_000_000n);
    await assert.rejects(later, new EquivocationRefused(resultKey(1n), word(7), word(101)));
  });

  it("ends a batch and its results when the last of them landed deep enough", async () => {
    const key = await sign();
    await land([1, 2, 3]);
    await store.batches.close(block(5));
    assert.deepEqual([await stateOf(key), await stateOf(resultKey(1n))], ["SIGNED", "SUPERSEDED"]);
    await land([4], block(6));
    await store.batches.close(block(5));
    assert.equal(await stateOf(key), "SIGNED");
    const ended = await store.batches.close(block(6));
    assert.deepEqual([await stateOf(key), await stateOf(resultKey(4n))], ["SUPERSEDED", "SUPERSEDED"]);
    assert.deepEqual(ended.map(({ kind, requestId }) => `${kind ?? ""}:${requestId}`).sort(), ["batch:1", "result:4"]);
  });

  it("does not end results while the batch that brings them is on its way, and makes them final with it", async () => {
    const key = await sign();
    await store.reports.commitQuorum(key, word(2), SIGNATURE, 1);
    const fees = { maxFee: 1n, maxPriorityFee: 1n };
    const transaction = { key, nonce: 0n, target: PLAYER, data: SIGNATURE, gasLimit: 1n };
    await store.transactions.prepare(US, transaction, { hash: word(70), raw: SIGNATURE, fees, createdAt: 1 });
    await land([1, 2, 3, 4]);
    await store.batches.close(block(5));
    assert.equal(await stateOf(resultKey(1n)), "EXECUTED");

    const [mine] = await store.transactions.ofKey(key);
    await store.transactions.include(mine?.id ?? 0n, word(70), block(5), true);
    await store.transactions.finalize(mine?.id ?? 0n);
    await store.batches.close(block(5));
    assert.deepEqual([await stateOf(key), await stateOf(resultKey(1n))], ["FINAL", "FINAL"]);
  });

  it("has the results of a batch that ran out of time go on alone", async () => {
    const key = await sign({ deadline: 1_003n });
    await store.batches.close(block(4));
    const members = await store.batches.members(FOUR);
    assert.equal(await stateOf(key), "EXPIRED");
    assert.deepEqual(new Set(members.map(({ lane }) => lane)), new Set(["single"]));
    assert.equal(await stateOf(resultKey(1n)), "EXECUTED");
  });

  it("lets results under a root rest once it was committed deep enough, whoever did it", async () => {
    const key = await sign({ kind: "root" });
    const { hash, number, time } = block(5);
    const told: CommittedRoot = {
      ...{ ...FOUR, root: word(60), configVersion: 1n, txHash: word(8), block: { hash, number, time } },
    };
    await store.chain.append([], { requests: [], landings: [], orders: [], roots: [told] });
    await store.batches.close(block(4));
    assert.equal(await stateOf(key), "SIGNED");
    await store.batches.close(block(5));
    assert.deepEqual([await stateOf(key), await stateOf(resultKey(2n))], ["SUPERSEDED", "FINAL"]);
    assert.deepEqual(await store.batches.rootOver(4n), told);
    assert.equal(await store.batches.rootOver(5n), null);
  });

  it("forgets a root whose block vanished", async () => {
    await store.chain.append([block(6)], {
      ...{ requests: [], landings: [], orders: [] },
      roots: [{ ...FOUR, root: word(60), configVersion: 1n, txHash: word(8), block: block(6) }],
    });
    await store.chain.rollBack(5n);
    assert.equal(await store.batches.rootOver(1n), null);
  });

  it("orphans a batch of which a request vanished, and batches the rest anew", async () => {
    await confirmed(store, { id: 5, tokenId: 5, delivery: Delivery.DIGEST });
    const later = { ...block(7), number: 7n };
    await store.chain.append([later], { requests: [], landings: [], orders: [] });
    const key = await sign();
    await store.chain.rollBack(0n);
    assert.deepEqual([await stateOf(key), await stateOf(resultKey(1n))], ["ORPHANED", "ORPHANED"]);
  });

  it("shows what others signed and we did not, unless it may still be run here", async () => {
    const theirs = (first: bigint, count: bigint, digest: number): NewSignature => ({
      ...batchOf({ range: { firstId: first, count }, digest }).signature,
      signer: PLAYER,
    });
    await confirmed(store, { id: 5, tokenId: 5, delivery: Delivery.DIGEST });
    await store.reports.addPeerSignature(theirs(1n, 2n, 3));
    await store.reports.addPeerSignature(theirs(5n, 2n, 4));
    const shown = async (): Promise<string[]> => (await store.batches.unmatched(1n, 0n, 10)).map(({ key }) => key);
    assert.deepEqual(await shown(), ["batch:1:2"]);
    await sign({ range: TWO, digest: 3 });
    assert.deepEqual(await shown(), []);
  });

  it("knows when a reporter signed something else under the same key", async () => {
    const key = await sign();
    assert.equal(await store.batches.isDisputed(key, word(2), 1n), false);
    await store.reports.addPeerSignature({ ...batchOf({ digest: 9 }).signature, signer: PLAYER });
    assert.equal(await store.batches.isDisputed(key, word(2), 1n), true);
  });

  it("settles at once what landed and can change no token", async () => {
    await store.requests.learnProgram(word(7), false);
    await land([1]);
    await store.requests.settleStateless(4n);
    assert.equal((await store.requests.byId(1n))?.settled, false);
    await store.requests.settleStateless(5n);
    assert.equal((await store.requests.byId(1n))?.settled, true);
  });

  it("lets requests of a program without state run beside each other", async () => {
    await confirmed(store, { id: 5, tokenId: 9 }, { id: 6, tokenId: 9 });
    assert.deepEqual(await leasable(store), [5n]);
    await store.requests.learnProgram(word(7), false);
    assert.deepEqual(await leasable(store), [5n, 6n]);
  });
});
