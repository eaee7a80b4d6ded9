import { type Bytes32, ResultStatus } from "ainft-core";
import { sql } from "kysely";
import type { Execution } from "../../domain/execution.ts";
import type { RequestState } from "../../domain/states.ts";
import type { FinishedRun, RequestLedger, TrackedRequest, WaitingRequest } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { recordRuns } from "./recording.ts";
import { toRequest } from "./rows.ts";
import type { RequestTable } from "./tables.ts";

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
      .select(({ exists, selectFrom, not, and }) =>
        and([
          not(
            exists(
              selectFrom("programs")
                .select("programs.manifest_digest")
                .whereRef("programs.manifest_digest", "=", "requests.manifest_digest")
                .where("stateful", "=", false),
            ),
          ),
          exists(
            selectFrom("requests as earlier")
              .select("earlier.id")
              .whereRef("earlier.collection", "=", "requests.collection")
              .whereRef("earlier.token_id", "=", "requests.token_id")
              .whereRef("earlier.id", "<", "requests.id")
              .where("earlier.settled", "=", false)
              .where("earlier.state", "!=", "ORPHANED"),
          ),
        ]).as("behind"),
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
    const run = { id, execution, sequence, deadline, lane: "single" as const, note };
    return (await this.recordExecutions([run])).has(id);
  }

  async recordExecutions(runs: readonly FinishedRun[]): Promise<ReadonlySet<bigint>> {
    return this.#db.transaction().execute(async (trx) => recordRuns(trx, runs));
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

  async learnProgram(manifestDigest: Bytes32, stateful: boolean): Promise<void> {
    await this.#db
      .insertInto("programs")
      .values({ manifest_digest: manifestDigest, stateful })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async supersedeLanded(upTo: bigint): Promise<bigint[]> {
    const rows = await this.#db
      .updateTable("requests")
      .set({ state: "SUPERSEDED" })
      .where("settled", "=", false)
      .where("landed_block", "<=", upTo)
      .where("state", "in", ["SEEN", "CONFIRMED"] satisfies RequestState[])
      .returning("id")
      .execute();
    return rows.map(({ id }) => id).sort(ascending);
  }

  async settleStateless(upTo: bigint): Promise<void> {
    await this.#db
      .updateTable("requests")
      .set({ settled: true })
      .where("settled", "=", false)
      .where("landed_block", "<=", upTo)
      .where("state", "not in", ["SEEN", "CONFIRMED", "ORPHANED"] satisfies RequestState[])
      .where(({ exists, selectFrom, or, eb }) =>
        or([
          eb("landed_status", "<>", BigInt(ResultStatus.OK)),
          exists(
            selectFrom("programs")
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

function ascending(left: bigint, right: bigint): number {
  return left < right ? -1 : 1;
}
