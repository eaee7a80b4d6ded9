import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { describeRequest } from "../../../src/adapters/http/server.ts";
import type { Store } from "../../../src/ports/store.ts";
import { asked, block, placed } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

describe("what is told of a request", () => {
  const database = new TestStore();
  let store: Store;

  before(async () => database.open());

  beforeEach(async () => {
    store = await database.clean();
  });

  after(async () => database.close());

  it("says how far its order is when there is one", async () => {
    const requests = [asked({ id: 1 }), asked({ id: 2 })];
    const orders = requests.slice(0, 1).map((request) => placed(request));
    await store.chain.append([block(1)], { requests, landings: [], orders });
    const told = await Promise.all(
      [1n, 2n].map(async (id) => describeRequest(store, (await store.requests.byId(id)) ?? assert.fail())),
    );

    assert.deepEqual(told, [
      { requestId: "1", state: "SEEN", reports: [], order: { state: "OPEN", hash: orders[0]?.hash } },
      { requestId: "2", state: "SEEN", reports: [] },
    ]);
  });
});
