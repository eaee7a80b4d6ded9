import { sql, type Transaction } from "kysely";
import type { BlockRef } from "../../domain/request.ts";
import type { Persisted, ReportKind, ReportState } from "../../domain/states.ts";
import type { Tables } from "./tables.ts";

interface Closed {
  readonly key: string;
  readonly kind: string;
  readonly state: string;
  readonly request_id: bigint;
}

/** Ends what the chain has ended by a block, all at once. The batches come first: their results follow them. */
export async function closeReports(trx: Transaction<Tables>, confirmed: BlockRef): Promise<Persisted[]> {
  const closed = [
    ...(await closeBatches(trx, confirmed)),
    ...(await closeLanded(trx, confirmed)),
    ...(await closeCommitted(trx)),
    ...(await closeExpired(trx, confirmed)),
  ];
  return closed.map(({ kind, state, request_id }) => ({
    state: state as ReportState, // as the statements below set it
    kind: kind as ReportKind,
    requestId: request_id,
  }));
}

/** A batch is over when its root was committed, or when each of its results has landed: whoever did it. */
async function closeBatches(trx: Transaction<Tables>, confirmed: BlockRef): Promise<Closed[]> {
  const { rows } = await sql<Closed>`
    update reports b set state = 'SUPERSEDED'
    where b.kind in ('batch', 'root') and b.state in ('EXECUTED', 'SIGNED', 'QUORUM') and (
      exists (select 1 from roots c where b.kind = 'root' and c.first_id = b.request_id and c.count = b.count
        and c.root = b.root and c.block_number <= ${confirmed.number})
      or not exists (select 1 from requests q where q.id between b.request_id and b.request_id + b.count - 1
        and q.state <> 'ORPHANED' and (q.landed_block is null or q.landed_block > ${confirmed.number})))
    returning b.key, b.kind, b.state, b.request_id`.execute(trx);
  return rows;
}

/** Results that landed, unless they are on their way in a batch of ours: then they end with it. */
async function closeLanded(trx: Transaction<Tables>, confirmed: BlockRef): Promise<Closed[]> {
  const { rows } = await sql<Closed>`
    update reports r set state = case when b.state = 'FINAL' then 'FINAL' else 'SUPERSEDED' end
    from requests q, (select x.key, y.state from reports x left join reports y on y.key = x.carrier
      where x.kind = 'result' and x.state in ('EXECUTED', 'SIGNED', 'QUORUM')) b
    where r.key = b.key and q.id = r.request_id and q.landed_block <= ${confirmed.number}
      and (b.state is null or b.state not in ('TX_READY', 'SENT', 'INCLUDED'))
    returning r.key, r.kind, r.state, r.request_id`.execute(trx);
  return rows;
}

/** Results under a committed root need nobody any more: anybody can prove them. */
async function closeCommitted(trx: Transaction<Tables>): Promise<Closed[]> {
  const { rows } = await sql<Closed>`
    update reports r set state = 'FINAL' from reports b
    where r.kind = 'result' and r.state = 'EXECUTED' and r.carrier = b.key and b.kind = 'root' and (b.state = 'FINAL'
      or exists (select 1 from roots c where b.state = 'SUPERSEDED' and c.first_id = b.request_id
        and c.count = b.count and c.root = b.root))
    returning r.key, r.kind, r.state, r.request_id`.execute(trx);
  if (rows.length === 0) return [];
  const ids = rows.map(({ request_id }) => request_id);
  await trx.updateTable("requests").set({ settled: true }).where("id", "in", ids).execute();
  return rows;
}

/** What ran out of time. The results of a batch that did have their own time, and go on alone. */
async function closeExpired(trx: Transaction<Tables>, confirmed: BlockRef): Promise<Closed[]> {
  const { rows } = await sql<Closed>`
    update reports set state = 'EXPIRED'
    where state in ('EXECUTED', 'SIGNED', 'QUORUM') and deadline < ${confirmed.time} and kind <> 'update'
    returning key, kind, state, request_id`.execute(trx);
  const batches = rows.filter(({ kind }) => kind !== "result").map(({ key }) => key);
  if (batches.length > 0) {
    await trx
      .updateTable("reports")
      .set({ lane: "single", carrier: null })
      .where("carrier", "in", batches)
      .where("state", "=", "EXECUTED")
      .execute();
  }
  return rows;
}
