import type { OrderState, TrackedOrder } from "../../domain/order.ts";
import type { OrderLedger } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { toOrder } from "./rows.ts";

export class SqlOrderLedger implements OrderLedger {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async byId(requestId: bigint): Promise<TrackedOrder | null> {
    const row = await this.#db
      .selectFrom("orders")
      .selectAll()
      .where("request_id", "=", requestId)
      .where("state", "!=", "ORPHANED" satisfies OrderState)
      .executeTakeFirst();
    return row === undefined ? null : toOrder(row);
  }

  async due(upTo: bigint, now: number, limit: number): Promise<TrackedOrder[]> {
    return this.#db.transaction().execute(async (trx) => {
      const found = await trx
        .selectFrom("orders")
        .innerJoin("requests", "requests.id", "orders.request_id")
        .select("orders.request_id")
        .where("orders.state", "=", "OPEN" satisfies OrderState)
        .where("orders.amount", "<>", "0")
        .where("requests.state", "!=", "ORPHANED")
        .where("requests.landed_block", "<=", upTo)
        .orderBy("orders.request_id")
        .limit(limit)
        .execute();
      const ids = found.map(({ request_id }) => request_id);
      if (ids.length === 0) return [];
      await trx
        .updateTable("orders")
        .set({ due_at: BigInt(now) })
        .where("request_id", "in", ids)
        .where("due_at", "is", null)
        .execute();
      const rows = await trx
        .selectFrom("orders")
        .selectAll()
        .where("request_id", "in", ids)
        .orderBy("request_id")
        .execute();
      return rows.map(toOrder);
    });
  }

  async close(requestId: bigint): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("orders")
      .set({ state: "CLOSED" satisfies OrderState })
      .where("request_id", "=", requestId)
      .where("state", "=", "OPEN" satisfies OrderState)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }
}
