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

/** The figures of a process: of all its chains in one registry, each under its label `chain`. */
export class RelayMetrics {
  readonly registry = new Registry();
  readonly #meters: Meters;
  readonly #warm: Counter;
  readonly #warmWaiting: Gauge;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry, prefix: PREFIX });
    this.#meters = metersIn(this.registry);
    this.#warm = new Counter({
      name: `${PREFIX}warm_total`,
      help: "Warm containers by what became of them, and questions that found none.",
      labelNames: ["outcome"],
      registers,
    });
    this.#warmWaiting = new Gauge({
      name: `${PREFIX}warm_containers`,
      help: "Containers that wait, started, for a question.",
      registers,
    });
  }

  /** What became of a warm container, which all chains share, or of a question that found none. */
  warm(outcome: WarmOutcome): void {
    this.#warm.inc({ outcome });
  }

  /** How many containers wait now. */
  warmWaiting(count: number): void {
    this.#warmWaiting.set(count);
  }

  /** A gauge of this relay's chains. */
  gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({
      name: `${PREFIX}${name}`,
      help,
      labelNames: ["chain", ...labelNames],
      registers: [this.registry],
    });
  }

  of(chainId: bigint): ChainMetrics {
    const chain = String(chainId);
    this.#meters.errors.inc({ chain }, 0); // shown from the beginning: a rise from nothing at all is not seen as one
    return new ChainMetrics(this.#meters, chain);
  }
}

/** What the relay counts of a chain while it works. Gauges that are read when somebody asks are in `gauges.ts`. */
export class ChainMetrics {
  readonly #meters: Meters;
  readonly #chain: string;
  readonly #receipts = new Set<string>();

  constructor(meters: Meters, chain: string) {
    this.#meters = meters;
    this.#chain = chain;
  }

  persisted({ state, kind }: Persisted): void {
    this.#meters.transitions.inc({ chain: this.#chain, state, kind: kind ?? "request" });
  }

  /** One try of a JSON-RPC request. A call that the contract refuses is an answer. */
  rpc(method: string, error: unknown): void {
    this.#meters.rpcRequests.inc({ chain: this.#chain, method });
    if (error instanceof ChainUnavailable) this.#meters.rpcErrors.inc({ chain: this.#chain, method });
  }

  run(ms: number, outcome: RunOutcome): void {
    this.#meters.runs.observe({ chain: this.#chain, outcome }, ms / 1_000);
  }

  receipt({ hash, succeeded, gasUsed, gasPrice }: MinedReceipt): void {
    if (gasUsed === undefined || gasPrice === undefined || this.#receipts.has(hash)) return;
    this.#receipts.add(hash);
    for (const oldest of this.#receipts) {
      if (this.#receipts.size <= REMEMBERED_RECEIPTS) break;
      this.#receipts.delete(oldest);
    }
    const labels = { chain: this.#chain, succeeded: String(succeeded) };
    this.#meters.gasUsed.inc(labels, Number(gasUsed));
    this.#meters.gasSpent.inc(labels, Number(gasUsed * gasPrice));
  }

  /** Something was logged as an error. */
  failed(): void {
    this.#meters.errors.inc({ chain: this.#chain });
  }
}

interface Meters {
  readonly transitions: Counter;
  readonly rpcRequests: Counter;
  readonly rpcErrors: Counter;
  readonly gasUsed: Counter;
  readonly gasSpent: Counter;
  readonly errors: Counter;
  readonly runs: Histogram;
}

function metersIn(registry: Registry): Meters {
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[]): Counter =>
    new Counter({ name: `${PREFIX}${name}`, help, labelNames: ["chain", ...labelNames], registers });
  return {
    transitions: counter("transitions_total", "States that were committed.", ["state", "kind"]),
    rpcRequests: counter("rpc_requests_total", "JSON-RPC requests, each try.", ["method"]),
    rpcErrors: counter("rpc_errors_total", "JSON-RPC requests that the node failed.", ["method"]),
    gasUsed: counter("gas_used_total", "Gas of our mined transactions.", ["succeeded"]),
    gasSpent: counter("gas_spent_wei_total", "What our mined transactions cost, in wei.", ["succeeded"]),
    errors: counter("errors_total", "Log lines that a person must act on.", []),
    runs: new Histogram({
      name: `${PREFIX}run_seconds`,
      help: "Time from the start of a container to its answer.",
      labelNames: ["chain", "outcome"],
      buckets: RUN_BUCKETS,
      registers,
    }),
  };
}

/** How a run ended that threw this. */
export function outcomeOf(error: unknown): RunOutcome {
  if (error instanceof ContainerFailed) return "failed";
  if (error instanceof ContainerTimedOut) return "timed-out";
  if (error instanceof InputRejected) return "rejected";
  return "not-run";
}
