import { Halt } from "../domain/errors.ts";
import type { Health } from "../domain/health.ts";
import type { ReporterConfig } from "../domain/request.ts";
import { INGEST_SEAT } from "../domain/seats.ts";
import type { Seats } from "../ports/system.ts";
import type { Activity } from "./activity.ts";
import type { Attestor } from "./attestor.ts";
import type { Batcher } from "./batcher.ts";
import type { ChainView, Context } from "./context.ts";
import { report } from "./each.ts";
import type { Executor } from "./executor.ts";
import type { Follower } from "./follower.ts";
import type { Gatherer } from "./gatherer.ts";
import type { Ingest } from "./ingest.ts";
import type { OrderSettler } from "./order-settler.ts";
import type { Settler } from "./settler.ts";
import type { Submitter } from "./submitter.ts";
import type { TransactionManager } from "./transactions.ts";

/** The use cases, in the order in which a round calls them. */
export interface UseCases {
  readonly ingest: Ingest;
  /** In the ingest's place while another relay of the same database has its seat. */
  readonly follower: Follower;
  readonly settler: Settler;
  readonly executor: Executor;
  /** Null without a key: then the relay only runs containers. */
  readonly attestor: Attestor | null;
  /** As the attestor. */
  readonly batcher: Batcher | null;
  readonly gatherer: Gatherer;
  /** Null when this relay takes no activity. */
  readonly activity: Activity | null;
  readonly submitter: Submitter;
  /** Null when this relay does not settle orders. */
  readonly orders: OrderSettler | null;
  /** Null when the transmitter is disabled. */
  readonly transactions: TransactionManager | null;
}

/** How rounds are played. */
export interface RoundTerms {
  readonly pollMs: number;
  readonly seats: Seats;
  /** The seat of the lane on which this relay sends; null when it does not. */
  readonly lane: string | null;
}

/** Plays round after round until it is told to stop. Rows are the truth: every round starts from them alone. */
export class Relay {
  readonly #context: Context;
  readonly #cases: UseCases;
  readonly #terms: RoundTerms;
  readonly #held = new Set<string>();
  #lastRound: number | null = null;
  #lag = 0n;

  constructor(context: Context, cases: UseCases, terms: RoundTerms) {
    this.#context = context;
    this.#cases = cases;
    this.#terms = terms;
  }

  get health(): Health {
    const missingRequests = this.#cases.ingest.missing;
    return { lastRound: this.#lastRound, missingRequests, lag: this.#lag, seats: [...this.#held] };
  }

  /** Resolves when the signal has fired and running containers have ended. Throws a `Halt` that must not be survived. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#context;
    const { executor, gatherer } = this.#cases;
    const drained = new AbortController();
    const leases = executor.keepLeases(drained.signal);
    try {
      while (!signal.aborted) {
        await this.round(signal).catch((error: unknown) => {
          if (error instanceof Halt || !signal.aborted) report(error, log, { step: "ingest" });
        });
        await clock.sleep(this.#terms.pollMs, signal);
      }
    } finally {
      await executor.drain();
      await gatherer.drain();
      await this.#cases.activity?.drain();
      drained.abort();
      await leases;
      this.#held.clear();
    }
  }

  /** One pass over everything that can move. Throws when the chain cannot be read, or a `Halt`. */
  async round(signal: AbortSignal): Promise<void> {
    const { settler, executor } = this.#cases;
    const leads = await this.#holds(INGEST_SEAT);
    const view = await this.#look(leads, signal);
    if (view === null) return;
    this.#lastRound = this.#context.clock.now();
    if (leads) await this.#step("settle", async () => settler.settle(view));
    await this.#step("execute", async () => executor.start(signal, view.confirmed.time));
    const sends = this.#terms.lane !== null && (await this.#holds(this.#terms.lane));
    if (!leads && !sends) return;
    const config = await this.#context.chain.currentConfig();
    if (config === null) this.#context.log.warn("The oracle has no reporter config: nothing can be signed");
    else {
      await this.#report(view, config, leads, sends);
      if (leads) await this.#step("activity", async () => this.#cases.activity?.round(view, config, sends, signal));
    }
    if (sends) await this.#step("send", async () => this.#cases.transactions?.follow(view));
  }

  async #look(leads: boolean, signal: AbortSignal): Promise<ChainView | null> {
    const { ingest, follower } = this.#cases;
    if (leads) {
      const view = await ingest.catchUp(signal);
      this.#lag = 0n;
      return view;
    }
    this.#lag = await follower.lag();
    return follower.look();
  }

  /** Brings what was executed to a quorum, and to the chain. */
  async #report(view: ChainView, config: ReporterConfig, leads: boolean, sends: boolean): Promise<void> {
    const { attestor, batcher, gatherer, submitter, orders } = this.#cases;
    if (leads) {
      await this.#step("attest", async () => attestor?.attest(view, config));
      await this.#step("batch", async () => batcher?.batch(view, config));
      await this.#step("gather", async () => gatherer.gather(config));
    }
    await this.#step("submit", async () => submitter.submit(view, config, sends));
    if (sends) await this.#step("settle orders", async () => orders?.settle(view, config));
  }

  async #holds(seat: string): Promise<boolean> {
    const holds = await this.#terms.seats.hold(seat);
    if (holds === this.#held.has(seat)) return holds;
    if (holds) this.#held.add(seat);
    else this.#held.delete(seat);
    this.#context.log.info(holds ? "A seat was taken" : "A seat was lost", { seat });
    return holds;
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
