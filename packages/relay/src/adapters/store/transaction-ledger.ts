import { type Address, asBytes32, asHex, type Bytes32 } from "ainft-core";
import type { Selectable, Transaction } from "kysely";
import { type ActivityKey, isActivityKey } from "../../domain/activity.ts";
import { isNoopKey } from "../../domain/noop.ts";
import { isOrderKey, requestOf } from "../../domain/order.ts";
import type { Block } from "../../domain/request.ts";
import { laneSeat } from "../../domain/seats.ts";
import type { ReportState, TransactionState } from "../../domain/states.ts";
import type {
  Attempt,
  NewTransaction,
  TrackedTransaction,
  TransactionKey,
  TransactionLedger,
} from "../../ports/store.ts";
import type { Database } from "./database.ts";
import type { Fence } from "./fence.ts";
import { address, digestOrNull } from "./rows.ts";
import type { AttemptTable, Tables, TransactionTable } from "./tables.ts";

export class SqlTransactionLedger implements TransactionLedger {
  readonly #db: Database;
  readonly #fence: Fence;

  constructor(db: Database, fence: Fence) {
    this.#db = db;
    this.#fence = fence;
  }

  async unfinished(sender: Address): Promise<TrackedTransaction[]> {
    const rows = await this.#db
      .selectFrom("transactions")
      .selectAll()
      .where("sender", "=", sender)
      .where("state", "in", ["OPEN", "INCLUDED"] satisfies TransactionState[])
      .orderBy("nonce")
      .execute();
    return this.#withAttempts(rows);
  }

  async countUnfinished(sender: Address): Promise<number> {
    const { count } = await this.#db
      .selectFrom("transactions")
      .select(({ fn }) => fn.countAll<bigint>().as("count"))
      .where("sender", "=", sender)
      .where("state", "in", ["OPEN", "INCLUDED"] satisfies TransactionState[])
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async ofKey(key: TransactionKey): Promise<TrackedTransaction[]> {
    const rows = await this.#db
      .selectFrom("transactions")
      .selectAll()
      .where("report_key", "=", key)
      .orderBy("nonce")
      .execute();
    return this.#withAttempts(rows);
  }

  async highestNonce(sender: Address): Promise<bigint | null> {
    const { nonce } = await this.#db
      .selectFrom("transactions")
      .select(({ fn }) => fn.max("nonce").as("nonce"))
      .where("sender", "=", sender)
      .executeTakeFirstOrThrow();
    return nonce;
  }

  async highestOpenNonce(sender: Address): Promise<bigint | null> {
    const { nonce } = await this.#db
      .selectFrom("transactions")
      .select(({ fn }) => fn.max("nonce").as("nonce"))
      .where("sender", "=", sender)
      .where("state", "=", "OPEN" satisfies TransactionState)
      .executeTakeFirstOrThrow();
    return nonce;
  }

  async noncesFrom(sender: Address, nonce: bigint): Promise<bigint[]> {
    const rows = await this.#db
      .selectFrom("transactions")
      .select("nonce")
      .where("sender", "=", sender)
      .where("nonce", ">=", nonce)
      .orderBy("nonce")
      .execute();
    return rows.map((row) => row.nonce);
  }

  async prepare(sender: Address, transaction: NewTransaction, attempt: Attempt): Promise<boolean> {
    const { key, nonce, target, data, gasLimit } = transaction;
    return this.#db.transaction().execute(async (trx) => {
      await this.#fence.check(trx, laneSeat(sender));
      if (!isNoopKey(key) && !(await moveSubject(trx, key, ["QUORUM"], "TX_READY"))) return false;
      const { id } = await trx
        .insertInto("transactions")
        .values({ report_key: key, sender, nonce, target, data, gas_limit: gasLimit, state: "OPEN", ...NOT_INCLUDED })
        .returning("id")
        .executeTakeFirstOrThrow();
      await insertAttempt(trx, id, attempt);
      return true;
    });
  }

  async addAttempt(id: bigint, attempt: Attempt): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const { sender } = await trx
        .selectFrom("transactions")
        .select("sender")
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      await this.#fence.check(trx, laneSeat(sender));
      await insertAttempt(trx, id, attempt);
    });
  }

  async markSent(id: bigint): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => moveSubject(trx, await keyOf(trx, id), ["TX_READY"], "SENT"));
  }

  async include(
    id: bigint,
    hash: Bytes32,
    block: Pick<Block, "number" | "hash">,
    succeeded: boolean,
  ): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const included = { included_hash: hash, included_block: block.number, included_block_hash: block.hash };
      await moveTransaction(trx, id, "OPEN", "INCLUDED", included);
      return succeeded && (await moveSubject(trx, await keyOf(trx, id), ["TX_READY", "SENT"], "INCLUDED"));
    });
  }

  async reopen(id: bigint): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await moveTransaction(trx, id, "INCLUDED", "OPEN", NOT_INCLUDED);
      await moveSubject(trx, await keyOf(trx, id), ["INCLUDED"], "SENT");
    });
  }

  async finalize(id: bigint): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      await moveTransaction(trx, id, "INCLUDED", "FINAL", {});
      return moveSubject(trx, await keyOf(trx, id), ["INCLUDED"], "FINAL");
    });
  }

  async finalizeFailure(id: bigint): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await moveTransaction(trx, id, "INCLUDED", "FINAL", {});
      await moveSubject(trx, await keyOf(trx, id), ["TX_READY", "SENT"], "QUORUM");
    });
  }

  async lose(id: bigint): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await moveTransaction(trx, id, "OPEN", "LOST", {});
      await moveSubject(trx, await keyOf(trx, id), ["TX_READY", "SENT"], "QUORUM");
    });
  }

  async #withAttempts(rows: readonly Selectable<TransactionTable>[]): Promise<TrackedTransaction[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    const attempts = await this.#db
      .selectFrom("attempts")
      .selectAll()
      .where("transaction_id", "in", ids)
      .orderBy("created_at")
      .execute();
    return rows.map((row) =>
      toTransaction(
        row,
        attempts.filter(({ transaction_id }) => transaction_id === row.id),
      ),
    );
  }
}

const NOT_INCLUDED = { included_hash: null, included_block: null, included_block_hash: null } as const;

async function keyOf(trx: Transaction<Tables>, id: bigint): Promise<TransactionKey> {
  const { report_key } = await trx
    .selectFrom("transactions")
    .select("report_key")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return report_key as TransactionKey; // only ever written from that type
}

/** Moves what a transaction is for. An order is OPEN where a report is at QUORUM; the states in between have one name. */
async function moveSubject(
  trx: Transaction<Tables>,
  key: TransactionKey,
  from: readonly ReportState[],
  to: ReportState,
): Promise<boolean> {
  if (isActivityKey(key)) return moveBatch(trx, key, from, to);
  const update = isOrderKey(key)
    ? trx
        .updateTable("orders")
        .set({ state: orderState(to) })
        .where("request_id", "=", requestOf(key))
        .where("state", "in", from.map(orderState))
    : trx.updateTable("reports").set({ state: to }).where("key", "=", key).where("state", "in", from);
  const { numUpdatedRows } = await update.executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function moveBatch(
  trx: Transaction<Tables>,
  key: ActivityKey,
  from: readonly ReportState[],
  to: ReportState,
): Promise<boolean> {
  const moved = trx
    .updateTable("activity_batches")
    .set({ state: to })
    .where("key", "=", key)
    .where("state", "in", from);
  const { numUpdatedRows } = await moved.executeTakeFirst();
  return numUpdatedRows === 1n;
}

function orderState(state: ReportState): string {
  return state === "QUORUM" ? "OPEN" : state;
}

async function moveTransaction(
  trx: Transaction<Tables>,
  id: bigint,
  from: TransactionState,
  to: TransactionState,
  columns: Partial<Pick<TransactionTable, "included_hash" | "included_block" | "included_block_hash">>,
): Promise<void> {
  await trx
    .updateTable("transactions")
    .set({ state: to, ...columns })
    .where("id", "=", id)
    .where("state", "=", from)
    .execute();
}

async function insertAttempt(trx: Transaction<Tables>, id: bigint, attempt: Attempt): Promise<void> {
  await trx
    .insertInto("attempts")
    .values({
      hash: attempt.hash,
      transaction_id: id,
      raw: attempt.raw,
      max_fee: String(attempt.fees.maxFee),
      max_priority_fee: String(attempt.fees.maxPriorityFee),
      created_at: BigInt(attempt.createdAt),
    })
    .execute();
}

function toTransaction(
  row: Selectable<TransactionTable>,
  attempts: readonly Selectable<AttemptTable>[],
): TrackedTransaction {
  return {
    id: row.id,
    key: row.report_key as TransactionKey, // only ever written from that type
    nonce: row.nonce,
    target: address(row.target),
    data: asHex(row.data),
    gasLimit: row.gas_limit,
    state: row.state as TransactionState,
    includedHash: digestOrNull(row.included_hash),
    includedBlock: row.included_block,
    includedBlockHash: digestOrNull(row.included_block_hash),
    attempts: attempts.map(toAttempt),
  };
}

function toAttempt(row: Selectable<AttemptTable>): Attempt {
  return {
    hash: asBytes32(row.hash),
    raw: asHex(row.raw),
    fees: { maxFee: BigInt(row.max_fee), maxPriorityFee: BigInt(row.max_priority_fee) },
    createdAt: Number(row.created_at),
  };
}
