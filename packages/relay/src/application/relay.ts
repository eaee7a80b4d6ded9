import { RetryableError } from "ainft-core";
import { Halt } from "../domain/errors.ts";
import type { Attestor } from "./attestor.ts";
import type { Context } from "./context.ts";
import type { Executor } from "./executor.ts";
import type { Gatherer } from "./gatherer.ts";
import type { Ingest } from "./ingest.ts";
import type { Settler } from "./settler.ts";
import type { Submitter } from "./submitter.ts";
import type { TransactionManager } from "./transactions.ts";

/** The use cases, in the order in which a round calls them. */
export interface UseCases {
  readonly ingest: Ingest;
  readonly settler: Settler;
  readonly executor: Executor;
  readonly attestor: Attestor;
  readonly gatherer: Gatherer;
  readonly submitter: Submitter;
  /** Absent when the transmitter is disabled. */
  readonly transactions: TransactionManager | null;
}

/** Whether the relay keeps up, for its health pages. */
export interface Health {
  /** Milliseconds of this machine's clock at the end of the last whole round; null before the first. */
  readonly lastRound: number | null;
}

/** Plays round after round until it is told to stop. Rows are the truth: every round starts from them alone. */
export class Relay {
  readonly #context: Context;
  readonly #cases: UseCases;
  readonly #pollMs: number;
  #lastRound: number | null = null;

  constructor(context: Context, cases: UseCases, pollMs: number) {
    this.#context = context;
    this.#cases = cases;
    this.#pollMs = pollMs;
  }

  get health(): Health {
    return { lastRound: this.#lastRound };
  }

  /** Resolves when the signal has fired and running containers have ended. Throws a `Halt` that must not be survived. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#context;
    while (!signal.aborted) {
      try {
        await this.round(signal);
        this.#lastRound = clock.now();
      } catch (error) {
        if (error instanceof Halt) throw error;
        if (!signal.aborted) {
          const message =
            error instanceof RetryableError ? "A round will be tried again" : "A round failed unexpectedly";
          log.warn(message, { error });
        }
      }
      await clock.sleep(this.#pollMs, signal);
    }
    await this.#cases.executor.drain();
  }

  /** One pass over everything that can move. */
  async round(signal: AbortSignal): Promise<void> {
    const { ingest, settler, executor, attestor, gatherer, submitter, transactions } = this.#cases;
    const head = await ingest.catchUp(signal);
    await settler.settle(head);
    await executor.start(signal);
    const config = await this.#context.chain.currentConfig();
    if (config === null) {
      this.#context.log.warn("The oracle has no reporter config: nothing can be signed");
      return;
    }
    await attestor.attest(head, config);
    await gatherer.gather(config);
    await submitter.submit(head, config);
    await transactions?.follow(head);
  }
}
