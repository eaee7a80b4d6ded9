import { setTimeout as pause } from "node:timers/promises";
import type { JsonRpcProvider, TransactionReceipt } from "ethers";
import { asked } from "./chain.ts";
import { CallRefused, ChainUnavailable } from "./errors.ts";

/** A node behind others may be a block late, so what it says has to stay the same for so many looks, with the longest pauses. */
const SURE_AFTER_LOOKS = 3;
const FIRST_PAUSE_MS = 50;

/** A transaction is not mined in time. It may still be. */
export class NotMined extends ChainUnavailable {}

/** Nobody knows a transaction any more that was sent. */
export class TransactionDropped extends ChainUnavailable {}

/** The nonce of a transaction was used by another one, so that it never comes. */
export class TransactionReplaced extends CallRefused {}

/** A transaction that was sent. */
export interface Sent {
  readonly hash: string;
  readonly from: string;
  readonly nonce: number;
}

export interface Patience {
  /** How long to wait, in milliseconds. */
  readonly timeoutMs: number;
  /** The longest pause between two looks, in milliseconds. */
  readonly pollMs: number;
  /** Hears how long it takes. */
  readonly told: (text: string) => void;
}

/**
 * The receipt of a transaction once it is mined, failed or not. It is looked for again and again: who waits for the next
 * block misses what was mined just before. Throws {@link NotMined}, {@link TransactionDropped},
 * {@link TransactionReplaced}, and `ChainUnavailable` when the node stops answering.
 */
export async function receiptOf(
  provider: JsonRpcProvider,
  sent: Sent,
  { timeoutMs, pollMs, told }: Patience,
): Promise<TransactionReceipt> {
  const start = Date.now();
  let before: Look = { kind: "waiting" };
  let same = 0;
  for (let wait = Math.min(FIRST_PAUSE_MS, pollMs); ; wait = Math.min(wait * 2, pollMs)) {
    const look = await lookFor(provider, sent);
    if (look.kind === "mined") return look.receipt;
    same = look.kind === before.kind && wait === pollMs ? same + 1 : 1;
    before = look;
    if (same >= SURE_AFTER_LOOKS) giveUp(look, sent);
    const waited = Date.now() - start;
    if (waited >= timeoutMs) throw new NotMined(lateText(sent, timeoutMs));
    told(`waiting for ${sent.hash}: ${Math.floor(waited / 1_000)} s`);
    await pause(Math.min(wait, timeoutMs - waited));
  }
}

type Look =
  | { readonly kind: "mined"; readonly receipt: TransactionReceipt }
  | { readonly kind: "waiting" | "replaced" | "dropped" }
  | { readonly kind: "failed"; readonly error: unknown };

async function lookFor(provider: JsonRpcProvider, { hash, from, nonce }: Sent): Promise<Look> {
  try {
    const receipt = await asked(undefined, async () => provider.getTransactionReceipt(hash));
    if (receipt !== null) return { kind: "mined", receipt };
    const used = await asked(undefined, async () => provider.getTransactionCount(from, "latest"));
    if (used > nonce) return { kind: "replaced" };
    const known = await asked(undefined, async () => provider.getTransaction(hash));
    return { kind: known === null ? "dropped" : "waiting" };
  } catch (error) {
    return { kind: "failed", error };
  }
}

function giveUp(look: Look, { hash, from, nonce }: Sent): void {
  switch (look.kind) {
    case "mined":
    case "waiting":
      return;
    case "replaced":
      throw new TransactionReplaced(
        `${hash} never comes: another transaction of ${from} with nonce ${nonce} was mined in its place.`,
      );
    case "dropped":
      throw new TransactionDropped(
        `The node dropped ${hash}, of nonce ${nonce}. Somebody else may still have it: see whether it was mined before ` +
          "you send another.",
      );
    case "failed": {
      const why = look.error instanceof Error ? look.error.message : "The node failed.";
      throw new ChainUnavailable(`${why} ${hash} was sent: see whether it was mined before you send another.`, {
        cause: look.error,
      });
    }
  }
}

function lateText({ hash }: Sent, timeoutMs: number): string {
  return (
    `${hash} is not mined after ${timeoutMs / 1_000} s, and may still be: see whether it was before you send another. ` +
    "--timeout says how long to wait."
  );
}
