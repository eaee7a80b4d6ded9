import pg from "pg";
import { MIGRATIONS } from "../adapters/store/migrate.ts";
import { connectionOf, placeOf } from "../adapters/store/postgres.ts";
import type { ChainReader } from "../ports/chain.ts";

const MOST_SKEW_SECONDS = 120;

/** Looks at a PostgreSQL database without changing it. Throws when it cannot be used. */
export async function lookAtPostgres(url: string): Promise<string> {
  const client = new pg.Client(connectionOf(url));
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version");
    const schemas = await migrationsOf(client);
    const later = schemas.flatMap(({ names }) => names).find((name) => MIGRATIONS[name] === undefined);
    if (later !== undefined) throw new Error(`it is of a later version of the relay (${later})`);
    const done = schemas.map(({ names }) => names.length);
    const missing = Object.keys(MIGRATIONS).length - (done.length === 0 ? 0 : Math.min(...done));
    const state = missing === 0 ? "up to date" : `${missing} steps to do at the next start`;
    return `PostgreSQL ${rows[0]?.version ?? "?"} at ${placeOf(url)}, ${state}`;
  } catch (cause) {
    throw new Error(`${placeOf(url)}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Deadlines are the chain's. A clock that differs only makes waiting too long or too short, but it tells of a lagging node. */
export async function lookAtClock(reader: ChainReader, now: number, isLocal: boolean): Promise<string> {
  const skew = Math.round(now / 1_000 - Number((await reader.head()).time));
  const detail = `this clock is ${Math.abs(skew)} s ${skew < 0 ? "behind" : "ahead of"} the newest block`;
  if (!isLocal && Math.abs(skew) > MOST_SKEW_SECONDS) {
    throw new Error(`${detail}: set the clock, or ask another node: this one may lag behind`);
  }
  return detail;
}

/** What was done in each schema of ours: the default one, and those of further chains. */
async function migrationsOf(client: pg.Client): Promise<{ readonly names: readonly string[] }[]> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(schemaname) as name from pg_tables where tablename = 'kysely_migration'
     and (schemaname = current_schema() or schemaname ~ '^chain_[0-9]+$')`,
  );
  const schemas = [];
  for (const { name } of rows) {
    const { rows: done } = await client.query<{ name: string }>(`select name from ${name}.kysely_migration`);
    schemas.push({ names: done.map((step) => step.name) });
  }
  return schemas;
}
