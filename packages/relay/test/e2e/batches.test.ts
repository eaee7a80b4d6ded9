import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { prepareRelays, type RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import { openWorld, type World } from "../helpers/world.ts";

const BATCHING = { mode: "fulfil", size: 8, patienceMs: 500 };

describe("relays that answer by the batch", () => {
  let world: World;
  let token: bigint;
  let relays: RelayProcess[];

  before(async () => {
    world = await openWorld(2);
    token = await world.mintEcho();
    relays = await prepareRelays(world, [0], { batching: BATCHING, limits: { startupSeconds: 20, concurrentRuns: 4 } });
    for (const relay of relays) relay.start();
    for (const relay of relays) await relay.ready();
  });

  after(async () => {
    for (const relay of relays) await relay.kill();
    await world.close();
  });

  async function allFulfilled(firstId: bigint, count: number): Promise<void> {
    const ids = Array.from({ length: count }, (_, index) => firstId + BigInt(index));
    await until(`requests from ${firstId} on`, 60_000, async () =>
      (await Promise.all(ids.map(async (id) => world.isFulfilled(id)))).every(Boolean),
    );
  }

  it("deliver aligned ranges of what one block asked", async () => {
    const words = Array.from({ length: 12 }, (_, index) => `word ${index}`);
    const first = await world.askTogether(token, words);
    assert.equal(first, 1n);
    await allFulfilled(first, words.length);

    const batches = await world.batches();
    assert.deepEqual(new Set(batches.map(({ firstId, count }) => `${firstId}+${count}`)), new Set(["1+8", "9+4"]));
  });
});
