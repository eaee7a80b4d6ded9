import { type FeeCaps, firstFees } from "../domain/fees.ts";
import { NOOP_GAS, noopKey } from "../domain/noop.ts";
import type { ChainWriter } from "../ports/chain.ts";
import type { TransactionSigner } from "../ports/system.ts";
import type { Context } from "./context.ts";

/** What is needed to see an account's nonces and to use one up. */
export interface NonceParts {
  readonly writer: ChainWriter;
  readonly signer: TransactionSigner;
  readonly caps: FeeCaps;
}

/** A nonce that no transaction has (an operator's doing, a restored copy, a vanished block) holds up all above it. */
export class Nonces {
  readonly #context: Pick<Context, "store" | "clock" | "log">;
  readonly #parts: NonceParts;

  constructor(context: Pick<Context, "store" | "clock" | "log">, parts: NonceParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Nonces from the account's next one up to our highest open one that nothing of ours has. */
  async holes(): Promise<bigint[]> {
    const { transactions } = this.#context.store;
    const { writer, signer } = this.#parts;
    const used = await writer.nonceOf(signer.address);
    const highest = (await transactions.highestOpenNonce(signer.address)) ?? -1n;
    const ours = new Set(await transactions.noncesFrom(signer.address, used));
    const holes: bigint[] = [];
    for (let nonce = used; nonce < highest; nonce += 1n) if (!ours.has(nonce)) holes.push(nonce);
    return holes;
  }

  /** Keeps a transaction that does nothing but use up a nonce. Answers whether: not while fees are above the caps. */
  async fill(nonce: bigint): Promise<boolean> {
    const { store, clock, log } = this.#context;
    const { writer, signer, caps } = this.#parts;
    const fees = firstFees(await writer.market(), caps);
    if (fees === null) return false;
    const call = { data: "0x" as const, nonce, gasLimit: NOOP_GAS };
    const { hash, raw } = await signer.sign({ to: signer.address, ...call, fees });
    const attempt = { hash, raw, fees, createdAt: clock.now() };
    const transaction = { key: noopKey(signer.address, nonce), target: signer.address, ...call };
    const kept = await store.transactions.prepare(signer.address, transaction, attempt);
    if (kept) log.warn("A nonce that nothing used is used up", { nonce });
    return kept;
  }
}
