import { type Kysely, sql } from "kysely";
import { Migrator } from "kysely/migration";
import { StartRefused } from "../../config/errors.ts";
import { initial } from "./migrations/0001-initial.ts";
import { termsAndBatches } from "./migrations/0002-terms-and-batches.ts";
import { orders } from "./migrations/0003-orders.ts";
import { leasesAndSeats } from "./migrations/0004-leases-and-seats.ts";
import { batches } from "./migrations/0005-batches.ts";
import { activity } from "./migrations/0006-activity.ts";
import { openWork } from "./migrations/0007-open-work.ts";
import { activityBlocks } from "./migrations/0008-activity-blocks.ts";
import type { Schema } from "./schema.ts";
import type { Tables } from "./tables.ts";

/**
 * By name, ascending; never edited once released, only added to. A step only adds (tables, columns that may be null or
 * have a default, indexes), so that a relay of the version before goes on working while machines are brought up to date
 * one by one.
 */
export const MIGRATIONS: Readonly<Record<string, string>> = {
  "0001-initial": initial,
  "0002-terms-and-batches": termsAndBatches,
  "0003-orders": orders,
  "0004-leases-and-seats": leasesAndSeats,
  "0005-batches": batches,
  "0006-activity": activity,
  "0007-open-work": openWork,
  "0008-activity-blocks": activityBlocks,
};

/** The data folder holds a schema that this version does not know, or could not be brought up to date. */
export class MigrationFailed extends StartRefused {
  override readonly code = "MIGRATION_FAILED";

  constructor(problem: string, options?: ErrorOptions) {
    super(`The database cannot be brought up to date: ${problem}`, options);
  }
}

/** What is brought up to date, and to what. */
export interface MigrationTerms {
  readonly scripts?: Readonly<Record<string, string>>;
  /** Made when it is not there. The database must already look into it. */
  readonly schema?: Schema;
}

/**
 * Brings a schema of a database up to date. Of several relays that start at once one does it and the others wait: a lock in the
 * database sees to that. Throws {@link MigrationFailed}.
 */
export async function migrate(
  database: Kysely<Tables>,
  { scripts = MIGRATIONS, schema = null }: MigrationTerms = {},
): Promise<void> {
  const steps = Object.entries(scripts).map(([name, script]) => [name, { up: runScript(script) }] as const);
  const into = schema ?? (await currentSchema(database));
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: async () => Promise.resolve(Object.fromEntries(steps)) },
    ...(into === null ? {} : { migrationTableSchema: into }),
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw new MigrationFailed(error instanceof Error ? error.message : "unknown reason", { cause: error });
  }
}

/** Said to the migrator, which would take the steps of any other schema for this one's. */
async function currentSchema(database: Kysely<Tables>): Promise<string | null> {
  const { rows } = await sql<{ name: string | null }>`select current_schema() as name`.execute(database);
  return rows[0]?.name ?? null;
}

function runScript(script: string): (db: Kysely<unknown>) => Promise<void> {
  return async (db) => {
    for (const statement of script.split(";\n").filter((part) => part.trim() !== "")) {
      await sql.raw(statement).execute(db);
    }
  };
}
