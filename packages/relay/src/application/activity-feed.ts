import { ActivityRefused } from "../domain/activity.ts";
import type { ActivityPeer } from "../ports/activity.ts";
import type { ActivityIntake } from "./activity-intake.ts";
import type { Context } from "./context.ts";

/** Takes what peers have and this relay has not. */
export class ActivityFeed {
  readonly #context: Context;
  readonly #intake: ActivityIntake;

  constructor(context: Context, intake: ActivityIntake) {
    this.#context = context;
    this.#intake = intake;
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
    let cursor = progress?.cursor ?? 0n;
    for (const entry of page.entries) {
      try {
        if ("grant" in entry) await this.#intake.peerGrant(entry.grant);
        else if ((await this.#intake.peerEvent(entry.event, false)).later) break; // from here on next time
      } catch (error) {
        if (!(error instanceof ActivityRefused)) throw error;
        log.debug("A peer's activity was refused", { peer: peer.url, error });
      }
      cursor = entry.id;
    }
    if (cursor !== progress?.cursor) await store.peers.setProgress(name, page.instance, cursor);
  }
}
