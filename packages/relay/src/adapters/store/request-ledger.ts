import { type Bytes32, ResultStatus } from "ainft-core";
import { type Selectable, sql, type Transaction } from "kysely";
import type { Execution } from "../../domain/execution.ts";
import type { RequestState } from "../../domain/states.ts";
import type { FinishedRun, RequestLedger, TrackedRequest } from "../../ports/store.ts";
import { UNDER_WAY } from "./activity-rows.ts";
import type { Database } from "./database.ts";
import { recordRuns } from "./recording.ts";
import { toRequest } from "./rows.ts";
import type { RequestTable, Tables } from "./tables.ts";

/** Who leases, and for how long a lease lasts that is not renewed. */
export interface LeaseTerms {
  /** Names a data folder, and so the one relay that may work in it. */
  readonly owner: string;
  readonly ms: number;
}

/** Milliseconds of the database's clock: machines disagree about the time. */
const NOW = sql<bigint>`(extract(epoch from clock_timestamp()) * 1000)::int8`;
/** Rows moved by one statement whose ids are answered: more would be held in memory, and keep the embedded engine busy. */
const AT_ONCE = 4_096;
const NOT_LEASED = { lease_owner: null, lease_until: null } as const;

export class SqlRequestLedger implements RequestLedger {
  readonly #db: Database;
  readonly #terms: LeaseTerms;

  constructor(db: Database, terms: LeaseTerms) {
    this.#db = db;
    this.#terms = terms;
  }

  async byId(id: bigint): Promise<TrackedRequest | null> {
    const [row] = await this.#rows().where("requests.id", "=", id).execute();
    return row === undefined ? null : toRequest(row, row.input);
  }

  async confirm(upTo: bigint): Promise<bigint[]> {
    const { rows } = await sql<{ id: bigint }>`
      update requests set state = 'CONFIRMED' where id in (
        select id from requests where not settled and state = 'SEEN' and block_number <= ${upTo}
        order by id limit ${AT_ONCE})
      returning id`.execute(this.#db);
    return rows.map(({ id }) => id).sort(ascending);
  }

  async expire(chainTime: bigint): Promise<bigint[]> {
    return this.#db.transaction().execute(async (trx) => {
      const overdue = sql`not settled and landed_status is null and deadline < ${chainTime}`;
      const { rows } = await sql<{ id: bigint }>`
        update requests set state = 'EXPIRED', settled = true where id in (
          select id from requests where ${overdue} and state in ('SEEN', 'CONFIRMED', 'DEAD') limit ${AT_ONCE})
        returning id`.execute(trx);
      // Executed, but its report never got through: its own state says so.
      const unreported = await sql`update requests set settled = true where ${overdue} and state = 'EXECUTED'`.execute(
        trx,
      );
      if ((unreported.numAffectedRows ?? 0n) > 0n) await freeUpdates(trx, chainTime);
      return rows.map(({ id }) => id).sort(ascending);
    });
  }

  async landed(upTo: bigint, after: bigint, limit: number): Promise<TrackedRequest[]> {
    const rows = await this.#rows()
      .where("requests.settled", "=", false)
      .where("requests.state", "!=", "ORPHANED")
      .where("requests.landed_block", "<=", upTo)
      .where("requests.id", ">", after)
      .orderBy("requests.id")
      .limit(limit)
      .execute();
    return rows.map((row) => toRequest(row, row.input));
  }

  async lease(limit: number): Promise<TrackedRequest[]> {
    const { owner, ms } = this.#terms;
    const { rows } = await sql<Selectable<RequestTable> & { input: Uint8Array }>`
      with picked as (
        select id from requests
        where state = 'CONFIRMED' and not settled and landed_status is null
        and coalesce(retry_at, 0) <= ${NOW}
        and (manifest_digest in (select p.manifest_digest from programs p where not p.stateful) or not exists (
          select 1 from requests as earlier
          where earlier.collection = requests.collection and earlier.token_id = requests.token_id
          and earlier.id < requests.id and not earlier.settled and earlier.state <> 'ORPHANED'
        ) and not exists (
          select 1 from activity_batches as batch
          where batch.collection = requests.collection and batch.token_id = requests.token_id
          and batch.state in (${sql.join(UNDER_WAY)})
        ))
        order by deadline, id limit ${limit} for update skip locked
      )
      update requests
      set state = 'LEASED', lease_owner = ${owner}, lease_until = ${NOW} + ${BigInt(ms)}::int8, runs = runs + 1
      from picked, blobs where requests.id = picked.id and blobs.digest = requests.input_digest
      returning requests.*, blobs.bytes as input`.execute(this.#db);
    rows.sort((left, right) => ascending(left.deadline, right.deadline) || ascending(left.id, right.id));
    return rows.map((row) => toRequest(row, row.input));
  }

  async renewLeases(): Promise<number> {
    const { owner, ms } = this.#terms;
    const { numUpdatedRows } = await this.#db
      .updateTable("requests")
      .set({ lease_until: sql`${NOW} + ${BigInt(ms)}::int8` })
      .where("state", "=", "LEASED")
      .where("lease_owner", "=", owner)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  async release(id: bigint, afterMs: number): Promise<void> {
    await this.#db
      .updateTable("requests")
      .set({ state: "CONFIRMED", ...NOT_LEASED, retry_at: sql`${NOW} + ${BigInt(afterMs)}::int8` })
      .where("id", "=", id)
      .where("state", "=", "LEASED")
      .where("lease_owner", "=", this.#terms.owner)
      .execute();
  }

  /** Leases from before leases had owners are of this folder too: then it had the database for itself. */
  async releaseOwn(): Promise<number> {
    const { numUpdatedRows } = await this.#db
      .updateTable("requests")
      .set({ state: "CONFIRMED", ...NOT_LEASED })
      .where("state", "=", "LEASED")
      .where((either) => either.or([either("lease_owner", "=", this.#terms.owner), either("lease_owner", "is", null)]))
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  async releaseExpired(): Promise<bigint[]> {
    const rows = await this.#db
      .updateTable("requests")
      .set({ state: "CONFIRMED", ...NOT_LEASED })
      .where("state", "=", "LEASED")
      .where("lease_until", "<", NOW)
      .returning("id")
      .execute();
    return rows.map(({ id }) => id).sort(ascending);
  }

  async recordExecution(
    id: bigint,
    execution: Execution,
    sequence: bigint | null,
    deadline: bigint,
    note: string | null,
  ): Promise<boolean> {
    const run = { id, execution, sequence, deadline, lane: "single" as const, note };
    return (await this.recordExecutions([run])).has(id);
  }

  async recordExecutions(runs: readonly FinishedRun[]): Promise<ReadonlySet<bigint>> {
    return this.#db.transaction().execute(async (trx) => recordRuns(trx, runs, this.#terms.owner));
  }

  async abandon(id: bigint, note: string): Promise<void> {
    await this.#db
      .updateTable("requests")
      .set({ state: "DEAD", note, ...NOT_LEASED })
      .where("id", "=", id)
      .where("state", "=", "LEASED")
      .where("lease_owner", "=", this.#terms.owner)
      .execute();
  }

  async settle(id: bigint): Promise<void> {
    await this.#db.updateTable("requests").set({ settled: true }).where("id", "=", id).execute();
  }

  async learnProgram(manifestDigest: Bytes32, stateful: boolean): Promise<void> {
    await this.#db
      .insertInto("programs")
      .values({ manifest_digest: manifestDigest, stateful })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async supersedeLanded(upTo: bigint): Promise<bigint[]> {
    const { rows } = await sql<{ id: bigint }>`
      update requests set state = 'SUPERSEDED' where id in (
        select id from requests where not settled and landed_block <= ${upTo} and state in ('SEEN', 'CONFIRMED')
        limit ${AT_ONCE})
      returning id`.execute(this.#db);
    return rows.map(({ id }) => id).sort(ascending);
  }

  async settleStateless(upTo: bigint): Promise<void> {
    await this.#db
      .updateTable("requests")
      .set({ settled: true })
      .where("settled", "=", false)
      .where("landed_block", "<=", upTo)
      .where("state", "not in", ["SEEN", "CONFIRMED", "ORPHANED"] satisfies RequestState[])
      .where((expression) =>
        expression.or([
          expression("landed_status", "<>", BigInt(ResultStatus.OK)),
          expression.exists(
            expression
              .selectFrom("programs")
              .select("programs.manifest_digest")
              .whereRef("programs.manifest_digest", "=", "requests.manifest_digest")
              .where("stateful", "=", false),
          ),
        ]),
      )
      .execute();
  }

  async hasOrder(id: bigint): Promise<boolean> {
    const row = await this.#db
      .selectFrom("orders")
      .select("request_id")
      .where("request_id", "=", id)
      .where("state", "<>", "ORPHANED")
      .executeTakeFirst();
    return row !== undefined;
  }

  async retry(id: bigint): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("requests")
      .set({ state: "CONFIRMED", note: null, retry_at: null })
      .where("id", "=", id)
      .where("settled", "=", false)
      .where("state", "in", ["DEAD", "CONFIRMED"])
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async counts(): Promise<Record<string, number>> {
    const rows = await this.#db
      .selectFrom("requests")
      .select(({ fn }) => ["state", fn.countAll<bigint>().as("count")])
      .groupBy("state")
      .execute();
    return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
  }

  #rows() {
    return this.#db
      .selectFrom("requests")
      .innerJoin("blobs", "blobs.digest", "requests.input_digest")
      .selectAll("requests")
      .select("blobs.bytes as input");
  }
}

function ascending(left: bigint, right: bigint): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

/** What has no result in time gets no update either: the token's next request has that sequence. */
async function freeUpdates(trx: Transaction<Tables>, chainTime: bigint): Promise<void> {
  await trx
    .updateTable("reports")
    .set({ state: "EXPIRED" })
    .where("kind", "=", "update")
    .where("state", "=", "EXECUTED")
    .where("request_id", "in", (requests) =>
      requests
        .selectFrom("requests")
        .select("id")
        .where("state", "=", "EXECUTED")
        .where("settled", "=", true)
        .where("landed_status", "is", null)
        .where("deadline", "<", chainTime),
    )
    .execute();
}
