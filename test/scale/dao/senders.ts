import { dataSlice, getAddress, id, toQuantity } from "ethers";
import type { TransactionReceipt, JsonRpcProvider } from "ethers";
import { setTimeout as pause } from "node:timers/promises";

/** Transactions that are on their way at the same time. */
const IN_FLIGHT = 16;
const PAUSE_MS = 2;
const MINED_WITHIN_MS = 30_000;
/** More than any of them needs; what is left over is not used. */
const GAS = 300_000n;

/** Address of the holder of a number, for whom the node signs. */
export function holderOf(number: number): string {
  return getAddress(dataSlice(id(`holder ${number}`), 12));
}

/** Sends one transaction from each of many accounts, and answers the gas of each in the order in which they were mined. */
export async function sendFromEach(
  provider: JsonRpcProvider,
  senders: readonly string[],
  to: string,
  data: string,
): Promise<bigint[]> {
  const receipts: TransactionReceipt[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < senders.length) {
      const from = senders[next++];
      const receipt = await minedFor(provider, { from, to, data, gas: toQuantity(GAS), gasPrice: "0x0" });
      receipts.push(receipt);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, work));
  return receipts.sort((one, other) => one.blockNumber - other.blockNumber).map(({ gasUsed }) => gasUsed);
}

async function minedFor(provider: JsonRpcProvider, transaction: object): Promise<TransactionReceipt> {
  const hash = String(await provider.send("eth_sendTransaction", [transaction]));
  const receipt = await receiptOf(provider, hash);
  if (receipt.status !== 1) throw new Error(`Transaction ${hash} failed.`);
  return receipt;
}

async function receiptOf(provider: JsonRpcProvider, hash: string): Promise<TransactionReceipt> {
  for (let waited = 0; waited < MINED_WITHIN_MS; waited += PAUSE_MS) {
    const receipt = await provider.getTransactionReceipt(hash);
    if (receipt !== null) return receipt;
    await pause(PAUSE_MS);
  }
  throw new Error(`Transaction ${hash} was not mined.`);
}
