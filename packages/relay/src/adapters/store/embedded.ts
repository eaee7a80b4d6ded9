import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import type { PGlite } from "@electric-sql/pglite";
import { CompiledQuery, type DatabaseConnection, type Dialect, type Driver, Kysely, PGliteDialect } from "kysely";
import { StartRefused } from "../../config/errors.ts";
import { type Database, migrated } from "./database.ts";
import { startEngine } from "./engine.ts";
import { lookInto, type Schema } from "./schema.ts";
import type { Tables } from "./tables.ts";

const execute = promisify(execFile);

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

/** The embedded engine, and in it a database for each schema that is asked for. */
export interface Engine {
  /** A database, brought up to date. The engine outlives it. Throws `MigrationFailed`. */
  database(schema: Schema): Promise<Database>;
  close(): Promise<void>;
}

/**
 * Starts the engine of a data folder; without a folder it lives in memory, for tests. The caller must hold the folder's lock:
 * the engine has none of its own. Throws {@link DatabaseUnusable}.
 */
export async function openEngine(dataDir?: string): Promise<Engine> {
  const engine = await open(dataDir);
  const connection = new OnlyConnection();
  return {
    database: async (schema) =>
      migrated(new Kysely<Tables>({ dialect: dialectOf(engine, connection, schema) }), schema),
    close: async () => engine.close(),
  };
}

async function open(dataDir: string | undefined): Promise<PGlite> {
  const folder = dataDir === undefined ? undefined : join(dataDir, "database");
  try {
    if (dataDir !== undefined) await mkdir(dataDir, { recursive: true, mode: 0o700 });
    if (folder !== undefined && !existsSync(folder)) await layOut(folder);
    return await startEngine(folder === undefined ? {} : { dataDir: folder });
  } catch (cause) {
    throw new DatabaseUnusable(folder ?? "memory", { cause });
  }
}

/**
 * Lays out an empty database in a process of its own, and puts it in its place when it is whole: to lay one out takes half a
 * gigabyte, which is never given back to the process that did it.
 */
async function layOut(folder: string): Promise<void> {
  const partial = `${folder}-partial`;
  await rm(partial, { recursive: true, force: true }); // of a start that was cut off
  await mkdir(partial, { mode: 0o700 });
  try {
    const script = join(import.meta.dirname, `lay-out${extname(import.meta.filename)}`);
    await execute(process.execPath, [script, partial]);
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** The engine has one connection: whoever has it looks into a schema until it is given back. */
class OnlyConnection {
  #schema: Schema = null;
  #free: Promise<void> = Promise.resolve();

  /** Waits for the connection. Answers how it is given back. */
  async take(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const free = this.#free;
    this.#free = promise;
    await free;
    return () => resolve(undefined);
  }

  /** For whoever has taken it. */
  async turnTo(schema: Schema, connection: DatabaseConnection): Promise<void> {
    if (this.#schema === schema) return;
    await connection.executeQuery(CompiledQuery.raw(lookInto(schema)));
    this.#schema = schema;
  }
}

function dialectOf(pglite: PGlite, only: OnlyConnection, schema: Schema): Dialect {
  const dialect = new PGliteDialect({ pglite });
  return {
    createDriver: () => sharing(dialect.createDriver(), only, schema),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (database) => dialect.createIntrospector(database),
  };
}

/** A driver that waits for its turn, and leaves the engine running when it ends. One connection of it is out at a time. */
function sharing(driver: Driver, only: OnlyConnection, schema: Schema): Driver {
  let giveBack = (): void => undefined;
  return {
    init: async () => driver.init(),
    acquireConnection: async () => {
      giveBack = await only.take();
      try {
        const connection = await driver.acquireConnection();
        await only.turnTo(schema, connection);
        return connection;
      } catch (error) {
        giveBack();
        throw error;
      }
    },
    releaseConnection: async (connection) => {
      await driver.releaseConnection(connection);
      giveBack();
    },
    beginTransaction: async (connection, settings) => driver.beginTransaction(connection, settings),
    commitTransaction: async (connection) => driver.commitTransaction(connection),
    rollbackTransaction: async (connection) => driver.rollbackTransaction(connection),
    destroy: async () => Promise.resolve(),
  };
}
