import { RequestTracer } from "../adapters/tracing/request-tracer.ts";
import { openTracing, type Tracing } from "../adapters/tracing/sdk.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { RelayConfig } from "../config/schema.ts";
import type { Logger } from "../ports/system.ts";
import type { Closers } from "./closers.ts";

/** Begins to trace as the environment asks for it. Throws a `StartRefused` subclass. */
export async function startTracing({ http }: RelayConfig, log: Logger, closers: Closers): Promise<Tracing> {
  const tracing = await openTracing(process.env, `${http.host}:${http.port}`, log);
  closers.add(async () => tracing.close());
  return tracing;
}

/** Traces the requests of one chain. */
export function makeTracer({ chain }: RelayConfig, tracing: Tracing): RequestTracer {
  return new RequestTracer(tracing, { chainId: chain.id, oracle: chain.oracle }, () => systemClock.now());
}
