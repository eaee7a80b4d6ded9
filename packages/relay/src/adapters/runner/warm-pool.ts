import type { OpenSession, Session } from "./session.ts";

/** What became of a container that was to wait (`started`, `used`, `discarded`), or of a question that found none. */
export type WarmOutcome = "started" | "used" | "discarded" | "missed";

/** Whoever counts. */
export interface WarmObserver {
  readonly outcome: (outcome: WarmOutcome) => void;
  /** How many wait now, those that are still starting among them. */
  readonly waiting: (count: number) => void;
}

interface Warm {
  readonly kind: string;
  readonly stop: AbortController;
  /** Null for one that did not get ready. */
  readonly session: Promise<Session | null>;
}

/**
 * Programs that were started before anybody asks them. Each takes one question and ends, as any other. Those of one kind
 * can stand in for each other: same image, limits, model and protocol. The pool never holds more than its size; the
 * program that was asked least lately makes room.
 */
export class WarmPool {
  readonly #size: number;
  readonly #observer: WarmObserver;
  /** In the order in which they were started. */
  readonly #waiting: Warm[] = [];
  readonly #ending = new Set<Promise<void>>();
  #closed = false;

  /** A pool of size 0 is none. */
  constructor(size: number, observer: WarmObserver) {
    this.#size = size;
    this.#observer = observer;
  }

  /**
   * One that is healthy, or undefined. Those that are not are thrown away: their failures are nobody's answer. One that is
   * still starting is waited for. Throws the signal's reason.
   */
  async take(kind: string, signal: AbortSignal): Promise<Session | undefined> {
    if (this.#size === 0) return undefined;
    for (let warm = this.#pull(kind); warm !== undefined; warm = this.#pull(kind)) {
      const session = await readyOf(warm, signal);
      if (session !== null && !signal.aborted && (await session.isHealthy())) {
        this.#observer.outcome("used");
        return session;
      }
      this.#discard(warm);
      signal.throwIfAborted();
    }
    this.#observer.outcome("missed");
    return undefined;
  }

  /** Starts one more of a kind in the background. */
  fill(kind: string, open: OpenSession): void {
    if (this.#size === 0 || this.#closed) return;
    const [oldest] = this.#waiting;
    if (oldest !== undefined && this.#waiting.length >= this.#size) this.#drop(oldest);
    const stop = new AbortController();
    const begin = async (): Promise<Session | null> => {
      await Promise.all(this.#ending); // the room that they take is free only when they are gone
      if (stop.signal.aborted) return null;
      const opened = await open(stop.signal);
      this.#observer.outcome("started");
      return opened;
    };
    const session = begin().catch(() => null); // a question that needs it will meet, and tell, the same reason
    const warm = { kind, stop, session };
    this.#waiting.push(warm);
    this.#observer.waiting(this.#waiting.length);
    this.#watch(warm);
  }

  /** Ends all of them, and waits until they are gone. Nothing is started afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const warm of [...this.#waiting]) this.#drop(warm);
    await Promise.all(this.#ending);
  }

  /** One that fails while it waits is not left lying around. */
  #watch(warm: Warm): void {
    const fails = async (): Promise<void> => (await warm.session)?.broken;
    const over = (): void => {
      if (this.#waiting.includes(warm)) this.#drop(warm);
    };
    fails().then(over, over);
  }

  #pull(kind: string): Warm | undefined {
    const warm = this.#waiting.find((each) => each.kind === kind);
    if (warm !== undefined) this.#forget(warm);
    return warm;
  }

  #drop(warm: Warm): void {
    this.#forget(warm);
    this.#discard(warm);
  }

  #forget(warm: Warm): void {
    this.#waiting.splice(this.#waiting.indexOf(warm), 1);
    this.#observer.waiting(this.#waiting.length);
  }

  #discard(warm: Warm): void {
    this.#observer.outcome("discarded");
    warm.stop.abort();
    const ending = warm.session
      .then(async (session) => session?.close())
      .catch(() => undefined) // the engine runner keeps what it could not remove
      .finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}

async function readyOf(warm: Warm, signal: AbortSignal): Promise<Session | null> {
  const stop = (): void => warm.stop.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await warm.session;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
