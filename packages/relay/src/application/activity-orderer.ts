import { type OracleDomain, type Report, reportDigest, type StateUpdate } from "ainft-core";
import {
  type ActivityBatch,
  type ActivityEvent,
  activityKey,
  ActivityRefused,
  activityReport,
  BATCH_SECONDS,
  ordererOf,
  withPassedOver,
} from "../domain/activity.ts";
import { EquivocationRefused, PeerPayloadRefused } from "../domain/errors.ts";
import type { ReporterConfig, TokenRef } from "../domain/request.ts";
import type { Proposal, TrackedEvent } from "../ports/activity.ts";
import type { ReportSigner } from "../ports/system.ts";
import type { ActivityFeed } from "./activity-feed.ts";
import type { ActivityRunner, FailedEvent } from "./activity-runner.ts";
import type { ActivityScan } from "./activity-scan.ts";
import type { ChainView, Context } from "./context.ts";
import { report as tell } from "./each.ts";

/** Tokens looked at in one round. */
const AT_ONCE = 32;
/** Batches of others that may wait to be run here. */
const MAX_WAITING = 64;
/** No configuration lets more events of a token wait. */
const MOST_PENDING = 100_000;

/** What ordering needs beyond the context. */
export interface OrdererParts {
  readonly feed: ActivityFeed;
  readonly scan: ActivityScan;
  readonly runner: Pick<ActivityRunner, "run">;
  readonly signer: ReportSigner;
  readonly domain: OracleDomain;
  /** Most events of one batch. */
  readonly maxBatch: number;
}

/** Runs events and signs what comes of them: those that are this relay's to order, and batches that others propose. */
export class ActivityOrderer {
  readonly #context: Context;
  readonly #parts: OrdererParts;
  /** Batches of others, by digest, that wait to be run. */
  readonly #waiting = new Map<string, Proposal>();

  constructor(context: Context, parts: OrdererParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Has a batch of another reporter run when its turn comes. Its terms and signatures were checked. */
  take(digest: string, proposal: Proposal): void {
    if (this.#waiting.size < MAX_WAITING && !this.#waiting.has(digest)) this.#waiting.set(digest, proposal);
  }

  /** Runs what others propose first, then what this relay has to put in order. */
  async runWaiting(view: ChainView, config: ReporterConfig, signal: AbortSignal): Promise<void> {
    for (const [digest, proposal] of [...this.#waiting]) {
      await this.#step("run a proposed batch", async () => this.#runProposed(proposal, view, signal));
      this.#waiting.delete(digest); // only now: it may be proposed again meanwhile
    }
    const { store } = this.#context;
    for (const token of await store.activity.waitingTokens(AT_ONCE)) {
      if (ordererOf(token, config, view.confirmed.time) !== this.#parts.signer.address) continue;
      await this.#step("order a token's events", async () => this.#order(token, view, config, signal));
    }
  }

  async #step(step: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (
        error instanceof ActivityRefused ||
        error instanceof EquivocationRefused ||
        error instanceof PeerPayloadRefused
      ) {
        this.#context.log.warn("A batch of activity is not signed", { step, error });
      } else tell(error, this.#context.log, { step });
    }
  }

  async #order(token: TokenRef, view: ChainView, config: ReporterConfig, signal: AbortSignal): Promise<void> {
    const { activity } = this.#context.store;
    if (await activity.hasOpenRequest(token)) return;
    // Before all that stands on chain is known, an event could be applied a second time.
    if (!(await this.#parts.scan.upTo(token, view))) return;
    const events = await activity.pendingOf(token, this.#parts.maxBatch);
    const { updates, failed } = await this.#run(token, events, view, signal);
    await this.#end(token, failed);
    if (updates.length === 0) return;
    const terms = { configVersion: config.version, deadline: view.confirmed.time + BATCH_SECONDS };
    await this.#sign(activityReport(updates, terms), updates, view);
  }

  /** A token that takes no events at all fails all that wait for it. */
  async #run(
    token: TokenRef,
    events: readonly TrackedEvent[],
    view: ChainView,
    signal: AbortSignal,
  ): ReturnType<ActivityRunner["run"]> {
    try {
      return await this.#parts.runner.run(token, events, view, signal);
    } catch (error) {
      if (!(error instanceof ActivityRefused)) throw error;
      for (const { digest } of events) await this.#context.store.activity.endEvent(digest, "FAILED", error.message);
      throw error;
    }
  }

  async #runProposed(
    { report, token, baseSequence, events }: Proposal,
    view: ChainView,
    signal: AbortSignal,
  ): Promise<void> {
    if (!(await this.#parts.scan.upTo(token, view))) return;
    const proved = await this.#prove(token, events);
    if (proved === null) return; // something before them is on its way
    const given = new Set(proved.map(({ digest }) => digest));
    const all = withPassedOver(proved, await this.#context.store.activity.pendingOf(token, MOST_PENDING));
    const { base, updates, failed } = await this.#parts.runner.run(token, all, view, signal);
    if (base.sequence !== baseSequence) return; // one of us is behind: it is proposed again, or not at all
    const first = failed.find(({ event }) => given.has(event.digest));
    if (first !== undefined) throw new ActivityRefused(422, `an event comes to nothing here: ${first.note}`);
    const { configVersion, deadline } = report;
    if (activityReport(updates, { configVersion, deadline }).root !== report.root) {
      this.#context.log.error("Another reporter's batch comes to something else here", { ...token, baseSequence });
      return;
    }
    await this.#end(token, failed);
    await this.#sign(report, updates, view);
  }

  async #end(token: TokenRef, failed: readonly FailedEvent[]): Promise<void> {
    const { store, log } = this.#context;
    for (const { event, state, note } of failed) {
      await store.activity.endEvent(event.digest, state, note);
      log.info("An event came to nothing", { ...token, event: event.digest, state, note });
    }
  }

  /** Checks and keeps a proposed batch's events. Null when one before them is missing here. Throws {@link ActivityRefused}. */
  async #prove(token: TokenRef, events: readonly ActivityEvent[]): Promise<ActivityEvent[] | null> {
    const { activity } = this.#context.store;
    const proved: ActivityEvent[] = [];
    const last = new Map<string, bigint>();
    const take = this.#parts.feed.ofBatch();
    for (const given of events) {
      const { event, grant, outcome } = await take(given);
      if (outcome !== "kept") return null;
      if (grant.collection !== token.collection || grant.tokenId !== token.tokenId) {
        throw new ActivityRefused(422, "an event is of another token");
      }
      const before = last.get(event.grant) ?? (await activity.lastApplied(event.grant));
      if (event.counter <= before) throw new ActivityRefused(409, "events are out of order, or were applied before");
      last.set(event.grant, event.counter);
      proved.push(event);
    }
    return proved;
  }

  /** Keeps our signature before anybody sees it. */
  async #sign(report: Report, updates: readonly StateUpdate[], view: ChainView): Promise<void> {
    const { signer, domain } = this.#parts;
    const digest = reportDigest(report, domain);
    const own = { signer: signer.address, signature: await signer.signReport(report) };
    const key = activityKey(digest);
    const batch: ActivityBatch = { key, state: "SIGNED", report, digest, updates, attestation: null, quorumAt: null };
    await this.#context.store.activity.commitBatch(batch, own, view.confirmed.time);
    this.#context.log.info("A batch of activity was signed", { key, events: updates.length });
  }
}
