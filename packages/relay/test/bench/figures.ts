import type { Backlog, Latency } from "./measure.ts";

/** Everything that was measured in one run. */
export interface Figures {
  readonly processor: string;
  readonly cores: number;
  readonly database: "embedded" | "PostgreSQL";
  /** Others who worked on the machine: the load average before the first backlog. */
  readonly loadBefore: number;
  readonly backlogs: readonly Backlog[];
  readonly latencies: readonly Latency[];
}
