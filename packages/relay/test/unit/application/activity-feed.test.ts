import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { ActivityFeed } from "../../../src/application/activity-feed.ts";
import type { ActivityEvent, SignedGrant } from "../../../src/domain/activity.ts";
import { PeerUnavailable } from "../../../src/domain/errors.ts";
import type { ActivityLedger } from "../../../src/ports/activity.ts";
import { eventOf, FakePeer, FreeChain, GRANT, grantOf, partsOf } from "../support/activity.ts";
import { contextOf, type TestContext } from "../support/fakes.ts";
import { TestStore } from "../support/store.ts";

const [FIRST, SECOND, THIRD] = [eventOf(1, "one"), eventOf(2, "two"), eventOf(3, "three")] as const;

describe("what a peer tells of activity", () => {
  const database = new TestStore();
  let context: TestContext;
  let activity: ActivityLedger;
  let chain: FreeChain;
  let peer: FakePeer;
  let feed: ActivityFeed;

  before(async () => database.open());

  after(async () => database.close());

  beforeEach(async () => {
    context = contextOf(await database.clean());
    ({ activity } = context.store);
    [chain, peer] = [new FreeChain(), new FakePeer()];
    feed = new ActivityFeed(context, partsOf(context, { chain, peers: [peer] }));
  });

  /** Has the peer tell of grants and events, in this order. */
  function tells(...told: readonly (SignedGrant | ActivityEvent)[]): void {
    peer.entries = told.map((entry, index) => {
      const id = BigInt(index) + 1n;
      return "counter" in entry ? { id, event: entry } : { id, grant: entry };
    });
  }

  const states = async (...events: ActivityEvent[]): Promise<(string | undefined)[]> =>
    Promise.all(events.map(async ({ digest }) => (await activity.event(digest))?.state));

  const cursor = async (): Promise<bigint | undefined> =>
    (await context.store.peers.progress("activity http://peer"))?.cursor;

  it("is kept, and read on from there", async () => {
    tells(GRANT, FIRST, SECOND);
    await feed.read(peer);

    assert.deepEqual(await states(FIRST, SECOND), ["PENDING", "PENDING"]);
    assert.equal(await cursor(), 3n);
    assert.deepEqual(peer.asked, []);
  });

  it("is asked for a grant that was passed over, and for the events of it before", async () => {
    tells(SECOND);
    peer.page = { grant: GRANT, events: [FIRST, SECOND, THIRD] };
    await feed.read(peer);

    assert.deepEqual(peer.asked, [[GRANT.digest, 0n]]);
    assert.deepEqual(await states(FIRST, SECOND, THIRD), ["PENDING", "PENDING", undefined]);
    assert.equal(await cursor(), 1n);
  });

  it("is asked again for a grant that its granter's contract did not take yet", async () => {
    tells(GRANT, FIRST);
    peer.page = { grant: GRANT, events: [FIRST, SECOND] };
    chain.takes = false;
    await feed.read(peer);
    assert.deepEqual([await activity.grant(GRANT.digest), await cursor()], [null, 2n]);
    chain.takes = true;
    tells(GRANT, FIRST, SECOND);
    await feed.read(peer);

    assert.deepEqual(await activity.grant(GRANT.digest), GRANT);
    assert.deepEqual(await states(FIRST, SECOND), ["PENDING", "PENDING"]);
  });

  it("is asked once a page for a grant that it has not got, and goes on behind it", async () => {
    tells(FIRST, SECOND, THIRD);
    await feed.read(peer);

    assert.deepEqual(peer.asked, [[GRANT.digest, 0n]]);
    assert.equal(await cursor(), 3n);
  });

  it("goes on behind an event of a token of which too many wait, which a batch may still bring", async () => {
    const other = grantOf({ nonce: 2n });
    const many = Array.from({ length: 17 }, (_, index) => eventOf(index + 1, "many"));
    const [last = FIRST, next] = [many[16], eventOf(18, "one more")];
    tells(GRANT, ...many, next, other);
    await feed.read(peer);

    assert.deepEqual(await states(last, next), [undefined, undefined]);
    assert.deepEqual([await cursor(), await activity.grant(other.digest)], [20n, other]);
    assert.equal((await feed.ofBatch()(last)).outcome, "kept");
  });

  it("holds up at an event whose predecessor it does not give, for a minute", async () => {
    tells(GRANT, THIRD, eventOf(4, "four"), grantOf({ nonce: 2n }));
    await feed.read(peer);
    context.clock.time += 59_000;
    await feed.read(peer);
    assert.equal(await cursor(), 1n);
    context.clock.time += 1_000;
    await feed.read(peer);

    assert.equal(await cursor(), 4n);
    assert.deepEqual(await states(THIRD), [undefined]);
  });

  it("goes on when it cannot say more of a grant", async () => {
    tells(FIRST);
    peer.grant = async () => Promise.reject(new PeerUnavailable("it does not answer"));
    await feed.read(peer);

    assert.equal(await cursor(), 1n);
  });

  it("does not stand for a grant of another digest than was asked for", async () => {
    tells(FIRST);
    peer.grant = async () => Promise.resolve({ grant: { ...GRANT, nonce: 2n }, events: [FIRST] });
    await feed.read(peer);

    assert.deepEqual([await activity.grant(GRANT.digest), await states(FIRST)], [null, [undefined]]);
  });
});
