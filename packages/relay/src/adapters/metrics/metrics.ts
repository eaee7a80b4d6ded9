import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { ChainUnavailable, ContainerFailed, ContainerTimedOut, InputRejected } from "../../domain/errors.ts";
import type { Persisted } from "../../domain/states.ts";
import type { MinedReceipt } from "../../ports/chain.ts";
import type { WarmOutcome } from "../runner/warm-pool.ts";

const PREFIX = "ainft_relay_";
/** Receipts are asked for until they are deep enough: each is counted once. */
const REMEMBERED_RECEIPTS = 10_000;
const RUN_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** How a run ended, as operators tell it apart. */
export type RunOutcome = "answered" | "failed" | "timed-out" | "rejected" | "not-run";

/** What the relay counts while it works. Gauges that are read when somebody asks are in `gauges.ts`. */
export class RelayMetrics {
  readonly registry = new Registry();
  readonly #transitions = this.#counter("transitions_total", "States that were committed.", ["state", "kind"]);
  readonly #rpcRequests = this.#counter("rpc_requests_total", "JSON-RPC requests, each try.", ["method"]);
  readonly #rpcErrors = this.#counter("rpc_errors_total", "JSON-RPC requests that the node failed.", ["method"]);
  readonly #gasUsed = this.#counter("gas_used_total", "Gas of our mined transactions.", ["succeeded"]);
  readonly #gasSpent = this.#counter("gas_spent_wei_total", "What our mined transactions cost, in wei.", ["succeeded"]);
  readonly #errors = this.#counter("errors_total", "Log lines that a person must act on.", []);
  readonly #warm = this.#counter(
    "warm_total",
    "Warm containers by what became of them, and questions that found none.",
    ["outcome"],
  );
  readonly #warmWaiting: Gauge;
  readonly #runs: Histogram<"outcome">;
  readonly #receipts = new Set<string>();

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: PREFIX });
    this.#warmWaiting = this.gauge("warm_containers", "Containers that wait, started, for a question.");
    this.#runs = new Histogram({
      name: `${PREFIX}run_seconds`,
      help: "Time from the start of a container to its answer.",
      labelNames: ["outcome"],
      buckets: RUN_BUCKETS,
      registers: [this.registry],
    });
  }

  /** A gauge of this relay. */
  gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name: `${PREFIX}${name}`, help, labelNames, registers: [this.registry] });
  }

  persisted({ state, kind }: Persisted): void {
    this.#transitions.inc({ state, kind: kind ?? "request" });
  }

  /** One try of a JSON-RPC request. A call that the contract refuses is an answer. */
  rpc(method: string, error: unknown): void {
    this.#rpcRequests.inc({ method });
    if (error instanceof ChainUnavailable) this.#rpcErrors.inc({ method });
  }

  run(ms: number, outcome: RunOutcome): void {
    this.#runs.observe({ outcome }, ms / 1_000);
  }

  /** What became of a warm container, or of a question that found none. */
  warm(outcome: WarmOutcome): void {
    this.#warm.inc({ outcome });
  }

  /** How many containers wait now. */
  warmWaiting(count: number): void {
    this.#warmWaiting.set(count);
  }

  receipt({ hash, succeeded, gasUsed, gasPrice }: MinedReceipt): void {
    if (gasUsed === undefined || gasPrice === undefined || this.#receipts.has(hash)) return;
    this.#receipts.add(hash);
    for (const oldest of this.#receipts) {
      if (this.#receipts.size <= REMEMBERED_RECEIPTS) break;
      this.#receipts.delete(oldest);
    }
    const labels = { succeeded: String(succeeded) };
    this.#gasUsed.inc(labels, Number(gasUsed));
    this.#gasSpent.inc(labels, Number(gasUsed * gasPrice));
  }

  /** Something was logged as an error. */
  failed(): void {
    this.#errors.inc();
  }

  #counter<T extends string>(name: string, help: string, labelNames: T[]): Counter<T> {
    return new Counter({ name: `${PREFIX}${name}`, help, labelNames, registers: [this.registry] });
  }
}

/** How a run ended that threw this. */
export function outcomeOf(error: unknown): RunOutcome {
  if (error instanceof ContainerFailed) return "failed";
  if (error instanceof ContainerTimedOut) return "timed-out";
  if (error instanceof InputRejected) return "rejected";
  return "not-run";
}
