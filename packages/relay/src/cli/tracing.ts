import { RequestTracer } from "../adapters/tracing/request-tracer.ts";
import { openTracing } from "../adapters/tracing/sdk.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { RelayConfig } from "../config/schema.ts";
import type { Logger } from "../ports/system.ts";
import type { Closers } from "./closers.ts";

/** Traces as the environment asks for them. Throws a `StartRefused` subclass. */
export async function makeTracer({ chain, http }: RelayConfig, log: Logger, closers: Closers): Promise<RequestTracer> {
  const tracing = await openTracing(process.env, `${http.host}:${http.port}`, log);
  closers.add(async () => tracing.close());
  return new RequestTracer(tracing, { chainId: chain.id, oracle: chain.oracle }, () => systemClock.now());
}
