import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { PostgresCluster, WITHOUT_POSTGRES } from "../helpers/postgres.ts";
import { RelayProcess, relayConfig } from "../helpers/relay-processes.ts";
import { freePort, until } from "../helpers/time.ts";
import { account, openWorld, type World } from "../helpers/world.ts";

/** A relay that died is replaced within its lease, and the time for a round or two. */
const TAKEN_OVER_MS = 20_000;
const LEASE_SECONDS = 3;
/** A relay that runs one request at a time leases one more. */
const CONCURRENT_RUNS = 1;
const MORE_THAN_THE_LEADER_TAKES = 8;

describe("two relays of one reporter on one PostgreSQL", { skip: WITHOUT_POSTGRES }, () => {
  let cluster: PostgresCluster;
  let world: World;
  let url: string;
  let relays: RelayProcess[];
  let ports: number[];

  before(async () => {
    cluster = await PostgresCluster.start();
  });

  beforeEach(async () => {
    world = await openWorld(1);
    url = await cluster.createDatabase();
    ports = [await freePort(), await freePort()];
    relays = await Promise.all([prepare(0), prepare(1)]);
  });

  afterEach(async () => {
    for (const relay of relays) await relay.kill();
    await world.close();
  });

  after(async () => cluster.close());

  /** Both have the same keys, and a data folder of their own. */
  async function prepare(index: number): Promise<RelayProcess> {
    const file = join(world.folder, `relay-${index}.json`);
    const base = relayConfig(world, index, { port: ports[index] ?? 0, peers: [], sends: true });
    const limits = { startupSeconds: 20, leaseSeconds: LEASE_SECONDS, concurrentRuns: CONCURRENT_RUNS };
    await writeFile(file, JSON.stringify({ ...base, limits }));
    const keys = { REPORTER_KEY: world.reporters[0]?.privateKey, SENDER_KEY: account(6).privateKey };
    return new RelayProcess(file, { ...keys, DATABASE_URL: url });
  }

  function pair(): [RelayProcess, RelayProcess] {
    const [first, second] = relays;
    assert.ok(first !== undefined && second !== undefined);
    return [first, second];
  }

  async function seatsOf(index: number): Promise<string[]> {
    const answer = await fetch(`http://127.0.0.1:${ports[index]}/ready`);
    return ((await answer.json()) as { seats: string[] }).seats;
  }

  async function settled(tokenId: bigint, requestId: bigint): Promise<void> {
    await until(`request ${requestId} and its update`, TAKEN_OVER_MS, async () => {
      return (await world.sequenceOf(tokenId)) === 1n && (await world.countEvents("ResultDelivered", requestId)) > 0;
    });
  }

  for (const point of ["SEEN", "LEASED", "SIGNED:result", "TX_READY:result", "SENT:update"]) {
    it(`finish what one of them left when it was killed right after ${point}, once`, async () => {
      const [victim, heir] = pair();
      victim.start({ AINFT_CRASH_POINT: point });
      await victim.ready();
      await until("the first to have both seats", 10_000, async () => (await seatsOf(0)).length === 2);
      heir.start();
      await heir.ready();
      assert.deepEqual(await seatsOf(1), []);

      const tokenId = await world.mint();
      const requestId = await world.ask(tokenId, { say: `hello after ${point}` });
      await settled(tokenId, requestId);
      // A lease may be the other's: then the first is not killed at LEASED, and that is right too.
      if (point !== "LEASED") assert.equal(await victim.ended(), null, "it was to die by SIGKILL");
      await world.provider.send("anvil_mine", ["0x3"]);

      assert.equal(await world.countEvents("ResultDelivered", requestId), 1);
      assert.equal(await world.countUpdates(tokenId), 1);
    });
  }

  it("send every transaction once although both could", async () => {
    const [first, second] = pair();
    first.start();
    second.start();
    await Promise.all([first.ready(), second.ready()]);
    const tokens = [await world.mint(), await world.mint(), await world.mint()];
    const asked = [];
    for (const tokenId of tokens) asked.push([tokenId, await world.ask(tokenId, { say: "hello" })] as const);
    for (const [tokenId, requestId] of asked) await settled(tokenId, requestId);
    await world.provider.send("anvil_mine", ["0x3"]);

    // Three results and three updates, each in a transaction of its own, and not one more.
    assert.equal(await world.provider.getTransactionCount(account(6).address), 6);
    const seats = [...(await seatsOf(0)), ...(await seatsOf(1))];
    assert.equal(new Set(seats).size, seats.length, "a seat is one relay's");
    assert.equal(await first.stop(), 0);
    assert.equal(await second.stop(), 0);
  });

  it("run containers on a machine without a key, and finish the runs of one that was killed", async () => {
    const [leader, worker] = pair();
    leader.start();
    await leader.ready();
    worker.start({ REPORTER_KEY: "", SENDER_KEY: "", AINFT_CRASH_POINT: "LEASED" }, ["--role", "executor"]);
    await worker.ready();
    const killed = worker.ended();
    const tokens: bigint[] = [];
    while (tokens.length < MORE_THAN_THE_LEADER_TAKES) tokens.push(await world.mint());
    const asked = [];
    for (const tokenId of tokens) asked.push([tokenId, await world.ask(tokenId, { say: "hello" })] as const);
    await until("the executor to die with a lease of its own", TAKEN_OVER_MS, async () => isOver(killed));
    assert.equal(await killed, null, "it was to die by SIGKILL");

    for (const [tokenId, requestId] of asked) {
      await settled(tokenId, requestId);
      assert.equal(await world.countEvents("ResultDelivered", requestId), 1);
    }
    assert.match(leader.log, /Runs of a relay that is gone will be made again/);
  });

  it("go on after every connection to the database was cut", async () => {
    const [first, second] = pair();
    first.start();
    second.start();
    await Promise.all([first.ready(), second.ready()]);
    await cluster.cutConnections(url);
    const tokenId = await world.mint();

    await settled(tokenId, await world.ask(tokenId, { say: "hello" }));
    assert.equal(await first.stop(), 0);
    assert.equal(await second.stop(), 0);
  });

  it("refuse to start with another reporter's key", async () => {
    await world.close();
    world = await openWorld(2);
    relays = await Promise.all([prepare(0), prepare(1)]);
    const [first, second] = pair();
    first.start();
    await first.ready();
    second.start({ REPORTER_KEY: world.reporters[1]?.privateKey });

    assert.equal(await second.ended(), 2);
    assert.match(second.log, new RegExp(`The database belongs to reporter ${world.reporters[0]?.address}`));
  });
});

async function isOver(ending: Promise<unknown>): Promise<boolean> {
  const open = Symbol("open");
  return (await Promise.race([ending, Promise.resolve(open)])) !== open;
}
