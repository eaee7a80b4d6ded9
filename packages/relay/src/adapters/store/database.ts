import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { PGlite, types } from "@electric-sql/pglite";
import { Kysely, PGliteDialect, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { StartRefused } from "../../config/errors.ts";
import { initial } from "./migrations/0001-initial.ts";
import { termsAndBatches } from "./migrations/0002-terms-and-batches.ts";
import { orders } from "./migrations/0003-orders.ts";
import { batches } from "./migrations/0004-batches.ts";
import type { Tables } from "./tables.ts";

export type Database = Kysely<Tables>;

/** By name, ascending; never edited once released, only added to. */
const MIGRATIONS: Readonly<Record<string, string>> = {
  "0001-initial": initial,
  "0002-terms-and-batches": termsAndBatches,
  "0003-orders": orders,
  "0004-batches": batches,
};

/** The data folder holds a schema that this version does not know, or could not be brought up to date. */
export class MigrationFailed extends StartRefused {
  override readonly code = "MIGRATION_FAILED";

  constructor(problem: string, options?: ErrorOptions) {
    super(`The database cannot be brought up to date: ${problem}`, options);
  }
}

/** The database engine does not come up on this data folder. */
export class DatabaseUnusable extends StartRefused {
  override readonly code = "DATABASE_UNUSABLE";

  constructor(folder: string, options?: ErrorOptions) {
    super(
      `The database in ${folder} does not start. Restore the folder from a copy, or start with an empty one.`,
      options,
    );
  }
}

/**
 * Opens the database of a data folder and brings it up to date; without a folder it lives in memory, for tests.
 * The caller must hold the folder's lock: the engine has none of its own.
 * Throws {@link DatabaseUnusable} or {@link MigrationFailed}.
 */
export async function openDatabase(dataDir?: string, template?: Blob): Promise<Database> {
  const database = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: await startEngine(dataDir, template) }) });
  try {
    await migrate(database);
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return database;
}

async function startEngine(dataDir: string | undefined, template: Blob | undefined): Promise<PGlite> {
  const folder = dataDir === undefined ? undefined : join(dataDir, "database");
  try {
    if (dataDir !== undefined) await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const engine = new PGlite({
      ...(folder === undefined ? {} : { dataDir: folder }),
      ...(template === undefined ? {} : { loadDataDir: template }),
      parsers: { [types.INT8]: BigInt },
    });
    await engine.waitReady;
    return engine;
  } catch (cause) {
    throw new DatabaseUnusable(folder ?? "memory", { cause });
  }
}

async function migrate(database: Database): Promise<void> {
  const steps = Object.entries(MIGRATIONS).map(([name, script]) => [name, { up: runScript(script) }] as const);
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: async () => Promise.resolve(Object.fromEntries(steps)) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw new MigrationFailed(error instanceof Error ? error.message : "unknown reason", { cause: error });
  }
}

function runScript(script: string): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    for (const statement of script.split(";\n").filter((part) => part.trim() !== "")) {
      await sql.raw(statement).execute(db);
    }
  };
}
