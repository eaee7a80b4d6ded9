import assert from "node:assert/strict";
import { beforeEach, it } from "node:test";
import { type Bytes32, canonicalJson } from "ainft-core";
import {
  type ActivityBatch,
  type ActivityEvent,
  activityKey,
  activityReport,
  makeEvent,
  type SignedGrant,
} from "../../../src/domain/activity.ts";
import { EquivocationRefused } from "../../../src/domain/errors.ts";
import type { ActivityLedger, AppliedUpdate } from "../../../src/ports/activity.ts";
import type { Store } from "../../../src/ports/store.ts";
import { confirmed, leasable } from "../support/executions.ts";
import { block, COLLECTION, DESK, PLAYER, word } from "../support/requests.ts";
import { describeStores } from "../support/store.ts";

const TOKEN = { collection: COLLECTION, tokenId: 7n };
const GRANT: SignedGrant = {
  ...TOKEN,
  session: PLAYER,
  granter: DESK,
  until: 9_000n,
  scope: "*",
  nonce: 1n,
  signature: "0x12",
  digest: word(1),
};

function eventOf(counter: number, say = `word ${counter}`, grant: Bytes32 = GRANT.digest): ActivityEvent {
  return makeEvent({ grant, counter: BigInt(counter), input: canonicalJson({ say }), signature: "0x34" });
}

function batchOf(events: readonly ActivityEvent[], base = 0n, deadline = 5_000n, state = word(9)): ActivityBatch {
  const updates = events.map(({ digest }, index) => ({
    ...TOKEN,
    actor: DESK,
    sequence: base + BigInt(index) + 1n,
    manifestDigest: word(4),
    inputDigest: digest,
    outputDigest: word(5),
    stateDigest: state,
  }));
  const report = activityReport(updates, { configVersion: 1n, deadline });
  const key = activityKey(report.root);
  return { key, state: "SIGNED", report, digest: report.root, updates, attestation: null, quorumAt: null };
}

/** The update that an event came to, in the block of the same number. */
function updateOf(counter: number): AppliedUpdate {
  return { sequence: BigInt(counter), inputDigest: eventOf(counter).digest, block: BigInt(counter) };
}

const OWN = { signer: PLAYER, signature: "0x56" as const };

describeStores("the store of activity", (database) => {
  let store: Store;
  let activity: ActivityLedger;

  beforeEach(async () => {
    store = await database.clean();
    activity = store.activity;
    await activity.addGrant(GRANT);
  });

  const add = async (event: ActivityEvent, replace = false): Promise<string> => activity.addEvent(event, replace, 4);

  const statesOf = async (...counters: number[]): Promise<unknown[]> =>
    Promise.all(
      counters.map(async (counter) => {
        const event = await activity.event(eventOf(counter).digest);
        return [event?.state, event?.sequence];
      }),
    );

  it("gives grants back as they were, once each", async () => {
    assert.deepEqual(await activity.grant(GRANT.digest), GRANT);
    assert.equal(await activity.addGrant(GRANT), false);
    assert.equal(await activity.grant(word(8)), null);
  });

  it("knows the highest number of a granter's grants for a token", async () => {
    await activity.addGrant({ ...GRANT, nonce: 5n, digest: word(2) });
    await activity.addGrant({ ...GRANT, nonce: 9n, digest: word(3), granter: PLAYER });

    assert.equal(await activity.highestNonce(DESK, TOKEN), 5n);
    assert.equal(await activity.highestNonce(DESK, { ...TOKEN, tokenId: 8n }), 0n);
  });

  it("takes events one counter after the other, the same one twice, and no other under one counter", async () => {
    assert.equal(await add(eventOf(1)), "new");
    assert.equal(await add(eventOf(3)), "gap");
    assert.equal(await add(eventOf(2)), "new");
    assert.equal(await add(eventOf(2)), "known");
    assert.equal(await add(eventOf(2, "other")), "taken");
    assert.equal(await add(eventOf(4), true), "gap");
    assert.equal(await activity.lastCounter(GRANT.digest), 2n);
    assert.equal(await activity.lastApplied(GRANT.digest), 0n);
  });

  it("takes no more of a token than may wait", async () => {
    for (const counter of [1, 2, 3, 4]) await add(eventOf(counter));

    assert.equal(await add(eventOf(5)), "full");
  });

  it("lets a waiting event give way to the one of a batch, but never an applied one", async () => {
    await add(eventOf(1));
    assert.equal(await add(eventOf(1, "other"), true), "new");
    assert.equal(await activity.event(eventOf(1).digest), null);
    await activity.recordApplied(TOKEN, [{ sequence: 1n, inputDigest: eventOf(1, "other").digest, block: 5n }], 5n);

    assert.equal(await add(eventOf(1), true), "taken");
    assert.equal(await activity.lastApplied(GRANT.digest), 1n);
  });

  it("marks what was applied, also of events that it hears of later", async () => {
    await add(eventOf(1));
    const updates = [updateOf(1), updateOf(2)];
    assert.equal(await activity.recordApplied(TOKEN, updates, 5n), 1);
    await add(eventOf(2));

    assert.deepEqual(await statesOf(1, 2), [
      ["APPLIED", 1n],
      ["APPLIED", 2n],
    ]);
    assert.deepEqual(await activity.waitingTokens(0n, 9), []);
  });

  it("knows how far a token's updates are known, from what it had before the first one on", async () => {
    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: null, last: null });
    await activity.recordApplied(TOKEN, [], 3n, 0n);
    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: 3n, last: 0n });
    await activity.recordApplied(TOKEN, [updateOf(1)], 5n);
    await activity.recordApplied(TOKEN, [], 4n, 9n); // of two that read at once, the one that is behind
    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: 5n, last: 1n });
    await activity.rescan(TOKEN);

    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: null, last: 1n });
  });

  it("has events wait again whose update vanished with its block, and no others", async () => {
    for (const counter of [1, 2, 3]) await add(eventOf(counter));
    await activity.recordApplied(TOKEN, [updateOf(1), updateOf(2), updateOf(3)], 9n, 0n);
    await store.chain.rollBack(2n);

    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: 2n, last: 2n });
    assert.deepEqual(await statesOf(1, 2, 3), [
      ["APPLIED", 1n],
      ["APPLIED", 2n],
      ["PENDING", null],
    ]);
    await store.chain.rollBack(0n);
    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: 0n, last: 0n });
    assert.equal(await activity.lastApplied(GRANT.digest), 0n);
  });

  it("has updates read again whose blocks are read again, and their events stay what they are", async () => {
    for (const counter of [1, 2]) await add(eventOf(counter));
    await activity.recordApplied(TOKEN, [updateOf(1), updateOf(2)], 9n, 0n);
    await store.chain.rewind(block(1));
    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: 1n, last: 1n });
    await store.chain.rewind(null);

    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: -1n, last: 0n });
    assert.deepEqual(await statesOf(1, 2), [
      ["APPLIED", 1n],
      ["APPLIED", 2n],
    ]);
  });

  it("has all of a token read again when a version before did not keep where its updates stand", async () => {
    for (const counter of [1, 2]) await add(eventOf(counter));
    await activity.recordApplied(TOKEN, [updateOf(1), updateOf(2)], 9n);
    await database.database.updateTable("activity_applied").set({ block: null }).execute();
    await store.chain.rollBack(9n);
    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: 9n, last: 2n });
    await store.chain.rollBack(8n);

    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: null, last: null });
    assert.deepEqual(await statesOf(1, 2), [
      ["PENDING", null],
      ["PENDING", null],
    ]);
  });

  it("has tokens wait until a batch of theirs is over", async () => {
    await add(eventOf(1));
    const [waiting] = await activity.waitingTokens(0n, 9);
    assert.deepEqual(waiting, { ...TOKEN, first: (await activity.event(eventOf(1).digest))?.id });
    const batch = batchOf([eventOf(1)]);
    await activity.commitBatch(batch, OWN, 100n);
    assert.deepEqual(await activity.waitingTokens(0n, 9), []);
    assert.deepEqual(await activity.pendingTokens(0n, 9), [waiting]);
    assert.deepEqual(await activity.pendingTokens(waiting.first, 9), []);
    assert.ok(await activity.close(batch.key, ["SIGNED"], "EXPIRED"));

    assert.deepEqual(await activity.waitingTokens(0n, 9), [waiting]);
    assert.equal(await activity.close(batch.key, ["SIGNED"], "LOST"), false);
  });

  it("has requests to a token wait until a batch of its events is over", async () => {
    await confirmed(store, { id: 1, tokenId: Number(TOKEN.tokenId) }, { id: 2, tokenId: 8 });
    const batch = batchOf([eventOf(1)]);
    await activity.commitBatch(batch, OWN, 100n);
    assert.deepEqual(await leasable(store), [2n]);

    await activity.close(batch.key, ["SIGNED"], "FINAL");
    assert.deepEqual(await leasable(store), [1n, 2n]);
  });

  it("names tokens by how long they have waited, some at a time", async () => {
    const others = [8n, 9n].map((tokenId) => ({ ...GRANT, tokenId, digest: word(Number(tokenId)) }));
    for (const grant of others) await activity.addGrant(grant);
    for (const grant of [word(9), GRANT.digest, word(8)]) await add(eventOf(1, "word", grant));
    const [first, ...none] = await activity.waitingTokens(0n, 1);

    assert.deepEqual([first?.tokenId, none], [9n, []]);
    assert.deepEqual(
      (await activity.waitingTokens(first?.first ?? 0n, 9)).map(({ tokenId }) => tokenId),
      [7n, 8n],
    );
  });

  it("gives a batch back as it was, with the signature that was kept with it", async () => {
    const batch = batchOf([eventOf(1), eventOf(2)]);
    await activity.commitBatch(batch, OWN, 100n);

    assert.deepEqual(await activity.batch(batch.key), batch);
    assert.deepEqual(await activity.signaturesOf(batch.digest), [OWN]);
  });

  it("never signs two answers for one sequence while the first may still be submitted", async () => {
    await activity.commitBatch(batchOf([eventOf(1), eventOf(2)]), OWN, 100n);
    const other = batchOf([eventOf(2)], 1n, 9_000n, word(10));

    await assert.rejects(activity.commitBatch(other, OWN, 5_000n), EquivocationRefused);
    assert.equal(await activity.batch(other.key), null);
    await activity.commitBatch(other, OWN, 5_001n);
  });

  it("signs the same answers again under another deadline", async () => {
    await activity.commitBatch(batchOf([eventOf(1), eventOf(2)]), OWN, 100n);
    await activity.commitBatch({ ...batchOf([eventOf(1)], 0n, 6_000n), key: activityKey(word(77)) }, OWN, 100n);

    assert.equal((await activity.batchesIn(["SIGNED"])).length, 2);
  });

  it("is carried by a transaction from its quorum to its end", async () => {
    const batch = batchOf([eventOf(1)]);
    await activity.commitBatch(batch, OWN, 100n);
    const attempt = { hash: word(40), raw: "0x02" as const, fees: { maxFee: 2n, maxPriorityFee: 1n }, createdAt: 5 };
    const transaction = { key: batch.key, nonce: 0n, target: DESK, data: "0x" as const, gasLimit: 9n };
    assert.equal(await store.transactions.prepare(PLAYER, transaction, attempt), false);
    assert.ok(await activity.commitQuorum(batch.key, "0x99", 5));
    assert.ok(await store.transactions.prepare(PLAYER, transaction, attempt));
    const [kept] = await store.transactions.unfinished(PLAYER);
    const id = kept?.id ?? assert.fail();
    const states: (string | undefined)[] = [];
    const look = async (): Promise<number> => states.push((await activity.batch(batch.key))?.state);
    await look();
    await store.transactions.markSent(id);
    await look();
    await store.transactions.include(id, word(40), { number: 3n, hash: word(3) }, true);
    await look();
    await store.transactions.finalize(id);
    await look();

    assert.deepEqual(states, ["TX_READY", "SENT", "INCLUDED", "FINAL"]);
  });

  it("tells peers grants and events in the order in which they came, from where they stopped", async () => {
    await add(eventOf(1));
    await add(eventOf(2));
    const feed = await activity.feed(0n, 9);
    assert.deepEqual(
      feed.map((entry) => ("grant" in entry ? entry.grant.digest : entry.event.digest)),
      [GRANT.digest, eventOf(1).digest, eventOf(2).digest],
    );

    assert.deepEqual(await activity.feed(feed[0]?.id ?? 0n, 1), feed.slice(1, 2));
    assert.deepEqual(await activity.feed(feed[2]?.id ?? 0n, 9), []);
  });

  it("tells the events of one grant above a counter, in order, so many at a time", async () => {
    for (const counter of [1, 2, 3]) await add(eventOf(counter));
    const told = await activity.eventsOf(GRANT.digest, 1n, 9);

    assert.deepEqual(
      told.map(({ digest }) => digest),
      [eventOf(2).digest, eventOf(3).digest],
    );
    assert.equal((await activity.eventsOf(GRANT.digest, 0n, 2)).length, 2);
    assert.deepEqual(await activity.eventsOf(word(8), 0n, 9), []);
  });

  it("ends an event that came to nothing, and says why", async () => {
    await add(eventOf(1));
    await activity.endEvent(eventOf(1).digest, "FAILED", "it does not fit");
    const event = await activity.event(eventOf(1).digest);

    assert.deepEqual([event?.state, event?.note], ["FAILED", "it does not fit"]);
    assert.deepEqual(await activity.pendingOf(TOKEN, 9), []);
  });
});
