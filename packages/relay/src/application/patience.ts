import type { Clock } from "../ports/system.ts";

/** Things remembered; those that were not asked about for the longest time are forgotten first. */
const MOST = 4_096;

/** How long something may stand still. Known to this process only: after a restart everything gets its time again. */
export class Patience {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #since = new Map<string, { readonly progress: unknown; readonly at: number }>();

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  /** Whether something has made no progress for too long. The first time it is asked about counts as progress. */
  isOver(what: string, progress: unknown): boolean {
    const before = this.#since.get(what);
    const now = before !== undefined && before.progress === progress ? before : { progress, at: this.#clock.now() };
    this.#keep(what, now);
    return this.#clock.now() - now.at >= this.#ms;
  }

  /** Gives something its time anew. */
  restart(what: string, progress: unknown): void {
    this.#keep(what, { progress, at: this.#clock.now() });
  }

  #keep(what: string, now: { readonly progress: unknown; readonly at: number }): void {
    this.#since.delete(what);
    this.#since.set(what, now); // a map keeps the order in which things were set
    const [oldest] = this.#since.size > MOST ? this.#since.keys() : [];
    if (oldest !== undefined) this.#since.delete(oldest);
  }
}
