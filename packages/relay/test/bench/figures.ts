import type { Backlog, Latency } from "./measure.ts";
import type { Storage } from "./storage.ts";

/** Everything that was measured in one run. */
export interface Figures {
  readonly cores: number;
  readonly database: "embedded" | "PostgreSQL";
  /** Others who worked on the machine: the load average before the first backlog. */
  readonly loadBefore: number;
  readonly backlogs: readonly Backlog[];
  readonly latencies: readonly Latency[];
  /** What one relay's database has grown by for each result; null of the embedded one, which cannot be asked meanwhile. */
  readonly storage: Storage | null;
}
