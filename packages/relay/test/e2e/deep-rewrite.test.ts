import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { prepareRelays, type RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import { CHAIN_ID, openWorld, type World } from "../helpers/world.ts";

const CONFIRMATIONS = 64;
const DEEPER = 70;
const EXIT_HALTED = 1;
const PATIENCE_MS = 60_000;

describe("a relay whose chain is rewritten deeper than what it takes for final", () => {
  let world: World;
  let relay: RelayProcess;
  let first: number;
  let asked: bigint;

  before(async () => {
    world = await openWorld(1);
    const chain = { id: CHAIN_ID, rpcUrl: world.rpcUrl, oracle: world.oracleAddress, pollMs: 50 };
    const [only] = await prepareRelays(world, [0], { chain: { ...chain, confirmations: CONFIRMATIONS } });
    relay = only ?? assert.fail();
    relay.start();
    await relay.ready();
  });

  after(async () => {
    await relay.kill();
    await world.close();
  });

  async function mine(blocks: number): Promise<void> {
    await world.provider.send("anvil_mine", [`0x${blocks.toString(16)}`]);
  }

  it("halts with an alarm that says what to do, and does so again when it is only started again", async () => {
    asked = await world.ask(await world.mint(), { say: "answered on a chain that is no more" });
    await mine(DEEPER);
    await until("the answer on chain", PATIENCE_MS, async () => {
      if (await world.isFulfilled(asked)) return true;
      await mine(1);
      return false;
    });
    // The relay has read so far that what is undone was final when it knows of a request in the newest block.
    const newest = await world.ask(await world.mint(), { say: "in the newest block" });
    await until("the relay to have read everything", PATIENCE_MS, async () => {
      return (await relay.get(`/v1/requests/${newest}`)) !== null;
    });
    await world.provider.send("anvil_reorg", [DEEPER, []]);
    const head = await world.provider.getBlockNumber();
    first = head - DEEPER + 1;

    await halted(1);
    assertAlarm(head);
    relay.start();
    await halted(2);
    assertAlarm(head);
    assert.equal(await world.isFulfilled(asked), false);
  });

  async function halted(times: number): Promise<void> {
    const halts = (): number => relay.log.split("were rewritten: the relay halts").length - 1;
    await until("the relay to halt", PATIENCE_MS, () => halts() === times);
    assert.equal(await relay.ended(), EXIT_HALTED);
  }

  /** In its last words: what was found, that the chain is given up, and what to do. It may not have read the newest blocks before. */
  function assertAlarm(head: number): void {
    const words = relay.log.trimEnd().split("\n").slice(-3).join("\n");
    const [, final = ""] = /"level":50.*"final":"(\d+)".*Blocks that were final were rewritten/.exec(words) ?? [];
    assert.ok(Number(final) > first && Number(final) <= head - CONFIRMATIONS + 1, words);
    assert.ok(
      words.endsWith(
        `\nainft-relay: The chain was rewritten from block ${first} on, and blocks up to ${final} were taken for final. ` +
          `Check the node and chain.confirmations; if the chain did change, run "ainft-relay replay ${first}" and start again.`,
      ),
      words,
    );
  }

  it("goes on from the block that it named after a replay, and brings again what vanished", async () => {
    assert.match((await relay.operate("replay", String(first))).out, new RegExp(`reads from block ${first} on`));
    relay.start();
    await relay.ready();
    await until("the answer on the chain that there is", PATIENCE_MS, async () => {
      await mine(1);
      return world.isFulfilled(asked);
    });

    assert.equal(await world.countEvents("ResultDelivered", asked), 1);
    assert.equal(await relay.stop(), 0);
  });
});
