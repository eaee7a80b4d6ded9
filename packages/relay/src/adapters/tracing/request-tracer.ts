import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { type Attributes, context, ROOT_CONTEXT, type Span, SpanStatusCode, trace } from "@opentelemetry/api";
import type { OracleDomain } from "ainft-core";
import type { Persisted } from "../../domain/states.ts";
import type { Tracer } from "../../ports/system.ts";
import type { Tracing } from "./sdk.ts";

/** Edges of a request's life by the state that they end in. A run is a step of its own, so EXECUTED is none. */
const EDGES: Readonly<Record<Exclude<Persisted["state"], "EXECUTED">, string>> = {
  SEEN: "ingest",
  CONFIRMED: "confirm request",
  LEASED: "lease",
  SIGNED: "attest",
  QUORUM: "gather",
  TX_READY: "prepare transaction",
  SENT: "transmit",
  INCLUDED: "include",
  FINAL: "confirm result",
  SUPERSEDED: "close",
  EXPIRED: "close",
  ORPHANED: "close",
  DEAD: "close",
};

/** States remembered, so that an edge can tell how long it took. */
const REMEMBERED = 10_000;

interface Seen {
  readonly state: Persisted["state"];
  /** Milliseconds of this machine's clock. */
  readonly at: number;
}

/**
 * Tells OpenTelemetry of the edges of requests' lives. All spans of one request are in one trace, whichever relay, executor
 * or reporter made them: its id follows from chain, oracle and request id. Spans carry ids and states alone.
 */
export class RequestTracer implements Tracer {
  readonly #tracing: Tracing;
  readonly #domain: OracleDomain;
  readonly #now: () => number;
  readonly #current = new AsyncLocalStorage<Span>();
  readonly #seen = new Map<string, Seen>();

  constructor(tracing: Tracing, domain: OracleDomain, now: () => number) {
    this.#tracing = tracing;
    this.#domain = domain;
    this.#now = now;
  }

  /** An edge that has just been committed: from what was committed before it, if that was here. */
  persisted({ state, kind, requestId }: Persisted): void {
    const before = this.#seen.get(keyOf(requestId, kind)) ?? this.#seen.get(keyOf(requestId));
    const now = this.#now();
    this.#remember(keyOf(requestId, kind), { state, at: now });
    if (state === "EXECUTED") return;
    const attributes = {
      ...this.#attributesOf(requestId),
      "ainft.report.kind": kind,
      "ainft.state": state,
      "ainft.state.before": before?.state,
    };
    this.#inTraceOf(requestId, () => {
      const options = { attributes, startTime: before?.at ?? now, root: true };
      this.#tracing.tracer.startSpan(EDGES[state], options, ROOT_CONTEXT).end(now);
    });
  }

  async step<T>(name: string, requestId: bigint, work: () => Promise<T>): Promise<T> {
    const options = { attributes: this.#attributesOf(requestId), root: true };
    const span = this.#inTraceOf(requestId, () => this.#tracing.tracer.startSpan(name, options, ROOT_CONTEXT));
    return this.#during(span, work);
  }

  /** A part of the step that runs now; on its own when none does. */
  async part<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
    const step = this.#current.getStore();
    const parent = step === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, step);
    return this.#during(this.#tracing.tracer.startSpan(name, { attributes }, parent), work);
  }

  async #during<T>(span: Span, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#current.run(span, async () => context.with(trace.setSpan(ROOT_CONTEXT, span), work));
    } catch (error) {
      // The name alone: messages may hold what a program or a node said.
      span.setAttribute("error.type", nameOf(error));
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  }

  #attributesOf(requestId: bigint): Attributes {
    const { chainId, oracle } = this.#domain;
    return { "ainft.chain.id": String(chainId), "ainft.oracle": oracle, "ainft.request.id": String(requestId) };
  }

  #inTraceOf<T>(requestId: bigint, start: () => T): T {
    return this.#tracing.within(() => traceIdOf(this.#domain, requestId), start);
  }

  #remember(key: string, seen: Seen): void {
    this.#seen.delete(key); // so that it comes last
    this.#seen.set(key, seen);
    const [oldest] = this.#seen.size > REMEMBERED ? this.#seen.keys() : [];
    if (oldest !== undefined) this.#seen.delete(oldest);
  }
}

/** The one trace of a request, the same for everybody: 32 hexadecimal digits. */
export function traceIdOf({ chainId, oracle }: OracleDomain, requestId: bigint): string {
  const named = `ainft request ${chainId} ${oracle.toLowerCase()} ${requestId}`;
  return createHash("sha256").update(named).digest("hex").slice(0, 32);
}

function keyOf(requestId: bigint, kind?: Persisted["kind"]): string {
  return `${requestId} ${kind ?? ""}`;
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
