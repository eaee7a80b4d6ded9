import { serveMetrics } from "../adapters/http/metrics-server.ts";
import { MetricsPage } from "../adapters/metrics/gauges.ts";
import type { RelayMetrics } from "../adapters/metrics/metrics.ts";
import { systemClock } from "../adapters/system-clock.ts";
import type { RelayConfig } from "../config/schema.ts";
import type { Health } from "../domain/health.ts";
import type { ChainSide } from "./adapters.ts";
import type { Closers } from "./closers.ts";
import type { StoreSide } from "./store.ts";

/** Serves the metrics where the configuration says; without a port nothing is served. */
export async function openMetrics(
  { metrics: { host, port } }: RelayConfig,
  metrics: RelayMetrics,
  { store, figures }: StoreSide,
  { sender, writer }: ChainSide,
  health: () => Health,
  closers: Closers,
): Promise<void> {
  if (port === undefined) return;
  const balance = sender === null ? null : async (): Promise<bigint> => writer.balanceOf(sender.address);
  const page = new MetricsPage(metrics, { store, figures, health, clock: systemClock, balance });
  const { contentType } = metrics.registry;
  const server = await serveMetrics(async () => page.write(), contentType, { host, port });
  closers.add(async () => server.close());
}
