import { type Address, type Bytes32, type OracleDomain, PermanentError, recoverSigner } from "ainft-core";
import {
  type ActivityEvent,
  ActivityRefused,
  eventSigningDigest,
  type Grant,
  grantDigest,
  inputOf,
  isInScope,
  makeEvent,
  type SignedGrant,
} from "../domain/activity.ts";
import type { ActivityChain } from "../ports/activity.ts";
import type { ChainView, Context } from "./context.ts";

/** What the intake needs beyond the context. */
export interface IntakeParts {
  readonly chain: ActivityChain;
  readonly domain: OracleDomain;
  /** Waiting events of one token above which no more are taken. */
  readonly maxPending: number;
}

/** What became of a peer's event: it was kept, one before it is missing, or too many of its token wait. */
export interface TakenEvent {
  readonly event: ActivityEvent;
  readonly grant: SignedGrant;
  readonly outcome: "kept" | "gap" | "full";
}

/** Takes grants and events, from players and from peers, and keeps what proves itself. */
export class ActivityIntake {
  readonly #context: Context;
  readonly #parts: IntakeParts;
  #view: ChainView | null = null;

  constructor(context: Context, parts: IntakeParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** What the chain looks like from now on. */
  see(view: ChainView): void {
    this.#view = view;
  }

  /** Keeps a grant that counts now. Throws {@link ActivityRefused}. */
  async grant(given: Omit<SignedGrant, "digest">): Promise<Bytes32> {
    const grant = await this.#signed(given);
    await this.checkStanding(grant);
    await this.#context.store.activity.addGrant(grant);
    return grant.digest;
  }

  /** Keeps a grant that a peer has. Whether it counts is asked when an event of it is run. Throws {@link ActivityRefused}. */
  async peerGrant(given: Omit<SignedGrant, "digest">): Promise<void> {
    await this.#context.store.activity.addGrant(await this.#signed(given));
  }

  /** Keeps an event that counts now; the same again is no error. Throws {@link ActivityRefused}. */
  async event(given: Omit<ActivityEvent, "digest">): Promise<Bytes32> {
    const { event, grant } = await this.#proved(given);
    const { activity } = this.#context.store;
    if ((await activity.event(event.digest)) !== null) return event.digest;
    await this.checkStanding(grant);
    const outcome = await activity.addEvent(event, false, this.#parts.maxPending);
    if (outcome === "full") throw new ActivityRefused(409, "too many events of this token wait");
    if (outcome === "taken" || outcome === "gap") {
      const next = (await activity.lastCounter(event.grant)) + 1n;
      throw new ActivityRefused(409, `the next counter of this grant is ${next}`);
    }
    return event.digest;
  }

  /**
   * Keeps an event that a peer has. For one `ofBatch`, or before one that is, there is more room: two relays whose queues are
   * full of other events could never sign each other's batches. Throws {@link ActivityRefused}.
   */
  async peerEvent(given: Omit<ActivityEvent, "digest">, ofBatch: boolean, replace = ofBatch): Promise<TakenEvent> {
    const { event, grant } = await this.#proved(given);
    const { maxPending } = this.#parts;
    const room = ofBatch ? 2 * maxPending : maxPending;
    const outcome = await this.#context.store.activity.addEvent(event, replace, room);
    if (outcome === "taken") throw new ActivityRefused(409, "another event of this counter was applied or waits");
    return { event, grant, outcome: outcome === "gap" || outcome === "full" ? outcome : "kept" };
  }

  /** Whether a grant counts at the confirmed block: its granter still holds or uses the token. Throws {@link ActivityRefused}. */
  async checkStanding(grant: SignedGrant): Promise<void> {
    const { confirmed } = this.#seen();
    if (grant.until < confirmed.time) throw new ActivityRefused(403, "the grant is over");
    if ((await this.#context.store.activity.highestNonce(grant.granter, grant)) > grant.nonce) {
      throw new ActivityRefused(403, "a later grant has ended this one");
    }
    if (!(await this.#parts.chain.mayGrant(grant.granter, grant, confirmed.number))) {
      throw new ActivityRefused(403, "its granter neither holds nor uses the token");
    }
  }

  async #signed(given: Omit<SignedGrant, "digest">): Promise<SignedGrant> {
    const grant = { ...given, digest: grantDigest(given satisfies Grant, this.#parts.domain) };
    if (isBy(grant.digest, grant.signature, grant.granter)) return grant;
    const { chain } = this.#parts;
    const { confirmed } = this.#seen();
    if (await chain.isSignatureOf(grant.granter, grant.digest, grant.signature, confirmed.number)) return grant;
    throw new ActivityRefused(403, "the grant is not signed by its granter");
  }

  async #proved(given: Omit<ActivityEvent, "digest">): Promise<{ event: ActivityEvent; grant: SignedGrant }> {
    const grant = await this.#context.store.activity.grant(given.grant);
    if (grant === null) throw new ActivityRefused(404, "the grant is not known here");
    if (given.counter < 1n) throw new ActivityRefused(400, "counters begin at 1");
    let event: ActivityEvent;
    try {
      event = makeEvent(given);
    } catch (cause) {
      throw new ActivityRefused(422, "the input is not JSON that a program can be asked with", { cause });
    }
    if (!isBy(eventSigningDigest(event, this.#parts.domain), event.signature, grant.session)) {
      throw new ActivityRefused(403, "the event is not signed by the session key of its grant");
    }
    if (!isInScope(grant, inputOf(event.input))) throw new ActivityRefused(403, "the grant does not allow this kind");
    return { event, grant };
  }

  #seen(): ChainView {
    if (this.#view === null) throw new ActivityRefused(409, "the chain was not read yet; try again");
    return this.#view;
  }
}

function isBy(digest: Bytes32, signature: string, address: Address): boolean {
  try {
    return recoverSigner(digest, signature) === address;
  } catch (error) {
    if (error instanceof PermanentError) return false;
    throw error;
  }
}
