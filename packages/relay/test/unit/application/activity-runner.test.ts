import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { ActivityRunner } from "../../../src/application/activity-runner.ts";
import { ContentUnavailable } from "../../../src/domain/errors.ts";
import type { ContentStore, Runner } from "../../../src/ports/system.ts";
import { eventOf, GRANT, grantOf, NEVER, partsOf, TOKEN, VIEW } from "../support/activity.ts";
import { contextOf } from "../support/fakes.ts";
import { HOST, manifestOf } from "../support/program.ts";
import { TestStore } from "../support/store.ts";

const OVER = grantOf({ nonce: 2n, until: VIEW.confirmed.time - 1n, tokenId: TOKEN.tokenId + 1n });
const EVENTS = [eventOf(1, "one"), eventOf(2, "two"), eventOf(3, "three")];

describe("events of a token that are run", () => {
  const database = new TestStore();
  let runner: ActivityRunner;
  let asked: unknown[];
  let content: ContentStore;

  before(async () => database.open());

  after(async () => database.close());

  beforeEach(async () => {
    const context = contextOf(await database.clean());
    asked = [];
    content = {
      manifest: async () => Promise.resolve(manifestOf()),
      modelFolder: async () => Promise.resolve("/model"),
    };
    const counts: Runner = {
      run: async (_program, { input, state }) => {
        asked.push(input);
        const count = state === null ? 1 : (state as { count: number }).count + 1;
        const facts = { runner: "fake", imageDigest: undefined };
        return Promise.resolve({ output: { heard: "it", count }, state: { count }, facts });
      },
      cleanUp: async () => Promise.resolve(),
    };
    const had: ContentStore = {
      manifest: async (digest) => content.manifest(digest),
      modelFolder: async (files) => content.modelFolder(files),
    };
    const { intake } = partsOf(context);
    const bodies = { put: async () => Promise.resolve() };
    runner = new ActivityRunner(context, { content: had, bodies, runner: counts, peers: [], limits: HOST, intake });
    for (const grant of [GRANT, OVER]) await context.store.activity.addGrant(grant);
  });

  it("come to one update each, from the state that the one before left", async () => {
    const { updates, failed } = await runner.run(TOKEN, EVENTS, VIEW, { signal: NEVER });

    assert.deepEqual(
      updates.map(({ sequence, inputDigest }) => [sequence, inputDigest]),
      EVENTS.map(({ digest }, index) => [BigInt(index) + 1n, digest]),
    );
    assert.deepEqual([failed, asked.length], [[], 3]);
  });

  it("wait when there is no time for more, but never the first one", async () => {
    let left = 1;
    const goesOn = (): boolean => (left -= 1) >= 0;
    assert.equal((await runner.run(TOKEN, EVENTS, VIEW, { signal: NEVER, goesOn })).updates.length, 2);
    const { updates, failed } = await runner.run(TOKEN, EVENTS, VIEW, { signal: NEVER, goesOn: () => false });

    assert.deepEqual([updates.length, failed], [1, []]);
  });

  it("come to nothing when their grant has ended, without a look at the program", async () => {
    content = { ...content, manifest: async () => Promise.reject(new ContentUnavailable("cid", "it is not there")) };
    const event = eventOf(1, "one", OVER);
    const { updates, failed } = await runner.run(TOKEN, [event], VIEW, { signal: NEVER });

    assert.deepEqual(updates, []);
    assert.deepEqual(failed, [{ event, state: "DROPPED", note: "Activity refused: the grant is over." }]);
  });
});
