import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { sql } from "kysely";
import { addGrant } from "../../../src/adapters/store/activity-feed.ts";
import type { FeedEntry } from "../../../src/ports/activity.ts";
import type { Store } from "../../../src/ports/store.ts";
import { WITHOUT_POSTGRES } from "../../helpers/postgres.ts";
import { until } from "../../helpers/time.ts";
import { eventOf, GRANT, grantOf } from "../support/activity.ts";
import { TestStore } from "../support/store.ts";

const OTHER = grantOf({ nonce: 2n });
const THIRD = grantOf({ nonce: 3n });
const digests = (entries: readonly FeedEntry[]): string[] =>
  entries.map((entry) => ("grant" in entry ? entry.grant.digest : entry.event.digest));

describe("what peers read of a database that several write to", { skip: WITHOUT_POSTGRES }, () => {
  const database = new TestStore();
  let store: Store;

  before(async () => database.openPostgres());

  after(async () => database.close());

  beforeEach(async () => {
    store = await database.clean();
    await store.activity.addGrant(GRANT);
  });

  async function somebodyWaits(kind: "advisory" | "relation"): Promise<void> {
    await until(`somebody to wait for a lock (${kind})`, 10_000, async () => {
      const { rows } = await sql`select 1 from pg_locks where locktype = ${kind} and not granted`.execute(
        database.database,
      );
      return rows.length > 0;
    });
  }

  it("never has an entry appear behind one that could be read before", async () => {
    let later: Promise<boolean> | undefined;
    await database.database.transaction().execute(async (trx) => {
      await addGrant(trx, OTHER);
      later = store.activity.addGrant(THIRD);
      await somebodyWaits("advisory");
      assert.deepEqual(digests(await store.activity.feed(0n, 9)), [GRANT.digest]);
    });
    assert.equal(await later, true);

    assert.deepEqual(digests(await store.activity.feed(0n, 9)), [GRANT.digest, OTHER.digest, THIRD.digest]);
  });

  it("never has an event without the grant before it that came at the same moment", async () => {
    const event = eventOf(1, "one", OTHER);
    let page: Promise<FeedEntry[]> | undefined;
    await database.database.transaction().execute(async (trx) => {
      await sql`lock table activity_events in access exclusive mode`.execute(trx);
      page = store.activity.feed(0n, 9);
      await somebodyWaits("relation"); // it has read the grants
      await store.activity.addGrant(OTHER);
      const { digest, grant, counter, input, signature } = event;
      const place = { collection: OTHER.collection, token_id: String(OTHER.tokenId), state: "PENDING" };
      await trx
        .insertInto("activity_events")
        .values({ digest, grant_digest: grant, counter, input, signature, ...place })
        .execute();
    });

    assert.deepEqual(digests((await page) ?? []), [GRANT.digest]);
    assert.deepEqual(digests(await store.activity.feed(0n, 9)), [GRANT.digest, OTHER.digest, event.digest]);
  });
});
