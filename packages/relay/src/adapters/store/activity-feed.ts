import { type Bytes32 } from "ainft-core";
import { sql, type Transaction } from "kysely";
import type { ActivityEvent, SignedGrant } from "../../domain/activity.ts";
import type { AddedEvent, FeedEntry } from "../../ports/activity.ts";
import { toEvent, toGrant } from "./activity-rows.ts";
import type { Database } from "./database.ts";
import type { Tables } from "./tables.ts";

export type Handle = Database | Transaction<Tables>;

/** Highest counter of a grant; 0 without any. */
export async function lastCounter(db: Handle, grant: Bytes32): Promise<bigint> {
  const { counter } = await db
    .selectFrom("activity_events")
    .select(({ fn }) => fn.max<bigint | null>("counter").as("counter"))
    .where("grant_digest", "=", grant)
    .executeTakeFirstOrThrow();
  return counter ?? 0n;
}

/** See `ActivityLedger.addEvent`. */
export async function addEvent(
  trx: Transaction<Tables>,
  event: ActivityEvent,
  replace: boolean,
  maxPending: number,
): Promise<AddedEvent> {
  const { digest, grant, counter, input, signature } = event;
  const kept = await trx.selectFrom("activity_events").select("id").where("digest", "=", digest).executeTakeFirst();
  if (kept !== undefined) return "known";
  // The lock makes those who add under one grant take turns.
  const { collection, token_id } = await trx
    .selectFrom("activity_grants")
    .select(["collection", "token_id"])
    .where("digest", "=", grant)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (replace) {
    await trx
      .deleteFrom("activity_events")
      .where("grant_digest", "=", grant)
      .where("counter", "=", counter)
      .where("state", "=", "PENDING")
      .execute();
  }
  const next = (await lastCounter(trx, grant)) + 1n;
  if (counter > next) return "gap";
  if (counter < next && (!replace || (await hasCounter(trx, grant, counter)))) return "taken";
  const applied = await trx
    .selectFrom("activity_applied")
    .select("sequence")
    .where("input_digest", "=", digest)
    .executeTakeFirst();
  if (applied === undefined && (await countPending(trx, collection, token_id)) >= maxPending) return "full";
  const state = applied === undefined ? "PENDING" : "APPLIED";
  const place = { collection, token_id, state, sequence: applied?.sequence ?? null, note: null };
  await takeId(trx);
  await trx
    .insertInto("activity_events")
    .values({ digest, grant_digest: grant, counter, input, signature, ...place })
    .execute();
  return "new";
}

async function hasCounter(trx: Transaction<Tables>, grant: Bytes32, counter: bigint): Promise<boolean> {
  const row = await trx
    .selectFrom("activity_events")
    .select("id")
    .where("grant_digest", "=", grant)
    .where("counter", "=", counter)
    .executeTakeFirst();
  return row !== undefined;
}

async function countPending(trx: Transaction<Tables>, collection: string, tokenId: string): Promise<bigint> {
  const { count } = await trx
    .selectFrom("activity_events")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("collection", "=", collection)
    .where("token_id", "=", tokenId)
    .where("state", "=", "PENDING")
    .executeTakeFirstOrThrow();
  return count;
}

/** Keeps a grant. Answers whether it is new. */
export async function addGrant(trx: Transaction<Tables>, { tokenId, ...grant }: SignedGrant): Promise<boolean> {
  await takeId(trx);
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto("activity_grants")
    .values({ ...grant, token_id: String(tokenId) })
    .onConflict((conflict) => conflict.column("digest").doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/**
 * Waits for the turn to take an id of grants and events, which lasts until the transaction ends: an id that appeared behind one
 * that a peer has read would never be read. The last lock to be taken.
 */
export async function takeId(trx: Transaction<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('activity_ids ' || current_schema(), 0))`.execute(trx);
}

/** Grants and events behind an id, as they were at one moment: between two looks something can come of which one sees half. */
export async function feedOf(db: Database, since: bigint, limit: number): Promise<FeedEntry[]> {
  return db
    .transaction()
    .setIsolationLevel("repeatable read")
    .execute(async (trx) => {
      const grants = await trx
        .selectFrom("activity_grants")
        .selectAll()
        .where("id", ">", since)
        .orderBy("id")
        .limit(limit)
        .execute();
      const events = await trx
        .selectFrom("activity_events")
        .selectAll()
        .where("id", ">", since)
        .orderBy("id")
        .limit(limit)
        .execute();
      const entries: FeedEntry[] = [
        ...grants.map((row) => ({ id: row.id, grant: toGrant(row) })),
        ...events.map((row) => ({ id: row.id, event: toEvent(row) })),
      ];
      return entries.sort((left, right) => (left.id < right.id ? -1 : 1)).slice(0, limit);
    });
}
