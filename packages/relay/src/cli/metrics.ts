import { serveMetrics } from "../adapters/http/metrics-server.ts";
import { type ChainGauges, MetricsPage } from "../adapters/metrics/gauges.ts";
import type { RelayMetrics } from "../adapters/metrics/metrics.ts";
import type { RelayConfig } from "../config/schema.ts";
import type { Closers } from "./closers.ts";

/** Serves the metrics where the configuration says; without a port nothing is served. */
export async function openMetrics(
  { metrics: { host, port } }: RelayConfig,
  metrics: RelayMetrics,
  chains: readonly ChainGauges[],
  closers: Closers,
): Promise<void> {
  if (port === undefined) return;
  const page = new MetricsPage(metrics, chains);
  const { contentType } = metrics.registry;
  const server = await serveMetrics(async () => page.write(), contentType, { host, port });
  closers.add(async () => server.close());
}
