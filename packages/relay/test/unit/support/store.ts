import { after, before, describe } from "node:test";
import { sql } from "kysely";
import type { Database } from "../../../src/adapters/store/database.ts";
import { type Engine, openEngine } from "../../../src/adapters/store/embedded.ts";
import { openPostgres } from "../../../src/adapters/store/postgres.ts";
import { sqlStore } from "../../../src/adapters/store/sql-store.ts";
import type { Store } from "../../../src/ports/store.ts";
import { PostgresCluster, WITHOUT_POSTGRES } from "../../helpers/postgres.ts";

/** A database of a real engine. Opening one takes seconds, so the tests of a file share it. */
export class TestStore {
  #database: Database | undefined;
  #engine: Engine | undefined;
  #cluster: PostgresCluster | undefined;

  /** The embedded engine, in memory. */
  async open(): Promise<void> {
    this.#engine = await openEngine();
    this.#database = await this.#engine.database(null);
  }

  /** A PostgreSQL server of its own. */
  async openPostgres(): Promise<void> {
    this.#cluster = await PostgresCluster.start();
    this.#database = await openPostgres({ url: await this.#cluster.createDatabase(), poolSize: 4 });
  }

  /** The store with every table emptied. */
  async clean(): Promise<Store> {
    const database = this.database;
    const { rows } = await sql<{ name: string }>`
      select tablename as name from pg_tables
      where schemaname = 'public' and tablename not like 'kysely%'`.execute(database);
    const tables = rows.map(({ name }) => sql.table(name));
    await sql`truncate table ${sql.join(tables)} cascade`.execute(database);
    return sqlStore(database);
  }

  get database(): Database {
    if (this.#database === undefined) throw new Error("The store is not open.");
    return this.#database;
  }

  async close(): Promise<void> {
    await this.#database?.destroy();
    await this.#engine?.close();
    await this.#cluster?.close();
  }
}

/** Says the same of the store on the embedded database and on PostgreSQL. */
export function describeStores(what: string, suite: (database: TestStore) => void): void {
  describe(`${what}, embedded`, () => {
    const database = new TestStore();
    before(async () => database.open());
    after(async () => database.close());
    suite(database);
  });
  describe(`${what}, on PostgreSQL`, { skip: WITHOUT_POSTGRES }, () => {
    const database = new TestStore();
    before(async () => database.openPostgres());
    after(async () => database.close());
    suite(database);
  });
}
