import { ChainUnavailable } from "../domain/errors.ts";
import type { ChainView, Context } from "./context.ts";

/** Sees the chain as whoever has the seat has read it into the database. Reads nothing into it. */
export class Follower {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Null until something was read. Throws `ChainUnavailable`. */
  async look(): Promise<ChainView | null> {
    const { chain, store, confirmations } = this.#context;
    const tip = await store.chain.tip();
    if (tip === null) return null;
    const number = tip.number - confirmations + 1n;
    const confirmed = number >= tip.number ? tip : await chain.blockByNumber(number < 0n ? 0n : number);
    if (confirmed === null) throw new ChainUnavailable(`it has not got block ${number}`);
    return { head: tip, confirmed };
  }

  /** Blocks that the chain is ahead of the database. */
  async lag(): Promise<bigint> {
    const { chain, store } = this.#context;
    const [head, tip] = [await chain.head(), await store.chain.tip()];
    const behind = head.number - (tip?.number ?? -1n);
    return behind > 0n ? behind : 0n;
  }
}
