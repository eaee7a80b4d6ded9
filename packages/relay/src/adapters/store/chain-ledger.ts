import type { Transaction } from "kysely";
import type { PlacedOrder } from "../../domain/order.ts";
import type { AskedRequest, Block, Landing, OracleEvents } from "../../domain/request.ts";
import { INGEST_SEAT } from "../../domain/seats.ts";
import { UNSENT_REPORT_STATES } from "../../domain/states.ts";
import type { ChainLedger, KnownRequests } from "../../ports/store.ts";
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
      for (const request of events.requests) {
        if (await insertRequest(trx, request)) seen.push(request.id);
      }
      for (const order of events.orders) await insertOrder(trx, order);
      for (const landing of events.landings) await recordLanding(trx, landing);
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
      const ids = orphans.map(({ id }) => id);
      if (ids.length > 0) {
        await trx
          .updateTable("reports")
          .set({ state: "ORPHANED" })
          .where("request_id", "in", ids)
          .where("state", "in", UNSENT_REPORT_STATES)
          .execute();
      }
      return ids;
    });
  }

  async rewind(to: Block | null): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await this.#fence.check(trx, INGEST_SEAT);
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

/** A request that came back after its block vanished starts anew; any other that is there already is left alone. */
async function insertRequest(trx: Transaction<Tables>, request: AskedRequest): Promise<boolean> {
  await trx
    .insertInto("blobs")
    .values({ digest: request.inputDigest, bytes: request.input })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = {
    state: "SEEN",
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
  };
  const inserted = await trx
    .insertInto("requests")
    .values({ id: request.id, ...row, ...NO_LANDING })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row).where("requests.state", "=", "ORPHANED"))
    .returning("id")
    .execute();
  return inserted.length > 0;
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

async function recordLanding(trx: Transaction<Tables>, landing: Landing): Promise<void> {
  await trx
    .updateTable("requests")
    .set({
      landed_status: BigInt(landing.status),
      landed_digest: landing.resultDigest,
      landed_answer: landing.answer,
      landed_block: landing.block.number,
      landed_block_hash: landing.block.hash,
      landed_time: landing.block.time,
      landed_tx: landing.txHash,
    })
    .where("id", "=", landing.requestId)
    .execute();
}
