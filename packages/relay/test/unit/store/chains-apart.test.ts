import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Bytes32 } from "ainft-core";
import { sql } from "kysely";
import { type Engine, openEngine } from "../../../src/adapters/store/embedded.ts";
import { EpochFence } from "../../../src/adapters/store/fence.ts";
import { openPostgres } from "../../../src/adapters/store/postgres.ts";
import { type Schema, schemaOf } from "../../../src/adapters/store/schema.ts";
import { PostgresSeats } from "../../../src/adapters/store/seats.ts";
import { sqlStore } from "../../../src/adapters/store/sql-store.ts";
import type { Database } from "../../../src/adapters/store/database.ts";
import type { ChainSide } from "../../../src/cli/adapters.ts";
import { Closers } from "../../../src/cli/closers.ts";
import { DataFolderOfAnother } from "../../../src/cli/errors.ts";
import { openStorage } from "../../../src/cli/store.ts";
import { parseConfigs } from "../../../src/config/load.ts";
import { INGEST_SEAT } from "../../../src/domain/seats.ts";
import type { Store } from "../../../src/ports/store.ts";
import { PostgresCluster, WITHOUT_POSTGRES } from "../../helpers/postgres.ts";
import { until } from "../../helpers/time.ts";
import { confirmed, executed } from "../support/executions.ts";
import { block, COLLECTION, DESK, word } from "../support/requests.ts";

const TEN = schemaOf(10n);

/** Opens one of a database's schemas. */
type Open = (schema: Schema) => Promise<Database>;

/** What has to hold of two chains in one database, whichever engine keeps it. */
function keepsApart(open: Open): void {
  let one: Store;
  let ten: Store;
  let databases: [Database, Database];

  before(async () => {
    databases = [await open(null), await open(TEN)];
    [one, ten] = [sqlStore(databases[0]), sqlStore(databases[1])];
  });

  after(async () => {
    for (const database of databases) await database.destroy();
  });

  it("keeps a request, a block and a signed answer of one chain from those of the same number on the other", async () => {
    await Promise.all([confirmed(one, { id: 1 }), confirmed(ten, { id: 1 }, { id: 2, tokenId: 2 })]);
    await executed(one, 1n);

    assert.deepEqual([await one.requests.counts(), await ten.requests.counts()], [{ EXECUTED: 1 }, { CONFIRMED: 2 }]);
    assert.deepEqual([(await one.reports.ofRequest(1n)).length, (await ten.reports.ofRequest(1n)).length], [2, 0]);
    await ten.chain.rollBack(0n);
    assert.deepEqual([(await one.chain.tip())?.number, await ten.chain.tip()], [1n, null]);
  });

  it("gives both chains the same nonce of the same account", async () => {
    for (const [index, store] of [one, ten].entries()) {
      const call = { key: `noop:${DESK}:7` as const, target: DESK, data: "0x" as const, nonce: 7n, gasLimit: 21_000n };
      const attempt = {
        hash: word(index + 1),
        raw: "0x" as const,
        fees: { maxFee: 1n, maxPriorityFee: 1n },
        createdAt: 0,
      };
      assert.equal(await store.transactions.prepare(DESK, call, attempt), true);
    }

    for (const [index, store] of [one, ten].entries()) {
      const [kept, ...more] = await store.transactions.unfinished(DESK);
      assert.deepEqual([kept?.attempts.map(({ hash }) => hash), more], [[word(index + 1)], []]);
    }
  });

  it("rolls back what one chain wrote in a transaction, and nothing of the other", async () => {
    const failing = databases[0].transaction().execute(async (trx) => {
      await sql`insert into meta values ('a', 'one')`.execute(trx);
      throw new Error("no");
    });
    await Promise.all([
      assert.rejects(failing, new Error("no")),
      sql`insert into meta values ('a', 'ten')`.execute(databases[1]),
    ]);

    const found = await Promise.all(
      databases.map(async (database) => (await sql`select value from meta where key = 'a'`.execute(database)).rows),
    );
    assert.deepEqual(found, [[], [{ value: "ten" }]]);
  });
}

describe("two chains in one embedded database", () => {
  let folder: string;
  let engine: Engine;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "ainft-chains-"));
    engine = await openEngine(folder);
  });

  after(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });

  keepsApart(async (schema) => engine.database(schema));
});

describe("two chains in one PostgreSQL database", { skip: WITHOUT_POSTGRES }, () => {
  let cluster: PostgresCluster;
  let url: string;

  before(async () => {
    cluster = await PostgresCluster.start();
    url = await cluster.createDatabase();
  });

  after(async () => cluster.close());

  keepsApart(async (schema) => openPostgres({ url, poolSize: 2, schema }));

  it("is brought up to date once by relays of both that start at the same time", async () => {
    const fresh = await cluster.createDatabase();
    const opened = await Promise.all(
      [null, TEN, null, TEN].map(async (schema) => openPostgres({ url: fresh, poolSize: 2, schema })),
    );
    const stores = opened.map((database) => sqlStore(database));
    await confirmed(stores[1] ?? assert.fail(), { id: 1 });

    const counts = await Promise.all(stores.map(async ({ requests }) => requests.counts()));
    assert.deepEqual(counts, [{}, { CONFIRMED: 1 }, {}, { CONFIRMED: 1 }]);
    await Promise.all(opened.map(async (database) => database.destroy()));
  });

  it("looks into its own schema again after its connections were cut", async () => {
    const own = await cluster.createDatabase();
    const database = await openPostgres({ url: own, poolSize: 1, schema: TEN });
    await confirmed(sqlStore(database), { id: 1 });
    await cluster.cutConnections(own);
    await until("a new connection", 5_000, async () => (await sqlStore(database).chain.tip()) !== null);

    assert.deepEqual(await sqlStore(database).requests.counts(), { CONFIRMED: 1 });
    await database.destroy();
  });

  it("has seats for each chain, and a fence before each chain's blocks", async () => {
    const own = await cluster.createDatabase();
    const open = async (schema: Schema, owner: string) => {
      const fence = new EpochFence();
      const database = await openPostgres({ url: own, poolSize: 2, schema });
      return {
        database,
        seats: new PostgresSeats(own, owner, fence, schema),
        store: sqlStore(database, undefined, fence),
      };
    };
    const members = [await open(null, "a"), await open(TEN, "a"), await open(TEN, "b")];
    const [one, ten, other] = members;
    assert.ok(one !== undefined && ten !== undefined && other !== undefined);
    assert.equal(await one.seats.hold(INGEST_SEAT), true);
    assert.equal(await ten.seats.hold(INGEST_SEAT), true);
    assert.equal(await other.seats.hold(INGEST_SEAT), false);
    const nothing = { requests: [], landings: [], orders: [] };
    await one.store.chain.append([block(1)], nothing);
    await ten.store.chain.append([block(2)], nothing);

    assert.deepEqual([(await one.store.chain.tip())?.number, (await ten.store.chain.tip())?.number], [1n, 2n]);
    for (const { seats, database } of members) {
      await seats.close();
      await database.destroy();
    }
  });
});

describe("the storage of a process", () => {
  let folder: string;
  let closers: Closers;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "ainft-chains-"));
    closers = new Closers();
  });

  after(async () => {
    await closers.closeAll();
    await rm(folder, { recursive: true });
  });

  /** Ends one process, begins another, and answers how it comes to a chain's rows. */
  async function started(): Promise<(chainId: bigint, genesis: Bytes32) => Promise<Store>> {
    await closers.closeAll();
    const [config] = parseConfigs({
      chain: { id: 1, rpcUrl: "http://localhost", oracle: COLLECTION, confirmations: 1 },
      dataDir: folder,
      http: { port: 1 },
      signer: { type: "keystore", path: "k", passwordEnv: "P" },
      runner: { type: "engine" },
      content: { dir: folder },
    });
    const storage = await openStorage(config, closers);
    return async (chainId, genesis) => {
      const side = { domain: { chainId, oracle: COLLECTION }, genesis, signer: null };
      return (await storage.of(config, side as unknown as ChainSide, closers)).store; // no more of it is looked at
    };
  }

  it("leaves what one chain had kept where it was when another comes, and finds both again in any order", async () => {
    const alone = await started();
    await confirmed(await alone(1n, word(1)), { id: 1 });
    const both = await started();
    const [ten, one] = [await both(10n, word(10)), await both(1n, word(1))];
    assert.deepEqual([await ten.requests.counts(), await one.requests.counts()], [{}, { CONFIRMED: 1 }]);
    await executed(one, 1n);
    await confirmed(ten, { id: 1 });

    const again = await started();
    assert.deepEqual(await (await again(1n, word(1))).requests.counts(), { EXECUTED: 1 });
    assert.deepEqual(await (await again(10n, word(10))).requests.counts(), { CONFIRMED: 1 });
    for (const id of [1n, 10n]) {
      const bound = `${COLLECTION} on chain ${id} (${word(Number(id))})`;
      await assert.rejects(again(id, word(99)), new DataFolderOfAnother(folder, bound));
    }
  });
});
