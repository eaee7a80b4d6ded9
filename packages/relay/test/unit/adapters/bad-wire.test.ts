import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { RpcChainReader } from "../../../src/adapters/chain/reader.ts";
import { Rpc } from "../../../src/adapters/chain/rpc.ts";
import { RpcChainWriter } from "../../../src/adapters/chain/writer.ts";
import { HttpActivityPeer } from "../../../src/adapters/http/activity-peer.ts";
import { HttpPeer } from "../../../src/adapters/http/peer.ts";
import { serve } from "../../../src/adapters/http/server.ts";
import { firstFees } from "../../../src/domain/fees.ts";
import { ChainUnavailable, PeerPayloadRefused, PeerUnavailable } from "../../../src/domain/errors.ts";
import type { Store } from "../../../src/ports/store.ts";
import { freePort } from "../../helpers/time.ts";
import { COLLECTION, DESK, PLAYER, word } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const servers: Server[] = [];

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe("what a peer answers", () => {
  const page = { instance: "x", cursor: "0", signatures: [] };
  const bodies: Record<
    string,
    {
      body: string | Buffer;
      headers?: Record<string, string>;
      kind: typeof PeerPayloadRefused | typeof PeerUnavailable;
      status?: number;
    }
  > = {
    "more than a page has": { body: Buffer.alloc(3_145_728, 0x20), kind: PeerPayloadRefused },
    "a gzip bomb": {
      body: gzipSync(Buffer.alloc(33_554_432)),
      headers: { "content-encoding": "gzip" },
      kind: PeerPayloadRefused,
    },
    "a key twice": { body: '{"instance":"a","instance":"b","cursor":"0","signatures":[]}', kind: PeerPayloadRefused },
    "an unknown key": { body: JSON.stringify({ ...page, more: 1 }), kind: PeerPayloadRefused },
    "a number beyond a double": { body: '{"instance":"a","cursor":1e999,"signatures":[]}', kind: PeerPayloadRefused },
    "a fraction for a cursor": { body: JSON.stringify({ ...page, cursor: "1.5" }), kind: PeerPayloadRefused },
    "a negative cursor": { body: JSON.stringify({ ...page, cursor: "-1" }), kind: PeerPayloadRefused },
    "a cursor longer than any": { body: JSON.stringify({ ...page, cursor: "9".repeat(99) }), kind: PeerPayloadRefused },
    "deep nesting": { body: "[".repeat(10_000), kind: PeerPayloadRefused },
    "a page of HTML": { body: "<html></html>", kind: PeerPayloadRefused },
    "a redirect": { body: JSON.stringify(page), headers: { location: "/" }, status: 302, kind: PeerUnavailable },
  };
  for (const [what, { body, headers = {}, kind, status = 200 }] of Object.entries(bodies)) {
    it(`is refused when it is ${what}`, async () => {
      const url = await listen((_request, response) => response.writeHead(status, headers).end(body));

      await assert.rejects(new HttpPeer(url, 31_337n).attestations(0n), kind);
      await assert.rejects(new HttpActivityPeer(url, 31_337n).feed(0n), kind);
      await assert.rejects(new HttpActivityPeer(url, 31_337n).grant(word(1), 0n), kind);
    });
  }

  it("is given up when it drips", async () => {
    const drips: NodeJS.Timeout[] = [];
    const url = await listen((_request, response) => {
      response.writeHead(200);
      drips.push(setInterval(() => response.write(" "), 200));
    });
    await assert.rejects(new HttpPeer(url, 31_337n).attestations(0n), PeerUnavailable);
    for (const drip of drips) clearInterval(drip);
  });

  it("is refused when a blob has other bytes than its digest", async () => {
    const url = await listen((_request, response) => response.end("other bytes"));

    await assert.rejects(new HttpPeer(url, 31_337n).blob(word(1)), PeerPayloadRefused);
  });
});

describe("what strangers send to a relay", () => {
  const database = new TestStore();
  let store: Store;
  let relay: { close(): Promise<void> };
  let port: number;

  before(async () => database.open());

  beforeEach(async () => {
    store = await database.clean();
    port = await freePort();
    const health = (): never => assert.fail("nobody asks");
    const clock = { now: () => 0, sleep: async () => Promise.resolve() };
    const accept = async (): Promise<void> => Promise.reject(new PeerPayloadRefused("not today"));
    const parts = { store, health, staleAfterMs: 1, accept, activity: null };
    relay = await serve({ clock, chains: [{ id: 31_337n, state: "running", parts }] }, "127.0.0.1", port);
  });

  afterEach(async () => relay.close());

  after(async () => database.close());

  const push = async (body: string | Buffer, headers: Record<string, string> = {}): Promise<number> => {
    const options = { method: "POST", headers: { "content-type": "application/json", ...headers } };
    const sent = typeof body === "string" ? body : Uint8Array.from(body);
    return (await fetch(`http://127.0.0.1:${port}/v1/attestations`, { ...options, body: sent })).status;
  };

  it("is refused when the body is too long, packed, no JSON or another type", async () => {
    assert.equal(await push(`"${"x".repeat(20_000)}"`), 413);
    assert.ok((await push(gzipSync(Buffer.alloc(1_048_576)), { "content-encoding": "gzip" })) >= 400);
    assert.equal(await push("{"), 400);
    assert.equal(await push("{}", { "content-type": "application/xml" }), 415);
    assert.equal(await push("{}"), 400);
  });

  it("is refused when a path or a query is none of ours, with line breaks and all", async () => {
    const at = async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}${path}`)).status;

    assert.equal(await at("/v1/blobs/..%2f..%2fetc%2fpasswd"), 400);
    assert.equal(await at("/v1/requests/1%0d%0aSet-Cookie:x=1"), 400);
    assert.equal(await at("/v1/requests/99999999999999999999"), 400);
    assert.equal(await at("/v1/attestations?since=-1"), 400);
    assert.equal(await at("/v1/attestations?since=1e3"), 400);
    assert.equal(await at("/v1/activity/feed"), 404); // not offered unless it is enabled
  });

  it("is cut off when it does not come to an end", async () => {
    const socket = connect(port, "127.0.0.1");
    const closed = new Promise<void>((done) => socket.once("close", () => done()));
    socket.on("error", () => undefined);
    socket.write("POST /v1/attestations HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n");
    const drip = setInterval(() => socket.write("X-A: b\r\n"), 1_000);
    await closed;
    clearInterval(drip);
  });
});

describe("what a JSON-RPC node answers", () => {
  const open: Rpc[] = [];

  afterEach(() => {
    for (const rpc of open.splice(0)) rpc.close();
  });

  async function nodeThat(answers: Record<string, unknown>): Promise<Rpc> {
    const url = await listen((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString("utf8")));
      request.on("end", () => {
        const { id, method } = JSON.parse(body) as { id: number; method: string };
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ jsonrpc: "2.0", id, result: answers[method] ?? null }));
      });
    });
    const rpc = new Rpc({ url, chainId: 31_337n, timeoutMs: 5_000 });
    open.push(rpc);
    return rpc;
  }

  const block = {
    number: "0x5",
    hash: word(5),
    parentHash: word(4),
    timestamp: "0x64",
    baseFeePerGas: "0x1",
  };

  for (const [what, fee] of [
    ["negative", "-0x1"],
    ["fractional", "0x1.8"],
    ["decimal", "100"],
    ["no", null],
  ] as const) {
    it(`is refused when it names a ${what} fee`, async () => {
      const rpc = await nodeThat({ eth_getBlockByNumber: block, eth_maxPriorityFeePerGas: fee });

      await assert.rejects(new RpcChainWriter(rpc).market(), ChainUnavailable);
    });
  }

  it("is waited out when the fee that it names is huge", async () => {
    const huge = `0x${"f".repeat(64)}`;
    const rpc = await nodeThat({
      eth_getBlockByNumber: { ...block, baseFeePerGas: huge },
      eth_maxPriorityFeePerGas: huge,
    });
    const market = await new RpcChainWriter(rpc).market();

    assert.equal(firstFees(market, { maxFee: 100n, maxPriorityFee: 2n }), null);
  });

  for (const [what, changes] of Object.entries({
    "a negative number": { number: "-0x5" },
    "a time that is text": { timestamp: "yesterday" },
    "a hash of another length": { hash: "0x12" },
    "no parent": { parentHash: undefined },
  })) {
    it(`is refused when a block has ${what}`, async () => {
      const rpc = await nodeThat({ eth_getBlockByNumber: { ...block, ...changes } });

      await assert.rejects(new RpcChainReader(rpc, COLLECTION, DESK).head());
    });
  }

  it("is cut off where it is longer than any, and not asked for again", async () => {
    let asked = 0;
    const url = await listen((_request, response) => {
      asked += 1;
      response.write('{"jsonrpc":"2.0","id":1,"result":"0x');
      response.end(Buffer.alloc(34_000_000, "0"));
    });
    const rpc = new Rpc({ url, chainId: 31_337n, timeoutMs: 20_000 });
    open.push(rpc);

    await assert.rejects(new RpcChainWriter(rpc).balanceOf(PLAYER), {
      name: "AnswerTooLong",
      message: "JSON-RPC node unavailable: it answers more than 33554432 bytes.",
    });
    assert.equal(asked, 1);
  });

  it("is given up when it comes too slowly, by what was asked and no more", async () => {
    const url = await listen(() => undefined);
    const rpc = new Rpc({ url: `${url}/k3y-k3y`, chainId: 31_337n, timeoutMs: 100 });
    open.push(rpc);

    await assert.rejects(new RpcChainWriter(rpc).balanceOf(PLAYER), {
      name: "ChainUnavailable",
      message: "JSON-RPC node unavailable: eth_getBalance: no answer in time.",
    });
  });

  it("is refused by its status", async () => {
    const url = await listen((_request, response) => response.writeHead(429).end("{}"));
    const rpc = new Rpc({ url, chainId: 31_337n, timeoutMs: 5_000 });
    open.push(rpc);

    await assert.rejects(new RpcChainWriter(rpc).balanceOf(PLAYER), {
      name: "ChainUnavailable",
      message: "JSON-RPC node unavailable: it answers with status 429.",
    });
  });

  it("is asked for with the credentials of the address, which are not in it", async () => {
    const seen: (string | undefined)[] = [];
    const url = await listen((request, response) => {
      seen.push(request.headers.authorization, request.url);
      response.end('{"jsonrpc":"2.0","id":1,"result":"0x1"}');
    });
    const rpc = new Rpc({ url: url.replace("//", "//us%40er:p%3Aw@"), chainId: 31_337n, timeoutMs: 5_000 });
    open.push(rpc);

    assert.equal(await new RpcChainWriter(rpc).balanceOf(PLAYER), 1n);
    assert.deepEqual(seen, [`Basic ${Buffer.from("us@er:p:w").toString("base64")}`, "/"]);
  });

  it("is refused when it is a page of HTML, and shows nothing of the address", async () => {
    const url = await listen((_request, response) => response.end("<html>"));
    const rpc = new Rpc({ url: `${url}/k3y-k3y`, chainId: 31_337n, timeoutMs: 5_000 });
    open.push(rpc);

    await assert.rejects(new RpcChainWriter(rpc).balanceOf(PLAYER), (error) => {
      return error instanceof ChainUnavailable && !error.message.includes("k3y-k3y");
    });
  });
});
