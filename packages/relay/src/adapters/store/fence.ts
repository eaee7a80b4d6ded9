import type { Transaction } from "kysely";
import { SeatLost } from "../../domain/errors.ts";
import type { Tables } from "./tables.ts";

/**
 * Keeps whoever has lost a seat, and does not know yet, from writing as if it still sat there: the row of the seat is
 * held while it writes, and the next one can only sit down between two writes.
 */
export interface Fence {
  /** Throws {@link SeatLost}. */
  check(trx: Transaction<Tables>, seat: string): Promise<void>;
}

/** Of a database that belongs to one process. */
export const NO_FENCE: Fence = { check: async () => Promise.resolve() };

/** Remembers which number each seat had when this process sat down. */
export class EpochFence implements Fence {
  readonly #epochs = new Map<string, bigint>();

  async check(trx: Transaction<Tables>, seat: string): Promise<void> {
    const epoch = this.#epochs.get(seat);
    const row = await trx.selectFrom("seats").select("epoch").where("name", "=", seat).forShare().executeTakeFirst();
    if (epoch === undefined || row?.epoch !== epoch) throw new SeatLost(seat);
  }

  take(seat: string, epoch: bigint): void {
    this.#epochs.set(seat, epoch);
  }

  leave(): void {
    this.#epochs.clear();
  }
}
