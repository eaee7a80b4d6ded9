import {
  type Address,
  encodeAttestation,
  type Hex,
  type OracleDomain,
  recoverReporter,
  type Report,
  reportDigest,
  type StateUpdate,
} from "ainft-core";
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
import { EquivocationRefused, PeerPayloadRefused } from "../domain/errors.ts";
import type { ReporterConfig, TokenRef } from "../domain/request.ts";
import type { ActivityChain, ActivityPeer, BatchSignature, Proposal, TrackedEvent } from "../ports/activity.ts";
import type { ReportSigner } from "../ports/system.ts";
import type { ActivityIntake } from "./activity-intake.ts";
import type { ActivityRunner, FailedEvent } from "./activity-runner.ts";
import type { ChainView, Context } from "./context.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { forEach, report as tell } from "./each.ts";

/** Tokens looked at in one round. */
const AT_ONCE = 32;
/** Batches of others that may wait to be run here. */
const MAX_WAITING = 64;
/** No configuration lets more events of a token wait. */
const MOST_PENDING = 100_000;
/** Most blocks asked for at a time. */
const SCAN_RANGE = 5_000n;
/** Seconds by which another relay's chain may be ahead of ours. */
const SLACK_SECONDS = 300n;

/** What activity needs beyond the context. */
export interface ActivityParts {
  readonly chain: ActivityChain;
  readonly intake: ActivityIntake;
  readonly runner: Pick<ActivityRunner, "run">;
  readonly peers: readonly ActivityPeer[];
  readonly signer: ReportSigner;
  readonly domain: OracleDomain;
  readonly startBlock: bigint;
  /** Most events of one batch. */
  readonly maxBatch: number;
  /** Null when this relay sends no transactions. */
  readonly sending: {
    readonly dispatcher: Dispatcher;
    readonly oracle: Address;
    readonly encode: (updates: readonly StateUpdate[], attestation: Hex) => Hex;
  } | null;
}

/**
 * Turns events into signed updates. One reporter at a time puts a token's events in order and proposes a batch; the others
 * have read the events from each other, run the batch themselves, and sign it when they come to the same.
 */
export class Activity {
  readonly #context: Context;
  readonly #parts: ActivityParts;
  readonly #busy = new Map<string, Promise<void>>();
  /** Batches of others, by digest, that wait to be run. */
  readonly #waiting = new Map<string, Proposal>();
  #now: { readonly view: ChainView; readonly config: ReporterConfig } | null = null;

  constructor(context: Context, parts: ActivityParts) {
    this.#context = context;
    this.#parts = parts;
  }

  async round(view: ChainView, config: ReporterConfig, sends: boolean, signal: AbortSignal): Promise<void> {
    this.#now = { view, config };
    this.#parts.intake.see(view);
    await this.#scan(view);
    await this.#close(view, config);
    for (const peer of this.#parts.peers) this.#background(`feed ${peer.url}`, async () => this.#read(peer));
    this.#background("run", async () => this.#runWaiting(view, config, signal));
    await this.#share(config);
    await this.#complete(config);
    if (sends) await this.#submit(view, config);
  }

  /** Our signature of a batch that another reporter proposes; null while it was not run here. Throws {@link PeerPayloadRefused}. */
  async accept(proposal: Proposal): Promise<BatchSignature | null> {
    const { report, signatures } = proposal;
    if (this.#now === null) return null;
    const { config } = this.#now;
    this.#checkSignatures(report, signatures, config);
    const digest = reportDigest(report, this.#parts.domain);
    const { activity } = this.#context.store;
    if ((await activity.batch(activityKey(digest))) === null) {
      this.#checkTerms(proposal, config, this.#now.view);
      if (this.#waiting.size < MAX_WAITING && !this.#waiting.has(digest)) this.#waiting.set(digest, proposal);
      return null;
    }
    for (const signature of signatures) await activity.addSignature(digest, signature);
    const own = await activity.signaturesOf(digest);
    return own.find(({ signer }) => signer === this.#parts.signer.address) ?? null;
  }

  async drain(): Promise<void> {
    await Promise.all(this.#busy.values());
  }

  #background(name: string, work: () => Promise<void>): void {
    if (this.#busy.has(name)) return;
    const done = work()
      .catch((error: unknown) =>
        this.#context.log.warn("A step of activity will be tried again", { step: name, error }),
      )
      .finally(() => this.#busy.delete(name));
    this.#busy.set(name, done);
  }

  /** Reads what updates of followed tokens stand on chain, deep enough. */
  async #scan({ confirmed }: ChainView): Promise<void> {
    const { store, log } = this.#context;
    await forEach(
      await store.activity.followedTokens(),
      log,
      ({ collection, tokenId }) => ({ collection, tokenId }),
      async ({ scanned, ...token }) => {
        const from = scanned === null ? this.#parts.startBlock : scanned + 1n;
        if (from > confirmed.number) return;
        const to = from + SCAN_RANGE < confirmed.number ? from + SCAN_RANGE : confirmed.number;
        const applied = await store.activity.recordApplied(
          token,
          await this.#parts.chain.updatesOf(token, from, to),
          to,
        );
        if (applied > 0) log.info("Events were applied", { ...token, applied });
      },
    );
  }

  /** Ends batches that the chain went past, whose time is over, or that another config has to sign. */
  async #close({ confirmed }: ChainView, config: ReporterConfig): Promise<void> {
    const { store, chain, log } = this.#context;
    await forEach(
      await store.activity.batchesIn(["SIGNED", "QUORUM"]),
      log,
      ({ key }) => ({ key }),
      async ({ key, report, updates }) => {
        const [first, last] = [updates[0], updates.at(-1)];
        if (first === undefined || last === undefined) return;
        const sequence = (await chain.program(first, confirmed.number))?.sequence ?? 0n;
        const event = await store.activity.event(last.inputDigest);
        const done = event?.state === "APPLIED" && event.sequence === last.sequence;
        const over = report.deadline < confirmed.time || report.configVersion !== config.version;
        if (sequence < first.sequence && !over) return;
        const state = done ? "FINAL" : sequence >= first.sequence ? "LOST" : "EXPIRED";
        await store.activity.close(key, ["SIGNED", "QUORUM"], state);
        log.info("A batch of activity ended", { key, state });
      },
    );
  }

  /** Takes what a peer has and we have not. One entry that proves nothing does not hold up the rest. */
  async #read(peer: ActivityPeer): Promise<void> {
    const { store, log } = this.#context;
    const name = `activity ${peer.url}`;
    const progress = await store.peers.progress(name);
    const page = await peer.feed(progress?.cursor ?? 0n);
    if (progress !== null && progress.instance !== page.instance) {
      await store.peers.setProgress(name, page.instance, 0n);
      return;
    }
    let cursor = progress?.cursor ?? 0n;
    for (const entry of page.entries) {
      try {
        if ("grant" in entry) await this.#parts.intake.peerGrant(entry.grant);
        else if ((await this.#parts.intake.peerEvent(entry.event, false)).later) break; // from here on next time
      } catch (error) {
        if (!(error instanceof ActivityRefused)) throw error;
        log.debug("A peer's activity was refused", { peer: peer.url, error });
      }
      cursor = entry.id;
    }
    if (cursor !== progress?.cursor) await store.peers.setProgress(name, page.instance, cursor);
  }

  /** Runs what others propose first, then what this relay has to put in order. */
  async #runWaiting(view: ChainView, config: ReporterConfig, signal: AbortSignal): Promise<void> {
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
    for (const given of events) {
      const { event, grant, later } = await this.#parts.intake.peerEvent(given, true);
      if (later) return null;
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

  /** Asks each peer for its signature of what is signed here. */
  async #share(config: ReporterConfig): Promise<void> {
    const { activity } = this.#context.store;
    for (const batch of await activity.batchesIn(["SIGNED"])) {
      const proposal = await this.#proposalOf(batch);
      if (proposal === null) continue;
      for (const peer of this.#parts.peers) {
        this.#background(`propose ${batch.key} ${peer.url}`, async () => {
          const signature = await peer.propose(proposal);
          if (signature === null) return;
          this.#checkSignatures(batch.report, [signature], config);
          await activity.addSignature(batch.digest, signature);
        });
      }
    }
  }

  async #proposalOf({ report, updates, digest }: ActivityBatch): Promise<Proposal | null> {
    const { activity } = this.#context.store;
    const [first] = updates;
    const events = await Promise.all(updates.map(async ({ inputDigest }) => activity.event(inputDigest)));
    const found = events.filter((event): event is TrackedEvent => event !== null);
    if (first === undefined || found.length < updates.length) return null;
    const { collection, tokenId, sequence } = first;
    const signatures = await activity.signaturesOf(digest);
    return { report, token: { collection, tokenId }, baseSequence: sequence - 1n, events: found, signatures };
  }

  #checkSignatures(report: Report, signatures: readonly BatchSignature[], { reporters }: ReporterConfig): void {
    if (signatures.length === 0 || signatures.length > reporters.length) {
      throw new PeerPayloadRefused("a batch without signatures, or with too many");
    }
    for (const { signer, signature } of signatures) {
      if (!reporters.includes(signer)) throw new PeerPayloadRefused(`${signer} is not a reporter`);
      if (recoverReporter(report, signature, this.#parts.domain) !== signer) {
        throw new PeerPayloadRefused(`the signature is not ${signer}'s`);
      }
    }
  }

  #checkTerms({ report, token, events, signatures }: Proposal, config: ReporterConfig, view: ChainView): void {
    const { head, confirmed } = view;
    if (report.configVersion !== config.version || report.firstId !== 0n) throw new PeerPayloadRefused("other terms");
    if (report.count !== BigInt(events.length) || events.length > this.#parts.maxBatch) {
      throw new PeerPayloadRefused("a batch of another length than its report says, or too long");
    }
    if (report.deadline < head.time || report.deadline > head.time + BATCH_SECONDS + SLACK_SECONDS) {
      throw new PeerPayloadRefused("a batch with a deadline that is over or too far away");
    }
    const times = [confirmed.time - ORDERING_SECONDS, confirmed.time, head.time];
    const orderers = times.map((time) => ordererOf(token, config, time));
    if (!signatures.some(({ signer }) => orderers.includes(signer))) {
      throw new PeerPayloadRefused("a batch by a reporter whose turn it is not");
    }
  }

  async #complete(config: ReporterConfig): Promise<void> {
    const { store, clock, log } = this.#context;
    for (const { key, digest, report } of await store.activity.batchesIn(["SIGNED"])) {
      const found = await store.activity.signaturesOf(digest);
      const signatures = config.reporters.flatMap((reporter, index) => {
        const signature = found.find(({ signer }) => signer === reporter)?.signature;
        return signature === undefined ? [] : [{ index, signature }];
      });
      if (signatures.length < config.threshold || report.configVersion !== config.version) continue;
      const { configVersion, deadline } = report;
      const chosen = signatures.slice(0, config.threshold);
      const attestation = encodeAttestation({ configVersion, deadline }, chosen, config.reporters);
      if (await store.activity.commitQuorum(key, attestation, clock.now())) {
        log.info("A batch of activity has its quorum", { key });
      }
    }
  }

  async #submit({ head }: ChainView, config: ReporterConfig): Promise<void> {
    const { sending } = this.#parts;
    if (sending === null) return;
    const { store, chain, log } = this.#context;
    await forEach(
      await store.activity.batchesIn(["QUORUM"]),
      log,
      ({ key }) => ({ key }),
      async ({ key, updates, attestation, report, quorumAt }) => {
        const [first] = updates;
        if (first === undefined || attestation === null || quorumAt === null || report.deadline < head.time) return;
        const token = await chain.program(first, head.number);
        if (token === null || token.sequence >= first.sequence) return; // somebody was quicker: wait until it is deep
        const data = sending.encode(updates, attestation);
        const call = { key, to: sending.oracle, data, root: report.root, since: quorumAt, reserve: 0n };
        await sending.dispatcher.dispatch(call, config);
      },
    );
  }
}
