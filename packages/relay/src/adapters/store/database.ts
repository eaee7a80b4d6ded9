import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { PGlite, types } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";
import { StartRefused } from "../../config/errors.ts";
import { migrate } from "./migrate.ts";
import type { Schema } from "./schema.ts";
import type { Tables } from "./tables.ts";

export type Database = Kysely<Tables>;

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
 * Throws {@link DatabaseUnusable} or `MigrationFailed`.
 */
export async function openDatabase(dataDir?: string, template?: Blob): Promise<Database> {
  return migrated(new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: await startEngine(dataDir, template) }) }));
}

/** A database that was brought up to date; closed again when it cannot be. */
export async function migrated(database: Database, schema: Schema = null): Promise<Database> {
  try {
    await migrate(database, { schema });
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

/** The embedded engine on a data folder, or in memory. Throws {@link DatabaseUnusable}. */
export async function startEngine(dataDir?: string, template?: Blob): Promise<PGlite> {
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
