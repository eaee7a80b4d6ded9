import type { Address, Bytes32, Hex } from "ainft-core";
import { sql, type Transaction } from "kysely";
import { EquivocationRefused } from "../../domain/errors.ts";
import type { ReportKey, TrackedReport } from "../../domain/report.ts";
import type { ReportKind, ReportState } from "../../domain/states.ts";
import type { NewSignature, ReportLedger, SignatureRecord } from "../../ports/store.ts";
import type { Database } from "./database.ts";
import { toReport, toSignature } from "./rows.ts";
import type { Tables } from "./tables.ts";

/** Signatures of one peer that are kept although no report of ours has their digest: a liar cannot fill the disk. */
const MAX_UNMATCHED_PER_SIGNER = 4_096n;

export class SqlReportLedger implements ReportLedger {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async byKey(key: ReportKey): Promise<TrackedReport | null> {
    const row = await this.#db.selectFrom("reports").selectAll().where("key", "=", key).executeTakeFirst();
    return row === undefined ? null : toReport(row);
  }

  async ofRequest(requestId: bigint): Promise<TrackedReport[]> {
    const rows = await this.#db
      .selectFrom("reports")
      .selectAll()
      .where("request_id", "=", requestId)
      .orderBy("kind")
      .execute();
    return rows.map(toReport);
  }

  async inStates(states: readonly ReportState[], kind?: ReportKind): Promise<TrackedReport[]> {
    let query = this.#db.selectFrom("reports").selectAll().where("state", "in", states).orderBy("request_id");
    if (kind !== undefined) query = query.where("kind", "=", kind);
    return (await query.execute()).map(toReport);
  }

  async setDeadline(key: ReportKey, deadline: bigint): Promise<void> {
    await this.#db
      .updateTable("reports")
      .set({ deadline })
      .where("key", "=", key)
      .where("state", "=", "EXECUTED")
      .execute();
  }

  async move(key: ReportKey, from: readonly ReportState[], to: ReportState): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("reports")
      .set({ state: to })
      .where("key", "=", key)
      .where("state", "in", from)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async commitSignature(signature: NewSignature, chainTime: bigint): Promise<void> {
    const { key, report, digest } = signature;
    await this.#db.transaction().execute(async (trx) => {
      await commitAnswer(trx, key, report.root, report.deadline, chainTime);
      await insertSignature(trx, signature, true);
      await trx
        .updateTable("reports")
        .set({ state: "SIGNED", digest, config_version: report.configVersion, deadline: report.deadline })
        .where("key", "=", key)
        .where("state", "=", "EXECUTED")
        .execute();
    });
  }

  async commitQuorum(key: ReportKey, digest: Bytes32, attestation: Hex, at: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("reports")
      .set({ state: "QUORUM", attestation, quorum_at: BigInt(at) })
      .where("key", "=", key)
      .where("state", "=", "SIGNED")
      .where("digest", "=", digest)
      .executeTakeFirst();
    return numUpdatedRows === 1n;
  }

  async addPeerSignature(signature: NewSignature): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      if ((await unmatchedOf(trx, signature.signer)) >= MAX_UNMATCHED_PER_SIGNER) return false;
      return insertSignature(trx, signature, false);
    });
  }

  async signaturesOf(digest: Bytes32): Promise<SignatureRecord[]> {
    const rows = await this.#db.selectFrom("signatures").selectAll().where("digest", "=", digest).execute();
    return rows.map(toSignature);
  }

  async ownSignatures(since: bigint, limit: number): Promise<SignatureRecord[]> {
    const rows = await this.#db
      .selectFrom("signatures")
      .selectAll()
      .where("own", "=", true)
      .where("id", ">", since)
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map(toSignature);
  }

  async counts(): Promise<Record<string, number>> {
    const rows = await this.#db
      .selectFrom("reports")
      .select(({ fn }) => ["kind", "state", fn.countAll<bigint>().as("count")])
      .groupBy(["kind", "state"])
      .execute();
    return Object.fromEntries(rows.map(({ kind, state, count }) => [`${kind}:${state}`, Number(count)]));
  }
}

/** The row that makes two answers to one key impossible: it is written in the transaction that keeps the signature. */
async function commitAnswer(
  trx: Transaction<Tables>,
  key: ReportKey,
  root: Bytes32,
  deadline: bigint,
  chainTime: bigint,
): Promise<void> {
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto("answers")
    .values({ report_key: key, root, deadline })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 1n) return;
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

async function insertSignature(trx: Transaction<Tables>, record: NewSignature, own: boolean): Promise<boolean> {
  const { key, report, digest, signer, signature } = record;
  const rows = await trx
    .insertInto("signatures")
    .values({
      digest,
      signer,
      signature,
      own,
      report_key: key,
      config_version: report.configVersion,
      deadline: report.deadline,
      first_id: report.firstId,
      count: report.count,
      root: report.root,
    })
    .onConflict((conflict) => conflict.columns(["digest", "signer"]).doNothing())
    .returning("id")
    .execute();
  return rows.length > 0;
}

async function unmatchedOf(trx: Transaction<Tables>, signer: Address): Promise<bigint> {
  const { rows } = await sql<{ count: bigint }>`
    select count(*) as count from signatures
    where signer = ${signer} and not own
    and not exists (select 1 from reports where reports.digest = signatures.digest)`.execute(trx);
  return rows[0]?.count ?? 0n;
}
