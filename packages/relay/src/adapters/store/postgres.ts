import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from "kysely";
import pg from "pg";
import { StartRefused } from "../../config/errors.ts";
import { DatabaseInterrupted } from "../../domain/errors.ts";
import { type Database, migrated } from "./database.ts";
import { lookInto, type Schema } from "./schema.ts";
import type { Tables } from "./tables.ts";

const OLDEST_VERSION = 130_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Above every statement of ours, below what a round may hang. */
const STATEMENT_TIMEOUT_MS = 60_000;

/** A PostgreSQL database that several relays of one reporter may share. */
export interface PostgresOptions {
  /** `postgresql://…`. It may hold a password: never shown. */
  readonly url: string;
  readonly poolSize: number;
  readonly schema?: Schema;
}

/** The server does not answer, refuses the login, or is too old. */
export class DatabaseUnreachable extends StartRefused {
  override readonly code = "DATABASE_UNREACHABLE";

  constructor(place: string, problem: string, options?: ErrorOptions) {
    super(`PostgreSQL at ${place} cannot be used: ${problem}`, options);
  }
}

/** Opens the database and brings it up to date. Throws {@link DatabaseUnreachable} or `MigrationFailed`. */
export async function openPostgres({ url, poolSize, schema = null }: PostgresOptions): Promise<Database> {
  const pool = new pg.Pool({ ...connectionOf(url), max: poolSize });
  // A connection that breaks while nobody uses it is dropped by the pool; without a listener it would end the process.
  pool.on("error", ignore);
  const database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: new GuardedPool(pool, schema) }) });
  try {
    await checkVersion(database);
  } catch (cause) {
    await database.destroy();
    throw new DatabaseUnreachable(placeOf(url), reasonOf(cause), { cause });
  }
  return migrated(database, schema);
}

/** How every connection to the database is made. */
export function connectionOf(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: "ainft-relay",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    types: typeParsers(),
  };
}

/** Where a database is, without user and password. */
export function placeOf(url: string): string {
  try {
    const { host, pathname, searchParams } = new URL(url);
    return `${searchParams.get("host") ?? host}${pathname}`;
  } catch {
    return "an address that is none";
  }
}

async function checkVersion(database: Database): Promise<void> {
  const { rows } = await sql<{ version: string }>`select current_setting('server_version_num') as version`.execute(
    database,
  );
  const version = Number(rows[0]?.version);
  if (!(version >= OLDEST_VERSION)) throw new Error(`its version is ${version}, and ${OLDEST_VERSION} is needed`);
}

/** As the embedded database answers: int8 as bigint, bytea as plain bytes. */
function typeParsers(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, BigInt);
  types.setTypeParser(pg.types.builtins.BYTEA, toBytes);
  return types;
}

/** PostgreSQL writes bytes as `\x` and hex. */
function toBytes(text: string): Uint8Array {
  const { buffer, byteOffset, byteLength } = Buffer.from(text.slice(2), "hex");
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A pool whose connections look into one schema, and whose failures say whether trying again can help. */
class GuardedPool implements PostgresPool {
  readonly options: pg.PoolOptions;
  readonly #pool: pg.Pool;
  readonly #schema: Schema;
  readonly #turned = new WeakSet<pg.PoolClient>();

  constructor(pool: pg.Pool, schema: Schema) {
    this.options = pool.options;
    this.#pool = pool;
    this.#schema = schema;
  }

  async connect(): Promise<PostgresPoolClient> {
    const client = await guarded(this.#pool.connect());
    // A connection in use that breaks tells its query; without a listener its event would end the process.
    client.on("error", ignore);
    await this.#turn(client);
    const query = async (text: string, values: readonly unknown[]): Promise<pg.QueryResult> =>
      guarded(client.query(text, [...values]));
    return {
      query: query as unknown as PostgresPoolClient["query"], // cursors, the other overload, are not used
      release: () => {
        client.off("error", ignore);
        client.release();
      },
    };
  }

  async end(): Promise<void> {
    await this.#pool.end();
  }

  /** Once for each connection. */
  async #turn(client: pg.PoolClient): Promise<void> {
    if (this.#schema === null || this.#turned.has(client)) return;
    try {
      await guarded(client.query(lookInto(this.#schema)));
      this.#turned.add(client);
    } catch (error) {
      client.off("error", ignore);
      client.release(true);
      throw error;
    }
  }
}

const ignore = (): void => undefined;

async function guarded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw isPassing(cause) ? new DatabaseInterrupted(reasonOf(cause), { cause }) : cause;
  }
}

/** SQLSTATEs that pass: connection, rollback of a transaction, resources, an operator's act, a standby not yet promoted. */
const PASSING = /^(08|40|53|57|25006)/;

/** Whether the same may succeed later. What has no SQLSTATE never reached the database, or lost it. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof pg.DatabaseError) return PASSING.test(error.code ?? "");
  return true;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
