import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openWorld, prepareRelays, type RelayProcess, until, type World } from "../helpers/world.ts";

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
      await until(`request ${requestId} and its update`, 60_000, async () => {
        return (
          (await events(world, "StateUpdated", tokenId)) > 0 && (await events(world, "ResultDelivered", requestId)) > 0
        );
      });
      await settled(world);

      assert.equal(await events(world, "ResultDelivered", requestId), 1);
      assert.equal(await events(world, "StateUpdated", tokenId), 1);
      const program = await world.collection.getFunction("programOf")(tokenId);
      assert.equal(program.sequence, 1n);
      await victim.stop();
    });
  }
});

async function events(world: World, name: string, id: bigint): Promise<number> {
  const contract = name === "StateUpdated" ? world.collection : world.oracle;
  const filter = contract.filters[name];
  assert.ok(filter !== undefined);
  return (await contract.queryFilter(filter(id), 0)).length;
}

/** Gives a second transaction, if somebody had one ready, the blocks to show itself. */
async function settled(world: World): Promise<void> {
  for (let block = 0; block < 3; block += 1) {
    await world.provider.send("evm_mine", []);
    await until("another round", 5_000, async () => Promise.resolve(true));
  }
}
