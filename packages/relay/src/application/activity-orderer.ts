import { type OracleDomain, type Report, reportDigest, type StateUpdate } from "ainft-core";
import {
  type ActivityBatch,
  type ActivityEvent,
  activityKey,
  ActivityRefused,
  activityReport,
  BATCH_SECONDS,
  ordererOf,
  ORDERING_SECONDS,
  withPassedOver,
} from "../domain/activity.ts";
import { DatabaseInterrupted, EngineUnavailable, EquivocationRefused, PeerPayloadRefused } from "../domain/errors.ts";
import type { ReporterConfig, TokenRef } from "../domain/request.ts";
import type { Proposal } from "../ports/activity.ts";
import type { ReportSigner } from "../ports/system.ts";
import type { ActivityFeed } from "./activity-feed.ts";
import type { ActivityIntake } from "./activity-intake.ts";
import type { ActivityRunner, FailedEvent, RunTerms } from "./activity-runner.ts";
import type { ActivityScan } from "./activity-scan.ts";
import { byStanding } from "./activity-standing.ts";
import { Backoff } from "./backoff.ts";
import type { ChainView, Context } from "./context.ts";
import { report as tell } from "./each.ts";
import { Window } from "./window.ts";

/** Tokens looked at in one pass; the next pass goes on behind them. */
const AT_ONCE = 64;
/** How a token waits whose events cannot be run, while others have their turn. */
const PAUSES = { firstMs: 2_000, longestMs: 240_000 };
/** Batches of others that may wait to be run here. */
const MAX_WAITING = 64;
/** No configuration lets more events of a token wait. */
const MOST_PENDING = 100_000;

/** Seconds before a turn's end in which no event is added to a batch any more. */
const LAST_SECONDS = 15n;
/** Seconds before a batch's deadline in which it is not signed any more: it would not land, and forbids other answers. */
const NEAR_SECONDS = 30n;

/** The chain and the reporters as the newest round saw them. */
export interface Moment {
  readonly view: ChainView;
  readonly config: ReporterConfig;
}

/** What ordering needs beyond the context. */
export interface OrdererParts {
  readonly intake: ActivityIntake;
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
  readonly #tokens = new Window(AT_ONCE);
  readonly #backoff: Backoff;

  constructor(context: Context, parts: OrdererParts) {
    this.#context = context;
    this.#parts = parts;
    this.#backoff = new Backoff(context.clock, PAUSES);
  }

  /** Has a batch of another reporter run when its turn comes. Its terms and signatures were checked. */
  take(digest: string, proposal: Proposal): void {
    if (this.#waiting.size >= MAX_WAITING || this.#waiting.has(digest) || !this.#isDue(proposal.token)) return;
    this.#waiting.set(digest, proposal);
  }

  /** Runs what others propose first, and between what this relay has to put in order. */
  async runWaiting(now: () => Moment, signal: AbortSignal): Promise<void> {
    await this.#runProposals(now, signal);
    const { store } = this.#context;
    const tokens = await this.#tokens.next(
      async (after, limit) => store.activity.waitingTokens(after, limit),
      ({ first }) => first,
    );
    for (const { collection, tokenId } of tokens) {
      const token = { collection, tokenId };
      if (!this.#isOurs(token, now()) || !this.#isDue(token)) continue;
      await this.#step("order a token's events", token, async () => this.#order(token, now, signal));
      await this.#runProposals(now, signal);
    }
  }

  async #runProposals(now: () => Moment, signal: AbortSignal): Promise<void> {
    for (const [digest, proposal] of [...this.#waiting]) {
      const { token } = proposal;
      await this.#step("run a proposed batch", token, async () => this.#runProposed(proposal, now, signal));
      this.#waiting.delete(digest); // only now: it may be proposed again meanwhile
    }
  }

  #isDue(token: TokenRef): boolean {
    return this.#backoff.isDue(nameOf(token));
  }

  /** What fails for one token keeps that token waiting, and no other. */
  async #step(step: string, token: TokenRef, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#backoff.succeeded(nameOf(token));
    } catch (error) {
      if (isOfToken(error)) this.#backoff.failed(nameOf(token));
      if (isRefusal(error)) this.#context.log.warn("A batch of activity is not signed", { step, ...token, error });
      else tell(error, this.#context.log, { step, ...token });
    }
  }

  /** Whether this relay has to order a token's events at a moment. */
  #isOurs(token: TokenRef, { view, config }: Moment): boolean {
    return ordererOf(token, config, view.confirmed.time) === this.#parts.signer.address;
  }

  async #order(token: TokenRef, now: () => Moment, signal: AbortSignal): Promise<void> {
    const { activity } = this.#context.store;
    const { view } = now();
    if (await activity.hasOpenRequest(token)) return;
    // Before all that stands on chain is known, an event could be applied a second time.
    if (!(await this.#parts.scan.upTo(token, view))) return;
    const pending = await activity.pendingOf(token, this.#parts.maxBatch);
    const { standing, ended } = await byStanding(this.#context, this.#parts.intake, pending);
    await this.#end(token, ended); // whether or not the rest can be run
    if (standing.length === 0) return;
    const events = standing.map(({ event }) => event);
    const goesOn = (): boolean => this.#isOurs(token, now()) && secondsLeft(now()) >= LAST_SECONDS;
    const { updates, failed } = await this.#run(token, events, view, { signal, goesOn });
    const after = now();
    if (updates.length > 0 && !this.#isInTime(token, updates.length, view, after)) {
      this.#context.log.info("A batch of activity took longer than the turn, and is not signed", { ...token });
      return;
    }
    await this.#end(token, failed);
    if (updates.length === 0) return;
    const terms = { configVersion: after.config.version, deadline: after.view.confirmed.time + BATCH_SECONDS };
    await this.#sign(activityReport(updates, terms), updates, after.view);
  }

  /** Whether what was run may be signed: in our turn, or for one event that takes so long that it might never be in one. */
  #isInTime(token: TokenRef, count: number, before: ChainView, after: Moment): boolean {
    const took = after.view.confirmed.time - before.confirmed.time;
    return this.#isOurs(token, after) || (count === 1 && took >= ORDERING_SECONDS / 2n);
  }

  /** A token that takes no events at all fails all that wait for it. */
  async #run(
    token: TokenRef,
    events: readonly ActivityEvent[],
    view: ChainView,
    terms: RunTerms,
  ): ReturnType<ActivityRunner["run"]> {
    try {
      return await this.#parts.runner.run(token, events, view, terms);
    } catch (error) {
      if (!(error instanceof ActivityRefused)) throw error;
      for (const { digest } of events) await this.#context.store.activity.endEvent(digest, "FAILED", error.message);
      throw error;
    }
  }

  async #runProposed(
    { report, token, baseSequence, events }: Proposal,
    now: () => Moment,
    signal: AbortSignal,
  ): Promise<void> {
    const { view } = now();
    if (!isOpen(report, now())) return;
    if (!(await this.#parts.scan.upTo(token, view))) return;
    const proved = await this.#prove(token, events);
    if (proved === null) return; // something before them is on its way
    const given = new Set(proved.map(({ digest }) => digest));
    const all = withPassedOver(proved, await this.#context.store.activity.pendingOf(token, MOST_PENDING));
    const { base, updates, failed } = await this.#parts.runner.run(token, all, view, { signal });
    if (base.sequence !== baseSequence) return; // one of us is behind: it is proposed again, or not at all
    const first = failed.find(({ event }) => given.has(event.digest));
    if (first !== undefined) throw new ActivityRefused(422, `an event comes to nothing here: ${first.note}`);
    const { configVersion, deadline } = report;
    if (activityReport(updates, { configVersion, deadline }).root !== report.root) {
      this.#context.log.error("Another reporter's batch comes to something else here", { ...token, baseSequence });
      return;
    }
    const after = now();
    if (!isOpen(report, after)) return;
    await this.#end(token, failed);
    await this.#sign(report, updates, after.view);
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

/** Seconds until another reporter's turn begins. */
function secondsLeft({ view }: Moment): bigint {
  return ORDERING_SECONDS - (view.confirmed.time % ORDERING_SECONDS);
}

/** Whether a batch can still land. */
function isOpen({ deadline, configVersion }: Report, { view, config }: Moment): boolean {
  return configVersion === config.version && deadline >= view.head.time + NEAR_SECONDS;
}

function nameOf({ collection, tokenId }: TokenRef): string {
  return `${collection} ${tokenId}`;
}

function isRefusal(error: unknown): boolean {
  return (
    error instanceof ActivityRefused || error instanceof EquivocationRefused || error instanceof PeerPayloadRefused
  );
}

/**
 * Whether trying again soon is in vain for one token alone. What is refused was ended, or was another reporter's; a signature
 * that stands against another one does so for a while.
 */
function isOfToken(error: unknown): boolean {
  if (error instanceof EngineUnavailable || error instanceof DatabaseInterrupted) return false;
  return !isRefusal(error) || error instanceof EquivocationRefused;
}
