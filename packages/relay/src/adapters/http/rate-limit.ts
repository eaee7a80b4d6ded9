import type { Clock } from "../../ports/system.ts";

/** Keys remembered at a time: strangers can make up any number of them. */
const MAX_KEYS = 10_000;
const MINUTE_MS = 60_000;

/** A bucket of tokens a key: so many at once, and so many a minute. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #perMinute: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(clock: Clock, perMinute: number, burst: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
    this.#burst = burst;
  }

  /** Takes tokens. Answers 0, or after how many seconds to come back. */
  take(key: string, count = 1): number {
    const now = this.#clock.now();
    const kept = this.#buckets.get(key) ?? { tokens: this.#burst, at: now };
    const refilled = kept.tokens + ((now - kept.at) * this.#perMinute) / MINUTE_MS;
    const tokens = Math.min(this.#burst, refilled);
    this.#buckets.delete(key); // the newest is the last
    const enough = tokens >= count;
    this.#buckets.set(key, { tokens: enough ? tokens - count : tokens, at: now });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MAX_KEYS && oldest !== undefined) this.#buckets.delete(oldest);
    return enough ? 0 : Math.ceil(((Math.min(count, this.#burst) - tokens) * 60) / this.#perMinute) || 1;
  }
}
