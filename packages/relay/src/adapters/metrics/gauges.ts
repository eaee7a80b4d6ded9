import type { Gauge } from "prom-client";
import type { ChainState, Health } from "../../domain/health.ts";
import type { Store } from "../../ports/store.ts";
import type { Clock } from "../../ports/system.ts";
import type { Figures } from "../store/figures.ts";
import type { RelayMetrics } from "./metrics.ts";

/** A chain of this relay; its sources are null until its node was reached. */
export interface ChainGauges {
  readonly id: bigint;
  readonly state: ChainState;
  readonly sources: GaugeSources | null;
}

/** What the gauges of a chain are read from. */
export interface GaugeSources {
  readonly store: Store;
  readonly figures: () => Promise<Figures>;
  readonly health: () => Health;
  readonly clock: Clock;
  /** Of the account that pays, in wei; null when nothing is sent. */
  readonly balance: (() => Promise<bigint>) | null;
}

/** Writes the page of a relay: what it counted, and gauges read now. What cannot be read is left out. */
export class MetricsPage {
  readonly #metrics: RelayMetrics;
  readonly #chains: readonly ChainGauges[];
  readonly #gauges: Readonly<Record<string, Gauge>>;

  constructor(metrics: RelayMetrics, chains: readonly ChainGauges[]) {
    this.#metrics = metrics;
    this.#chains = chains;
    this.#gauges = {
      up: metrics.gauge("chain_up", "Whether rounds are played: not before a node was reached, or after a halt."),
      requests: metrics.gauge("requests", "Requests by state.", ["state"]),
      reports: metrics.gauge("reports", "Reports by kind and state.", ["kind", "state"]),
      signatures: metrics.gauge("signatures", "Signatures that are kept.", ["by"]),
      oldest: metrics.gauge("oldest_request_seconds", "Age of the oldest request that waits for its run."),
      inFlight: metrics.gauge("transactions_in_flight", "Transactions that may still be mined."),
      oldestSent: metrics.gauge("oldest_transaction_seconds", "Age of the oldest transaction that is not mined."),
      databaseUp: metrics.gauge("database_up", "Whether the database answers."),
      lag: metrics.gauge("lag_blocks", "Blocks that the chain is ahead of the database."),
      roundAge: metrics.gauge("round_age_seconds", "Time since a round last saw the chain."),
      missing: metrics.gauge("missing_requests", "Requests that the contract counts and the node does not show."),
      seats: metrics.gauge("seat", "Seats that this relay has.", ["seat"]),
      balance: metrics.gauge("transmitter_balance_wei", "What the account that pays holds, in wei."),
    };
  }

  async write(): Promise<string> {
    for (const gauge of Object.values(this.#gauges)) gauge.reset();
    await Promise.all(this.#chains.map(async (chain) => this.#readChain(chain)));
    return this.#metrics.registry.metrics();
  }

  async #readChain({ id, state, sources }: ChainGauges): Promise<void> {
    const set: SetGauge = (name, value, labels = {}) =>
      this.#gauges[name]?.set({ chain: String(id), ...labels }, value);
    set("up", state === "running" ? 1 : 0);
    if (sources === null) return;
    readHealth(sources, set);
    await Promise.all([readDatabase(sources, set), readBalance(sources, set)]);
  }
}

type SetGauge = (name: string, value: number, labels?: Record<string, string>) => void;

function readHealth({ health, clock }: GaugeSources, set: SetGauge): void {
  const { lastRound, missingRequests, lag, seats } = health();
  set("lag", Number(lag));
  set("missing", Number(missingRequests));
  if (lastRound !== null) set("roundAge", (clock.now() - lastRound) / 1_000);
  for (const seat of seats) set("seats", 1, { seat });
}

async function readDatabase({ store, figures }: GaugeSources, set: SetGauge): Promise<void> {
  try {
    const [requests, reports, more] = [await store.requests.counts(), await store.reports.counts(), await figures()];
    for (const [state, count] of Object.entries(requests)) set("requests", count, { state });
    for (const [key, count] of Object.entries(reports)) {
      const [kind = "", state = ""] = key.split(":");
      set("reports", count, { kind, state });
    }
    set("signatures", more.ownSignatures, { by: "self" });
    set("signatures", more.peerSignatures, { by: "peers" });
    set("oldest", more.oldestRequestSeconds);
    set("inFlight", more.inFlight);
    set("oldestSent", more.oldestTransactionSeconds);
    set("databaseUp", 1);
  } catch {
    set("databaseUp", 0);
  }
}

async function readBalance({ balance }: GaugeSources, set: SetGauge): Promise<void> {
  const wei = await balance?.().catch(() => undefined);
  if (wei !== undefined) set("balance", Number(wei));
}
