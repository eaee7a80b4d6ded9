import type { Bytes32 } from "ainft-core";
import { type ActivityEvent, ActivityRefused } from "../domain/activity.ts";
import { PeerPayloadRefused, PeerUnavailable } from "../domain/errors.ts";
import type { ActivityPeer } from "../ports/activity.ts";
import type { ActivityIntake, TakenEvent } from "./activity-intake.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { Context } from "./context.ts";
import { Patience } from "./patience.ts";

/** What reading from peers needs beyond the context. */
export interface FeedParts {
  readonly intake: ActivityIntake;
  readonly peers: readonly ActivityPeer[];
}

/** How long a peer's feed stops at an event because one before it is missing. */
const GAP_PATIENCE_MS = 60_000;

type Given = Omit<ActivityEvent, "digest">;

/** Takes what peers have and this relay has not. */
export class ActivityFeed {
  readonly #context: Context;
  readonly #parts: FeedParts;
  readonly #patience: Patience;
  /** Grants of which an event was passed over, by peer: those after it do not hold anything up. */
  readonly #passedOver = new BoundedMap<string, true>();

  constructor(context: Context, parts: FeedParts) {
    this.#context = context;
    this.#parts = parts;
    this.#patience = new Patience(context.clock, GAP_PATIENCE_MS);
  }

  /**
   * Reads on in a peer's feed. An entry that proves nothing does not hold up the rest, nor does an event of a token of which
   * too many wait: a batch brings it. One whose predecessor is missing does, for a while.
   */
  async read(peer: ActivityPeer): Promise<void> {
    const { store, log } = this.#context;
    const name = `activity ${peer.url}`;
    const progress = await store.peers.progress(name);
    const page = await peer.feed(progress?.cursor ?? 0n);
    if (progress !== null && progress.instance !== page.instance) {
      await store.peers.setProgress(name, page.instance, 0n);
      return;
    }
    const take = this.#taker([peer], false);
    let cursor = progress?.cursor ?? 0n;
    for (const entry of page.entries) {
      try {
        if ("grant" in entry) await this.#parts.intake.peerGrant(entry.grant);
        else if (await this.#holdsUp(peer, entry.event, (await take(entry.event)).outcome)) break; // from here on next time
      } catch (error) {
        if (!(error instanceof ActivityRefused)) throw error;
        log.debug("A peer's activity was refused", { peer: peer.url, error });
      }
      cursor = entry.id;
    }
    if (cursor !== progress?.cursor) await store.peers.setProgress(name, page.instance, cursor);
  }

  async #holdsUp({ url }: ActivityPeer, { grant }: Given, outcome: TakenEvent["outcome"]): Promise<boolean> {
    const name = `${url} ${grant}`;
    if (outcome === "kept") this.#passedOver.delete(name);
    if (outcome === "kept" || this.#passedOver.get(name) === true) return false;
    const progress = await this.#context.store.activity.lastCounter(grant);
    if (outcome === "gap" && !this.#patience.isOver(name, progress)) return true;
    this.#passedOver.set(name, true);
    return false;
  }

  /** Keeps the events of a proposed batch, one after the other. Each call throws `ActivityRefused` for what proves nothing. */
  ofBatch(): (event: Given) => Promise<TakenEvent> {
    return this.#taker(this.#parts.peers, true);
  }

  /**
   * Keeps events that peers have. A grant that is not known here, and events of it that came before, may have been passed
   * over: peers are asked for them, once for each grant.
   */
  #taker(peers: readonly ActivityPeer[], ofBatch: boolean): (event: Given) => Promise<TakenEvent> {
    const { intake } = this.#parts;
    const asked = new Set<Bytes32>();
    const ask = async (event: Given): Promise<boolean> => {
      if (asked.has(event.grant)) return false;
      asked.add(event.grant);
      return this.#ask(peers, event, ofBatch);
    };
    return async (event) => {
      const isUnknown = (await this.#context.store.activity.grant(event.grant)) === null;
      let isFull = isUnknown && (await ask(event));
      let taken = await intake.peerEvent(event, ofBatch);
      if (taken.outcome === "gap" && !asked.has(event.grant)) {
        isFull = await ask(event);
        taken = await intake.peerEvent(event, ofBatch);
      }
      return taken.outcome === "gap" && isFull ? { ...taken, outcome: "full" } : taken;
    };
  }

  /** Asks peers for a grant and the events of it before one, until they are here. Answers whether too many wait for them. */
  async #ask(peers: readonly ActivityPeer[], before: Given, ofBatch: boolean): Promise<boolean> {
    const { store, log } = this.#context;
    let isFull = false;
    for (const peer of peers) {
      try {
        isFull = await this.#askOne(peer, before, ofBatch);
      } catch (error) {
        const isPeers = error instanceof PeerUnavailable || error instanceof PeerPayloadRefused;
        if (!isPeers && !(error instanceof ActivityRefused)) throw error;
        log.debug("A peer did not help with a grant", { peer: peer.url, grant: before.grant, error });
      }
      const isKnown = (await store.activity.grant(before.grant)) !== null;
      if (isFull || (isKnown && (await store.activity.lastCounter(before.grant)) + 1n >= before.counter)) break;
    }
    return isFull;
  }

  async #askOne(peer: ActivityPeer, { grant, counter }: Given, ofBatch: boolean): Promise<boolean> {
    const { intake } = this.#parts;
    const { activity } = this.#context.store;
    const page = await peer.grant(grant, await activity.lastCounter(grant));
    if (page === null) return false;
    if ((await activity.grant(grant)) === null) await intake.peerGrant(page.grant);
    for (const event of page.events) {
      if (event.grant !== grant || event.counter >= counter) return false;
      const { outcome } = await intake.peerEvent(event, ofBatch, false);
      if (outcome !== "kept") return outcome === "full";
    }
    return false;
  }
}
