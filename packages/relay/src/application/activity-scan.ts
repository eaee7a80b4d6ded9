import type { ActivityChain } from "../ports/activity.ts";
import type { ChainView, Context } from "./context.ts";
import { forEach } from "./each.ts";

/** Most blocks asked for at a time. */
const SCAN_RANGE = 5_000n;

/** What the scan needs beyond the context. */
export interface ScanParts {
  readonly chain: ActivityChain;
  readonly startBlock: bigint;
}

/** Reads what updates of followed tokens stand on chain, deep enough. */
export class ActivityScan {
  readonly #context: Context;
  readonly #parts: ScanParts;

  constructor(context: Context, parts: ScanParts) {
    this.#context = context;
    this.#parts = parts;
  }

  async scan({ confirmed }: ChainView): Promise<void> {
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
}
