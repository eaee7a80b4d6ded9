import type { Address, Bytes32, Hex } from "ainft-core";
import type { Transaction } from "kysely";
import {
  activityAnswers,
  type ActivityBatch,
  type ActivityEvent,
  type ActivityKey,
  type ActivityState,
  type SignedGrant,
} from "../../domain/activity.ts";
import { EquivocationRefused } from "../../domain/errors.ts";
import type { TokenRef } from "../../domain/request.ts";
import type {
  ActivityLedger,
  AddedEvent,
  AppliedUpdate,
  BatchSignature,
  FeedEntry,
  TokenScan,
  TrackedEvent,
  WaitingToken,
} from "../../ports/activity.ts";
import { addEvent, addGrant, feedOf, type Handle, lastCounter } from "./activity-feed.ts";
import { toBatch, toEvent, toGrant, tokenOf, UNDER_WAY, writeUpdates } from "./activity-rows.ts";
import { recordApplied, rescan, scanOf } from "./activity-scans.ts";
import type { Database } from "./database.ts";
import { address } from "./rows.ts";
import type { Tables } from "./tables.ts";

export class SqlActivityLedger implements ActivityLedger {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async addGrant(grant: SignedGrant): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => addGrant(trx, grant));
  }

  async grant(digest: Bytes32): Promise<SignedGrant | null> {
    const row = await this.#db
      .selectFrom("activity_grants")
      .selectAll()
      .where("digest", "=", digest)
      .executeTakeFirst();
    return row === undefined ? null : toGrant(row);
  }

  async highestNonce(granter: Address, { collection, tokenId }: TokenRef): Promise<bigint> {
    const { nonce } = await this.#db
      .selectFrom("activity_grants")
      .select(({ fn }) => fn.max<bigint | null>("nonce").as("nonce"))
      .where("granter", "=", granter)
      .where("collection", "=", collection)
      .where("token_id", "=", String(tokenId))
      .executeTakeFirstOrThrow();
    return nonce ?? 0n;
  }

  async addEvent(event: ActivityEvent, replace: boolean, maxPending: number): Promise<AddedEvent> {
    return this.#db.transaction().execute(async (trx) => addEvent(trx, event, replace, maxPending));
  }

  async event(digest: Bytes32): Promise<TrackedEvent | null> {
    const row = await this.#db
      .selectFrom("activity_events")
      .selectAll()
      .where("digest", "=", digest)
      .executeTakeFirst();
    return row === undefined ? null : toEvent(row);
  }

  async lastCounter(grant: Bytes32): Promise<bigint> {
    return lastCounter(this.#db, grant);
  }

  async lastApplied(grant: Bytes32): Promise<bigint> {
    const { counter } = await this.#db
      .selectFrom("activity_events")
      .select(({ fn }) => fn.max<bigint | null>("counter").as("counter"))
      .where("grant_digest", "=", grant)
      .where("state", "=", "APPLIED")
      .executeTakeFirstOrThrow();
    return counter ?? 0n;
  }

  async waitingTokens(after: bigint, limit: number): Promise<WaitingToken[]> {
    const rows = await this.#tokensBehind(after, limit)
      .where((expression) =>
        expression.not(
          expression.exists(
            expression
              .selectFrom("activity_batches as batch")
              .select("batch.key")
              .whereRef("batch.collection", "=", "event.collection")
              .whereRef("batch.token_id", "=", "event.token_id")
              .where("batch.state", "in", UNDER_WAY),
          ),
        ),
      )
      .execute();
    return rows.map((row) => ({ ...tokenOf(row), first: row.first }));
  }

  async pendingTokens(after: bigint, limit: number): Promise<WaitingToken[]> {
    const rows = await this.#tokensBehind(after, limit).execute();
    return rows.map((row) => ({ ...tokenOf(row), first: row.first }));
  }

  async pendingOf({ collection, tokenId }: TokenRef, limit: number): Promise<TrackedEvent[]> {
    const rows = await this.#db
      .selectFrom("activity_events")
      .selectAll()
      .where("collection", "=", collection)
      .where("token_id", "=", String(tokenId))
      .where("state", "=", "PENDING")
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map(toEvent);
  }

  async endEvent(digest: Bytes32, state: "FAILED" | "DROPPED", note: string): Promise<void> {
    await this.#db
      .updateTable("activity_events")
      .set({ state, note })
      .where("digest", "=", digest)
      .where("state", "=", "PENDING")
      .execute();
  }

  async feed(since: bigint, limit: number): Promise<FeedEntry[]> {
    return feedOf(this.#db, since, limit);
  }

  async eventsOf(grant: Bytes32, after: bigint, limit: number): Promise<ActivityEvent[]> {
    const rows = await this.#db
      .selectFrom("activity_events")
      .selectAll()
      .where("grant_digest", "=", grant)
      .where("counter", ">", after)
      .orderBy("counter")
      .limit(limit)
      .execute();
    return rows.map(toEvent);
  }

  async scanOf(token: TokenRef): Promise<TokenScan> {
    return scanOf(this.#db, token);
  }

  async recordApplied(
    token: TokenRef,
    updates: readonly AppliedUpdate[],
    upTo: bigint,
    base: bigint | null = null,
  ): Promise<number> {
    return this.#db.transaction().execute(async (trx) => recordApplied(trx, token, updates, { upTo, base }));
  }

  async rescan(token: TokenRef): Promise<void> {
    await rescan(this.#db, token);
  }

  async hasOpenRequest({ collection, tokenId }: TokenRef): Promise<boolean> {
    const row = await this.#db
      .selectFrom("requests")
      .select("id")
      .where("collection", "=", collection)
      .where("token_id", "=", String(tokenId))
      .where("settled", "=", false)
      .where("state", "in", ["CONFIRMED", "LEASED", "EXECUTED"])
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  async commitBatch(batch: ActivityBatch, own: BatchSignature, chainTime: bigint): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      for (const answer of activityAnswers(batch.updates)) {
        await bindAnswer(trx, { ...answer, deadline: batch.report.deadline }, chainTime);
      }
      const { key, state, digest, report, updates } = batch;
      const { collection, tokenId } = updates[0] ?? { collection: "", tokenId: 0n };
      const { configVersion, deadline, count, root } = report;
      await trx
        .insertInto("activity_batches")
        .values({
          ...{ key, state, digest, collection, token_id: String(tokenId), config_version: configVersion },
          ...{ deadline, count, root, updates: writeUpdates(updates), attestation: null, quorum_at: null },
        })
        .onConflict((conflict) => conflict.column("key").doNothing())
        .execute();
      await insertSignature(trx, digest, own);
    });
  }

  async batch(key: ActivityKey): Promise<ActivityBatch | null> {
    const row = await this.#db.selectFrom("activity_batches").selectAll().where("key", "=", key).executeTakeFirst();
    return row === undefined ? null : toBatch(row);
  }

  async batchesIn(states: readonly ActivityState[]): Promise<ActivityBatch[]> {
    const query = this.#db.selectFrom("activity_batches").selectAll().where("state", "in", states).orderBy("deadline");
    return (await query.execute()).map(toBatch);
  }

  async addSignature(digest: Bytes32, signature: BatchSignature): Promise<void> {
    await insertSignature(this.#db, digest, signature);
  }

  async signaturesOf(digest: Bytes32): Promise<BatchSignature[]> {
    const rows = await this.#db.selectFrom("activity_signatures").selectAll().where("digest", "=", digest).execute();
    return rows.map(({ signer, signature }) => ({ signer: address(signer), signature: signature as Hex }));
  }

  async commitQuorum(key: ActivityKey, attestation: Hex, at: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("activity_batches")
      .set({ state: "QUORUM" satisfies ActivityState, attestation, quorum_at: BigInt(at) })
      .where("key", "=", key)
      .where("state", "=", "SIGNED" satisfies ActivityState)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async close(key: ActivityKey, from: readonly ActivityState[], to: ActivityState): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("activity_batches")
      .set({ state: to })
      .where("key", "=", key)
      .where("state", "in", from)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  /** Tokens with waiting events, of which the first came behind an id. */
  #tokensBehind(after: bigint, limit: number) {
    return this.#db
      .selectFrom("activity_events as event")
      .select(({ fn }) => ["event.collection", "event.token_id", fn.min<bigint>("event.id").as("first")])
      .where("event.state", "=", "PENDING")
      .groupBy(["event.collection", "event.token_id"])
      .having(({ fn }) => fn.min("event.id"), ">", after)
      .orderBy("first")
      .limit(limit);
  }
}

/** The row that makes two answers to one question impossible; the same as for updates that requests cause. */
async function bindAnswer(
  trx: Transaction<Tables>,
  { key, root, deadline }: { key: string; root: Bytes32; deadline: bigint },
  chainTime: bigint,
): Promise<void> {
  await trx
    .insertInto("answers")
    .values({ report_key: key, root, deadline })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const kept = await trx
    .selectFrom("answers")
    .selectAll()
    .where("report_key", "=", key)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const same = kept.root === root;
  if (!same && kept.deadline >= chainTime) throw new EquivocationRefused(key, kept.root as Bytes32, root);
  const latest = same && kept.deadline > deadline ? kept.deadline : deadline;
  await trx.updateTable("answers").set({ root, deadline: latest }).where("report_key", "=", key).execute();
}

async function insertSignature(db: Handle, digest: Bytes32, { signer, signature }: BatchSignature): Promise<void> {
  await db
    .insertInto("activity_signatures")
    .values({ digest, signer, signature })
    .onConflict((conflict) => conflict.columns(["digest", "signer"]).doNothing())
    .execute();
}
