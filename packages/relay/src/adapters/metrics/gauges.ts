import type { Gauge } from "prom-client";
import type { Health } from "../../domain/health.ts";
import type { Store } from "../../ports/store.ts";
import type { Clock } from "../../ports/system.ts";
import type { Figures } from "../store/figures.ts";
import type { RelayMetrics } from "./metrics.ts";

/** Where gauges are read. */
export interface GaugeSources {
  readonly store: Store;
  readonly figures: () => Promise<Figures>;
  readonly health: () => Health;
  readonly clock: Clock;
  /** Of the account that pays, in wei; null when nothing is sent. */
  readonly balance: (() => Promise<bigint>) | null;
}

const LABELLED: ReadonlySet<string> = new Set(["requests", "reports", "signatures", "seats"]);

/** Writes the page of a relay: what it counted, and gauges read now. What cannot be read is left out. */
export class MetricsPage {
  readonly #metrics: RelayMetrics;
  readonly #sources: GaugeSources;
  readonly #gauges: Readonly<Record<string, Gauge>>;

  constructor(metrics: RelayMetrics, sources: GaugeSources) {
    this.#metrics = metrics;
    this.#sources = sources;
    this.#gauges = {
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
    for (const [name, gauge] of Object.entries(this.#gauges)) {
      gauge.reset();
      if (!LABELLED.has(name)) gauge.remove(); // reset to 0, which would be taken for a figure
    }
    this.#readHealth();
    await Promise.all([this.#readDatabase(), this.#readBalance()]);
    return this.#metrics.registry.metrics();
  }

  #readHealth(): void {
    const { lastRound, missingRequests, lag, seats } = this.#sources.health();
    this.#set("lag", Number(lag));
    this.#set("missing", Number(missingRequests));
    if (lastRound !== null) this.#set("roundAge", (this.#sources.clock.now() - lastRound) / 1_000);
    for (const seat of seats) this.#set("seats", 1, { seat });
  }

  async #readDatabase(): Promise<void> {
    const { store, figures } = this.#sources;
    try {
      const [requests, reports, more] = [await store.requests.counts(), await store.reports.counts(), await figures()];
      for (const [state, count] of Object.entries(requests)) this.#set("requests", count, { state });
      for (const [key, count] of Object.entries(reports)) {
        const [kind = "", state = ""] = key.split(":");
        this.#set("reports", count, { kind, state });
      }
      this.#set("signatures", more.ownSignatures, { by: "self" });
      this.#set("signatures", more.peerSignatures, { by: "peers" });
      this.#set("oldest", more.oldestRequestSeconds);
      this.#set("inFlight", more.inFlight);
      this.#set("oldestSent", more.oldestTransactionSeconds);
      this.#set("databaseUp", 1);
    } catch {
      this.#set("databaseUp", 0);
    }
  }

  async #readBalance(): Promise<void> {
    const wei = await this.#sources.balance?.().catch(() => undefined);
    if (wei !== undefined) this.#set("balance", Number(wei));
  }

  #set(name: string, value: number, labels: Record<string, string> = {}): void {
    this.#gauges[name]?.set(labels, value);
  }
}
