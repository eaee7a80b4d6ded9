import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { canonicalJson } from "ainft-core";
import { ActivityScan } from "../../../src/application/activity-scan.ts";
import { type ActivityEvent, makeEvent } from "../../../src/domain/activity.ts";
import { ChainUnavailable, UpdatesMissing } from "../../../src/domain/errors.ts";
import type { ActivityChain, ActivityLedger, AppliedUpdate } from "../../../src/ports/activity.ts";
import { contextOf, type TestContext } from "../support/fakes.ts";
import { block, COLLECTION, DESK, PLAYER, word } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const TOKEN = { collection: COLLECTION, tokenId: 7n };
const GRANT = { ...TOKEN, session: PLAYER, granter: DESK, until: 9_000n, scope: "*", nonce: 1n, digest: word(1) };
const view = (number: number): { head: ReturnType<typeof block>; confirmed: ReturnType<typeof block> } => {
  return { head: block(number), confirmed: block(number) };
};

function eventOf(counter: number): ActivityEvent {
  const input = canonicalJson({ say: `word ${counter}` });
  return makeEvent({ grant: GRANT.digest, counter: BigInt(counter), input, signature: "0x34" });
}

/** The update that an event came to, in the block of ten times its number. */
function updateOf(counter: number): AppliedUpdate {
  return { sequence: BigInt(counter), inputDigest: eventOf(counter).digest, block: 10n * BigInt(counter) };
}

describe("the updates of a token", () => {
  const database = new TestStore();
  let context: TestContext;
  let activity: ActivityLedger;
  /** What is on chain, and the block up to which the node that is asked for logs has it. */
  let onChain: AppliedUpdate[];
  let lagsAt: bigint;
  let ranges: string[];

  before(async () => database.open());

  after(async () => database.close());

  beforeEach(async () => {
    context = contextOf(await database.clean());
    ({ activity } = context.store);
    [onChain, lagsAt, ranges] = [[], 1_000_000n, []];
    await activity.addGrant({ ...GRANT, signature: "0x12" });
    for (const counter of [1, 2, 3]) await activity.addEvent(eventOf(counter), false, 9);
  });

  /** Has updates stand on chain, and the token's sequence be that of the last. */
  function applied(...counters: number[]): void {
    onChain = counters.map(updateOf);
    stands(BigInt(counters.at(-1) ?? 0));
  }

  function stands(sequence: bigint): void {
    context.chain.program_ = { sequence, stateDigest: word(0), activeManifest: word(7), frozen: false };
  }

  function scanFrom(startBlock: bigint): ActivityScan {
    const chain: ActivityChain = {
      mayGrant: async () => Promise.resolve(true),
      isSignatureOf: async () => Promise.resolve(false),
      updatesOf: async (_token, from, to) => {
        ranges.push(`${from} ${to}`);
        return Promise.resolve(onChain.filter((update) => update.block >= from && update.block <= to && to <= lagsAt));
      },
    };
    return new ActivityScan(context, { chain, startBlock });
  }

  /** Blocks that the node has, if only the one that is asked about. */
  function has(...numbers: number[]): void {
    context.chain.blocks = numbers.map((number) => block(number));
  }

  const states = async (): Promise<(string | undefined)[]> =>
    Promise.all([1, 2, 3].map(async (counter) => (await activity.event(eventOf(counter).digest))?.state));

  it("end the events that they came of, once they are all known", async () => {
    has(25);
    applied(1, 2);

    assert.equal(await scanFrom(0n).upTo(TOKEN, view(25)), true);
    assert.deepEqual(await states(), ["APPLIED", "APPLIED", "PENDING"]);
    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: 25n, last: 2n });
  });

  it("are not looked for while the token's sequence stands still", async () => {
    const scan = scanFrom(0n);
    stands(0n);
    assert.equal(await scan.upTo(TOKEN, view(9)), true);
    has(25);
    applied(1, 2);
    await scan.upTo(TOKEN, view(25));
    assert.equal(await scan.upTo(TOKEN, view(90_000)), true);

    assert.deepEqual(ranges, ["10 25"]);
    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: 90_000n, last: 2n });
  });

  it("are not taken from a node that lags behind, and are found when it has caught up", async () => {
    const scan = scanFrom(0n);
    has(25);
    applied(1, 2);
    lagsAt = 24n;
    await assert.rejects(scan.upTo(TOKEN, view(25)), (error) => {
      assert.ok(error instanceof UpdatesMissing);
      assert.equal(error.known, 0n);
      return error.message.startsWith("Updates are missing: 0 is the last that is known, and the node tells of 2.");
    });
    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: null, last: null });
    assert.deepEqual(await states(), ["PENDING", "PENDING", "PENDING"]);
    lagsAt = 25n;
    assert.equal(await scan.upTo(TOKEN, view(25)), false); // not at once
    context.clock.time += 1_000;

    assert.equal(await scan.upTo(TOKEN, view(25)), true);
    assert.deepEqual(await states(), ["APPLIED", "APPLIED", "PENDING"]);
  });

  it("are not taken from a node that has not got the last block", async () => {
    applied(1, 2);
    const unknown = { message: "JSON-RPC node unavailable: it has not got block 25 yet." };

    await assert.rejects(scanFrom(0n).upTo(TOKEN, view(25)), (error) => {
      assert.ok(error instanceof ChainUnavailable);
      return error.message === unknown.message;
    });
    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: null, last: null });
  });

  it("are not taken when one between those that are known and those that are found is missing", async () => {
    const scan = scanFrom(0n);
    has(15, 35);
    applied(1);
    await scan.upTo(TOKEN, view(15));
    applied(3);

    await assert.rejects(scan.upTo(TOKEN, view(35)), { name: "UpdatesMissing", known: 1n });
    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: 15n, last: 1n });
  });

  it("are read from the start again when what is missing does not come", async () => {
    await activity.recordApplied(TOKEN, [updateOf(1)], 25n, 0n); // as a node that lagged behind had it
    const scan = scanFrom(0n);
    has(...Array.from({ length: 35 }, (_, index) => index + 1));
    applied(1, 2, 3);
    for (let time = 1; time <= 8; time += 1) {
      await assert.rejects(scan.upTo(TOKEN, view(35)), UpdatesMissing);
      context.clock.time += 60_000;
    }

    assert.equal(await scan.upTo(TOKEN, view(35)), true);
    assert.ok(ranges.includes("0 18")); // shorter after so many failures
    assert.deepEqual(await states(), ["APPLIED", "APPLIED", "APPLIED"]);
  });

  it("are read where something waits, of some tokens at a time, and nowhere else", async () => {
    const scan = scanFrom(0n);
    const tokens = Array.from({ length: 40 }, (_, index) => ({ ...TOKEN, tokenId: 100n + BigInt(index) }));
    for (const [index, token] of tokens.entries()) {
      const digest = word(100 + index);
      await activity.addGrant({ ...GRANT, ...token, digest, signature: "0x12" });
      const event = { grant: digest, counter: 1n, input: canonicalJson({}), signature: "0x34" as const };
      if (index > 0) await activity.addEvent(makeEvent(event), false, 9);
    }
    stands(0n);
    const known = async (): Promise<number> => {
      const scans = await Promise.all([TOKEN, ...tokens].map(async (token) => activity.scanOf(token)));
      return scans.filter(({ scanned }) => scanned === 25n).length;
    };
    await scan.scan(() => view(25), new AbortController().signal);
    assert.equal(await known(), 32);
    await scan.scan(() => view(25), new AbortController().signal);

    assert.equal(await known(), 40); // all but the one of which nothing waits
    assert.equal((await activity.scanOf(tokens[0] ?? TOKEN)).scanned, null);
  });

  it("may have begun before the first block that is read", async () => {
    const scan = scanFrom(15n);
    has(25);
    applied(1, 2);
    context.chain.programsBefore.set(14n, 1n);

    assert.equal(await scan.upTo(TOKEN, view(25)), true);
    assert.deepEqual(await states(), ["PENDING", "APPLIED", "PENDING"]);
    await context.store.chain.rewind(block(16));
    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: 16n, last: 1n });
  });

  it("are taken to have begun before when a node without old state shows none again and again", async () => {
    const scan = scanFrom(15n);
    has(25);
    stands(4n);
    context.chain.programsBefore.set(14n, null);
    for (let time = 1; time <= 8; time += 1) {
      await assert.rejects(scan.upTo(TOKEN, view(25)), { name: "UpdatesMissing", known: null });
      context.clock.time += 60_000;
    }

    assert.equal(await scan.upTo(TOKEN, view(25)), true);
    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: 25n, last: 4n });
  });

  it("are read some ranges at a time, and in shorter ones where the node fails", async () => {
    const scan = scanFrom(1n);
    has(...Array.from({ length: 20 }, (_, index) => 5_000 * (index + 1)), 2_500, 60_000);
    onChain = [{ ...updateOf(1), block: 59_000n }];
    stands(1n);
    context.chain.programsBefore.set(0n, 0n);
    assert.equal(await scan.upTo(TOKEN, view(60_000)), false);
    assert.equal(ranges.length, 8);
    assert.deepEqual(await activity.scanOf(TOKEN), { scanned: 40_000n, last: 0n });
    assert.equal(await scan.upTo(TOKEN, view(60_000)), true);
    assert.equal(ranges.at(-1), "55001 60000");
    await activity.rescan(TOKEN);
    onChain = [updateOf(1), { ...updateOf(2), block: 59_000n }];
    stands(2n);
    has(2_500);
    await assert.rejects(scan.upTo(TOKEN, view(60_000)), ChainUnavailable);
    context.clock.time += 1_000;
    await assert.rejects(scan.upTo(TOKEN, view(60_000)), ChainUnavailable);

    assert.deepEqual(ranges.slice(-3), ["1 5000", "1 2500", "2501 5000"]);
  });
});
