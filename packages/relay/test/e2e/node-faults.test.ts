import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { ainft721Abi } from "ainft-contracts";
import { Interface } from "ethers";
import { RelayProcess, relayConfig } from "../helpers/relay-processes.ts";
import { type Fault, RpcProxy } from "../helpers/rpc-proxy.ts";
import { freePort, until } from "../helpers/time.ts";
import { account, openWorld, type World } from "../helpers/world.ts";

const SENDER = account(6).address;
const PATIENCE_MS = 60_000;
/** More than one read repeats: whole rounds fail. */
const BURST = 7;
const RICH = "0x56bc75e2d63100000";
const GWEI = "0x3b9aca00";
const TRILLION = "0xe8d4a51000";

/** What nodes answer that is no answer. */
const NO_ANSWERS: readonly (readonly [string, Fault])[] = [
  ["429", { kind: "status", status: 429 }],
  ["503 with HTML", { kind: "status", status: 503, body: "<html>busy</html>" }],
  ["HTML", { kind: "body", body: "<html>welcome</html>" }],
  ["truncated JSON", { kind: "body", body: '{"jsonrpc":"2.0","id":1,"resu' }],
  ["another request's id", { kind: "body", body: '{"jsonrpc":"2.0","id":987654,"result":"0x1"}' }],
  ["nothing", { kind: "body", body: "" }],
  ["too many results", { kind: "error", code: -32_005, message: "query returned more than 10000 results" }],
  ["no answer in time", { kind: "hang" }],
];

/** What nodes answer to a call when they cannot carry it out. */
const NO_WORDS_OF_A_CONTRACT: readonly (readonly [string, Fault])[] = [
  ["header not found", { kind: "error", code: -32_000, message: "header not found" }],
  [
    "a block out of range",
    { kind: "error", code: -32_602, message: "BlockOutOfRangeError: block height is 822 but requested was 823" },
  ],
];

const PROGRAM_OF = new Interface(ainft721Abi).getFunction("programOf")?.selector ?? "";

/** What nodes say of a transaction that they may have taken, or not. */
const OBJECTIONS: readonly (readonly [string, Fault])[] = [
  ["already known", { kind: "error", code: -32_000, message: "already known" }],
  ["nonce too low", { kind: "error", code: -32_000, message: "nonce too low" }],
  ["underpriced", { kind: "error", code: -32_000, message: "replacement transaction underpriced" }],
  ["an internal error", { kind: "error", code: -32_603, message: "internal error" }],
  ["no answer in time", { kind: "hang" }],
];

describe("a relay whose node fails", () => {
  let world: World;
  let proxy: RpcProxy;
  let relay: RelayProcess;
  let port: number;

  before(async () => {
    world = await openWorld(1);
    proxy = await RpcProxy.open(world.rpcUrl);
    port = await freePort();
    const base = relayConfig(world, 0, { port, peers: [], sends: true });
    const chain = {
      ...(base["chain"] as Record<string, unknown>),
      rpcUrl: proxy.url,
      timeoutMs: 1_000,
      confirmations: 2,
    };
    const file = join(world.folder, "relay.json");
    await writeFile(file, JSON.stringify({ ...base, chain }));
    relay = new RelayProcess(file, {
      REPORTER_KEY: world.reporters[0]?.privateKey,
      SENDER_KEY: account(6).privateKey,
    });
    relay.start();
    await relay.ready();
  });

  afterEach(() => {
    proxy.plan = () => undefined;
  });

  after(async () => {
    await relay.kill();
    await proxy.close();
    await world.close();
  });

  /** Asks, and mines until the answer and its update are there, once each and in two transactions. */
  async function askAndSettle(say: string): Promise<void> {
    const before = await world.provider.getTransactionCount(SENDER);
    const tokenId = await world.mint();
    const requestId = await world.ask(tokenId, { say });
    await settled(tokenId, requestId);
    assert.equal(await world.countEvents("ResultDelivered", requestId), 1);
    assert.equal(await world.countUpdates(tokenId), 1);
    assert.equal(await world.provider.getTransactionCount(SENDER), before + 2);
  }

  async function settled(tokenId: bigint, requestId: bigint): Promise<void> {
    await until(`request ${requestId} and its update`, PATIENCE_MS, async () => {
      await mine();
      return (await world.sequenceOf(tokenId)) === 1n && (await world.countEvents("ResultDelivered", requestId)) > 0;
    });
    await mine(3);
  }

  async function mine(blocks = 1): Promise<void> {
    await world.provider.send("anvil_mine", [`0x${blocks.toString(16)}`]);
  }

  for (const [name, fault] of NO_ANSWERS) {
    it(`gets ${name} for a while, and answers its own all the same`, async () => {
      const before = proxy.struck;
      proxy.plan = () => (proxy.struck < before + BURST ? fault : undefined);

      await askAndSettle(`through ${name}`);
      assert.equal(proxy.struck, before + BURST);
    });
  }

  for (const [name, fault] of NO_WORDS_OF_A_CONTRACT) {
    it(`hears ${name} when it asks what a token is, and answers the request all the same`, async () => {
      const before = proxy.struck;
      proxy.plan = (method, [call]) => {
        const isAsked = method === "eth_call" && (call as { data: string }).data.startsWith(PROGRAM_OF);
        return isAsked && proxy.struck < before + BURST ? fault : undefined;
      };

      await askAndSettle(`whose token was not told for ${name}`);
      assert.equal(proxy.struck, before + BURST);
    });
  }

  for (const [name, fault] of OBJECTIONS) {
    it(`hears ${name} about what the node took, and spends no second nonce`, async () => {
      const before = proxy.struck;
      proxy.next("eth_sendRawTransaction", 1, { kind: "carried-out", then: fault });

      await askAndSettle(`in spite of ${name}`);
      assert.equal(proxy.struck, before + 1);
    });
  }

  it("sends again what the node took and then forgot", async () => {
    proxy.next("eth_sendRawTransaction", 1, { kind: "result", result: `0x${"00".repeat(32)}` });

    await askAndSettle("after it was dropped");
  });

  it("takes a range without logs from a node that lags behind for no answer", async () => {
    await relay.kill();
    const known = BigInt(await world.provider.getBlockNumber());
    const tokenId = await world.mint();
    const requestId = await world.ask(tokenId, { say: "in a range" });
    await mine(20);
    proxy.plan = (method, params) => {
      const [asked] = params;
      if (method === "eth_getLogs") return { kind: "result", result: [] };
      const isNew = typeof asked === "string" && /^0x[0-9a-f]+$/.test(asked) && BigInt(asked) > known;
      return method === "eth_getBlockByNumber" && isNew ? { kind: "result", result: null } : undefined;
    };
    relay.start();
    await relay.ready();
    await until("the lagging node to be noticed", PATIENCE_MS, () => relay.log.includes("it has not got block"));
    proxy.plan = () => undefined;

    await settled(tokenId, requestId);
    assert.equal(await world.countEvents("ResultDelivered", requestId), 1);
  });

  it("finds what its node hid by reading the blocks again, and answers it without anybody's help", async () => {
    const tokenId = await world.mint();
    const seen = relay.log.length;
    proxy.plan = (method) => (method === "eth_getLogs" ? { kind: "result", result: [] } : undefined);
    const requestId = await world.ask(tokenId, { say: "hidden" });
    await mine(3);
    await until("the alarm", PATIENCE_MS, () => relay.log.slice(seen).includes("Requests are missing"));
    proxy.plan = () => undefined;

    await settled(tokenId, requestId);
    assert.equal(await world.countEvents("ResultDelivered", requestId), 1);
    assert.match(relay.log.slice(seen), new RegExp(`"found":\\["${requestId}"\\],"stillMissing":"0"`));
  });

  it("waits while the base fee is above its cap, and sends when it has fallen", async () => {
    const seen = relay.log.length;
    const tokenId = await world.mint();
    proxy.plan = (method) => (method === "eth_estimateGas" ? { kind: "status", status: 503 } : undefined);
    const requestId = await world.ask(tokenId, { say: "when it is cheap" });
    await until("the cap to be felt", PATIENCE_MS, async () => {
      await mineAt(TRILLION);
      proxy.plan = () => undefined;
      return relay.log.slice(seen).includes("Fees are above the cap");
    });
    assert.equal(await world.countEvents("ResultDelivered", requestId), 0);
    await mineAt(GWEI);

    await settled(tokenId, requestId);
    assert.equal(await world.countEvents("ResultDelivered", requestId), 1);
  });

  it("waits while its account is empty, and sends when somebody has filled it", async () => {
    const tokenId = await world.mint();
    await world.provider.send("anvil_setBalance", [SENDER, "0x0"]);
    const seen = relay.log.length;
    const requestId = await world.ask(tokenId, { say: "for nothing" });
    await until("the empty account to be felt", PATIENCE_MS, async () => {
      await mine();
      return /will be tried again|objects to a transaction/.test(relay.log.slice(seen));
    });
    assert.equal(await world.countEvents("ResultDelivered", requestId), 0);
    await world.provider.send("anvil_setBalance", [SENDER, RICH]);

    await settled(tokenId, requestId);
    assert.equal(await world.countEvents("ResultDelivered", requestId), 1);
  });

  it("sees its own transaction vanish with its block, and brings it again", async () => {
    const tokenId = await world.mint();
    const requestId = await world.ask(tokenId, { say: "twice mined" });
    await until("the result in a block", PATIENCE_MS, async () => {
      if ((await world.countEvents("ResultDelivered", requestId)) > 0) return true;
      await mine();
      return false;
    });
    await world.provider.send("anvil_reorg", [1, []]);

    await settled(tokenId, requestId);
    assert.equal(await world.countEvents("ResultDelivered", requestId), 1);
    assert.equal(await world.countUpdates(tokenId), 1);
  });

  it("signs nothing for a request whose block vanished before it was confirmed", async () => {
    const before = await world.provider.getTransactionCount(SENDER);
    const seen = relay.log.length;
    const requestId = await world.ask(await world.mint(), { say: "never asked" });
    await until("the request to be seen", PATIENCE_MS, () => relay.log.slice(seen).includes("A request was seen"));
    await world.provider.send("anvil_reorg", [1, []]);
    await mine(4);
    await until("the rewrite to be seen", PATIENCE_MS, () =>
      relay.log.slice(seen).includes(`"orphanedRequests":["${requestId}"]`),
    );

    await mine(3);
    await until("the end of the round", PATIENCE_MS, async () => (await told(requestId)).status === 200);
    assert.deepEqual(await (await told(requestId)).json(), {
      requestId: String(requestId),
      state: "ORPHANED",
      reports: [],
    });
    assert.equal(await world.provider.getTransactionCount(SENDER), before);
  });

  /** What the relay tells of a request. */
  async function told(requestId: bigint): Promise<Response> {
    return fetch(`http://127.0.0.1:${port}/v1/requests/${requestId}`);
  }

  async function mineAt(baseFee: string): Promise<void> {
    await world.provider.send("anvil_setNextBlockBaseFeePerGas", [baseFee]);
    await mine();
  }
});
