import type { TransactionReceipt, TransactionResponse } from "ethers";
import { deepReceipt, TransactionRevertedError } from "./transactions";

const AT_ONCE = { confirmations: 1, timeoutMs: 60_000, pollMs: 20 };

/**
 * The receipt of a transaction on a local chain, once it is mined. It is asked for again and again: the library waits for
 * the next block, and on a chain that mines for each transaction none comes when this one's was mined just before.
 * Throws `TransactionRevertedError`, and `TransactionPendingError` after a minute.
 */
export async function mined(sent: TransactionResponse | Promise<TransactionResponse>): Promise<TransactionReceipt> {
  const transaction = await sent;
  const receipt = await deepReceipt(transaction.provider, transaction, AT_ONCE);
  if (receipt.status === 0) throw new TransactionRevertedError(transaction.hash);
  return receipt;
}
