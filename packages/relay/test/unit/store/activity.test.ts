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
import type { ActivityLedger } from "../../../src/ports/activity.ts";
import type { Store } from "../../../src/ports/store.ts";
import { confirmed, leasable } from "../support/executions.ts";
import { COLLECTION, DESK, PLAYER, word } from "../support/requests.ts";
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
    await activity.recordApplied(TOKEN, [{ sequence: 1n, inputDigest: eventOf(1, "other").digest }], 5n);

    assert.equal(await add(eventOf(1), true), "taken");
    assert.equal(await activity.lastApplied(GRANT.digest), 1n);
  });

  it("marks what was applied, also of events that it hears of later", async () => {
    await add(eventOf(1));
    const updates = [1, 2].map((counter) => ({ sequence: BigInt(counter), inputDigest: eventOf(counter).digest }));
    assert.equal(await activity.recordApplied(TOKEN, updates, 5n), 1);
    await add(eventOf(2));
    const states = await Promise.all([1, 2].map(async (counter) => activity.event(eventOf(counter).digest)));

    assert.deepEqual(
      states.map((event) => [event?.state, event?.sequence]),
      [
        ["APPLIED", 1n],
        ["APPLIED", 2n],
      ],
    );
    assert.deepEqual(await activity.followedTokens(), [{ ...TOKEN, scanned: 5n }]);
    assert.deepEqual(await activity.waitingTokens(9), []);
  });

  it("has tokens wait until a batch of theirs is over", async () => {
    await add(eventOf(1));
    assert.deepEqual(await activity.waitingTokens(9), [TOKEN]);
    const batch = batchOf([eventOf(1)]);
    await activity.commitBatch(batch, OWN, 100n);
    assert.deepEqual(await activity.waitingTokens(9), []);
    assert.ok(await activity.close(batch.key, ["SIGNED"], "EXPIRED"));

    assert.deepEqual(await activity.waitingTokens(9), [TOKEN]);
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

  it("ends an event that came to nothing, and says why", async () => {
    await add(eventOf(1));
    await activity.endEvent(eventOf(1).digest, "FAILED", "it does not fit");
    const event = await activity.event(eventOf(1).digest);

    assert.deepEqual([event?.state, event?.note], ["FAILED", "it does not fit"]);
    assert.deepEqual(await activity.pendingOf(TOKEN, 9), []);
  });
});
