import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { inferenceOracleAbi } from "ainft-contracts";
import { Interface, isCallException } from "ethers";
import { PostgresCluster, WITHOUT_POSTGRES } from "../helpers/postgres.ts";
import { RelayProcess, relayConfig } from "../helpers/relay-processes.ts";
import { RpcProxy } from "../helpers/rpc-proxy.ts";
import { freePort, until } from "../helpers/time.ts";
import { account, openWorld, type World } from "../helpers/world.ts";

const MAIN = resolve(import.meta.dirname, "../../src/main.ts");
const PATIENCE_MS = 90_000;
const [ONE, TWO] = [31_337, 1_337];
const oracle = new Interface(inferenceOracleAbi);

/** What `/ready` says of each chain. */
interface Readiness {
  readonly ready: boolean;
  readonly chains: Readonly<Record<string, { readonly ready: boolean; readonly state: string }>>;
}

/** One signature as `/v1/attestations` shows it. */
interface Shown {
  readonly key: string;
}

/**
 * Two reporters with the same keys on two chains, where everything has the same address and requests have the same ids.
 * The first keeps its rows in the embedded database, the second in PostgreSQL.
 */
describe("relays that serve two chains", { skip: WITHOUT_POSTGRES }, () => {
  let cluster: PostgresCluster;
  let one: World;
  let two: World;
  let proxy: RpcProxy;
  let ports: number[];
  let metricsPort: number;
  let relays: RelayProcess[];
  let env: NodeJS.ProcessEnv[];

  before(async () => {
    cluster = await PostgresCluster.start();
    [one, two] = await Promise.all([openWorld(2), openWorld(2, { chainId: TWO })]);
    proxy = await RpcProxy.open(two.rpcUrl);
    ports = await Promise.all([freePort(), freePort(), freePort()]);
    metricsPort = await freePort();
    const keys = one.reporters.map((reporter, index) => ({
      REPORTER_KEY: reporter.privateKey,
      SENDER_KEY: account(6 + index).privateKey,
    }));
    const [first = {}, second = {}] = keys;
    env = [first, { ...second, DATABASE_URL: await cluster.createDatabase() }];
    relays = await Promise.all([prepare(0, 0), prepare(1, 1), prepare(2, 1)]);
  });

  after(async () => {
    for (const relay of relays) await relay.kill();
    await Promise.all([one.close(), two.close(), proxy.close(), cluster.close()]);
  });

  /** A process of a reporter: its configuration lists both chains. */
  async function prepare(place: number, reporter: number): Promise<RelayProcess> {
    const port = ports[place] ?? 0;
    const peers = ports.filter((_port, other) => other !== place).map((peer) => `http://127.0.0.1:${peer}`);
    const { chain, ...shared } = relayConfig(one, place, { port, peers, sends: true });
    const chains = [chain, { ...(chain as object), id: TWO, rpcUrl: proxy.url, transmitter: { maxFeeGwei: 50 } }];
    const config = { ...shared, chains, ...(place === 0 ? { metrics: { port: metricsPort } } : {}) };
    const file = fileOf(place);
    await writeFile(file, JSON.stringify(config));
    return new RelayProcess(file, env[reporter] ?? {}, `http://127.0.0.1:${port}`);
  }

  function fileOf(place: number): string {
    return join(one.folder, `several-${place}.json`);
  }

  function at(index: number): RelayProcess {
    return relays[index] ?? assert.fail("there is no such relay");
  }

  /** Starts relays, and waits until they serve so many chains each. */
  async function started(indexes: readonly number[], chains: number, options: readonly string[] = []): Promise<void> {
    for (const index of indexes) at(index).start({}, options);
    for (const index of indexes) {
      await at(index).ready();
      await until("the chains to be served", PATIENCE_MS, async () => (await runningOf(index)).length === chains);
    }
  }

  /** Chains of which rounds are played. */
  async function runningOf(index: number): Promise<string[]> {
    const answer = await fetch(`${at(index).url}/ready`);
    const body = (await answer.json()) as Readiness | { state: string };
    if (!("chains" in body)) return body.state === "running" ? ["only"] : [];
    return Object.entries(body.chains).flatMap(([id, { state }]) => (state === "running" ? [id] : []));
  }

  /** A request is answered and its state set, each once. */
  async function settled(world: World, tokenId: bigint, requestId: bigint): Promise<void> {
    await until(`request ${requestId} on chain ${world.chainId} and its update`, PATIENCE_MS, async () => {
      return (await world.sequenceOf(tokenId)) === 1n && (await world.countEvents("ResultDelivered", requestId)) > 0;
    });
    await world.provider.send("anvil_mine", ["0x3"]);
    assert.deepEqual(
      [await world.countEvents("ResultDelivered", requestId), await world.countUpdates(tokenId)],
      [1, 1],
    );
  }

  async function command(...args: string[]): Promise<{ code: number; text: string }> {
    return new Promise((done) => {
      execFile(process.execPath, [MAIN, ...args], { env: { ...process.env, ...env[1] } }, (error, out, err) => {
        done({ code: error === null ? 0 : Number(error.code), text: out + err });
      });
    });
  }

  it("finish the requests of both, which have the same ids and are for the same addresses", async () => {
    assert.deepEqual([one.oracleAddress, one.collectionAddress], [two.oracleAddress, two.collectionAddress]);
    await started([0, 1], 2);
    const asked = await Promise.all(
      [one, two].map(async (world) => {
        const tokenId = await world.mint();
        return { world, tokenId, requestId: await world.ask(tokenId, { say: `chain ${world.chainId}` }) };
      }),
    );
    assert.deepEqual(
      asked.map(({ requestId }) => requestId),
      [1n, 1n],
    );
    for (const { world, tokenId, requestId } of asked) await settled(world, tokenId, requestId);

    for (const id of [ONE, TWO]) {
      const told = await at(1).get<{ reports: { state: string }[] }>(`/v1/requests/1?chain=${id}`);
      assert.equal(told?.reports.length, 2);
    }
    const page = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    for (const id of [ONE, TWO]) {
      assert.match(page, new RegExp(`^ainft_relay_requests\\{chain="${id}",state="EXECUTED"\\} 1$`, "m"));
      assert.match(page, new RegExp(`^ainft_relay_chain_up\\{chain="${id}"\\} 1$`, "m"));
    }
  });

  it("take a reporter's signature on the chain that it is for, and refuse it on the other", async () => {
    const page = await at(0).get<{ signatures: Shown[] }>(`/v1/attestations?chain=${ONE}`);
    const ours = page?.signatures.find(({ key }) => key === "result:1") ?? assert.fail("nothing was signed");
    const push = async (id: number): Promise<number> => {
      const body = JSON.stringify(ours);
      const options = { method: "POST", headers: { "content-type": "application/json" }, body };
      return (await fetch(`${at(1).url}/v1/attestations?chain=${id}`, options)).status;
    };

    assert.deepEqual([await push(ONE), await push(TWO)], [204, 400]);
  });

  it("need to be told which chain a command or a page is about", async () => {
    const chosen = "Choose by --chain from 31337, 1337.";
    const file = fileOf(1);
    const vague = await command("nonce", "--config", file);
    assert.deepEqual(
      [vague.code, vague.text],
      [2, `ainft-relay: Which chain is meant: the command is about one chain. ${chosen}\n`],
    );
    const nonce = await command("nonce", "--config", file, "--chain", String(TWO));
    const next = await two.provider.getTransactionCount(account(7).address);
    assert.deepEqual([nonce.code, (JSON.parse(nonce.text) as { next: string }).next], [0, String(next)]);
    const status = await command("status", "1", "--config", file, "--chain", String(TWO));
    assert.equal((JSON.parse(status.text) as { requestId: string }).requestId, "1");
    assert.equal((await fetch(`${at(1).url}/v1/requests/1`)).status, 400);
  });

  it("go on with one while the other's node is away, also from a fresh start, and serve that one when it is back", async () => {
    proxy.plan = () => ({ kind: "status", status: 503 });
    for (const index of [0, 1]) assert.equal(await at(index).stop(), 0);
    await started([0, 1], 1);
    const [tokenId, other] = [await one.mint(), await two.mint()];
    const [requestId, waiting] = [
      await one.ask(tokenId, { say: "still here" }),
      await two.ask(other, { say: "later" }),
    ];
    assert.deepEqual([requestId, waiting], [2n, 2n]);
    await settled(one, tokenId, requestId);

    const answer = await fetch(`${at(0).url}/ready`);
    const { ready, chains } = (await answer.json()) as Readiness;
    assert.deepEqual([answer.status, ready, chains[TWO]], [200, true, { ready: false, state: "waiting" }]);
    assert.equal((await fetch(`${at(0).url}/ready?chain=${TWO}`)).status, 503);
    await assertRefusedByContract(requestId);
    proxy.plan = () => undefined;
    await settled(two, other, waiting);
  });

  /** What was delivered on the first chain proves nothing to the contract of the second, where the request is open. */
  async function assertRefusedByContract(requestId: bigint): Promise<void> {
    const topics = oracle.encodeFilterTopics("ResultDelivered", [requestId]);
    const [log] = await one.provider.getLogs({ address: one.oracleAddress, topics, fromBlock: 0 });
    const sent = await one.provider.getTransaction(log?.transactionHash ?? "");
    assert.ok(sent !== null);
    const error: unknown = await two.provider
      .call({ to: two.oracleAddress, data: sent.data })
      .catch((failure: unknown) => failure);
    assert.ok(isCallException(error));
    const refusal = oracle.parseError(error.data ?? "0x");
    assert.deepEqual(
      [refusal?.name, refusal?.args[0], refusal?.args[1]],
      ["InferenceOracleInvalidSignature", 0n, one.reporters[0]?.address],
    );
  }

  it("can be two machines on one database, each for one of the chains", async () => {
    assert.equal(await at(1).stop(), 0);
    await started([1], 1, ["--chain", String(ONE)]);
    await started([2], 1, ["--chain", String(TWO)]);
    const [tokenId, other] = [await one.mint(), await two.mint()];
    const [requestId, second] = [await one.ask(tokenId, { say: "apart" }), await two.ask(other, { say: "apart" })];
    await settled(one, tokenId, requestId);
    await settled(two, other, second);

    assert.equal(
      (await fetch(`${at(2).url}/v1/requests/${second}`)).status,
      200,
      "it has one chain: no need to name it",
    );
    assert.equal((await fetch(`${at(2).url}/v1/requests/${requestId}?chain=${ONE}`)).status, 404);
  });

  it("go on with one after the other's node was killed for good, and stop when they are told to", async () => {
    await two.close();
    const tokenId = await one.mint();
    await settled(one, tokenId, await one.ask(tokenId, { say: "alone" }));

    assert.deepEqual(await Promise.all(relays.map(async (relay) => relay.stop())), [0, 0, 0]);
  });

  it("refuse to start when the node of one is another chain's", async () => {
    const { chain, ...shared } = relayConfig(one, 9, { port: await freePort(), peers: [], sends: false });
    const file = join(one.folder, "refused.json");
    await writeFile(file, JSON.stringify({ ...shared, chains: [chain, { ...(chain as object), id: TWO }] }));
    const relay = new RelayProcess(file, env[0] ?? {});
    relay.start();

    assert.equal(await relay.ended(), 2);
    const said =
      /^ainft-relay: The node is on chain 31337, chain\.id says 1337\. Correct chain\.id or chain\.rpcUrl\.$/m;
    assert.match(relay.log, said);
  });
});
