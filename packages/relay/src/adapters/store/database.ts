import type { Kysely } from "kysely";
import { migrate } from "./migrate.ts";
import type { Schema } from "./schema.ts";
import type { Tables } from "./tables.ts";

export type Database = Kysely<Tables>;

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
