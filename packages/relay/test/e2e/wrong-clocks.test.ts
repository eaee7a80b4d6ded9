import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { prepareRelays, RELAY_MAIN, type RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import { openWorld, type World } from "../helpers/world.ts";

const SHIFTED_CLOCK = join(import.meta.dirname, "../fixtures/shifted-clock.ts");
const TEN_MINUTES_MS = 600_000;
/** Ten minutes behind, and ten minutes ahead. */
const SHIFTS_MS = [-TEN_MINUTES_MS, TEN_MINUTES_MS];
/** What a request has to be answered in: less than either clock is wrong. */
const SECONDS = 120n;

describe("relays whose clocks are ten minutes wrong, one behind and one ahead", () => {
  let world: World;
  let relays: RelayProcess[];

  before(async () => {
    world = await openWorld(2);
    relays = await prepareRelays(world, [0, 1], {}, ["--import", SHIFTED_CLOCK, RELAY_MAIN], (index) => ({
      AINFT_CLOCK_SHIFT_MS: String(SHIFTS_MS[index]),
    }));
  });

  after(async () => {
    for (const relay of relays) await relay.kill();
    await world.close();
  });

  async function answered(tokenId: bigint, requestId: bigint): Promise<void> {
    await until(`request ${requestId} and its update`, 60_000, async () => {
      return (await world.sequenceOf(tokenId)) === 1n && (await world.countEvents("ResultDelivered", requestId)) > 0;
    });
    await world.provider.send("anvil_mine", ["0x3"]);
    assert.equal(await world.countEvents("ResultDelivered", requestId), 1);
    assert.equal(await world.countUpdates(tokenId), 1);
  }

  it("sign nothing after the deadline by the chain's time, which the one behind takes for far away", async () => {
    const tokenId = await world.mint();
    const requestId = await world.ask(tokenId, { say: "too late" }, SECONDS);
    await world.provider.send("evm_increaseTime", [Number(SECONDS) + 1]);
    await world.provider.send("anvil_mine", ["0x2"]);
    for (const relay of relays) relay.start();
    for (const relay of relays) await relay.ready();
    const [behind = NaN, ahead = NaN] = relays.map(startTime);
    assert.ok(ahead - behind > 1.5 * TEN_MINUTES_MS, "the clocks differ");
    for (const relay of relays) {
      await until("the request to be over", 60_000, async () => {
        const told = await relay.get<{ state: string; reports: unknown[] }>(`/v1/requests/${requestId}`);
        return told?.state === "EXPIRED" && told.reports.length === 0;
      });
    }

    assert.equal(await world.isFulfilled(requestId), false);
    assert.equal(await world.sequenceOf(tokenId), 0n);
  });

  it("answer in time what the one ahead takes for over by its own clock", async () => {
    const tokenId = await world.mint();

    await answered(tokenId, await world.ask(tokenId, { say: "in time" }, SECONDS));
  });
});

/** When a relay says that it began, in milliseconds of its own clock. */
function startTime({ log }: RelayProcess): number {
  const line = log.split("\n").find((text) => text.includes("The relay is ready")) ?? "{}";
  return (JSON.parse(line) as { time: number }).time;
}
