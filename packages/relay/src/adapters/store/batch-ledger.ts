import { asBytes32, type Bytes32 } from "ainft-core";
import { sql, type Transaction } from "kysely";
import {
  type BatchKey,
  type BatchKind,
  type BatchMember,
  type BatchRange,
  type Candidate,
  isBatchable,
  type Lane,
  lastOf,
} from "../../domain/batch.ts";
import type { BlockRef, CommittedRoot } from "../../domain/request.ts";
import type { Persisted, ReportState, RequestState } from "../../domain/states.ts";
import type { BatchLedger, OpenRange, SignedBatch, TrackedBatch } from "../../ports/batches.ts";
import type { NewSignature, SignatureRecord } from "../../ports/store.ts";
import { bindAnswers } from "./answers.ts";
import { closeReports } from "./closing.ts";
import type { Database } from "./database.ts";
import { insertSignature } from "./report-ledger.ts";
import { type MemberRow, toCandidate, toMember, toReport, toRoot, toSignature } from "./rows.ts";
import type { Tables } from "./tables.ts";

const BATCH_KINDS: readonly BatchKind[] = ["batch", "root"];
/** Requests that stand deep enough, whatever became of them. */
const NOT_CONFIRMED: readonly RequestState[] = ["SEEN", "ORPHANED"];

export class SqlBatchLedger implements BatchLedger {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async open(size: bigint, after: bigint, limit: number): Promise<OpenRange[]> {
    const { rows } = await sql<{ first: bigint; fresh: bigint }>`
      select (request_id / ${size}::int8) * ${size}::int8 as first, count(*) as fresh from reports
      where kind = 'result' and state = 'EXECUTED' and lane <> 'single' and carrier is null
      and request_id > ${after}
      group by first order by first limit ${limit}`.execute(this.#db);
    return rows.map(({ first, fresh }) => ({ firstId: first, fresh }));
  }

  async candidates(range: BatchRange, upTo: bigint): Promise<Candidate[]> {
    const rows = await this.#db
      .selectFrom("requests")
      .select(["id", "delivery", "deadline", "block_number", "block_hash", "block_time"])
      .where("id", ">=", range.firstId)
      .where("id", "<=", lastOf(range))
      .where("state", "not in", NOT_CONFIRMED)
      .where("block_number", "<=", upTo)
      .orderBy("id")
      .execute();
    return rows.map((row) => toCandidate(row, isBatchable));
  }

  async members(range: BatchRange): Promise<BatchMember[]> {
    const { rows } = await sql<MemberRow>`
      select q.id, q.state, q.request_hash, q.delivery, q.deadline, q.block_number, q.block_hash, q.block_time,
        q.status, q.result_digest, q.result_size,
        case when r.state not in ('ORPHANED', 'EXPIRED') then r.lane end as lane,
        coalesce(r.state = 'EXECUTED' and r.lane <> 'single' and r.carrier is null, false) as fresh,
        q.state = 'CONFIRMED'
          and not exists (select 1 from programs p where p.manifest_digest = q.manifest_digest and not p.stateful)
          and exists (select 1 from requests e where e.collection = q.collection and e.token_id = q.token_id
            and e.id < q.id and not e.settled and e.state <> 'ORPHANED') as blocked
      from requests q left join reports r on r.request_id = q.id and r.kind = 'result'
      where q.id between ${range.firstId} and ${lastOf(range)} and q.state <> 'ORPHANED'
      order by q.id`.execute(this.#db);
    return rows.map(toMember);
  }

  async commitSignature(signature: NewSignature, batch: SignedBatch, chainTime: bigint): Promise<void> {
    const { report, digest } = signature;
    await this.#db.transaction().execute(async (trx) => {
      const answers = batch.leaves.map(({ key, leaf }) => ({ key, root: leaf, deadline: batch.bindsUntil }));
      await bindAnswers(trx, answers, chainTime);
      await insertSignature(trx, signature, true);
      const row = {
        kind: batch.kind,
        request_id: report.firstId,
        count: report.count,
        state: "SIGNED",
        sequence: null,
        deadline: report.deadline,
        config_version: report.configVersion,
        digest,
        root: batch.root,
        attestation: null,
        quorum_at: null,
      };
      await trx
        .insertInto("reports")
        .values({ key: batch.key, ...row })
        .onConflict((conflict) => conflict.column("key").doUpdateSet(row).where("reports.state", "in", SIGNABLE))
        .execute();
      await carry(trx, batch);
    });
  }

  async inStates(states: readonly ReportState[]): Promise<TrackedBatch[]> {
    const rows = await this.#db
      .selectFrom("reports")
      .selectAll()
      .where("kind", "in", BATCH_KINDS)
      .where("state", "in", states)
      .orderBy("request_id")
      .execute();
    return rows.map(toBatch);
  }

  async byKey(key: BatchKey): Promise<TrackedBatch | null> {
    const row = await this.#db.selectFrom("reports").selectAll().where("key", "=", key).executeTakeFirst();
    return row === undefined ? null : toBatch(row);
  }

  async leaveAlone(ids: readonly bigint[]): Promise<number> {
    if (ids.length === 0) return 0;
    const { numUpdatedRows } = await this.#db
      .updateTable("reports")
      .set({ lane: "single" satisfies Lane, carrier: null })
      .where("kind", "=", "result")
      .where("request_id", "in", ids)
      .where("lane", "<>", "single" satisfies Lane)
      .where("state", "=", "EXECUTED" satisfies ReportState)
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  async unmatched(configVersion: bigint, after: bigint, limit: number): Promise<SignatureRecord[]> {
    const rows = await this.#db
      .selectFrom("signatures")
      .selectAll()
      .where("own", "=", false)
      .where("matched", "=", false)
      .where("config_version", "=", configVersion)
      .where("first_id", ">", 0n)
      .where("id", ">", after)
      .where((expression) =>
        expression.not(
          expression.exists(
            expression
              .selectFrom("requests")
              .select("requests.id")
              .whereRef("requests.id", ">=", "signatures.first_id")
              .where(sql<boolean>`requests.id < signatures.first_id + signatures.count`)
              .where("state", "in", ["SEEN", "CONFIRMED", "LEASED"] satisfies RequestState[]),
          ),
        ),
      )
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map(toSignature);
  }

  async isDisputed(key: BatchKey, digest: Bytes32, configVersion: bigint): Promise<boolean> {
    const row = await this.#db
      .selectFrom("signatures")
      .select("id")
      .where("report_key", "=", key)
      .where("config_version", "=", configVersion)
      .where("digest", "<>", digest)
      .where("own", "=", false)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  async close(confirmed: BlockRef): Promise<Persisted[]> {
    return this.#db.transaction().execute(async (trx) => closeReports(trx, confirmed));
  }

  async rootOver(requestId: bigint): Promise<CommittedRoot | null> {
    const row = await this.#db
      .selectFrom("roots")
      .selectAll()
      .where("first_id", "<=", requestId)
      .where(sql<boolean>`first_id + count > ${requestId}`)
      .orderBy("block_number", "desc")
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? null : toRoot(row);
  }
}

/** States from which a batch is signed: anew after a change of the config, or after an earlier one came to nothing. */
const SIGNABLE: readonly ReportState[] = ["EXECUTED", "ORPHANED", "EXPIRED", "SUPERSEDED"];

/** Its results go with the batch that was signed last. */
async function carry(trx: Transaction<Tables>, { key, leaves }: SignedBatch): Promise<void> {
  await trx
    .updateTable("reports")
    .set({ carrier: key })
    .where(
      "key",
      "in",
      leaves.map((leaf) => leaf.key),
    )
    .where("state", "=", "EXECUTED" satisfies ReportState)
    .execute();
}

function toBatch(row: Parameters<typeof toReport>[0]): TrackedBatch {
  return {
    ...toReport(row),
    key: row.key as BatchKey, // only ever written from that type
    kind: row.kind as BatchKind,
    firstId: row.request_id,
    count: row.count,
    root: asBytes32(row.root ?? ""),
  };
}
