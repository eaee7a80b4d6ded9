import { RetryableError } from "ainft-core";
import type { ChainState } from "../domain/health.ts";
import type { Clock, Logger } from "../ports/system.ts";
import type { Relay } from "./relay.ts";

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/** What a chain needs to be served. */
export interface ChainLifeParts<T> {
  /** Reaches the node, checks everything and opens what belongs to the chain. */
  readonly open: () => Promise<T>;
  readonly clock: Clock;
  /** Names the chain in every line. */
  readonly log: Logger;
}

/** What a chain's life needs of what serves it. */
interface LivingChain {
  readonly relay: Pick<Relay, "run">;
  /** Gives up every seat, for another relay to take. Never rejects. */
  readonly leave: () => Promise<void>;
}

/** One of a relay's chains, from the first try to reach it to its end. What happens to it happens to no other. */
export class ChainLife<T extends LivingChain> {
  readonly id: bigint;
  readonly #parts: ChainLifeParts<T>;
  #opened: T | null = null;
  #hasEnded = false;

  constructor(id: bigint, parts: ChainLifeParts<T>) {
    this.id = id;
    this.#parts = parts;
  }

  get state(): ChainState {
    if (this.#hasEnded) return "stopped";
    return this.#opened === null ? "waiting" : "running";
  }

  /** Null until it was reached. What it keeps stays there to be read after a halt. */
  get opened(): T | null {
    return this.#opened;
  }

  /** The first try. Answers why it has to be made again; throws what another try would not change. */
  async reach(): Promise<RetryableError | null> {
    try {
      this.#opened = await this.#parts.open();
      return null;
    } catch (error) {
      if (!(error instanceof RetryableError)) throw error;
      return error;
    }
  }

  /** Plays rounds until the signal, having reached the chain. Answers what halted it, or null. Never rejects. */
  async play(signal: AbortSignal): Promise<Error | null> {
    try {
      const opened = this.#opened ?? (await this.#reachAtLast(signal));
      await opened?.relay.run(signal);
      return null;
    } catch (error) {
      this.#parts.log.error("A chain is given up until the relay is started again", { error });
      return error instanceof Error ? error : new Error(String(error));
    } finally {
      this.#hasEnded = true;
      await this.#opened?.leave();
    }
  }

  /** Null when the signal came first. By now others depend on this process: it waits, whatever is wrong. */
  async #reachAtLast(signal: AbortSignal): Promise<T | null> {
    const { open, clock, log } = this.#parts;
    const waited = async (ms: number): Promise<boolean> => {
      await clock.sleep(ms, signal);
      return !signal.aborted;
    };
    for (let delay = FIRST_DELAY_MS; await waited(delay); delay = Math.min(2 * delay, LONGEST_DELAY_MS)) {
      try {
        this.#opened = await open();
        return this.#opened;
      } catch (error) {
        if (error instanceof RetryableError) log.warn("A chain is not reached and will be tried again", { error });
        else log.error("A chain cannot be served and will be tried again", { error });
      }
    }
    return null;
  }
}
