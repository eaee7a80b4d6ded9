import assert from "node:assert/strict";
import { beforeEach, it } from "node:test";
import { sqlStore } from "../../../src/adapters/store/sql-store.ts";
import type { Store } from "../../../src/ports/store.ts";
import { answered, confirmed, leasable } from "../support/executions.ts";
import { describeStores } from "../support/store.ts";

/** A lease that is over as soon as it is given. */
const OVER = -1;
const A_MINUTE = 60_000;

describeStores("leases", (database) => {
  let mine: Store;
  let other: Store;
  let dead: Store;

  beforeEach(async () => {
    await database.clean();
    mine = sqlStore(database.database, { owner: "mine", ms: A_MINUTE });
    other = sqlStore(database.database, { owner: "other", ms: A_MINUTE });
    dead = sqlStore(database.database, { owner: "dead", ms: OVER });
  });

  async function idsLeasedBy(store: Store, limit: number): Promise<bigint[]> {
    return (await store.requests.lease(limit)).map(({ id }) => id);
  }

  async function manyTokens(count: number): Promise<void> {
    await confirmed(mine, ...Array.from({ length: count }, (_, index) => ({ id: index + 1, tokenId: index })));
  }

  it("go to one executor each, however many ask at once", async () => {
    await manyTokens(30);
    const asked = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => idsLeasedBy(index % 2 === 0 ? mine : other, 5)),
    );

    const given = asked.flat();
    assert.equal(new Set(given).size, given.length);
    const rest = await idsLeasedBy(mine, 30);
    assert.equal(given.length + rest.length, 30);
  });

  it("are given to the nearest deadline first, and no more than asked for", async () => {
    await confirmed(
      mine,
      { id: 1, tokenId: 1, deadline: 3_000n },
      { id: 2, tokenId: 2, deadline: 1_500n },
      { id: 3, tokenId: 3, deadline: 2_000n },
    );

    assert.deepEqual(await idsLeasedBy(mine, 2), [2n, 3n]);
    assert.deepEqual(await idsLeasedBy(other, 2), [1n]);
  });

  it("of a relay that died are given back once they are over, and not before", async () => {
    await manyTokens(2);
    await idsLeasedBy(dead, 1);
    await idsLeasedBy(other, 1);

    assert.deepEqual(await mine.requests.releaseExpired(), [1n]);
    assert.deepEqual(await idsLeasedBy(mine, 5), [1n]);
  });

  it("last anew when they are renewed by their owner, and by nobody else", async () => {
    await manyTokens(1);
    await idsLeasedBy(dead, 1);
    const revived = sqlStore(database.database, { owner: "dead", ms: A_MINUTE });

    assert.equal(await other.requests.renewLeases(), 0);
    assert.equal(await revived.requests.renewLeases(), 1);
    assert.deepEqual(await mine.requests.releaseExpired(), []);
  });

  it("are all taken back by the relay that starts again in the same folder, and those of others are not", async () => {
    await manyTokens(2);
    await idsLeasedBy(mine, 1);
    await idsLeasedBy(other, 1);

    assert.equal(await mine.requests.releaseOwn(), 1);
    assert.deepEqual(await leasable(mine), [1n]);
  });

  it("that were lost let nobody record, put back or abandon what another runs now", async () => {
    await manyTokens(1);
    await idsLeasedBy(dead, 1);
    await mine.requests.releaseExpired();
    await idsLeasedBy(mine, 1);

    assert.equal(await dead.requests.recordExecution(1n, answered(1), null, 4_000n, null), false);
    await dead.requests.release(1n, 0);
    await dead.requests.abandon(1n, "no");
    assert.equal((await mine.requests.byId(1n))?.state, "LEASED");
    assert.equal(await mine.requests.recordExecution(1n, answered(1), null, 4_000n, null), true);
  });

  it("are not given again before the time that was set when a run came to nothing", async () => {
    await manyTokens(1);
    await idsLeasedBy(mine, 1);
    await mine.requests.release(1n, A_MINUTE);
    assert.deepEqual(await idsLeasedBy(other, 1), []);

    await database.database.updateTable("requests").set({ retry_at: 0n }).execute();
    assert.deepEqual(await idsLeasedBy(other, 1), [1n]);
  });
});
