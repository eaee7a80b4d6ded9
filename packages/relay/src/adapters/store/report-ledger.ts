import type { Address, Bytes32, Hex } from "ainft-core";
import { sql, type Transaction } from "kysely";
import type { ReportKey, TrackedReport } from "../../domain/report.ts";
import type { ReportState } from "../../domain/states.ts";
import type { GatheredReport, NewSignature, ReportLedger, SignatureRecord } from "../../ports/store.ts";
import { bindAnswers } from "./answers.ts";
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

  async inStates(
    states: readonly ReportState[],
    kind: "result" | "update",
    after: bigint,
    limit: number,
  ): Promise<TrackedReport[]> {
    const rows = await this.#db
      .selectFrom("reports")
      .selectAll()
      .where("state", "in", states)
      .where("kind", "=", kind)
      .where("request_id", ">", after)
      .orderBy("request_id")
      .limit(limit)
      .execute();
    return rows.map(toReport);
  }

  async unsigned(limit: number): Promise<TrackedReport[]> {
    const rows = await this.#db
      .selectFrom("reports")
      .innerJoin("requests", "requests.id", "reports.request_id")
      .selectAll("reports")
      .where("reports.state", "=", "EXECUTED")
      .where("requests.state", "=", "EXECUTED")
      .where((expression) =>
        expression.or([
          expression.and([expression("kind", "=", "result"), expression("lane", "=", "single")]),
          expression.and([expression("kind", "=", "update"), expression("landed_block", "is not", null)]),
        ]),
      )
      .orderBy("reports.request_id")
      .limit(limit)
      .execute();
    return rows.map(toReport);
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
      await bindAnswers(trx, [{ key, root: report.root, deadline: report.deadline }], chainTime);
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

  async hasSignature(digest: Bytes32, signer: Address): Promise<boolean> {
    const row = await this.#db
      .selectFrom("signatures")
      .select("id")
      .where("digest", "=", digest)
      .where("signer", "=", signer)
      .executeTakeFirst();
    return row !== undefined;
  }

  async withSignatures(threshold: number, limit: number): Promise<GatheredReport[]> {
    const rows = await this.#db
      .selectFrom("reports")
      .selectAll()
      .where("state", "=", "SIGNED")
      .where(sql<boolean>`(select count(*) from signatures s where s.digest = reports.digest) >= ${threshold}::int8`)
      .orderBy("request_id")
      .limit(limit)
      .execute();
    const digests = rows.flatMap(({ digest }) => (digest === null ? [] : [digest]));
    if (digests.length === 0) return [];
    const found = await this.#db.selectFrom("signatures").selectAll().where("digest", "in", digests).execute();
    const signatures = Map.groupBy(found.map(toSignature), ({ digest }) => digest);
    return rows.map(toReport).map((report) => ({
      report,
      signatures: report.digest === null ? [] : (signatures.get(report.digest) ?? []),
    }));
  }

  async renew(configVersion: bigint): Promise<void> {
    await this.#db
      .updateTable("reports")
      .set({ state: "EXECUTED" })
      .where("state", "in", ["SIGNED", "QUORUM"])
      .where("config_version", "<>", configVersion)
      .execute();
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

/** Keeps a signature, and notes whether a report of ours has its digest: with our own, those of the others do. */
export async function insertSignature(trx: Transaction<Tables>, record: NewSignature, own: boolean): Promise<boolean> {
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
      matched: own,
    })
    .onConflict((conflict) => conflict.columns(["digest", "signer"]).doNothing())
    .returning("id")
    .execute();
  const matches = own
    ? trx.updateTable("signatures").set({ matched: true }).where("digest", "=", digest)
    : trx
        .updateTable("signatures")
        .set({ matched: true })
        .where("digest", "=", digest)
        .where("signer", "=", signer)
        .where((expression) =>
          expression.exists(expression.selectFrom("reports").select("key").where("digest", "=", digest)),
        );
  if (rows.length > 0) await matches.where("matched", "=", false).execute();
  return rows.length > 0;
}

async function unmatchedOf(trx: Transaction<Tables>, signer: Address): Promise<bigint> {
  const { rows } = await sql<{ count: bigint }>`
    select count(*) as count from signatures where signer = ${signer} and not own and not matched`.execute(trx);
  return rows[0]?.count ?? 0n;
}
