import type { PostgresCluster } from "../helpers/postgres.ts";
import type { Backlog } from "./measure.ts";

/** A database as it stands. */
export interface Size {
  readonly rows: number;
  /** With indexes. */
  readonly bytes: number;
}

/** What a database has grown by for each result. */
export interface Storage {
  readonly rowsPerResult: number;
  readonly bytesPerResult: number;
}

/** Counts every row of every table of a database, and asks for its size once what was deleted is swept. */
export async function sizeOf(cluster: PostgresCluster, url: string): Promise<Size> {
  return cluster.admin(async (client) => {
    await client.query("vacuum analyze");
    const tables = await client.query<{ name: string }>(
      "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'",
    );
    let rows = 0;
    for (const { name } of tables.rows) {
      const counted = await client.query<{ count: string }>(`select count(*) as count from ${name}`);
      rows += Number(counted.rows[0]?.count ?? 0);
    }
    const size = await client.query<{ bytes: string }>("select pg_database_size(current_database()) as bytes");
    return { rows, bytes: Number(size.rows[0]?.bytes ?? 0) };
  }, new URL(url).pathname.slice(1));
}

/** Null when nothing was measured. */
export function growth(before: Size | null, after: Size | null, backlogs: readonly Backlog[]): Storage | null {
  if (before === null || after === null) return null;
  const results = backlogs.reduce((sum, { requests }) => sum + requests, 0);
  return {
    rowsPerResult: (after.rows - before.rows) / results,
    bytesPerResult: (after.bytes - before.bytes) / results,
  };
}
