import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonValue } from "ainft-core";
import { prepareRelays, type RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import { keccakOf, openWorld, type World } from "../helpers/world.ts";

const CONTAINER_ERROR = { status: 1n, output: '{"error":"CONTAINER_ERROR"}' };
const TIMEOUT = { status: 2n, output: '{"error":"TIMEOUT"}' };
const REJECTED_INPUT = { status: 3n, output: '{"error":"REJECTED_INPUT"}' };

/** What a program does wrong, and the failure that is signed for it. */
const MISDEEDS: readonly { title: string; input: JsonValue; signed: { status: bigint; output: string } }[] = [
  { title: "hangs", input: { say: "x", mode: "hang" }, signed: TIMEOUT },
  { title: "crashes", input: { say: "x", mode: "crash" }, signed: CONTAINER_ERROR },
  { title: "answers without end (a gigabyte and more)", input: { say: "x", mode: "flood" }, signed: CONTAINER_ERROR },
  { title: "closes the connection", input: { say: "x", mode: "close" }, signed: CONTAINER_ERROR },
  { title: "answers broken JSON", input: { say: "x", mode: "broken-json" }, signed: CONTAINER_ERROR },
  { title: "answers NaN", input: { say: "x", mode: "nan" }, signed: CONTAINER_ERROR },
  { title: "answers a key twice", input: { say: "x", mode: "duplicate" }, signed: CONTAINER_ERROR },
  { title: "answers invalid UTF-8", input: { say: "x", mode: "bad-utf8" }, signed: CONTAINER_ERROR },
  { title: "answers off its output schema", input: { say: "x", mode: "off-schema" }, signed: CONTAINER_ERROR },
  { title: "answers no state although it keeps one", input: { say: "x", mode: "no-state" }, signed: CONTAINER_ERROR },
  { title: "answers with status 500", input: { say: "x", mode: "fail" }, signed: CONTAINER_ERROR },
  { title: "refuses its input", input: { say: "x", mode: "refuse" }, signed: REJECTED_INPUT },
  { title: "is asked what its input schema does not take", input: { shout: "x" }, signed: REJECTED_INPUT },
];

describe("a program that", () => {
  let world: World;
  let relays: RelayProcess[];

  before(async () => {
    world = await openWorld(1);
    relays = await prepareRelays(world, [0]);
    for (const relay of relays) relay.start();
  });

  after(async () => {
    for (const relay of relays) await relay.kill();
    await world.close();
  });

  for (const { title, input, signed } of MISDEEDS) {
    it(`${title} gets a signed failure, and its token no update`, async () => {
      const tokenId = await world.mint();
      const requestId = await world.ask(tokenId, input);
      await until(
        `the failure of request ${requestId}`,
        60_000,
        async () => (await world.failures(requestId)).length > 0,
      );

      const [failure] = await world.failures(requestId);
      assert.deepEqual(failure, { status: signed.status, digest: keccakOf(signed.output) });
      assert.equal(await world.sequenceOf(tokenId), 0n);
      assert.equal(await world.countEvents("ResultDelivered", requestId), 0);
    });
  }

  it("behaves again is answered, after all of that", async () => {
    const tokenId = await world.mint();
    const requestId = await world.ask(tokenId, { say: "well done" });
    await until("the answer", 60_000, async () => (await world.sequenceOf(tokenId)) === 1n);

    assert.equal(await world.countEvents("ResultDelivered", requestId), 1);
  });
});
