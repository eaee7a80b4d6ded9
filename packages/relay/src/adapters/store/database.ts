import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import type { PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect } from "kysely";
import { StartRefused } from "../../config/errors.ts";
import { startEngine } from "./engine.ts";
import { migrate } from "./migrate.ts";
import type { Tables } from "./tables.ts";

const execute = promisify(execFile);

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
  return migrated(new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: await open(dataDir, template) }) }));
}

/** A database that was brought up to date; closed again when it cannot be. */
export async function migrated(database: Database): Promise<Database> {
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

async function open(dataDir: string | undefined, template: Blob | undefined): Promise<PGlite> {
  const folder = dataDir === undefined ? undefined : join(dataDir, "database");
  try {
    if (dataDir !== undefined) await mkdir(dataDir, { recursive: true, mode: 0o700 });
    if (folder !== undefined && template === undefined && !existsSync(folder)) await layOut(folder);
    return await startEngine({
      ...(folder === undefined ? {} : { dataDir: folder }),
      ...(template === undefined ? {} : { loadDataDir: template }),
    });
  } catch (cause) {
    throw new DatabaseUnusable(folder ?? "memory", { cause });
  }
}

/**
 * Lays out an empty database in a process of its own, and puts it in its place when it is whole: to lay one out takes half a
 * gigabyte, which is never given back to the process that did it.
 */
async function layOut(folder: string): Promise<void> {
  const partial = await mkdtemp(`${folder}-partial-`);
  try {
    const script = join(import.meta.dirname, `lay-out${extname(import.meta.filename)}`);
    await execute(process.execPath, [script, partial]);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}
