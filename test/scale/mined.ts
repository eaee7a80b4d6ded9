import { setTimeout as pause } from "node:timers/promises";
import type { ContractTransactionResponse, TransactionReceipt } from "ethers";

const MINED_WITHIN_MS = 30_000;
const PAUSE_MS = 20;

/**
 * The receipt of a transaction, once it is mined. It is asked for again and again: the library waits for the next block,
 * and on a chain that mines for each transaction none comes when this one's was mined just before.
 */
export async function mined(sent: Promise<ContractTransactionResponse>): Promise<TransactionReceipt> {
  const { hash, provider } = await sent;
  for (let waited = 0; waited < MINED_WITHIN_MS; waited += PAUSE_MS) {
    const receipt = await provider.getTransactionReceipt(hash);
    if (receipt !== null) return receipt;
    await pause(PAUSE_MS);
  }
  throw new Error(`Transaction ${hash} was not mined.`);
}

/** The gas of a transaction, once it is mined. */
export async function gasOf(sent: Promise<ContractTransactionResponse>): Promise<bigint> {
  return (await mined(sent)).gasUsed;
}
