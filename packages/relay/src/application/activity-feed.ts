import type { Bytes32 } from "ainft-core";
import { type ActivityEvent, ActivityRefused } from "../domain/activity.ts";
import { PeerPayloadRefused, PeerUnavailable } from "../domain/errors.ts";
import type { ActivityPeer } from "../ports/activity.ts";
import type { ActivityIntake, TakenEvent } from "./activity-intake.ts";
import type { Context } from "./context.ts";

/** What reading from peers needs beyond the context. */
export interface FeedParts {
  readonly intake: ActivityIntake;
  readonly peers: readonly ActivityPeer[];
}

type Given = Omit<ActivityEvent, "digest">;

/** Takes what peers have and this relay has not. */
export class ActivityFeed {
  readonly #context: Context;
  readonly #parts: FeedParts;

  constructor(context: Context, parts: FeedParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Reads on in a peer's feed. One entry that proves nothing does not hold up the rest. */
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
        else if ((await take(entry.event)).outcome !== "kept") break; // from here on next time
      } catch (error) {
        if (!(error instanceof ActivityRefused)) throw error;
        log.debug("A peer's activity was refused", { peer: peer.url, error });
      }
      cursor = entry.id;
    }
    if (cursor !== progress?.cursor) await store.peers.setProgress(name, page.instance, cursor);
  }

  /** Keeps the events of a proposed batch, one after the other. Each call throws `ActivityRefused` for what proves nothing. */
  ofBatch(): (event: Given) => Promise<TakenEvent> {
    return this.#taker(this.#parts.peers, true);
  }

  /**
   * Keeps events that peers have. A grant that is not known here, and events of it that came before, may have been passed
   * over: peers are asked for them, once for each grant.
   */
  #taker(peers: readonly ActivityPeer[], replace: boolean): (event: Given) => Promise<TakenEvent> {
    const { intake } = this.#parts;
    const asked = new Set<Bytes32>();
    const ask = async (event: Given): Promise<void> => {
      if (asked.has(event.grant)) return;
      asked.add(event.grant);
      await this.#ask(peers, event);
    };
    return async (event) => {
      if ((await this.#context.store.activity.grant(event.grant)) === null) await ask(event);
      const taken = await intake.peerEvent(event, replace);
      if (taken.outcome !== "gap" || asked.has(event.grant)) return taken;
      await ask(event);
      return intake.peerEvent(event, replace);
    };
  }

  /** Asks peers for a grant and the events of it that come before one, until they are here. */
  async #ask(peers: readonly ActivityPeer[], before: Given): Promise<void> {
    const { store, log } = this.#context;
    for (const peer of peers) {
      try {
        await this.#askOne(peer, before);
      } catch (error) {
        const isPeers = error instanceof PeerUnavailable || error instanceof PeerPayloadRefused;
        if (!isPeers && !(error instanceof ActivityRefused)) throw error;
        log.debug("A peer did not help with a grant", { peer: peer.url, grant: before.grant, error });
      }
      const isKnown = (await store.activity.grant(before.grant)) !== null;
      if (isKnown && (await store.activity.lastCounter(before.grant)) + 1n >= before.counter) return;
    }
  }

  async #askOne(peer: ActivityPeer, { grant, counter }: Given): Promise<void> {
    const { intake } = this.#parts;
    const { activity } = this.#context.store;
    const page = await peer.grant(grant, await activity.lastCounter(grant));
    if (page === null) return;
    if ((await activity.grant(grant)) === null) await intake.peerGrant(page.grant);
    for (const event of page.events) {
      if (event.grant !== grant || event.counter >= counter) return;
      if ((await intake.peerEvent(event, false)).outcome !== "kept") return;
    }
  }
}
