import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { inferenceOracleAbi } from "ainft-contracts";
import { bytesDigest, canonicalJson } from "ainft-core";
import type { Contract } from "ethers";
import { prepareRelays, type RelayProcess } from "../helpers/relay-processes.ts";
import { until } from "../helpers/time.ts";
import { account, contractAt, openWorld, send, type World } from "../helpers/world.ts";

/** As `GET /v1/proofs/:id` answers. */
interface Served {
  readonly result: Record<"requestId" | "requestHash" | "resultDigest" | "status" | "size", string>;
  readonly proof: readonly string[];
  readonly root: string;
  readonly firstId: string;
  readonly count: string;
}

describe("relays that commit roots", () => {
  let world: World;
  let relays: RelayProcess[];
  let stranger: Contract;

  before(async () => {
    world = await openWorld(2);
    stranger = contractAt(world.oracleAddress, inferenceOracleAbi, account(9).connect(world.provider));
    // So patient that no batch is cut smaller than the chain says, however slow the machine is.
    const batching = { mode: "root", size: 8, patienceMs: 60_000 };
    relays = await prepareRelays(world, [0], { batching, limits: { startupSeconds: 20, concurrentRuns: 4 } });
    for (const relay of relays) relay.start();
    for (const relay of relays) await relay.ready();
  });

  after(async () => {
    for (const relay of relays) await relay.kill();
    await world.close();
  });

  async function proofOf(id: bigint): Promise<Served> {
    const found: Served[] = [];
    await until(`the proof of ${id}`, 60_000, async () => {
      const proof = await relays[1]?.get<Served>(`/v1/proofs/${id}`);
      return proof !== null && proof !== undefined && found.push(proof) > 0;
    });
    return found[0] ?? assert.fail("there is no proof");
  }

  it("deliver nothing by themselves, and prove each result to whoever wants it delivered", async () => {
    const token = await world.mintEcho();
    await world.askTogether(token, ["x", "y", "z"]); // ranges of four begin at 4
    const first = await world.askTogether(token, ["a", "b", "c", "d"]);
    const { firstId, count, result, proof } = await proofOf(first + 2n);

    assert.deepEqual([firstId, count, await world.isFulfilled(first + 2n)], [String(first), "4", false]);
    await send(stranger, "applyResult", [firstId, count, result, proof]);
    assert.equal(await world.countEvents("ResultDelivered", first + 2n), 1);
    assert.equal(await world.isFulfilled(first), false);
    assert.equal(result.resultDigest, bytesDigest(canonicalJson({ heard: "c" })));
    const bytes = await fetch(`${relays[1]?.url ?? ""}/v1/blobs/${result.resultDigest}`);
    assert.equal(await bytes.text(), '{"heard":"c"}');
  });

  it("do not prove one result as another's", async () => {
    const first = await world.askTogether(await world.mintEcho(), ["e", "f", "g", "h"]);
    const { firstId, count, result, proof } = await proofOf(first);
    const other = await proofOf(first + 1n);

    const forged = [firstId, count, { ...result, resultDigest: other.result.resultDigest }, proof];
    await assert.rejects(stranger.getFunction("applyResult").staticCall(...forged), /InferenceOracleUnknownRoot/);
  });

  it("still deliver what changes a token", async () => {
    const tokens = [await world.mint(), await world.mint()];
    const asked: bigint[] = [];
    for (const token of tokens) asked.push(await world.askTogether(token, ["x"]));
    for (const token of tokens) await until("its update", 60_000, async () => (await world.sequenceOf(token)) === 1n);
    assert.equal(await world.isFulfilled(asked[0] ?? 0n), true);
  });
});
