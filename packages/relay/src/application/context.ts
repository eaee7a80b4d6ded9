import type { Block } from "../domain/request.ts";
import type { OnPersisted } from "../domain/states.ts";
import type { ChainReader } from "../ports/chain.ts";
import type { Store } from "../ports/store.ts";
import type { Clock, Logger, Tracer } from "../ports/system.ts";

/** What every use case works with. */
export interface Context {
  readonly chain: ChainReader;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called right after a commit; tests kill the process there. */
  readonly onPersisted: OnPersisted;
  readonly tracer: Tracer;
  /** Blocks that must stand on a block, itself included, before it is acted on. */
  readonly confirmations: bigint;
}

/** The chain as one round sees it. */
export interface ChainView {
  readonly head: Block;
  /** Newest block with enough blocks on it. Only what it and its ancestors say is acted on. */
  readonly confirmed: Block;
}
