import type { OnPersisted } from "../domain/states.ts";

/**
 * For crash tests on local chains: kills this process the moment after a state was committed, as a power cut would.
 * `point` is a state, or a state and a kind of report: `SIGNED:update`.
 */
export function crashAt(point: string): OnPersisted {
  const [state, kind] = point.split(":");
  return (persisted) => {
    if (persisted.state === state && (kind === undefined || persisted.kind === kind))
      process.kill(process.pid, "SIGKILL");
  };
}
