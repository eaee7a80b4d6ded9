import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { Ingest } from "../../../src/application/ingest.ts";
import { ChainUnavailable, FinalBlockRewritten, ReorganizationTooDeep } from "../../../src/domain/errors.ts";
import type { Block } from "../../../src/domain/request.ts";
import { contextOf, type TestContext } from "../support/fakes.ts";
import { asked, block } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const NEVER = new AbortController().signal;

/** Blocks from 0 to a height; from `forkAt` on those of another chain, or of yet another. */
function chainTo(height: number, forkAt = Infinity, fork = 1): Block[] {
  return Array.from({ length: height + 1 }, (_, number) => {
    const own = block(number, number >= forkAt ? fork : 0);
    return number > forkAt ? { ...own, parentHash: block(number - 1, fork).hash } : own;
  });
}

/** Counts how often the store is asked for all the requests that it knows. */
function countCalls({ store }: TestContext): () => number {
  const { chain } = store;
  const ask = chain.knownRequests.bind(chain);
  let calls = 0;
  chain.knownRequests = async () => {
    calls += 1;
    return ask();
  };
  return () => calls;
}

describe("Ingest", () => {
  const database = new TestStore();
  let context: TestContext;

  before(async () => database.open());

  beforeEach(async () => {
    context = contextOf(await database.clean(), 3n);
  });

  after(async () => database.close());

  function ask(id: number, at: Block): void {
    context.chain.events.set(at.hash, { requests: [asked({ id, at })], landings: [], orders: [] });
    context.chain.requests += 1n;
  }

  async function stateOf(id: bigint): Promise<string | undefined> {
    return (await context.store.requests.byId(id))?.state;
  }

  it("sees a request in a block that may vanish, and confirms it under enough blocks", async () => {
    const ingest = new Ingest(context, 0n);
    context.chain.blocks = chainTo(5);
    ask(1, block(5));
    await ingest.catchUp(NEVER);
    assert.equal(await stateOf(1n), "SEEN");

    context.chain.blocks = chainTo(6);
    await ingest.catchUp(NEVER);
    assert.equal(await stateOf(1n), "SEEN");

    context.chain.blocks = chainTo(7);
    const { head, confirmed } = await ingest.catchUp(NEVER);
    assert.equal(await stateOf(1n), "CONFIRMED");
    assert.deepEqual([head, confirmed], [block(7), block(5)]);
  });

  it("reads old blocks by ranges and only the newest one by one", async () => {
    context.chain.blocks = chainTo(20);
    await new Ingest(context, 4n).catchUp(NEVER);

    assert.deepEqual(context.chain.ranges, [[4n, 17n]]);
    assert.deepEqual(await context.store.chain.tip(), block(20));
  });

  it("asks for fewer blocks at once where many requests are, and for more where none are", async () => {
    context.chain.blocks = chainTo(90);
    for (let number = 1; number <= 16; number += 1) {
      const at = block(number);
      const requests = Array.from({ length: 250 }, (_, index) => asked({ id: 250 * number + index, at }));
      context.chain.events.set(at.hash, { requests, landings: [], orders: [] });
    }
    await new Ingest(context, 1n).catchUp(NEVER);

    assert.deepEqual(context.chain.ranges, [
      [1n, 16n],
      [17n, 24n], // 4,000 requests in 16 blocks are 2,000 in 8
      [25n, 40n],
      [41n, 72n],
      [73n, 87n],
    ]);
  });

  it("looks for gaps again when something was asked, and not with each block", async () => {
    const ingest = new Ingest(context, 0n);
    context.chain.blocks = chainTo(5);
    await ingest.catchUp(NEVER);
    const looks = countCalls(context);
    context.chain.blocks = chainTo(6);
    await ingest.catchUp(NEVER);
    assert.equal(looks(), 0);

    context.chain.requests = 1n;
    await ingest.catchUp(NEVER);
    assert.deepEqual([looks(), ingest.missing], [2, 1n]); // again after blocks were read again
  });

  it("orphans a request whose block vanished, and sees it again where it comes back", async () => {
    const ingest = new Ingest(context, 0n);
    context.chain.blocks = chainTo(5);
    ask(1, block(5));
    await ingest.catchUp(NEVER);
    context.chain.blocks = chainTo(6, 5);
    await ingest.catchUp(NEVER);
    assert.equal(await stateOf(1n), "ORPHANED");

    context.chain.blocks = chainTo(7, 5);
    context.chain.events.set(block(7, 1).hash, {
      requests: [asked({ id: 1, at: block(7, 1) })],
      landings: [],
      orders: [],
    });
    await ingest.catchUp(NEVER);
    assert.equal(await stateOf(1n), "SEEN");
    assert.deepEqual(
      context.persisted.map(({ state }) => state),
      ["SEEN", "ORPHANED", "SEEN"],
    );
  });

  it("notices a rewrite that has not made the chain longer", async () => {
    const ingest = new Ingest(context, 0n);
    context.chain.blocks = chainTo(5);
    ask(1, block(5));
    await ingest.catchUp(NEVER);
    context.chain.blocks = chainTo(5, 4);
    await ingest.catchUp(NEVER);

    assert.equal(await stateOf(1n), "ORPHANED");
    assert.deepEqual(await context.store.chain.tip(), chainTo(5, 4)[5]);
  });

  it("takes a node that lags behind for no proof of a rewrite", async () => {
    const ingest = new Ingest(context, 0n);
    context.chain.blocks = chainTo(8);
    ask(1, block(7));
    await ingest.catchUp(NEVER);
    context.chain.blocks = chainTo(6);
    await ingest.catchUp(NEVER);

    assert.equal(await stateOf(1n), "SEEN");
    assert.deepEqual(await context.store.chain.tip(), block(8));
  });

  it("does not go on over blocks that do not fit together", async () => {
    const ingest = new Ingest(context, 0n);
    context.chain.blocks = chainTo(5);
    await ingest.catchUp(NEVER);
    context.chain.blocks = [...chainTo(5), { ...block(6), parentHash: block(5, 9).hash }];

    await assert.rejects(ingest.catchUp(NEVER), ChainUnavailable);
    assert.deepEqual(await context.store.chain.tip(), block(5));
  });

  it("halts when everything it remembers was rewritten", async () => {
    const ingest = new Ingest(context, 3n);
    context.chain.blocks = chainTo(5);
    await ingest.catchUp(NEVER);
    context.chain.blocks = chainTo(6, 0);

    await assert.rejects(ingest.catchUp(NEVER), ReorganizationTooDeep);
    assert.deepEqual(context.errors, ["Everything that is remembered of the chain was rewritten: the relay halts"]);
  });

  it("follows a rewrite down to the newest final block, and halts at one that takes that block, too", async () => {
    const ingest = new Ingest(context, 0n);
    context.chain.blocks = chainTo(6);
    await ingest.catchUp(NEVER);
    context.chain.blocks = chainTo(7);
    await ingest.catchUp(NEVER);
    context.chain.blocks = chainTo(7, 6); // block 5 is the newest final one
    await ingest.catchUp(NEVER);
    assert.deepEqual(context.errors, []);

    context.chain.blocks = chainTo(8, 5, 2);
    await assert.rejects(ingest.catchUp(NEVER), (error: unknown) => {
      assert.ok(error instanceof FinalBlockRewritten);
      assert.deepEqual({ first: error.first, final: error.final }, { first: 5n, final: 5n });
      return true;
    });
    assert.deepEqual(context.errors, ["Blocks that were final were rewritten: the relay halts"]);
    assert.deepEqual(await context.store.chain.tip(), chainTo(7, 6)[7], "nothing was forgotten");
  });

  it("expires a request by the time of a confirmed block, not of the newest", async () => {
    const ingest = new Ingest(context, 0n);
    context.chain.blocks = chainTo(5);
    const request = asked({ id: 1, at: block(5), deadline: block(7).time });
    context.chain.events.set(block(5).hash, { requests: [request], landings: [], orders: [] });
    await ingest.catchUp(NEVER);
    context.chain.blocks = chainTo(9);
    await ingest.catchUp(NEVER);
    assert.equal(await stateOf(1n), "CONFIRMED");

    context.chain.blocks = chainTo(10);
    await ingest.catchUp(NEVER);
    assert.equal(await stateOf(1n), "EXPIRED");
  });

  it("raises an alarm, once, for a request that the contract counts and the node hides", async () => {
    const ingest = new Ingest(context, 0n);
    context.chain.blocks = chainTo(5);
    context.chain.requests = 1n;
    await ingest.catchUp(NEVER);
    await ingest.catchUp(NEVER);

    assert.equal(ingest.missing, 1n);
    assert.deepEqual(context.errors, ["Requests are missing: the node may hide events"]);
  });

  it("reads confirmed blocks again for a request that was hidden, and has it confirmed in the same round", async () => {
    const ingest = new Ingest(context, 0n);
    context.chain.blocks = chainTo(9);
    context.chain.requests = 1n; // the node counts it, and shows nothing of it
    await ingest.catchUp(NEVER);
    context.chain.requests = 0n;
    ask(1, block(6));
    context.clock.time += 1_000;
    await ingest.catchUp(NEVER);

    assert.equal(ingest.missing, 0n);
    assert.equal(await stateOf(1n), "CONFIRMED");
    assert.deepEqual(await context.store.chain.tip(), block(9));
  });

  it("looks for what is missing ever more rarely, and each time at twice as many blocks", async () => {
    context.chain.blocks = chainTo(200);
    context.chain.requests = 1n;
    const ingest = new Ingest(context, 0n);
    await ingest.catchUp(NEVER);
    context.chain.ranges.length = 0;
    const pauses = [999, 1, 1_999, 1, 3_999, 1];
    const asked: (readonly [bigint, bigint])[][] = [];
    for (const pause of pauses) {
      context.clock.time += pause;
      await ingest.catchUp(NEVER);
      asked.push(context.chain.ranges.splice(0));
    }

    assert.deepEqual(asked, [[], [[71n, 198n]], [], [[0n, 198n]], [], [[0n, 198n]]]);
    assert.equal(ingest.missing, 1n);
  });

  it("looks from the beginning again, near the head, when something else is hidden later", async () => {
    const ingest = new Ingest(context, 0n);
    context.chain.blocks = chainTo(100);
    ask(1, block(80));
    context.chain.requests = 2n;
    await ingest.catchUp(NEVER);
    context.chain.requests = 1n;
    ask(2, block(90));
    context.clock.time += 1_000;
    await ingest.catchUp(NEVER);
    assert.equal(ingest.missing, 0n);

    context.chain.blocks = chainTo(101);
    context.chain.requests = 3n;
    context.chain.ranges.length = 0;
    await ingest.catchUp(NEVER);
    assert.deepEqual(context.chain.ranges, [[36n, 99n]]);
  });
});
