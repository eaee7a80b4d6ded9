import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { HttpActivityPeer } from "../../../src/adapters/http/activity-peer.ts";
import { RateLimit } from "../../../src/adapters/http/rate-limit.ts";
import { serve } from "../../../src/adapters/http/server.ts";
import type { GrantPage } from "../../../src/ports/activity.ts";
import type { Store } from "../../../src/ports/store.ts";
import { freePort } from "../../helpers/time.ts";
import { eventOf, GRANT } from "../support/activity.ts";
import { FakeClock } from "../support/fakes.ts";
import { word } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const EVENTS = Array.from({ length: 40 }, (_, index) => eventOf(index + 1, `word ${index + 1}`));

describe("a grant that a relay is asked for", () => {
  const database = new TestStore();
  let store: Store;
  let server: { close(): Promise<void> };
  let url: string;
  let peer: HttpActivityPeer;

  before(async () => {
    await database.open();
    const port = await freePort();
    store = await database.clean();
    const clock = new FakeClock();
    const never = (): never => assert.fail("nobody asks");
    const limit = new RateLimit(clock, 1, 1);
    const activity = { store, grant: never, event: never, accept: never, events: limit, posts: limit };
    const parts = { store, health: never, staleAfterMs: 1, accept: never, activity };
    server = await serve({ clock, chains: [{ id: 31_337n, state: "running", parts }] }, "127.0.0.1", port);
    url = `http://127.0.0.1:${port}`;
    peer = new HttpActivityPeer(url, 31_337n);
  });

  after(async () => {
    await server.close();
    await database.close();
  });

  beforeEach(async () => {
    await store.activity.addGrant(GRANT);
    for (const event of EVENTS) await store.activity.addEvent(event, false, 99);
  });

  /** Digests are made by whoever reads. */
  const told = (page: GrantPage | null): unknown =>
    page && { grant: { ...page.grant, digest: GRANT.digest }, counters: page.events.map(({ counter }) => counter) };

  it("is answered with its events above a counter, a page of them", async () => {
    const counters = EVENTS.map(({ counter }) => counter);

    assert.deepEqual(told(await peer.grant(GRANT.digest, 0n)), { grant: GRANT, counters: counters.slice(0, 32) });
    assert.deepEqual(told(await peer.grant(GRANT.digest, 32n)), { grant: GRANT, counters: counters.slice(32) });
  });

  it("is nothing when it is not known there", async () => {
    assert.equal(await peer.grant(word(8), 0n), null);
  });

  it("is refused by a name that is no digest and a counter that is none", async () => {
    const at = async (path: string): Promise<number> => (await fetch(`${url}/v1/activity/grants/${path}`)).status;

    assert.equal(await at("0x12"), 400);
    assert.equal(await at(`${GRANT.digest}?after=-1`), 400);
    assert.equal(await at(`${GRANT.digest}?after=9999999999999999999`), 400);
  });
});
