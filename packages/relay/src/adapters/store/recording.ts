import { sql, type Transaction } from "kysely";
import { resultKey, updateKey } from "../../domain/report.ts";
import type { FinishedRun } from "../../ports/store.ts";
import { address } from "./rows.ts";
import type { Tables } from "./tables.ts";

interface RecordedRow {
  readonly id: bigint;
  readonly collection: string;
  readonly token_id: string;
}

/** Keeps results, states and reports of runs. Answers those whose request was still leased to `owner`. */
export async function recordRuns(
  trx: Transaction<Tables>,
  runs: readonly FinishedRun[],
  owner: string,
): Promise<Set<bigint>> {
  if (runs.length === 0) return new Set();
  const rows = await setOutcomes(trx, runs, owner);
  const tokens = new Map(rows.map((row) => [row.id, row]));
  const recorded = runs.filter(({ id }) => tokens.has(id));
  if (recorded.length === 0) return new Set();
  await putBlobs(trx, recorded);
  const reports = recorded.flatMap((run) => reportsOf(run, tokens.get(run.id)));
  await openReports(trx, reports);
  return new Set(tokens.keys());
}

async function setOutcomes(
  trx: Transaction<Tables>,
  runs: readonly FinishedRun[],
  owner: string,
): Promise<readonly RecordedRow[]> {
  const values = runs.map(
    ({ id, execution: { result, newState }, note }) =>
      sql`(${id}::int8, ${BigInt(result.status)}::int8, ${result.digest}::text, ${result.size}::int8,
        ${newState?.digest ?? null}::text, ${note}::text)`,
  );
  const { rows } = await sql<RecordedRow>`
    update requests q set state = 'EXECUTED', status = v.status, result_digest = v.digest, result_size = v.size,
      state_digest = v.new_state, note = v.note, lease_owner = null, lease_until = null
    from (values ${sql.join(values)}) as v (id, status, digest, size, new_state, note)
    where q.id = v.id and q.state = 'LEASED' and q.lease_owner = ${owner}
    returning q.id, q.collection, q.token_id`.execute(trx);
  return rows;
}

async function putBlobs(trx: Transaction<Tables>, runs: readonly FinishedRun[]): Promise<void> {
  const bytes = new Map<string, Uint8Array>();
  for (const { execution } of runs) {
    bytes.set(execution.result.digest, execution.result.bytes);
    if (execution.newState !== null) bytes.set(execution.newState.digest, execution.newState.bytes);
  }
  await trx
    .insertInto("blobs")
    .values([...bytes].map(([digest, content]) => ({ digest, bytes: content })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

interface NewReport {
  readonly key: string;
  readonly kind: "result" | "update";
  readonly request_id: bigint;
  readonly sequence: bigint | null;
  readonly deadline: bigint | null;
  readonly lane: string;
}

function reportsOf({ id, sequence, deadline, lane }: FinishedRun, token: RecordedRow | undefined): NewReport[] {
  const result: NewReport = { key: resultKey(id), kind: "result", request_id: id, sequence: null, deadline, lane };
  if (sequence === null || token === undefined) return [result];
  const key = updateKey({ collection: address(token.collection), tokenId: BigInt(token.token_id) }, sequence);
  return [result, { key, kind: "update", request_id: id, sequence, deadline: null, lane: "single" }];
}

/** A key whose earlier report came to nothing may be used by the next request of the token. */
const REUSABLE = ["ORPHANED", "EXPIRED", "SUPERSEDED"];
const NOTHING_SIGNED = { state: "EXECUTED", config_version: null, digest: null, attestation: null, quorum_at: null };

/** A report of a request that was orphaned and ran again starts anew; one that is on its way is left alone. */
async function openReports(trx: Transaction<Tables>, reports: readonly NewReport[]): Promise<void> {
  for (const kind of ["result", "update"] as const) {
    const ids = reports.filter((report) => report.kind === kind).map(({ request_id }) => request_id);
    if (ids.length === 0) continue;
    await trx
      .deleteFrom("reports")
      .where("request_id", "in", ids)
      .where("kind", "=", kind)
      .where("state", "=", "ORPHANED")
      .execute();
  }
  const once = new Map(reports.map((report) => [report.key, report]));
  await trx
    .insertInto("reports")
    .values([...once.values()].map((report) => ({ ...report, ...NOTHING_SIGNED, carrier: null, root: null })))
    .onConflict((conflict) =>
      conflict
        .column("key")
        .doUpdateSet({
          ...NOTHING_SIGNED,
          carrier: null,
          kind: sql`excluded.kind`,
          request_id: sql`excluded.request_id`,
          sequence: sql`excluded.sequence`,
          deadline: sql`excluded.deadline`,
          lane: sql`excluded.lane`,
        })
        .where("reports.state", "in", REUSABLE),
    )
    .execute();
}
