import { type RawBuilder, sql, type Transaction } from "kysely";
import type { PlacedOrder } from "../../domain/order.ts";
import type { AskedRequest, Block, CommittedRoot, Landing, OracleEvents } from "../../domain/request.ts";
import { INGEST_SEAT } from "../../domain/seats.ts";
import { UNSENT_REPORT_STATES } from "../../domain/states.ts";
import type { ChainLedger, KnownRequests } from "../../ports/store.ts";
import { forgetUpdates } from "./activity-scans.ts";
import type { Database } from "./database.ts";
import type { Fence } from "./fence.ts";
import { toBlock } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** Blocks kept behind the tip: a rewrite of more than these cannot be followed. */
const REMEMBERED_BLOCKS = 512n;

export class SqlChainLedger implements ChainLedger {
  readonly #db: Database;
  readonly #fence: Fence;

  constructor(db: Database, fence: Fence) {
    this.#db = db;
    this.#fence = fence;
  }

  async tip(): Promise<Block | null> {
    const row = await this.#db.selectFrom("blocks").selectAll().orderBy("number", "desc").limit(1).executeTakeFirst();
    return row === undefined ? null : toBlock(row);
  }

  async blockAt(number: bigint): Promise<Block | null> {
    const row = await this.#db.selectFrom("blocks").selectAll().where("number", "=", number).executeTakeFirst();
    return row === undefined ? null : toBlock(row);
  }

  async oldestBlock(): Promise<bigint | null> {
    const row = await this.#db.selectFrom("blocks").select("number").orderBy("number").limit(1).executeTakeFirst();
    return row?.number ?? null;
  }

  async append(blocks: readonly Block[], events: OracleEvents): Promise<bigint[]> {
    return this.#db.transaction().execute(async (trx) => {
      await this.#fence.check(trx, INGEST_SEAT);
      for (const { number, hash, parentHash, time } of blocks) {
        await trx.insertInto("blocks").values({ number, hash, parent_hash: parentHash, time }).execute();
      }
      const seen: bigint[] = [];
      for (const part of partsOf(events.requests)) seen.push(...(await insertRequests(trx, part)));
      for (const order of events.orders) await insertOrder(trx, order);
      for (const part of partsOf(events.landings)) await recordLandings(trx, part);
      for (const root of events.roots ?? []) await insertRoot(trx, root);
      const last = blocks.at(-1);
      if (last !== undefined) {
        await trx
          .deleteFrom("blocks")
          .where("number", "<", last.number - REMEMBERED_BLOCKS)
          .execute();
      }
      return seen;
    });
  }

  async rollBack(number: bigint): Promise<bigint[]> {
    return this.#db.transaction().execute(async (trx) => {
      await this.#fence.check(trx, INGEST_SEAT);
      await trx.deleteFrom("blocks").where("number", ">", number).execute();
      await trx
        .updateTable("requests")
        .set({ ...NO_LANDING, settled: false })
        .where("landed_block", ">", number)
        .execute();
      await trx.updateTable("orders").set({ state: "ORPHANED" }).where("block_number", ">", number).execute();
      const orphans = await trx
        .updateTable("requests")
        .set({ state: "ORPHANED" })
        .where("block_number", ">", number)
        .where("state", "!=", "ORPHANED")
        .returning("id")
        .execute();
      await trx.deleteFrom("roots").where("block_number", ">", number).execute();
      await forgetUpdates(trx, number, true);
      const ids = orphans.map(({ id }) => id);
      for (const part of partsOf(ids)) {
        await trx
          .updateTable("reports")
          .set({ state: "ORPHANED", carrier: null })
          .where("request_id", "in", part)
          .where("kind", "in", ["result", "update"])
          .where("state", "in", UNSENT_REPORT_STATES)
          .execute();
      }
      if (ids.length > 0) await orphanBatches(trx, ids);
      return ids;
    });
  }

  async rewind(to: Block | null): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await this.#fence.check(trx, INGEST_SEAT);
      await forgetUpdates(trx, to?.number ?? -1n, false);
      if (to === null) {
        await trx.deleteFrom("blocks").execute();
        return;
      }
      const { number, hash, parentHash, time } = to;
      await trx.deleteFrom("blocks").where("number", ">=", number).execute();
      await trx.insertInto("blocks").values({ number, hash, parent_hash: parentHash, time }).execute();
    });
  }

  async knownRequests(): Promise<KnownRequests | null> {
    const { count, first, last } = await this.#db
      .selectFrom("requests")
      .select(({ fn }) => [fn.countAll<bigint>().as("count"), fn.min("id").as("first"), fn.max("id").as("last")])
      .where("state", "!=", "ORPHANED")
      .executeTakeFirstOrThrow();
    return count === 0n ? null : { count, first, last };
  }
}

const NO_LANDING = {
  landed_status: null,
  landed_digest: null,
  landed_answer: null,
  landed_block: null,
  landed_block_hash: null,
  landed_time: null,
  landed_tx: null,
} as const;

/** Rows written by one statement: it has at most 65,535 parameters. */
const AT_ONCE = 1_000;

function partsOf<T>(all: readonly T[]): T[][] {
  const parts = Math.ceil(all.length / AT_ONCE);
  return Array.from({ length: parts }, (_, part) => all.slice(part * AT_ONCE, (part + 1) * AT_ONCE));
}

/** A request that came back after its block vanished starts anew; any other that is there already is left alone. */
async function insertRequests(trx: Transaction<Tables>, requests: readonly AskedRequest[]): Promise<bigint[]> {
  const inputs = new Map(requests.map(({ inputDigest, input }) => [inputDigest, input]));
  await trx
    .insertInto("blobs")
    .values([...inputs].map(([digest, bytes]) => ({ digest, bytes })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const [first] = requests.map(contentOf);
  if (first === undefined) return [];
  const told = Object.keys(first).map((column) => [column, sql.ref(`excluded.${column}`)] as const);
  const again = { ...Object.fromEntries<RawBuilder<unknown>>(told), ...NOTHING_DONE };
  const inserted = await trx
    .insertInto("requests")
    .values(requests.map((request) => ({ id: request.id, ...contentOf(request), ...NOTHING_DONE, ...NO_LANDING })))
    .onConflict((conflict) => conflict.column("id").doUpdateSet(again).where("requests.state", "=", "ORPHANED"))
    .returning("id")
    .execute();
  return inserted.map(({ id }) => id);
}

const NOTHING_DONE = {
  state: "SEEN",
  base_sequence: null,
  lease_owner: null,
  lease_until: null,
  retry_at: null,
  status: null,
  result_digest: null,
  result_size: null,
  state_digest: null,
  settled: false,
  note: null,
} as const;

function contentOf(request: AskedRequest) {
  return {
    collection: request.collection,
    token_id: String(request.tokenId),
    requester: request.requester,
    manifest_digest: request.manifestDigest,
    request_hash: request.requestHash,
    input_digest: request.inputDigest,
    max_output_bytes: request.maxOutputBytes,
    delivery: BigInt(request.delivery),
    agreement: BigInt(request.agreement),
    deadline: request.deadline,
    block_number: request.block.number,
    block_hash: request.block.hash,
    block_time: request.block.time,
  };
}

async function insertRoot(trx: Transaction<Tables>, root: CommittedRoot): Promise<void> {
  const row = {
    config_version: root.configVersion,
    tx_hash: root.txHash,
    block_number: root.block.number,
    block_hash: root.block.hash,
    block_time: root.block.time,
  };
  await trx
    .insertInto("roots")
    .values({ first_id: root.firstId, count: root.count, root: root.root, ...row })
    .onConflict((conflict) => conflict.columns(["first_id", "count", "root"]).doUpdateSet(row))
    .execute();
}

/** Batches of which a request vanished; what is left of them is batched anew. */
async function orphanBatches(trx: Transaction<Tables>, vanished: readonly bigint[]): Promise<void> {
  const lowest = vanished.reduce((least, id) => (id < least ? id : least));
  const gone = await trx
    .updateTable("reports")
    .set({ state: "ORPHANED" })
    .where("kind", "in", ["batch", "root"])
    .where("state", "in", UNSENT_REPORT_STATES)
    .where(sql<boolean>`request_id + count > ${lowest}`)
    .returning("key")
    .execute();
  const keys = gone.map(({ key }) => key);
  if (keys.length > 0) await trx.updateTable("reports").set({ carrier: null }).where("carrier", "in", keys).execute();
}

/** As for a request: an order that came back starts anew, any other that is there already is left alone. */
async function insertOrder(trx: Transaction<Tables>, order: PlacedOrder): Promise<void> {
  const row = {
    state: "OPEN",
    request_hash: order.requestHash,
    amount: String(order.amount),
    callback_gas: order.callbackGas,
    encoded: order.encoded,
    hash: order.hash,
    block_number: order.block.number,
    block_hash: order.block.hash,
    block_time: order.block.time,
    due_at: null,
  };
  await trx
    .insertInto("orders")
    .values({ request_id: order.requestId, ...row })
    .onConflict((conflict) => conflict.column("request_id").doUpdateSet(row).where("orders.state", "=", "ORPHANED"))
    .execute();
}

async function recordLandings(trx: Transaction<Tables>, landings: readonly Landing[]): Promise<void> {
  const rows = landings.map(
    ({ requestId, status, resultDigest, answer, block, txHash }) =>
      sql`(${requestId}::int8, ${BigInt(status)}::int8, ${resultDigest}::text, ${answer}::text, ${block.number}::int8,
        ${block.hash}::text, ${block.time}::int8, ${txHash}::text)`,
  );
  await sql`
    update requests set landed_status = l.status, landed_digest = l.digest, landed_answer = l.answer,
      landed_block = l.block, landed_block_hash = l.block_hash, landed_time = l.time, landed_tx = l.tx
    from (values ${sql.join(rows)}) as l (id, status, digest, answer, block, block_hash, time, tx)
    where requests.id = l.id`.execute(trx);
}
