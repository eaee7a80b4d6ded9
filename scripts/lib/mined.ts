import { setTimeout as pause } from "node:timers/promises";
import type { TransactionReceipt, TransactionResponse } from "ethers";
import { TransactionPendingError, TransactionRevertedError } from "./transactions";

const MINED_WITHIN_MS = 60_000;
const PAUSE_MS = 20;

/**
 * The receipt of a transaction on a local chain, once it is mined. It is asked for again and again: the library waits for
 * the next block, and on a chain that mines for each transaction none comes when this one's was mined just before.
 * Throws `TransactionRevertedError`, and `TransactionPendingError` after a minute.
 */
export async function mined(sent: TransactionResponse | Promise<TransactionResponse>): Promise<TransactionReceipt> {
  const { hash, nonce, provider } = await sent;
  for (const until = Date.now() + MINED_WITHIN_MS; Date.now() < until;) {
    const receipt = await provider.getTransactionReceipt(hash);
    if (receipt?.status === 0) throw new TransactionRevertedError(hash);
    if (receipt !== null) return receipt;
    await pause(PAUSE_MS);
  }
  throw new TransactionPendingError(BigInt(nonce), hash, MINED_WITHIN_MS);
}
