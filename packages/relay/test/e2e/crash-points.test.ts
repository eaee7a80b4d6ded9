import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { prepareRelays, type RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import { openWorld, type World } from "../helpers/world.ts";

/** Every state in which a relay can be killed: of the request, then of each of its two reports. */
const CRASH_POINTS = [
  "SEEN",
  "CONFIRMED",
  "LEASED",
  "EXECUTED",
  ...["SIGNED", "QUORUM", "TX_READY", "SENT", "INCLUDED", "FINAL"].flatMap((state) => [
    `${state}:result`,
    `${state}:update`,
  ]),
];

describe("a relay that is killed", () => {
  let world: World;
  let relays: RelayProcess[];

  before(async () => {
    world = await openWorld(3);
    // All three must sign and only the first may submit: nothing comes about without the relay that is killed.
    relays = await prepareRelays(world, [0]);
    for (const relay of relays.slice(1)) relay.start();
  });

  after(async () => {
    for (const relay of relays) await relay.kill();
    await world.close();
  });

  for (const point of CRASH_POINTS) {
    it(`right after ${point} was committed finishes its request once after a restart`, async () => {
      const [victim] = relays;
      assert.ok(victim !== undefined);
      victim.start({ AINFT_CRASH_POINT: point });
      const tokenId = await world.mint();
      const requestId = await world.ask(tokenId, { say: `hello after ${point}` });
      assert.equal(await victim.ended(), null, "it was to die by SIGKILL");

      victim.start();
      await victim.ready();
      await until(`request ${requestId} and its update`, 60_000, async () => {
        return (await world.sequenceOf(tokenId)) === 1n && (await world.countEvents("ResultDelivered", requestId)) > 0;
      });
      // A second transaction, if somebody had one ready, would be in these blocks.
      await world.provider.send("anvil_mine", ["0x3"]);

      assert.equal(await world.countEvents("ResultDelivered", requestId), 1);
      assert.equal(await world.countUpdates(tokenId), 1);
      assert.equal(await victim.stop(), 0);
    });
  }
});
