import type { FinishedRun, RequestLedger } from "../ports/store.ts";

/** Runs kept by one transaction. */
const AT_ONCE = 256;

interface Waiting {
  readonly run: FinishedRun;
  readonly done: (recorded: boolean) => void;
  readonly failed: (error: unknown) => void;
}

/** Keeps finished runs, all that wait by one transaction: while one is written the next ones gather. */
export class Recorder {
  readonly #requests: Pick<RequestLedger, "recordExecutions">;
  #waiting: Waiting[] = [];
  #isWriting = false;

  constructor(requests: Pick<RequestLedger, "recordExecutions">) {
    this.#requests = requests;
  }

  /** Answers false when the request vanished in between. Throws what the database throws. */
  async record(run: FinishedRun): Promise<boolean> {
    return new Promise((done, failed) => {
      this.#waiting.push({ run, done, failed });
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  /** Never rejects: each who waits is told. */
  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const now = this.#waiting.splice(0, AT_ONCE);
      try {
        const recorded = await this.#requests.recordExecutions(now.map(({ run }) => run));
        for (const { run, done } of now) done(recorded.has(run.id));
      } catch (error) {
        for (const { failed } of now) failed(error);
      }
    }
    this.#isWriting = false;
  }
}
