import { sql } from "kysely";
import { type Database, openDatabase } from "../../../src/adapters/store/database.ts";
import { sqlStore } from "../../../src/adapters/store/sql-store.ts";
import type { Store } from "../../../src/ports/store.ts";

/** A database in memory, of the real engine. Opening one takes seconds, so the tests of a file share it. */
export class TestStore {
  #database: Database | undefined;

  async open(): Promise<void> {
    this.#database = await openDatabase();
  }

  /** The store with every table emptied. */
  async clean(): Promise<Store> {
    const database = this.database;
    const tables = ["meta", "blocks", "orders", "reports", "requests", "answers", "signatures"];
    for (const table of [...tables, "attempts", "transactions", "blobs", "peers", "roots", "programs"]) {
      await sql`truncate table ${sql.table(table)} cascade`.execute(database);
    }
    return sqlStore(database);
  }

  get database(): Database {
    if (this.#database === undefined) throw new Error("The store is not open.");
    return this.#database;
  }

  async close(): Promise<void> {
    await this.#database?.destroy();
  }
}
