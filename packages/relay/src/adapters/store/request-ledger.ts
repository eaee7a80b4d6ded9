import { sql, type Transaction } from "kysely";
import type { Execution } from "../../domain/execution.ts";
import { resultKey, updateKey } from "../../domain/report.ts";
import type { RequestState } from "../../domain/states.ts";
import type { RequestLedger, TrackedRequest, WaitingRequest } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { address, toRequest } from "./rows.ts";
import type { RequestTable, Tables } from "./tables.ts";

export class SqlRequestLedger implements RequestLedger {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async byId(id: bigint): Promise<TrackedRequest | null> {
    const [row] = await this.#rows().where("requests.id", "=", id).execute();
    return row === undefined ? null : toRequest(row, row.input);
  }

  async confirm(upTo: bigint): Promise<bigint[]> {
    const rows = await this.#db
      .updateTable("requests")
      .set({ state: "CONFIRMED" })
      .where("state", "=", "SEEN")
      .where("block_number", "<=", upTo)
      .returning("id")
      .execute();
    return rows.map(({ id }) => id).sort(ascending);
  }

  async expire(chainTime: bigint): Promise<bigint[]> {
    return this.#db.transaction().execute(async (trx) => {
      const overdue = trx
        .updateTable("requests")
        .where("landed_status", "is", null)
        .where("settled", "=", false)
        .where("deadline", "<", chainTime);
      const expired = await overdue
        .set({ state: "EXPIRED", settled: true })
        .where("state", "in", ["SEEN", "CONFIRMED", "DEAD"])
        .returning("id")
        .execute();
      // Executed, but its report never got through: its own state says so.
      await overdue.set({ settled: true }).where("state", "=", "EXECUTED").execute();
      return expired.map(({ id }) => id).sort(ascending);
    });
  }

  async waiting(after: bigint, limit: number): Promise<WaitingRequest[]> {
    const rows = await this.#rows()
      .select((expression) =>
        expression
          .exists(
            expression
              .selectFrom("requests as earlier")
              .select("earlier.id")
              .whereRef("earlier.collection", "=", "requests.collection")
              .whereRef("earlier.token_id", "=", "requests.token_id")
              .whereRef("earlier.id", "<", "requests.id")
              .where("earlier.settled", "=", false)
              .where("earlier.state", "!=", "ORPHANED"),
          )
          .as("behind"),
      )
      .where("requests.state", "=", "CONFIRMED")
      .where("requests.settled", "=", false)
      .where("requests.landed_status", "is", null)
      .where("requests.id", ">", after)
      .orderBy("requests.id")
      .limit(limit)
      .execute();
    return rows.map((row) => ({ request: toRequest(row, row.input), behind: Boolean(row.behind) }));
  }

  async landed(upTo: bigint): Promise<TrackedRequest[]> {
    const rows = await this.#rows()
      .where("requests.settled", "=", false)
      .where("requests.state", "!=", "ORPHANED")
      .where("requests.landed_block", "<=", upTo)
      .orderBy("requests.id")
      .execute();
    return rows.map((row) => toRequest(row, row.input));
  }

  async lease(id: bigint, baseSequence: bigint): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("requests")
      .set({ state: "LEASED", base_sequence: baseSequence, runs: sql`runs + 1` })
      .where("id", "=", id)
      .where("state", "=", "CONFIRMED")
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async release(id: bigint): Promise<void> {
    await this.#move(id, ["LEASED"], "CONFIRMED");
  }

  async releaseAll(): Promise<number> {
    const { numUpdatedRows } = await this.#db
      .updateTable("requests")
      .set({ state: "CONFIRMED" })
      .where("state", "=", "LEASED")
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  async recordExecution(
    id: bigint,
    execution: Execution,
    sequence: bigint | null,
    deadline: bigint,
    note: string | null,
  ): Promise<boolean> {
    const { result, newState } = execution;
    return this.#db.transaction().execute(async (trx) => {
      const row = await trx
        .updateTable("requests")
        .set({
          state: "EXECUTED",
          status: BigInt(result.status),
          result_digest: result.digest,
          result_size: result.size,
          state_digest: newState?.digest ?? null,
          note,
        })
        .where("id", "=", id)
        .where("state", "=", "LEASED")
        .returning(["collection", "token_id"])
        .executeTakeFirst();
      if (row === undefined) return false;
      await putBlob(trx, result.digest, result.bytes);
      if (newState !== null) await putBlob(trx, newState.digest, newState.bytes);
      await openReport(trx, { key: resultKey(id), kind: "result", request_id: id, sequence: null, deadline });
      if (sequence !== null) {
        const key = updateKey({ collection: address(row.collection), tokenId: BigInt(row.token_id) }, sequence);
        await openReport(trx, { key, kind: "update", request_id: id, sequence, deadline: null });
      }
      return true;
    });
  }

  async supersede(id: bigint): Promise<void> {
    await this.#move(id, ["SEEN", "CONFIRMED"], "SUPERSEDED");
  }

  async abandon(id: bigint, note: string): Promise<void> {
    await this.#db
      .updateTable("requests")
      .set({ state: "DEAD", note })
      .where("id", "=", id)
      .where("state", "in", ["CONFIRMED", "LEASED"])
      .execute();
  }

  async settle(id: bigint): Promise<void> {
    await this.#db.updateTable("requests").set({ settled: true }).where("id", "=", id).execute();
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

  async #move(id: bigint, from: readonly RequestState[], to: RequestState): Promise<void> {
    await this.#db
      .updateTable("requests")
      .set({ state: to } satisfies Partial<RequestTable>)
      .where("id", "=", id)
      .where("state", "in", from)
      .execute();
  }
}

async function putBlob(trx: Transaction<Tables>, digest: string, bytes: Uint8Array): Promise<void> {
  await trx
    .insertInto("blobs")
    .values({ digest, bytes })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** A report of a request that was orphaned and ran again starts anew; one that is on its way is left alone. */
async function openReport(
  trx: Transaction<Tables>,
  report: { key: string; kind: string; request_id: bigint; sequence: bigint | null; deadline: bigint | null },
): Promise<void> {
  const fresh = {
    ...report,
    state: "EXECUTED",
    config_version: null,
    digest: null,
    attestation: null,
    quorum_at: null,
  };
  await trx
    .deleteFrom("reports")
    .where("request_id", "=", report.request_id)
    .where("kind", "=", report.kind)
    .where("state", "=", "ORPHANED")
    .execute();
  await trx
    .insertInto("reports")
    .values(fresh)
    .onConflict((conflict) => conflict.column("key").doUpdateSet(fresh).where("reports.state", "in", REUSABLE))
    .execute();
}

/** A key whose earlier report came to nothing may be used by the next request of the token. */
const REUSABLE = ["ORPHANED", "EXPIRED", "SUPERSEDED"];

function ascending(left: bigint, right: bigint): number {
  return left < right ? -1 : 1;
}
