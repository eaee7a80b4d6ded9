import { isActivityKey } from "../domain/activity.ts";
import { bumpedFees, type FeeCaps } from "../domain/fees.ts";
import { isNoopKey } from "../domain/noop.ts";
import { isOrderKey, requestOf } from "../domain/order.ts";
import type { ChainWriter, MinedReceipt } from "../ports/chain.ts";
import type { Attempt, TrackedTransaction } from "../ports/store.ts";
import type { TransactionSigner } from "../ports/system.ts";
import type { ChainView, Context } from "./context.ts";
import { forEach } from "./each.ts";
import { Nonces } from "./nonces.ts";

/** Receipts that the node is asked for at once. */
const ASKED_AT_ONCE = 8;

/** What the transaction manager needs beyond the context. */
export interface TransactionParts {
  readonly writer: ChainWriter;
  readonly signer: TransactionSigner;
  readonly caps: FeeCaps;
  /** Milliseconds after which the lowest nonce is offered more. */
  readonly bumpAfterMs: number;
}

/**
 * Follows our transactions to their end. Every signed form was kept before it was sent, so after a crash the same bytes
 * are sent again. What a node says about a send is never believed: the receipts of all attempts decide.
 */
export class TransactionManager {
  readonly #context: Context;
  readonly #parts: TransactionParts;
  /** When each transaction was last sent, in this process. */
  readonly #sentAt = new Map<bigint, number>();
  readonly #nonces: Nonces;
  /** Since when each nonce is missing. */
  readonly #missingSince = new Map<bigint, number>();

  constructor(context: Context, parts: TransactionParts) {
    this.#context = context;
    this.#parts = parts;
    this.#nonces = new Nonces(context, parts);
  }

  async follow(view: ChainView): Promise<void> {
    const { store, log } = this.#context;
    const { signer, writer } = this.#parts;
    const unfinished = await store.transactions.unfinished(signer.address);
    if (unfinished.length === 0) return;
    await this.#fillHoles();
    const used = await writer.nonceOf(signer.address);
    const usedForGood = await writer.nonceOf(signer.address, view.confirmed.number);
    const receipts = await this.#receiptsOf(unfinished);
    await forEach(
      unfinished,
      log,
      ({ key, nonce }) => ({ key, nonce }),
      async (transaction) => {
        const { id, nonce, state } = transaction;
        const receipt = receipts.get(id);
        if (receipt === undefined) return; // the node did not say: the next round asks again
        if (receipt !== null) await this.#mined(transaction, receipt, view);
        else if (state === "INCLUDED") await store.transactions.reopen(id);
        else if (nonce < usedForGood) await this.#lost(transaction);
        else if (nonce >= used) await this.#push(transaction, nonce === used);
      },
    );
  }

  /** A nonce that stays missing holds up all above it. A node that lags behind is given time to catch up. */
  async #fillHoles(): Promise<void> {
    const now = this.#context.clock.now();
    const holes = await this.#nonces.holes();
    for (const nonce of this.#missingSince.keys()) if (!holes.includes(nonce)) this.#missingSince.delete(nonce);
    for (const nonce of holes) {
      const since = this.#missingSince.get(nonce) ?? now;
      this.#missingSince.set(nonce, since);
      if (now - since >= this.#parts.bumpAfterMs) await this.#nonces.fill(nonce);
    }
  }

  /** The receipts by transaction, null where there is none; nothing of those about which the node does not answer. */
  async #receiptsOf(unfinished: readonly TrackedTransaction[]): Promise<Map<bigint, MinedReceipt | null>> {
    const receipts = new Map<bigint, MinedReceipt | null>();
    await forEach(
      unfinished,
      this.#context.log,
      ({ key, nonce }) => ({ key, nonce }),
      async (transaction) => {
        receipts.set(transaction.id, await this.#receiptOf(transaction));
      },
      ASKED_AT_ONCE,
    );
    return receipts;
  }

  async #receiptOf({ attempts }: TrackedTransaction): Promise<MinedReceipt | null> {
    for (const { hash } of attempts) {
      const receipt = await this.#parts.writer.receiptOf(hash);
      if (receipt !== null) return receipt;
    }
    return null;
  }

  async #mined(transaction: TrackedTransaction, receipt: MinedReceipt, view: ChainView): Promise<void> {
    const { store, log } = this.#context;
    const { id, key } = transaction;
    if (transaction.state === "OPEN") {
      const block = { number: receipt.blockNumber, hash: receipt.blockHash };
      const moved = await store.transactions.include(id, receipt.hash, block, receipt.succeeded);
      log.info("A transaction was mined", { key, hash: receipt.hash, succeeded: receipt.succeeded });
      if (moved) await this.#persisted(transaction, "INCLUDED");
      return;
    }
    if (transaction.includedBlockHash !== receipt.blockHash) {
      await store.transactions.reopen(id);
      return;
    }
    if (receipt.blockNumber > view.confirmed.number) return;
    if (!receipt.succeeded) await store.transactions.finalizeFailure(id);
    else if (await store.transactions.finalize(id)) {
      log.info("A transaction is final", { key });
      await this.#persisted(transaction, "FINAL");
    }
    this.#sentAt.delete(id);
  }

  /** The nonce is used up by a transaction that is none of our attempts. */
  async #lost(transaction: TrackedTransaction): Promise<void> {
    this.#context.log.error("Another transaction took a nonce: is the key used elsewhere?", {
      nonce: transaction.nonce,
    });
    await this.#context.store.transactions.lose(transaction.id);
  }

  /** Sends what is not known to be sent; offers more for the lowest nonce when it waits too long. */
  async #push(transaction: TrackedTransaction, lowest: boolean): Promise<void> {
    const { clock } = this.#context;
    const newest = transaction.attempts.at(-1);
    if (newest === undefined) return;
    const sent = this.#sentAt.get(transaction.id);
    if (sent === undefined) return this.#broadcast(transaction, newest);
    if (clock.now() - sent < this.#parts.bumpAfterMs) return;
    const better = lowest ? await this.#bump(transaction, newest) : null;
    await this.#broadcast(transaction, better ?? newest);
  }

  async #broadcast(transaction: TrackedTransaction, attempt: Attempt): Promise<void> {
    const { clock, store, log } = this.#context;
    const { id, key } = transaction;
    const objection = await this.#parts.writer.broadcast(attempt.raw);
    // Known, underpriced, nonce too low, no answer: all mean that only the receipts can tell.
    if (objection !== null) log.warn("The node objects to a transaction", { key, error: objection });
    this.#sentAt.set(id, clock.now());
    if (!(await store.transactions.markSent(id))) return;
    log.info("A transaction was sent", { key, hash: attempt.hash });
    await this.#persisted(transaction, "SENT");
  }

  /** A better offer, kept before it is sent. Null when the caps forbid one. */
  async #bump(transaction: TrackedTransaction, newest: Attempt): Promise<Attempt | null> {
    const { clock, store, log } = this.#context;
    const { writer, signer, caps } = this.#parts;
    const { id, target: to, data, nonce, gasLimit } = transaction;
    const fees = bumpedFees(newest.fees, await writer.market(), caps);
    if (fees === null) {
      log.warn("A transaction waits, and the fee caps forbid to offer more", { nonce });
      return null;
    }
    const { hash, raw } = await signer.sign({ to, data, nonce, gasLimit, fees });
    const attempt = { hash, raw, fees, createdAt: clock.now() };
    await store.transactions.addAttempt(id, attempt);
    return attempt;
  }

  async #persisted(transaction: TrackedTransaction, state: "SENT" | "INCLUDED" | "FINAL"): Promise<void> {
    const { store, onPersisted } = this.#context;
    const { key } = transaction;
    if (isNoopKey(key)) return;
    if (isOrderKey(key)) {
      onPersisted({ state, kind: "order", requestId: requestOf(key) });
      return;
    }
    if (isActivityKey(key)) return;
    const report = await store.reports.byKey(key);
    if (report !== null) onPersisted({ state, kind: report.kind, requestId: report.requestId });
  }
}
