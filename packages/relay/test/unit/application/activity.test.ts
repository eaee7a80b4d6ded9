import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { reportDigest } from "ainft-core";
import { Activity } from "../../../src/application/activity.ts";
import { type ActivityEvent, activityKey } from "../../../src/domain/activity.ts";
import {
  CONFIG,
  domain,
  eventOf,
  FakePeer,
  FreeChain,
  GRANT,
  grantOf,
  NEVER,
  partsOf,
  proposalOf,
  runAll,
  TOKEN,
  updatesOf,
  VIEW,
  WRONG,
} from "../support/activity.ts";
import { contextOf, type TestContext } from "../support/fakes.ts";
import { block, word } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

describe("a batch that another reporter proposes", () => {
  const database = new TestStore();
  let context: TestContext;
  let activity: Activity;
  let peers: FakePeer[];
  let chain: FreeChain;
  /** What happens while it is run. */
  let meanwhile: () => Promise<void>;

  before(async () => database.open());

  after(async () => database.close());

  beforeEach(async () => {
    context = contextOf(await database.clean());
    context.chain.blocks = [VIEW.head];
    peers = [new FakePeer("http://one"), new FakePeer("http://two")];
    chain = new FreeChain();
    meanwhile = async () => Promise.resolve();
    const run: typeof runAll = async (token, events) => {
      await meanwhile();
      return runAll(token, events);
    };
    activity = new Activity(context, partsOf(context, { peers, chain, runner: { run } }));
    await context.store.activity.addGrant(GRANT);
  });

  /** Lets events wait here, has a batch of some of them proposed, and answers whether it was signed. */
  async function isSigned(waiting: readonly ActivityEvent[], proposed: readonly ActivityEvent[]): Promise<boolean> {
    for (const event of waiting) await context.store.activity.addEvent(event, false, 16);
    const proposal = await proposalOf(proposed);
    await activity.round(VIEW, CONFIG, false, NEVER);
    await activity.drain();
    assert.equal(await activity.accept(proposal), null);
    await activity.round(VIEW, CONFIG, false, NEVER);
    await activity.drain();
    return (await context.store.activity.batch(activityKey(reportDigest(proposal.report, domain)))) !== null;
  }

  it("is signed when it has all that waits", async () => {
    const events = [eventOf(1, "one"), eventOf(2, "two")];

    assert.equal(await isSigned(events, events), true);
  });

  it("is not signed while it is not known what became of events before, which could come a second time", async () => {
    context.chain.program_ = { sequence: 1n, stateDigest: word(0), activeManifest: word(4), frozen: false };
    const events = [eventOf(1, "one"), eventOf(2, "two")];

    assert.equal(await isSigned(events, events), false);
  });

  it("is not signed when its deadline is near by the time that it was run", async () => {
    const events = [eventOf(1, "one"), eventOf(2, "two")];
    const at = (number: number) => ({ head: block(number), confirmed: VIEW.confirmed });
    meanwhile = async () => activity.round(at(80), CONFIG, false, NEVER); // 29 seconds before
    assert.equal(await isSigned(events, events), false);
    meanwhile = async () => activity.round(at(79), CONFIG, false, NEVER);

    assert.equal(await isSigned([], events), true);
  });

  it("ends by what stands on chain, while a round waits for nothing else that is read there", async () => {
    const events = [eventOf(1, "one"), eventOf(2, "two")];
    assert.equal(await isSigned(events, events), true);
    const other = grantOf({ tokenId: TOKEN.tokenId + 1n });
    await context.store.activity.addGrant(other);
    await context.store.activity.addEvent(eventOf(1, "of another token", other), false, 16);
    const { promise: never, resolve: end } = Promise.withResolvers<undefined>();
    chain.updatesOf = async ({ tokenId }) => {
      if (tokenId === other.tokenId) await never;
      return updatesOf(TOKEN, events).map((update) => ({ ...update, block: 9n }));
    };
    context.chain.program_ = { sequence: 2n, stateDigest: word(6), activeManifest: word(4), frozen: false };
    context.chain.blocks = [block(10)];
    await activity.round({ head: block(10), confirmed: block(10) }, CONFIG, false, NEVER);
    const [batch] = await context.store.activity.batchesIn(["FINAL"]);
    end(undefined);
    await activity.drain();

    assert.equal(batch?.updates.length, 2);
  });

  it("is not signed when it passes over an event that comes to something here, which goes on waiting", async () => {
    const [first, second, third] = [eventOf(1, "one"), eventOf(2, "two"), eventOf(3, "three")];

    assert.equal(await isSigned([first, second, third], [first, third]), false);
    assert.deepEqual(context.errors, ["Another reporter's batch comes to something else here"]);
    assert.equal((await context.store.activity.event(second.digest))?.state, "PENDING");
  });

  it("is signed when only another peer has its grant, or an event before it", async () => {
    const other = grantOf({ nonce: 2n });
    const [first, second] = [eventOf(1, WRONG, other), eventOf(2, "two", other)];
    const [one, two] = peers;
    if (two !== undefined) two.page = { grant: other, events: [first, second] };

    assert.equal(await isSigned([], [second]), true);
    assert.deepEqual(one?.asked, [[other.digest, 0n]]);
    assert.equal((await context.store.activity.event(first.digest))?.state, "FAILED");
  });

  it("is signed when what it passes over comes to nothing here, too, and that is ended", async () => {
    const [first, second, third] = [eventOf(1, "one"), eventOf(2, WRONG), eventOf(3, "three")];

    assert.equal(await isSigned([first, second, third], [first, third]), true);
    assert.equal((await context.store.activity.event(second.digest))?.state, "FAILED");
  });
});
