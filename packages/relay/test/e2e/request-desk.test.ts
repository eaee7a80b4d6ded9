import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { bytesDigest, canonicalJson } from "ainft-core";
import { DeskWorld, PRICE } from "../helpers/desk.ts";
import { prepareRelays, type RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import { openWorld, read, type World } from "../helpers/world.ts";

/** As the contract numbers them. */
const ANSWERED = 1n;
const FAILED = 2n;
/** The desk's shares at its construction, in hundredths of a per cent. */
const PROVIDERS = 7_000n;
/** Right after each of these was committed, the relay that settles is killed. */
const CRASH_POINTS = ["TX_READY:order", "SENT:order", "INCLUDED:order", "FINAL:order"];

/** What requesters do with a callback, as the mock numbers it, and whether the answer counts as taken. */
const ABUSES = [
  { manner: 1, title: "reverts", taken: false },
  { manner: 2, title: "burns all the gas it gets", taken: false },
  { manner: 3, title: "returns 100,000 bytes", taken: true },
  { manner: 4, title: "reverts with 100,000 bytes", taken: false },
] as const;

describe("a relay at the request desk", () => {
  let world: World;
  let desk: DeskWorld;
  let relays: RelayProcess[];

  before(async () => {
    world = await openWorld(2);
    desk = await DeskWorld.open(world);
    // Both must sign and only the first may submit.
    relays = await prepareRelays(world, [0]);
    for (const relay of relays) relay.start();
    for (const relay of relays) await relay.ready();
  });

  after(async () => {
    for (const relay of relays) await relay.kill();
    await world.close();
  });

  async function settled(requestId: bigint): Promise<void> {
    await until(`order ${requestId} to be settled`, 60_000, async () => !(await desk.isOpen(requestId)));
    // A second transaction, if somebody had one ready, would be in these blocks.
    await world.provider.send("anvil_mine", ["0x3"]);
  }

  it("brings a consumer the answer that it paid for, and its order is settled with it", async () => {
    const board = await desk.openBoard(await desk.mintPriced());
    const earned = await desk.earned();
    const requestId = await desk.askOn(board, { say: "hello" });
    await settled(requestId);

    const answer = bytesDigest(canonicalJson({ heard: "hello", count: 1 }));
    assert.equal(await read(board, "answerTo", [requestId]), `${answer},0`);
    assert.deepEqual(await desk.closings(requestId), [ANSWERED]);
    assert.equal((await desk.earned()) - earned, (PRICE * PROVIDERS) / 10_000n);
  });

  it("goes on to the next question of the same program, whose state the first has changed", async () => {
    const tokenId = await desk.mintPriced();
    const board = await desk.openBoard(tokenId);
    await settled(await desk.askOn(board, { say: "one" }));
    const second = await desk.askOn(board, { say: "two" });
    await settled(second);

    const answer = bytesDigest(canonicalJson({ heard: "two", count: 2 }));
    assert.equal(await read(board, "answerTo", [second]), `${answer},0`);
  });

  it("tells a consumer of a failure, and its fee goes back", async () => {
    const board = await desk.openBoard(await desk.mintPriced());
    const requestId = await desk.askOn(board, { say: "hello", mode: "crash" });
    await settled(requestId);

    assert.match(await read(board, "answerTo", [requestId]), /^0x[0-9a-f]{64},1$/);
    assert.deepEqual(await desk.closings(requestId), [FAILED]);
  });

  it("settles the order of an answer that went into the event, once", async () => {
    const earned = await desk.earned();
    const requestId = await desk.askInline(await desk.mintPriced(), { say: "hello" });
    await settled(requestId);

    assert.equal(await world.countEvents("ResultDelivered", requestId), 1);
    assert.deepEqual(await desk.closings(requestId), [ANSWERED]);
    assert.equal((await desk.earned()) - earned, (PRICE * PROVIDERS) / 10_000n);
  });

  it("has the fee given back when the quorum signed a failure", async () => {
    const owed = await desk.owedToAsker();
    const requestId = await desk.askInline(await desk.mintPriced(), { say: "hello", mode: "refuse" });
    await settled(requestId);

    assert.deepEqual(await desk.closings(requestId), [FAILED]);
    assert.equal((await desk.owedToAsker()) - owed, PRICE);
  });

  for (const { manner, title, taken } of ABUSES) {
    it(`brings the answer to a requester that ${title}, once, and goes on`, async () => {
      const { requester, requestId } = await desk.askAbusively(await desk.mintPriced(), manner, { say: "hello" });
      await settled(requestId);
      assert.deepEqual(await desk.closings(requestId), [ANSWERED]);
      assert.equal(await world.isFulfilled(requestId), true);
      assert.deepEqual(await desk.callbacks(requestId), taken ? ["CallbackDelivered"] : ["CallbackFailed"]);

      if (!taken) await desk.retry(requester, requestId, canonicalJson({ heard: "hello", count: 1 }));
      assert.deepEqual((await desk.callbacks(requestId)).filter((name) => name === "CallbackDelivered").length, 1);
      const next = await desk.askInline(await desk.mintPriced(), { say: "after it" });
      await settled(next);
      assert.deepEqual(await desk.closings(next), [ANSWERED]);
    });
  }

  for (const point of CRASH_POINTS) {
    it(`settles once when it was killed right after ${point} was committed`, async () => {
      const [victim] = relays;
      assert.ok(victim !== undefined);
      await victim.stop();
      victim.start({ AINFT_CRASH_POINT: point });
      await victim.ready();
      const requestId = await desk.askInline(await desk.mintPriced(), { say: `hello after ${point}` });
      assert.equal(await victim.ended(), null, "it was to die by SIGKILL");

      victim.start();
      await victim.ready();
      await settled(requestId);
      assert.deepEqual(await desk.closings(requestId), [ANSWERED]);
    });
  }
});
