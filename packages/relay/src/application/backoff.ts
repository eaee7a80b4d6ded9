import type { Clock } from "../ports/system.ts";
import { BoundedMap } from "./bounded-map.ts";

/** The first pause, and the longest, in milliseconds. */
export interface Pauses {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Has what fails wait, twice as long each time. Known to this process only: after a restart everything is due. */
export class Backoff {
  readonly #clock: Clock;
  readonly #pauses: Pauses;
  /** What failed longest ago is forgotten first. */
  readonly #failed = new BoundedMap<string, { readonly times: number; readonly until: number }>();

  constructor(clock: Clock, pauses: Pauses) {
    this.#clock = clock;
    this.#pauses = pauses;
  }

  isDue(what: string): boolean {
    return (this.#failed.get(what)?.until ?? 0) <= this.#clock.now();
  }

  /** How often something has failed since it last went well. */
  timesOf(what: string): number {
    return this.#failed.get(what)?.times ?? 0;
  }

  failed(what: string): void {
    const times = this.timesOf(what);
    const { firstMs, longestMs } = this.#pauses;
    this.#failed.set(what, { times: times + 1, until: this.#clock.now() + Math.min(firstMs * 2 ** times, longestMs) });
  }

  succeeded(what: string): void {
    this.#failed.delete(what);
  }
}
