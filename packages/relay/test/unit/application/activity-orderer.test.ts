import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { Activity } from "../../../src/application/activity.ts";
import type { ActivityRunner, RunTerms } from "../../../src/application/activity-runner.ts";
import type { ChainView } from "../../../src/application/context.ts";
import { ActivityRefused, ordererOf } from "../../../src/domain/activity.ts";
import { ContentUnavailable, EngineUnavailable } from "../../../src/domain/errors.ts";
import type { TokenRef } from "../../../src/domain/request.ts";
import {
  CONFIG,
  eventOf,
  FreeChain,
  grantOf,
  NEVER,
  own,
  partsOf,
  runAll,
  tokenOrderedBy,
  VIEW,
} from "../support/activity.ts";
import { contextOf, type TestContext } from "../support/fakes.ts";
import { block } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const MINE = tokenOrderedBy(own.address);
/** Number of the block in which the next turn begins: the time is 1,020 then. */
const NEXT_TURN = 20;
const OTHERS = tokenOrderedBy(own.address, VIEW.confirmed.time, MINE.tokenId + 1n);

/** Ours to order in the turn of the view, and the other reporter's in the next. */
const BRIEFLY = ((): TokenRef => {
  for (let { tokenId } = OTHERS; ;) {
    const token = tokenOrderedBy(own.address, VIEW.confirmed.time, tokenId + 1n);
    ({ tokenId } = token);
    if (ordererOf(token, CONFIG, viewAt(NEXT_TURN).confirmed.time) !== own.address) return token;
  }
})();

function viewAt(number: number): ChainView {
  return { head: block(number), confirmed: block(number) };
}

describe("events that are this relay's to order", () => {
  const database = new TestStore();
  let context: TestContext;
  let chain: FreeChain;
  let activity: Activity;
  /** Tokens whose events were to be run, and what is wrong with some. */
  let ran: bigint[];
  const wrong = new Map<bigint, Error>();
  /** What happens while events are run. */
  let meanwhile: (terms: RunTerms) => Promise<void>;

  before(async () => database.open());

  after(async () => database.close());

  beforeEach(async () => {
    context = contextOf(await database.clean());
    context.chain.blocks = Array.from({ length: 100 }, (_, index) => block(index));
    [chain, ran] = [new FreeChain(), []];
    wrong.clear();
    meanwhile = async () => Promise.resolve();
    const run: ActivityRunner["run"] = async (token, events, _view, terms) => {
      ran.push(token.tokenId);
      await meanwhile(terms);
      const error = wrong.get(token.tokenId);
      return error === undefined ? runAll(token, events) : Promise.reject(error);
    };
    activity = new Activity(context, partsOf(context, { chain, runner: { run } }));
  });

  async function wait(token: TokenRef, nonce: bigint, until = 9_000n): Promise<ReturnType<typeof eventOf>> {
    const grant = grantOf({ ...token, nonce, until });
    const event = eventOf(1, "hello", grant);
    await context.store.activity.addGrant(grant);
    await context.store.activity.addEvent(event, false, 16);
    return event;
  }

  async function pass(view: ChainView = VIEW): Promise<void> {
    await activity.round(view, CONFIG, false, NEVER);
    await activity.drain();
  }

  /** Has the chain go on while events are run. */
  function goingOnTo(number: number): void {
    meanwhile = async () => activity.round(viewAt(number), CONFIG, false, NEVER);
  }

  const batches = async (): Promise<(bigint | undefined)[]> =>
    (await context.store.activity.batchesIn(["SIGNED"])).map(({ updates }) => updates[0]?.tokenId);

  it("are dropped when their grant has ended, whether or not the token's program can be had", async () => {
    const [over, standing] = [await wait(MINE, 1n, VIEW.confirmed.time - 1n), await wait(MINE, 2n)];
    wrong.set(MINE.tokenId, new ContentUnavailable("cid", "it is not there"));
    await pass();
    const { activity: ledger } = context.store;

    assert.equal((await ledger.event(standing.digest))?.state, "PENDING");
    const dropped = await ledger.event(over.digest);
    assert.deepEqual([dropped?.state, dropped?.note], ["DROPPED", "Activity refused: the grant is over."]);
  });

  it("of a token that nothing can be run of do not keep others from being ordered", async () => {
    await wait(MINE, 1n);
    await wait(OTHERS, 1n);
    wrong.set(MINE.tokenId, new ContentUnavailable("cid", "it is not there"));
    await pass();

    assert.deepEqual(await batches(), [OTHERS.tokenId]);
  });

  it("of a token that nothing can be run of wait longer each time", async () => {
    await wait(MINE, 1n);
    wrong.set(MINE.tokenId, new ContentUnavailable("cid", "it is not there"));
    const pauses: number[] = [];
    for (let last = context.clock.time, before = 0; pauses.length < 4; context.clock.time += 1_000) {
      await pass();
      if (ran.length > before) pauses.push((context.clock.time - last) / 1_000);
      if (ran.length > before) [last, before] = [context.clock.time, ran.length];
    }

    assert.deepEqual(pauses, [0, 2, 4, 8]);
  });

  it("are run at once when what was in the way was no token's", async () => {
    await wait(MINE, 1n);
    wrong.set(MINE.tokenId, new EngineUnavailable("it is down"));
    await pass();
    wrong.clear();
    await pass();

    assert.deepEqual(await batches(), [MINE.tokenId]);
  });

  it("all fail when the token takes none", async () => {
    const event = await wait(MINE, 1n);
    wrong.set(MINE.tokenId, new ActivityRefused(422, "its token is frozen"));
    await pass();

    assert.equal((await context.store.activity.event(event.digest))?.state, "FAILED");
  });

  it("have their turn however many tokens wait before them", async () => {
    const others: TokenRef[] = [];
    for (let { tokenId } = MINE; others.length < 70;) {
      const token = tokenOrderedBy(own.address, VIEW.confirmed.time, tokenId + 1n);
      others.push(token);
      wrong.set(token.tokenId, new ContentUnavailable("cid", "it is not there"));
      ({ tokenId } = token);
    }
    for (const token of others) await wait(token, 1n);
    await wait(MINE, 1n);
    await pass();
    assert.deepEqual(await batches(), []);
    await pass();

    assert.deepEqual(await batches(), [MINE.tokenId]);
  });

  it("are signed by the chain as it is when they were run", async () => {
    await wait(MINE, 1n);
    goingOnTo(NEXT_TURN - 1);
    await pass();
    const [batch] = await context.store.activity.batchesIn(["SIGNED"]);

    assert.equal(batch?.report.deadline, viewAt(NEXT_TURN - 1).confirmed.time + 900n);
  });

  it("are not signed when the turn is over, and wait for whoever has the next", async () => {
    const event = await wait(BRIEFLY, 1n);
    goingOnTo(NEXT_TURN);
    await pass();

    assert.deepEqual([ran, await batches()], [[BRIEFLY.tokenId], []]);
    assert.equal((await context.store.activity.event(event.digest))?.state, "PENDING");
  });

  it("are signed all the same when one alone takes half a turn, which might never fit into one", async () => {
    await wait(BRIEFLY, 1n);
    goingOnTo(9 + 29);
    await pass();
    assert.deepEqual(await batches(), []);
    goingOnTo(9 + 30);
    await pass();

    assert.deepEqual(await batches(), [BRIEFLY.tokenId]);
  });

  it("are not signed together when they take half a turn", async () => {
    await wait(BRIEFLY, 1n);
    await wait(BRIEFLY, 1n, 8_000n);
    goingOnTo(9 + 30);
    await pass();

    assert.deepEqual(await batches(), []);
  });

  it("are not looked at when the turn was over before they were reached", async () => {
    await wait(MINE, 1n);
    await wait(BRIEFLY, 1n);
    goingOnTo(NEXT_TURN);
    await pass();

    assert.deepEqual(ran, [MINE.tokenId]);
  });

  it("are not added to a batch in the last seconds of a turn", async () => {
    const asked: unknown[] = [];
    meanwhile = async ({ goesOn }) => Promise.resolve(void asked.push(goesOn?.()));
    await wait(MINE, 1n);
    await pass(viewAt(5)); // 1,005: there are 15 seconds left
    assert.deepEqual(asked, [true]);
    await wait(OTHERS, 1n);
    await pass(viewAt(6));

    assert.deepEqual(asked, [true, false]);
  });
});
