import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { serveMetrics } from "../../../src/adapters/http/metrics-server.ts";
import { MetricsPage } from "../../../src/adapters/metrics/gauges.ts";
import { MeteredRunner, meteredLogger } from "../../../src/adapters/metrics/metered.ts";
import { type ChainMetrics, RelayMetrics } from "../../../src/adapters/metrics/metrics.ts";
import { type Figures, readFigures } from "../../../src/adapters/store/figures.ts";
import { ChainUnavailable, ContainerTimedOut, ContractRefused } from "../../../src/domain/errors.ts";
import type { MinedReceipt } from "../../../src/ports/chain.ts";
import type { Store } from "../../../src/ports/store.ts";
import type { Runner } from "../../../src/ports/system.ts";
import { freePort } from "../../helpers/time.ts";
import { confirmed, executed } from "../support/executions.ts";
import { contextOf, FakeClock } from "../support/fakes.ts";
import { word } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const HEALTH = { lastRound: 4_000, missingRequests: 2n, lag: 3n, seats: ["ingest"] };

describe("the page of metrics", () => {
  const database = new TestStore();
  let store: Store;
  let metrics: RelayMetrics;
  let counted: ChainMetrics;
  let clock: FakeClock;

  before(async () => {
    await database.open();
    store = await database.clean();
    await confirmed(store, { id: 1 }, { id: 2, tokenId: 2 });
    await executed(store, 1n);
    metrics = new RelayMetrics();
    counted = metrics.of(10n);
    clock = new FakeClock();
    clock.time = 5_500;
  });

  after(async () => database.close());

  function pageOf(
    balance: (() => Promise<bigint>) | null,
    figures = async (): Promise<Figures> => readFigures(database.database),
  ): MetricsPage {
    const sources = { store, figures, health: () => HEALTH, clock, balance };
    return new MetricsPage(new RelayMetrics(), [
      { id: 10n, state: "running", sources },
      { id: 1n, state: "waiting", sources: null },
    ]);
  }

  it("tells requests by state, seats, lag and balance as they are when somebody asks", async () => {
    const page = await pageOf(async () => Promise.resolve(7n)).write();

    for (const line of [
      'ainft_relay_chain_up{chain="10"} 1',
      'ainft_relay_chain_up{chain="1"} 0',
      'ainft_relay_requests{chain="10",state="EXECUTED"} 1',
      'ainft_relay_requests{chain="10",state="CONFIRMED"} 1',
      'ainft_relay_reports{chain="10",kind="result",state="EXECUTED"} 1',
      'ainft_relay_signatures{chain="10",by="self"} 0',
      'ainft_relay_transactions_in_flight{chain="10"} 0',
      'ainft_relay_lag_blocks{chain="10"} 3',
      'ainft_relay_missing_requests{chain="10"} 2',
      'ainft_relay_round_age_seconds{chain="10"} 1.5',
      'ainft_relay_seat{chain="10",seat="ingest"} 1',
      'ainft_relay_transmitter_balance_wei{chain="10"} 7',
      'ainft_relay_database_up{chain="10"} 1',
    ]) {
      assert.ok(page.split("\n").includes(line), `${line} is missing`);
    }
    const [, age = "0"] = /^ainft_relay_oldest_request_seconds\{chain="10"\} (\S+)/m.exec(page) ?? [];
    assert.ok(Number(age) > 1_000_000_000, "the test's blocks are from 1970");
  });

  it("says that the database or the node do not answer instead of failing", async () => {
    const fails = async (): Promise<never> => Promise.reject(new Error("no"));
    const page = await pageOf(fails, fails).write();

    assert.match(page, /^ainft_relay_database_up\{chain="10"\} 0$/m);
    assert.doesNotMatch(page, /^ainft_relay_transmitter_balance_wei\{/m);
    assert.match(page, /^ainft_relay_lag_blocks\{chain="10"\} 3$/m);
  });

  it("counts states, tries of the node and their failures, but no call that the contract refuses", async () => {
    counted.persisted({ state: "SEEN", requestId: 1n });
    counted.persisted({ state: "SIGNED", kind: "update", requestId: 1n });
    counted.rpc("eth_call", null);
    counted.rpc("eth_call", new ContractRefused("Nope"));
    counted.rpc("eth_call", new ChainUnavailable("gone"));
    const page = await metrics.registry.metrics();

    assert.match(page, /transitions_total\{chain="10",state="SEEN",kind="request"\} 1/);
    assert.match(page, /transitions_total\{chain="10",state="SIGNED",kind="update"\} 1/);
    assert.match(page, /rpc_requests_total\{chain="10",method="eth_call"\} 3/);
    assert.match(page, /rpc_errors_total\{chain="10",method="eth_call"\} 1/);
  });

  it("counts the gas of a receipt once, however often it is read", async () => {
    const mined: MinedReceipt = {
      ...{ hash: word(1), blockHash: word(2), blockNumber: 1n, succeeded: true },
      ...{ gasUsed: 50_000n, gasPrice: 3n },
    };
    counted.receipt(mined);
    counted.receipt(mined);
    counted.receipt({ ...mined, hash: word(3), gasUsed: undefined });
    const page = await metrics.registry.metrics();

    assert.match(page, /gas_used_total\{chain="10",succeeded="true"\} 50000\n/);
    assert.match(page, /gas_spent_wei_total\{chain="10",succeeded="true"\} 150000\n/);
  });

  it("times runs by how they ended, and counts errors that are logged", async () => {
    const ends = [async () => Promise.resolve({}), async () => Promise.reject(new ContainerTimedOut("answer", 5))];
    const timed = ends.map((run) => new MeteredRunner({ run } as unknown as Runner, clock, counted));
    for (const runner of timed)
      await runner.run(...([] as unknown as Parameters<Runner["run"]>)).catch(() => undefined);
    meteredLogger(contextOf(store).log, counted).error("Something");
    const page = await metrics.registry.metrics();

    assert.match(page, /run_seconds_count\{chain="10",outcome="answered"\} 1/);
    assert.match(page, /run_seconds_count\{chain="10",outcome="timed-out"\} 1/);
    assert.match(page, /errors_total\{chain="10"\} 1/);
  });

  it("counts warm containers by what became of them, and tells how many wait", async () => {
    for (const outcome of ["started", "used", "started", "missed"] as const) metrics.warm(outcome);
    metrics.warmWaiting(1);
    const page = await metrics.registry.metrics();

    assert.match(page, /warm_total\{outcome="started"\} 2/);
    assert.match(page, /warm_total\{outcome="missed"\} 1/);
    assert.match(page, /^ainft_relay_warm_containers 1$/m);
  });

  it("is served on an address of its own", async () => {
    const port = await freePort();
    const server = await serveMetrics(async () => pageOf(null).write(), "text/plain; version=0.0.4", {
      host: "127.0.0.1",
      port,
    });
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);

    assert.match(answer.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    assert.match(await answer.text(), /ainft_relay_lag_blocks\{chain="10"\} 3/);
    await server.close();
  });
});
