import { Halt } from "../domain/errors.ts";
import type { Health } from "../domain/health.ts";
import type { Attestor } from "./attestor.ts";
import type { Batcher } from "./batcher.ts";
import type { Context } from "./context.ts";
import { report } from "./each.ts";
import type { Executor } from "./executor.ts";
import type { Gatherer } from "./gatherer.ts";
import type { Ingest } from "./ingest.ts";
import type { OrderSettler } from "./order-settler.ts";
import type { Settler } from "./settler.ts";
import type { Submitter } from "./submitter.ts";
import type { TransactionManager } from "./transactions.ts";

/** The use cases, in the order in which a round calls them. */
export interface UseCases {
  readonly ingest: Ingest;
  readonly settler: Settler;
  readonly executor: Executor;
  readonly attestor: Attestor;
  readonly batcher: Batcher;
  readonly gatherer: Gatherer;
  readonly submitter: Submitter;
  /** Null when this relay does not settle orders. */
  readonly orders: OrderSettler | null;
  /** Null when the transmitter is disabled. */
  readonly transactions: TransactionManager | null;
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
    return { lastRound: this.#lastRound, missingRequests: this.#cases.ingest.missing };
  }

  /** Resolves when the signal has fired and running containers have ended. Throws a `Halt` that must not be survived. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#context;
    try {
      while (!signal.aborted) {
        await this.round(signal).catch((error: unknown) => {
          if (error instanceof Halt || !signal.aborted) report(error, log, { step: "ingest" });
        });
        await clock.sleep(this.#pollMs, signal);
      }
    } finally {
      await this.#cases.executor.drain();
      await this.#cases.gatherer.drain();
    }
  }

  /** One pass over everything that can move. Throws when the chain cannot be read, or a `Halt`. */
  async round(signal: AbortSignal): Promise<void> {
    const { ingest, settler, executor, attestor, batcher, gatherer, submitter, orders, transactions } = this.#cases;
    const view = await ingest.catchUp(signal);
    this.#lastRound = this.#context.clock.now();
    await this.#step("settle", async () => settler.settle(view));
    await this.#step("execute", async () => executor.start(view, signal));
    const config = await this.#context.chain.currentConfig();
    if (config === null) this.#context.log.warn("The oracle has no reporter config: nothing can be signed");
    else {
      await this.#step("attest", async () => attestor.attest(view, config));
      await this.#step("batch", async () => batcher.batch(view, config));
      await this.#step("gather", async () => gatherer.gather(config));
      await this.#step("submit", async () => submitter.submit(view, config));
      await this.#step("settle orders", async () => orders?.settle(view, config));
    }
    await this.#step("send", async () => transactions?.follow(view));
  }

  /** A step that fails does not keep the others from theirs. */
  async #step(step: string, work: () => Promise<void> | undefined): Promise<void> {
    try {
      await work();
    } catch (error) {
      report(error, this.#context.log, { step });
    }
  }
}
