import { sql } from "kysely";
import type { Database } from "./database.ts";

/** Figures of a database, for operators. */
export interface Figures {
  readonly ownSignatures: number;
  readonly peerSignatures: number;
  /** Zero when nothing waits. */
  readonly oldestRequestSeconds: number;
  readonly inFlight: number;
  readonly oldestTransactionSeconds: number;
}

/** Reads them, by the clock of the database. */
export async function readFigures(database: Database): Promise<Figures> {
  const { rows } = await sql<Figures>`
    select
      (select count(*)::float8 from signatures where own) as "ownSignatures",
      (select count(*)::float8 from signatures where not own) as "peerSignatures",
      (select coalesce(greatest(extract(epoch from clock_timestamp()) - min(block_time), 0), 0)::float8
        from requests where state in ('SEEN', 'CONFIRMED', 'LEASED') and not settled) as "oldestRequestSeconds",
      (select count(*)::float8 from transactions where state = 'OPEN') as "inFlight",
      (select coalesce(extract(epoch from clock_timestamp()) - min(created_at) / 1000.0, 0)::float8
        from attempts join transactions on transactions.id = transaction_id where state = 'OPEN')
        as "oldestTransactionSeconds"`.execute(database);
  return rows[0] ?? NOTHING;
}

const NOTHING: Figures = {
  ownSignatures: 0,
  peerSignatures: 0,
  oldestRequestSeconds: 0,
  inFlight: 0,
  oldestTransactionSeconds: 0,
};
