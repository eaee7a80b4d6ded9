import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { HttpActivityPeer } from "../../../src/adapters/http/activity-peer.ts";
import { HttpPeer } from "../../../src/adapters/http/peer.ts";
import type { ChainParts, ServedChain } from "../../../src/adapters/http/served-chains.ts";
import { serve } from "../../../src/adapters/http/server.ts";
import { PeerPayloadRefused, PeerUnavailable } from "../../../src/domain/errors.ts";
import type { Store } from "../../../src/ports/store.ts";
import { freePort } from "../../helpers/time.ts";
import { FakeClock } from "../support/fakes.ts";
import { asked, block } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const NOW = 100_000;
const FRESH = { lastRound: NOW - 1, missingRequests: 0n, lag: 0n, seats: ["ingest"] };
const STALE = { ...FRESH, lastRound: 0 };

describe("the pages of a relay", () => {
  const database = new TestStore();
  let store: Store;
  let server: { close(): Promise<void> } | undefined;
  let url: string;

  before(async () => database.open());

  beforeEach(async () => {
    store = await database.clean();
    await store.chain.append([block(1)], { requests: [asked({ id: 1 })], landings: [], orders: [] });
  });

  afterEach(async () => server?.close());

  after(async () => database.close());

  async function serving(...chains: ServedChain[]): Promise<void> {
    const port = await freePort();
    const clock = new FakeClock();
    clock.time = NOW;
    server = await serve({ clock, chains }, "127.0.0.1", port);
    url = `http://127.0.0.1:${port}`;
  }

  function chain(id: bigint, health: ReturnType<ChainParts["health"]> = FRESH): ServedChain {
    const accept = async (): Promise<void> => Promise.reject(new PeerPayloadRefused("not today"));
    return {
      id,
      state: "running",
      parts: { store, health: () => health, staleAfterMs: 1_000, accept, activity: null },
    };
  }

  const waiting: ServedChain = { id: 1n, state: "waiting", parts: null };

  async function get(path: string): Promise<[number, unknown]> {
    const answer = await fetch(`${url}${path}`);
    return [answer.status, await answer.json()];
  }

  it("are about the only chain, whether it is named or not", async () => {
    await serving(chain(10n));
    const told = { requestId: "1", state: "SEEN", reports: [] };

    assert.deepEqual(await get("/v1/requests/1"), [200, told]);
    assert.deepEqual(await get("/v1/requests/1?chain=10"), [200, told]);
    assert.deepEqual(await get("/v1/requests/1?chain=1"), [404, { error: "chain 1 is not served here" }]);
  });

  it("want a chain to be named when there are several, and tell what was wrong with the name", async () => {
    await serving(chain(10n), waiting);

    assert.equal((await get("/v1/requests/1?chain=10"))[0], 200);
    for (const path of ["requests/1", "attestations", `blobs/0x${"00".repeat(32)}`, "proofs/1", "activity/feed"]) {
      assert.deepEqual(await get(`/v1/${path}`), [
        400,
        { error: "several chains are served here: name one by ?chain=" },
      ]);
      assert.deepEqual(await get(`/v1/${path}?chain=1`), [503, { error: "chain 1 was not reached yet" }]);
      assert.deepEqual(await get(`/v1/${path}?chain=5`), [404, { error: "chain 5 is not served here" }]);
      for (const odd of ["0x1", "-1", "1&chain=10", ""]) {
        assert.deepEqual(await get(`/v1/${path}?chain=${odd}`), [400, { error: "a chain is a whole number" }]);
      }
    }
  });

  it("take activity only for a chain that it is enabled for", async () => {
    await serving(chain(10n));

    assert.deepEqual(await get("/v1/activity/feed"), [404, { error: "no activity is taken here" }]);
  });

  it("say of each chain whether it is ready, and of all while one of them is", async () => {
    await serving(chain(10n), chain(2n, STALE), waiting, { ...chain(3n), state: "stopped" });
    const counts = { missingRequests: "0", lag: "0", seats: ["ingest"], requests: { SEEN: 1 }, reports: {} };
    const ten = { ready: true, state: "running", ...counts };
    const chains = {
      1: { ready: false, state: "waiting" },
      2: { ready: false, state: "running", ...counts },
      3: { ready: false, state: "stopped", ...counts },
      10: ten,
    };

    assert.deepEqual(await get("/ready"), [200, { ready: true, chains }]);
    assert.deepEqual(await get("/ready?chain=10"), [200, ten]);
    for (const id of [1, 2, 3] as const) assert.deepEqual(await get(`/ready?chain=${id}`), [503, chains[id]]);
  });

  it("say that nothing is ready when no chain is", async () => {
    await serving(chain(2n, STALE), waiting);

    const [status, { ready }] = (await get("/ready")) as [number, { ready: boolean }];
    assert.deepEqual([status, ready], [503, false]);
  });

  it("answer a peer about the chain that it asks for, and not about another", async () => {
    await serving(chain(10n), chain(2n));

    assert.deepEqual((await new HttpPeer(url, 10n).attestations(0n)).signatures, []);
    await assert.rejects(new HttpPeer(url, 5n).attestations(0n), new PeerUnavailable("it answered with status 404"));
    await assert.rejects(new HttpActivityPeer(url, 5n).feed(0n), new PeerUnavailable("it answered with status 404"));
  });
});
