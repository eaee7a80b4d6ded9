import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Kysely, PGliteDialect, PostgresDialect, sql } from "kysely";
import { PGlite } from "@electric-sql/pglite";
import pg from "pg";
import type { Database } from "../../../src/adapters/store/database.ts";
import { migrate, MigrationFailed, MIGRATIONS } from "../../../src/adapters/store/migrate.ts";
import { DatabaseUnreachable, openPostgres, placeOf } from "../../../src/adapters/store/postgres.ts";
import { sqlStore } from "../../../src/adapters/store/sql-store.ts";
import type { Tables } from "../../../src/adapters/store/tables.ts";
import { DatabaseInterrupted } from "../../../src/domain/errors.ts";
import { POSTGRES_PASSWORD, PostgresCluster, WITHOUT_POSTGRES } from "../../helpers/postgres.ts";
import { freePort } from "../../helpers/time.ts";
import { block } from "../support/requests.ts";

/** The last step before orders, leases and all that came later. */
const EARLY = Object.fromEntries(Object.entries(MIGRATIONS).slice(0, 1));

describe("a PostgreSQL database", { skip: WITHOUT_POSTGRES }, () => {
  let cluster: PostgresCluster;

  before(async () => {
    cluster = await PostgresCluster.start();
  });

  after(async () => cluster.close());

  it("is brought up to date once by relays that start at the same time", async () => {
    const url = await cluster.createDatabase();
    const opened = await Promise.all(Array.from({ length: 6 }, async () => openPostgres({ url, poolSize: 2 })));

    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
      first(opened),
    );
    assert.deepEqual(
      rows.map(({ name }) => name),
      Object.keys(MIGRATIONS),
    );
    await Promise.all(opened.map(async (database) => database.destroy()));
  });

  it("goes on after its connections were cut, and says meanwhile that trying again helps", async () => {
    const url = await cluster.createDatabase();
    const database = await openPostgres({ url, poolSize: 1 });
    const { chain } = sqlStore(database);
    const cut = database.transaction().execute(async (trx) => {
      await sql`select 1`.execute(trx);
      await cluster.cutConnections(url);
      await sql`select 1`.execute(trx);
    });

    await assert.rejects(cut, DatabaseInterrupted);
    await chain.append([block(1)], { requests: [], landings: [], orders: [] });
    assert.equal((await chain.tip())?.number, 1n);
    await database.destroy();
  });

  it("goes on after the server was started again", async () => {
    const own = await PostgresCluster.start({ durable: true });
    const database = await openPostgres({ url: await own.createDatabase(), poolSize: 2 });
    const { chain } = sqlStore(database);
    await chain.append([block(1)], { requests: [], landings: [], orders: [] });
    await own.down();
    await assert.rejects(chain.tip(), DatabaseInterrupted);
    await own.up();

    assert.equal((await chain.tip())?.number, 1n);
    await database.destroy();
    await own.close();
  });

  it("tells a deadlock from a mistake: the loser may try again", async () => {
    const url = await cluster.createDatabase();
    const database = await openPostgres({ url, poolSize: 2 });
    await sql`insert into meta values ('a', ''), ('b', '')`.execute(database);
    const locked = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()] as const;
    const crossing = async (mine: 0 | 1, [one, other]: readonly [string, string]): Promise<void> =>
      database.transaction().execute(async (trx) => {
        await sql`update meta set value = 'x' where key = ${one}`.execute(trx);
        locked[mine].resolve(undefined);
        await Promise.all(locked.map(async ({ promise }) => promise));
        await sql`update meta set value = 'x' where key = ${other}`.execute(trx);
      });

    const ends = await Promise.allSettled([crossing(0, ["a", "b"]), crossing(1, ["b", "a"])]);
    assert.deepEqual(ends.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    const lost = ends.find((end) => end.status === "rejected");
    assert.ok(lost?.reason instanceof DatabaseInterrupted);
    await assert.rejects(sql`insert into meta values ('a', '')`.execute(database), pg.DatabaseError);
    await database.destroy();
  });

  it("that does not answer, or refuses the login, is named without its password", async () => {
    const nowhere = `postgresql://relay:${POSTGRES_PASSWORD}@127.0.0.1:${await freePort()}/relay`;
    const stranger = cluster.url().replace(POSTGRES_PASSWORD, "another-secret");
    for (const url of [nowhere, stranger]) {
      await assert.rejects(openPostgres({ url, poolSize: 1 }), (error: Error) => {
        assert.ok(error instanceof DatabaseUnreachable);
        assert.ok(error.message.includes(placeOf(url)));
        assert.doesNotMatch(error.message, /another-secret|pw-of-the-test-cluster/);
        return true;
      });
    }
  });

  it("keeps what an earlier version wrote, and takes what it still writes", async () => {
    const url = await cluster.createDatabase();
    const pool = new pg.Pool({ connectionString: url });
    await upgrade(new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }));
  });
});

describe("an embedded database", () => {
  it("keeps what an earlier version wrote, and takes what it still writes", async () => {
    await upgrade(new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: new PGlite() }) }));
  });

  it("of a later version is not touched", async () => {
    const database = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: new PGlite() }) });
    await migrate(database, { scripts: { ...MIGRATIONS, "9999-later": "create table later (id int8)" } });

    await assert.rejects(migrate(database), MigrationFailed);
    await database.destroy();
  });
});

/** A relay of the first version leaves a request in the middle of its run; one that still runs writes another. */
async function upgrade(database: Database): Promise<void> {
  await migrate(database, { scripts: EARLY });
  await insertEarly(database, 1, "LEASED");
  await migrate(database);
  await insertEarly(database, 2, "CONFIRMED");

  const { rows } = await sql<{ id: string; agreement: string; state: string }>`
    select id::text, agreement::text, state from requests order by id`.execute(database);
  assert.deepEqual(rows, [
    { id: "1", agreement: "0", state: "LEASED" },
    { id: "2", agreement: "0", state: "CONFIRMED" },
  ]);
  assert.equal(await sqlStore(database).requests.releaseOwn(), 1);
  await database.destroy();
}

async function insertEarly(database: Database, id: number, state: string): Promise<void> {
  const hash = `0x${"11".repeat(32)}`;
  await sql`
    insert into requests (id, state, collection, token_id, requester, manifest_digest, request_hash, input_digest,
      max_output_bytes, delivery, deadline, block_number, block_hash, block_time)
    values (${id}, ${state}, ${hash}, ${String(id)}, ${hash}, ${hash}, ${hash}, ${hash}, 1, 0, 2000, 1, ${hash}, 1)`.execute(
    database,
  );
}

function first<T>([one]: readonly T[]): T {
  return one ?? assert.fail("it is empty");
}
