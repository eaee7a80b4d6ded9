import type { RunLimits } from "../domain/program.ts";
import type { Call, Reply } from "../domain/protocol.ts";

/** One question to one fresh container. */
export interface ContainerJob {
  /** Names the job in logs and labels. */
  readonly id: string;
  /** `host/name@sha256:…` */
  readonly image: string;
  readonly platform: "linux/amd64" | "linux/arm64";
  readonly limits: RunLimits;
  /** Folder with the verified model files, shown to the container read-only. */
  readonly modelDir: string;
  readonly call: Call;
}

/** Runs containers. Whatever happens, nothing of a job is left behind. */
export interface ContainerRunner {
  /** What it is, for logs and the demo: `engine` or `process`. */
  readonly kind: "engine" | "process";
  /**
   * Starts a fresh container, waits until it is ready, asks, and removes it.
   * Throws `ContainerFailed`, `ContainerTimedOut`, `EngineUnavailable`, `ImageUnavailable`, or the signal's reason.
   */
  run(job: ContainerJob, signal: AbortSignal): Promise<Reply>;
  /** Removes what a killed predecessor left, and says whether the runner can work. Throws `EngineUnavailable`. */
  prepare(): Promise<string>;
}
