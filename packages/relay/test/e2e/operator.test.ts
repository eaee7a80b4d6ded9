import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Wallet } from "ethers";
import { WalletTransactionSigner } from "../../src/adapters/signer/signers.ts";
import { openPostgres } from "../../src/adapters/store/postgres.ts";
import { sqlStore } from "../../src/adapters/store/sql-store.ts";
import { asAddress } from "ainft-core";
import { traceIdOf } from "../../src/adapters/tracing/request-tracer.ts";
import { OtlpReceiver } from "../helpers/otlp.ts";
import { PostgresCluster, POSTGRES_PASSWORD, WITHOUT_POSTGRES } from "../helpers/postgres.ts";
import { type EndedCommand, RelayProcess, relayConfig, runRelayCommand } from "../helpers/relay-processes.ts";
import { freePort, until } from "../helpers/time.ts";
import { account, CHAIN_ID, openWorld, type World } from "../helpers/world.ts";

const COMMANDS = ["run", "status", "replay", "retry", "nonce", "doctor", "config print"];

describe("the commands of ainft-relay", () => {
  for (const name of COMMANDS) {
    it(`${name} shows how it is used, with an example`, async () => {
      const { code, out } = await runRelayCommand([...name.split(" "), "--help"]);

      assert.equal(code, 0);
      assert.match(out, new RegExp(`Examples?:\\n  ainft-relay ${name} `));
    });
  }
});

describe("an operator of a relay on PostgreSQL", { skip: WITHOUT_POSTGRES }, () => {
  let cluster: PostgresCluster;
  let world: World;
  let env: NodeJS.ProcessEnv;
  let file: string;
  let metricsPort: number;
  let relay: RelayProcess;
  let traces: OtlpReceiver;

  before(async () => {
    traces = await OtlpReceiver.start();
    cluster = await PostgresCluster.start();
    world = await openWorld(1);
    file = join(world.folder, "relay.json");
    metricsPort = await freePort();
    const config = relayConfig(world, 0, { port: await freePort(), peers: [], sends: true });
    await writeFile(file, JSON.stringify({ ...config, metrics: { port: metricsPort }, logLevel: "debug" }));
    const keys = { REPORTER_KEY: world.reporters[0]?.privateKey, SENDER_KEY: account(6).privateKey };
    env = { ...keys, DATABASE_URL: await cluster.createDatabase() };
    relay = new RelayProcess(file, env);
  });

  after(async () => {
    await relay.kill();
    await world.close();
    await cluster.close();
    await traces.close();
  });

  async function act(...args: string[]): Promise<EndedCommand> {
    return runRelayCommand([...args, "--config", file], env);
  }

  it("sees by doctor what is right, the database and the clock among it", async () => {
    const { code, out } = await act("doctor");

    assert.equal(code, 0, out);
    for (const what of [
      "chain, oracle and reporter key",
      "clock",
      "transmitter",
      "data folder",
      "database",
      "runner",
    ]) {
      assert.match(out, new RegExp(`^ok   ${what}: `, "m"));
    }
    assert.match(out, /database: PostgreSQL \d+\S* .*at 127\.0\.0\.1:\d+\/relay_1, \d steps to do at the next start/);
    assert.ok(!out.includes(POSTGRES_PASSWORD));
  });

  it("sees by doctor that the database does not answer", async () => {
    const wrong = { ...env, DATABASE_URL: `postgresql://relay:${POSTGRES_PASSWORD}@127.0.0.1:${await freePort()}/x` };
    const { code, out } = await runRelayCommand(["doctor", "--config", file], wrong);

    assert.equal(code, 1);
    assert.match(out, /^FAIL database: 127\.0\.0\.1:\d+\/x: .*ECONNREFUSED/m);
    assert.ok(!out.includes(POSTGRES_PASSWORD));
  });

  it("is told by status that no relay runs, and what to do", async () => {
    const { code, err } = await act("status");

    assert.equal(code, 2);
    assert.match(
      err,
      /^ainft-relay: No relay answers at 127\.0\.0\.1:\d+: start it by ainft-relay run, or check "http" in .+relay\.json\.$/m,
    );
  });

  it("reads how far everything is while it runs, and cannot replay under its hands", async () => {
    relay.start({ OTEL_EXPORTER_OTLP_ENDPOINT: traces.url });
    await relay.ready();
    const tokenId = await world.mint();
    const requestId = await world.ask(tokenId, { say: "hello" });
    await until("the request's end", 30_000, async () =>
      (await act("status", String(requestId))).out.includes("FINAL"),
    );

    const nonce = JSON.parse((await act("nonce")).out) as Record<string, unknown>;
    assert.deepEqual({ next: nonce["next"], holes: nonce["holes"] }, { next: "2", holes: [] });
    const replayed = await act("replay", "1");
    assert.equal(replayed.code, 2);
    assert.match(replayed.err, /Another relay reads the chain now/);
    const page = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    assert.match(page, /^ainft_relay_requests\{chain="31337",state="EXECUTED"\} 1$/m);
    assert.match(page, /^ainft_relay_gas_used_total\{chain="31337",succeeded="true"\} \d{5,}$/m);
    assert.match(page, /^ainft_relay_run_seconds_count\{chain="31337",outcome="answered"\} 1$/m);
    assert.match(page, /^ainft_relay_seat\{chain="31337",seat="lane:0x[0-9a-fA-F]{40}"\} 1$/m);
    assert.equal(await relay.stop(), 0);
  });

  it("finds the whole life of the request in one trace, and nothing of what was asked and answered", () => {
    const domain = { chainId: BigInt(CHAIN_ID), oracle: asAddress(world.oracleAddress) };
    const life = traces.spans.filter(({ traceId }) => traceId === traceIdOf(domain, 1n));
    const told = life.map(({ name, attributes: { "ainft.report.kind": kind } }) => [kind, name].join(" ").trim());

    for (const step of ["ingest", "confirm request", "lease", "execute", "run"]) assert.ok(told.includes(step), step);
    for (const edge of ["attest", "gather", "prepare transaction", "transmit", "include", "confirm result"]) {
      for (const kind of ["result", "update"]) assert.ok(told.includes(`${kind} ${edge}`), `${kind} ${edge}`);
    }
    const run = life.find(({ name }) => name === "run");
    assert.equal(run?.parentSpanId, life.find(({ name }) => name === "execute")?.spanId);
    for (const word of ["hello", "heard", account(6).privateKey.slice(2)]) assert.ok(!traces.bodies.includes(word));
  });

  it("reads the chain again by replay, and nothing comes twice", async () => {
    const sent = await world.provider.getTransactionCount(account(6).address);
    assert.match((await act("replay", "1")).out, /reads from block 1 on/);
    assert.match((await act("replay", "99999999")).err, /was not read yet/);
    relay.start();
    await relay.ready();
    const tokenId = await world.mint();
    const requestId = await world.ask(tokenId, { say: "again" });
    await until("the next request's end", 30_000, async () =>
      (await act("status", String(requestId))).out.includes("FINAL"),
    );

    assert.equal(await world.countEvents("ResultDelivered", 1n), 1);
    assert.equal(await world.provider.getTransactionCount(account(6).address), sent + 2);
    assert.equal(await relay.stop(), 0);
  });

  it("runs a request again by retry only when it was given up or waits", async () => {
    const { code, err } = await act("retry", "1");
    assert.equal(code, 2);
    assert.match(err, /Request 1 is EXECUTED.*only one that is DEAD/);
    assert.match((await act("retry", "999")).err, /Request 999 is not known here/);
    assert.match((await act("retry", "-")).err, /no whole number/);
  });

  it("uses up a nonce that nothing has by nonce --fill, and what waits above it is mined", async () => {
    const sender = asAddress(account(6).address);
    const next = BigInt(await world.provider.getTransactionCount(sender));
    await keepNoopAt(next + 1n);
    assert.deepEqual((JSON.parse((await act("nonce")).out) as { holes: string[] }).holes, [String(next)]);
    const { filled } = JSON.parse((await act("nonce", "--fill")).out) as { filled: string[] };
    assert.deepEqual(filled, [String(next)]);

    relay.start();
    await relay.ready();
    await until("both to be mined", 30_000, async () => {
      return BigInt(await world.provider.getTransactionCount(sender)) === next + 2n;
    });
    assert.equal(await relay.stop(), 0);
  });

  it("finds no key, password or address with its credentials in all that was logged and printed", async () => {
    const printed = relay.log + (await act("config", "print")).out + (await act("doctor")).out;
    assert.ok(printed.length > 1_000);
    for (const secret of [world.reporters[0]?.privateKey ?? "", account(6).privateKey, POSTGRES_PASSWORD]) {
      assert.ok(secret.length > 10);
      assert.ok(!printed.includes(secret.replace(/^0x/, "")), "a secret was printed");
    }
  });

  /** A transaction whose nonce is one too high, as after an edit or a restored copy. */
  async function keepNoopAt(nonce: bigint): Promise<void> {
    const database = await openPostgres({ url: env["DATABASE_URL"] ?? "", poolSize: 1 });
    const domain = { chainId: BigInt(CHAIN_ID), oracle: asAddress(world.oracleAddress) };
    const signer = new WalletTransactionSigner(new Wallet(account(6).privateKey), domain, domain.oracle);
    const fees = { maxFee: 100_000_000_000n, maxPriorityFee: 1_000_000_000n };
    const call = { data: "0x" as const, nonce, gasLimit: 21_000n };
    const { hash, raw } = await signer.sign({ to: signer.address, ...call, fees });
    const transaction = { key: `noop:${signer.address}:${nonce}` as const, target: signer.address, ...call };
    await sqlStore(database).transactions.prepare(signer.address, transaction, { hash, raw, fees, createdAt: 0 });
    await database.destroy();
  }
});
