import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { Manifest } from "ainft-core";
import { Programs } from "../../../src/application/programs.ts";
import { Settler } from "../../../src/application/settler.ts";
import type { ContentStore } from "../../../src/ports/system.ts";
import { answered, confirmed, executed } from "../support/executions.ts";
import { contextOf, type TestContext } from "../support/fakes.ts";
import { block, landing, word } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const VIEW = { head: block(12), confirmed: block(10) };
/** As much of a manifest as tells that its program keeps state. */
const STATEFUL = { ainft: { io: { state: {} } } } as Manifest;
const content: ContentStore = {
  manifest: async () => Promise.resolve(STATEFUL),
  modelFolder: async () => Promise.reject(new Error("Nothing runs here.")),
};

describe("Settler", () => {
  const database = new TestStore();
  let context: TestContext;
  let settler: Settler;

  before(async () => database.open());

  after(async () => database.close());

  beforeEach(async () => {
    context = contextOf(await database.clean());
    settler = new Settler(context, new Programs(content, context.store.requests));
  });

  /** A request whose answer landed, and whose update would be the token's first. */
  async function landed(): Promise<void> {
    const { store } = context;
    await confirmed(store, { id: 1 });
    await executed(store, 1n, answered(1), 1n);
    const at = block(2);
    await store.chain.append([at], { requests: [], landings: [landing(1, at)], orders: [] });
  }

  function tokenAt(sequence: bigint): void {
    context.chain.program_ = { sequence, stateDigest: word(0), activeManifest: word(7), frozen: false };
  }

  async function isSettled(): Promise<boolean> {
    await settler.settle(VIEW);
    return (await context.store.requests.byId(1n))?.settled ?? false;
  }

  it("has the next request of a token wait while an update may still come", async () => {
    await landed();
    tokenAt(0n);

    assert.equal(await isSettled(), false);
  });

  it("waits no more for an update whose place in the token's sequence is taken by another", async () => {
    await landed();
    tokenAt(1n);

    assert.equal(await isSettled(), true);
  });
});
