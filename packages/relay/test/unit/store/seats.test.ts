import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { Database } from "../../../src/adapters/store/database.ts";
import { EpochFence } from "../../../src/adapters/store/fence.ts";
import { openPostgres } from "../../../src/adapters/store/postgres.ts";
import { PostgresSeats } from "../../../src/adapters/store/seats.ts";
import { sqlStore } from "../../../src/adapters/store/sql-store.ts";
import { SeatLost } from "../../../src/domain/errors.ts";
import { INGEST_SEAT } from "../../../src/domain/seats.ts";
import type { Store } from "../../../src/ports/store.ts";
import { PostgresCluster, WITHOUT_POSTGRES } from "../../helpers/postgres.ts";
import { freePort, until } from "../../helpers/time.ts";
import { block } from "../support/requests.ts";

const NOTHING = { requests: [], landings: [], orders: [] };

/** One of the relays that share a database. */
interface Member {
  readonly seats: PostgresSeats;
  readonly store: Store;
}

describe("seats", { skip: WITHOUT_POSTGRES }, () => {
  let cluster: PostgresCluster;
  let url: string;
  let database: Database;
  let one: Member;
  let two: Member;

  before(async () => {
    cluster = await PostgresCluster.start();
  });

  beforeEach(async () => {
    url = await cluster.createDatabase();
    database = await openPostgres({ url, poolSize: 4 });
    [one, two] = [member("one"), member("two")];
  });

  after(async () => cluster.close());

  function member(owner: string): Member {
    const fence = new EpochFence();
    const seats = new PostgresSeats(url, owner, fence);
    return { seats, store: sqlStore(database, { owner, ms: 1_000 }, fence) };
  }

  async function closeAll(): Promise<void> {
    await one.seats.close();
    await two.seats.close();
    await database.destroy();
  }

  it("are held by one relay at a time, and by the next when that one stops", async () => {
    assert.equal(await one.seats.hold(INGEST_SEAT), true);
    assert.equal(await one.seats.hold(INGEST_SEAT), true);
    assert.equal(await two.seats.hold(INGEST_SEAT), false);

    await one.seats.close();
    await until("the seat to be free", 5_000, async () => two.seats.hold(INGEST_SEAT));
    await closeAll();
  });

  it("are taken one by one: two lanes of two accounts may be two relays'", async () => {
    assert.equal(await one.seats.hold("lane:0xa"), true);
    assert.equal(await two.seats.hold("lane:0xb"), true);
    assert.equal(await two.seats.hold("lane:0xa"), false);
    await closeAll();
  });

  it("are gone with the connection, and whoever has not noticed can write no block any more", async () => {
    await one.seats.hold(INGEST_SEAT);
    await one.store.chain.append([block(1)], NOTHING);
    await cluster.cutConnections(url);
    await until("the seat to be free", 5_000, async () => two.seats.hold(INGEST_SEAT));
    await until("the pool to have new connections", 5_000, async () => (await two.store.chain.tip()) !== null);

    await assert.rejects(one.store.chain.append([block(2)], NOTHING), SeatLost);
    await two.store.chain.append([block(2)], NOTHING);
    assert.equal(await one.seats.hold(INGEST_SEAT), false);
    await closeAll();
  });

  it("fence by number: a write under an older one is refused inside its transaction", async () => {
    const fence = new EpochFence();
    const stale = sqlStore(database, { owner: "stale", ms: 1_000 }, fence);
    fence.take(INGEST_SEAT, 1n);
    await one.seats.hold(INGEST_SEAT);
    await stale.chain.append([block(1)], NOTHING);
    await one.seats.close();
    await until("the seat to be free", 5_000, async () => two.seats.hold(INGEST_SEAT));

    await assert.rejects(stale.chain.append([block(2)], NOTHING), SeatLost);
    await assert.rejects(stale.chain.rollBack(0n), SeatLost);
    assert.equal((await two.store.chain.tip())?.number, 1n);
    await closeAll();
  });

  it("are nobody's while the server does not answer, and asking does not throw", async () => {
    const nowhere = new PostgresSeats(`postgresql://relay@127.0.0.1:${await freePort()}/x`, "x", new EpochFence());

    assert.equal(await nowhere.hold(INGEST_SEAT), false);
    await nowhere.close();
    await closeAll();
  });
});
