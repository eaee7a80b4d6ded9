import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { prepareRelays, type RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import { account, openWorld, type World } from "../helpers/world.ts";

describe("reporters that all may submit", () => {
  let world: World;
  let relays: RelayProcess[];

  before(async () => {
    world = await openWorld(3, { threshold: 2 });
  });

  afterEach(async () => {
    for (const relay of relays) await relay.kill();
  });

  after(async () => world.close());

  async function settledOnce(tokenId: bigint, requestId: bigint): Promise<void> {
    await until(`request ${requestId} and its update`, 60_000, async () => {
      return (await world.sequenceOf(tokenId)) === 1n && (await world.countEvents("ResultDelivered", requestId)) > 0;
    });
    // A second transaction, if somebody had one ready, would be in these blocks.
    await world.provider.send("anvil_mine", ["0x3"]);
    assert.equal(await world.countEvents("ResultDelivered", requestId), 1);
    assert.equal(await world.countUpdates(tokenId), 1);
  }

  it("and do so at once have one success, and the others come to an end too", async () => {
    relays = await prepareRelays(world, [0, 1, 2]);
    for (const relay of relays) relay.start();
    await Promise.all(relays.map(async (relay) => relay.ready()));
    const tokenId = await world.mint();

    await settledOnce(tokenId, await world.ask(tokenId, { say: "everybody" }));
    for (const relay of relays) assert.equal(await relay.stop(), 0);
  });

  it("bring what the one that had it ready cannot bring any more", async () => {
    relays = await prepareRelays(world, [0, 2]);
    const [victim, signer, successor] = relays;
    victim?.start({ AINFT_CRASH_POINT: "QUORUM:result" });
    signer?.start();
    await Promise.all([victim, signer].map(async (relay) => relay?.ready()));
    const tokenId = await world.mint();
    const requestId = await world.ask(tokenId, { say: "without the first" });
    assert.equal(await victim?.ended(), null, "it was to die by SIGKILL");
    assert.equal(await world.countEvents("ResultDelivered", requestId), 0);

    successor?.start();
    await until(`request ${requestId}`, 60_000, async () => {
      return (await world.countEvents("ResultDelivered", requestId)) > 0;
    });
    assert.equal(await world.countEvents("ResultDelivered", requestId), 1);
  });

  it("wait for one that is missing, and finish when it comes back late", async () => {
    relays = await prepareRelays(world, [0]);
    const before = await world.provider.getTransactionCount(account(6).address);
    const [sender, late] = relays;
    sender?.start();
    late?.start();
    await Promise.all([sender, late].map(async (relay) => relay?.ready()));
    await late?.kill();
    const asked: (readonly [bigint, bigint])[] = [];
    for (const say of ["one too few", "and the same again, many blocks later"]) {
      const tokenId = await world.mint();
      const requestId = await world.ask(tokenId, { say });
      await until("the only signature", 60_000, async () => (await resultOf(sender, requestId)) === "SIGNED");
      await world.provider.send("anvil_mine", ["0x20"]);
      asked.push([tokenId, requestId]);
    }
    for (const [, requestId] of asked) assert.equal(await resultOf(sender, requestId), "SIGNED");
    assert.equal(await world.provider.getTransactionCount(account(6).address), before);

    late?.start();
    for (const [tokenId, requestId] of asked) await settledOnce(tokenId, requestId);
  });

  /** How far a relay has the report of a request's result. */
  async function resultOf(relay: RelayProcess | undefined, requestId: bigint): Promise<string | undefined> {
    const told = await relay?.get<{ reports: { kind: string; state: string }[] }>(`/v1/requests/${requestId}`);
    return told?.reports.find(({ kind }) => kind === "result")?.state;
  }
});
