import { reportDigest } from "ainft-core";
import { activityKey } from "../domain/activity.ts";
import type { ReporterConfig } from "../domain/request.ts";
import type { BatchSignature, Proposal } from "../ports/activity.ts";
import { ActivityBatches, type BatchParts } from "./activity-batches.ts";
import { ActivityFeed, type FeedParts } from "./activity-feed.ts";
import { ActivityOrderer, type Moment, type OrdererParts } from "./activity-orderer.ts";
import { ActivityScan, type ScanParts } from "./activity-scan.ts";
import type { ChainView, Context } from "./context.ts";

/** What activity needs beyond the context. */
export interface ActivityParts extends ScanParts, FeedParts, Omit<OrdererParts & BatchParts, "scan" | "feed"> {}

/**
 * Turns events into signed updates. One reporter at a time puts a token's events in order and proposes a batch; the others
 * have read the events from each other, run the batch themselves, and sign it when they come to the same.
 */
export class Activity {
  readonly #context: Context;
  readonly #parts: ActivityParts;
  readonly #scan: ActivityScan;
  readonly #feed: ActivityFeed;
  readonly #orderer: ActivityOrderer;
  readonly #batches: ActivityBatches;
  readonly #busy = new Map<string, Promise<void>>();
  #now: Moment | null = null;

  constructor(context: Context, parts: ActivityParts) {
    this.#context = context;
    this.#parts = parts;
    const scan = new ActivityScan(context, parts);
    const feed = new ActivityFeed(context, parts);
    this.#scan = scan;
    this.#feed = feed;
    this.#orderer = new ActivityOrderer(context, { ...parts, scan, feed });
    this.#batches = new ActivityBatches(context, { ...parts, scan });
  }

  async round(view: ChainView, config: ReporterConfig, sends: boolean, signal: AbortSignal): Promise<void> {
    const first = { view, config };
    const now = (): Moment => this.#now ?? first;
    this.#now = first;
    this.#parts.intake.see(view);
    await this.#batches.close(view, config);
    for (const peer of this.#parts.peers) this.#background(`feed ${peer.url}`, async () => this.#feed.read(peer));
    this.#background("scan", async () => this.#scan.scan(() => now().view, signal));
    this.#background("run", async () => this.#orderer.runWaiting(now, signal));
    await this.#share(config);
    await this.#batches.complete(config);
    if (sends) await this.#batches.submit(view, config);
  }

  /** Our signature of a batch that another reporter proposes; null while it was not run here. Throws `PeerPayloadRefused`. */
  async accept(proposal: Proposal): Promise<BatchSignature | null> {
    const { report, signatures } = proposal;
    if (this.#now === null) return null;
    const { config } = this.#now;
    this.#batches.checkSignatures(report, signatures, config);
    const digest = reportDigest(report, this.#parts.domain);
    const { activity } = this.#context.store;
    if ((await activity.batch(activityKey(digest))) === null) {
      this.#batches.checkTerms(proposal, config, this.#now.view);
      this.#orderer.take(digest, proposal);
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

  /** Asks each peer for its signature of what is signed here. */
  async #share(config: ReporterConfig): Promise<void> {
    const { activity } = this.#context.store;
    for (const batch of await activity.batchesIn(["SIGNED"])) {
      const proposal = await this.#batches.proposalOf(batch);
      if (proposal === null) continue;
      for (const peer of this.#parts.peers) {
        this.#background(`propose ${batch.key} ${peer.url}`, async () => {
          const signature = await peer.propose(proposal);
          if (signature === null) return;
          this.#batches.checkSignatures(batch.report, [signature], config);
          await activity.addSignature(batch.digest, signature);
        });
      }
    }
  }
}
