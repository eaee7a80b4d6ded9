import type { Clock } from "../ports/system.ts";
import { BoundedMap } from "./bounded-map.ts";

/** How long something may stand still. Known to this process only: after a restart everything gets its time again. */
export class Patience {
  readonly #clock: Clock;
  readonly #ms: number;
  /** What was not asked about for the longest time is forgotten first. */
  readonly #since = new BoundedMap<string, { readonly progress: unknown; readonly at: number }>();

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  /** Whether something has made no progress for too long. The first time it is asked about counts as progress. */
  isOver(what: string, progress: unknown): boolean {
    const before = this.#since.get(what);
    const now = before !== undefined && before.progress === progress ? before : { progress, at: this.#clock.now() };
    this.#since.set(what, now);
    return this.#clock.now() - now.at >= this.#ms;
  }

  /** Gives something its time anew. */
  restart(what: string, progress: unknown): void {
    this.#since.set(what, { progress, at: this.#clock.now() });
  }
}
