import type { FastifyRequest } from "fastify";
import type { ChainState, Health } from "../../domain/health.ts";
import type { NewSignature, Store } from "../../ports/store.ts";
import type { ActivityPagesParts } from "./activity.ts";

const CHAIN_ID = /^[1-9]\d{0,18}$/;

/** What the server shows of one chain. */
export interface ChainParts {
  readonly store: Store;
  readonly health: () => Health;
  /** Age of the last look at the chain above which it is not ready, in milliseconds. */
  readonly staleAfterMs: number;
  /** Takes a signature that a peer pushed. Throws `PeerPayloadRefused`. */
  readonly accept: (signature: NewSignature) => Promise<void>;
  /** Null when no activity is taken for this chain. */
  readonly activity: ActivityPagesParts | null;
}

/** A chain of this relay; its parts are null until its node was reached. */
export interface ServedChain {
  readonly id: bigint;
  readonly state: ChainState;
  readonly parts: ChainParts | null;
}

/** A request names no chain that can answer it. */
export class ChainNotServed extends Error {
  override readonly name = "ChainNotServed";
  readonly statusCode: number;

  constructor(statusCode: number, problem: string) {
    super(problem);
    this.statusCode = statusCode;
  }
}

/** The chains of a relay, as requests name them: by `?chain=`, which may be left out while there is only one. */
export class ServedChains {
  readonly all: readonly ServedChain[];

  constructor(all: readonly ServedChain[]) {
    this.all = all;
  }

  /** The chain that a request names, or the only one; null when it names none of several. Throws {@link ChainNotServed}. */
  named(request: FastifyRequest): ServedChain | null {
    const { chain: id } = request.query as { chain?: unknown }; // the parser gives an object
    const [only, ...more] = this.all;
    if (id === undefined) return more.length > 0 ? null : (only ?? null);
    if (typeof id !== "string" || !CHAIN_ID.test(id)) throw new ChainNotServed(400, "a chain is a whole number");
    const chain = this.all.find((served) => String(served.id) === id);
    if (chain === undefined) throw new ChainNotServed(404, `chain ${id} is not served here`);
    return chain;
  }

  /** What answers a request. Throws {@link ChainNotServed}. */
  of(request: FastifyRequest): ChainParts {
    const chain = this.named(request);
    if (chain === null) throw new ChainNotServed(400, "several chains are served here: name one by ?chain=");
    if (chain.parts === null) throw new ChainNotServed(503, `chain ${chain.id} was not reached yet`);
    return chain.parts;
  }

  /** What answers a request about activity. Throws {@link ChainNotServed}. */
  activityOf(request: FastifyRequest): ActivityPagesParts {
    const { activity } = this.of(request);
    if (activity === null) throw new ChainNotServed(404, "no activity is taken here");
    return activity;
  }
}
