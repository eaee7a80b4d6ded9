import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ECHO_NAME, ECHO_PROGRAM, FIXTURE_NAME, FIXTURE_PROGRAM } from "../helpers/fixture.ts";
import { prepareRelays, type RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import { openWorld, type World } from "../helpers/world.ts";

const BATCHING = { mode: "fulfil", size: 8, patienceMs: 10_000 };

/** What the second reporter's program fails at. */
const ODD = "odd";

function runnerOf(index: number): Record<string, unknown> {
  const echo = [process.execPath, ECHO_PROGRAM, ...(index === 0 ? [] : [ODD])];
  const commands = { [ECHO_NAME]: echo, [FIXTURE_NAME]: [process.execPath, FIXTURE_PROGRAM] };
  return { type: "process", commands };
}

describe("relays that answer by the batch", () => {
  let world: World;
  let token: bigint;
  let relays: RelayProcess[];

  before(async () => {
    world = await openWorld(2);
    token = await world.mintEcho();
    const limits = { startupSeconds: 60, concurrentRuns: 4 };
    relays = await prepareRelays(world, [0], (index) => ({ batching: BATCHING, limits, runner: runnerOf(index) }));
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
    assert.deepEqual(
      new Set(batches.map(({ firstId, count }) => `${firstId}+${count}`)),
      new Set(["2+2", "4+4", "8+4"]),
    );
  });

  it("do not hold a batch back for one that answers otherwise: what they agree on is delivered", async () => {
    const words = ["a", "b", "c", ODD, "e", "f", "g", "h"];
    const before = (await world.batches()).length;
    const first = await world.askTogether(token, ["pad", "pad", "pad", ...words]);
    const ids = words.map((_word, index) => first + 3n + BigInt(index));
    const agreed = ids.filter((_id, index) => words[index] !== ODD);
    await until("what they agree on", 120_000, async () =>
      (await Promise.all(agreed.map(async (id) => world.isFulfilled(id)))).every(Boolean),
    );

    assert.equal(await world.isFulfilled(first + 3n + 3n), false);
    assert.ok((await world.batches()).length > before, "nothing came by the batch");
  });

  it("answer updates one after the other, although each waits for a batch", async () => {
    const tokenId = await world.mint();
    await world.askTogether(tokenId, ["one", "two", "three"]);
    await until("three updates", 90_000, async () => (await world.sequenceOf(tokenId)) === 3n);

    assert.equal(await world.countUpdates(tokenId), 3);
  });
});
