import { dataSlice, getAddress, id, type JsonRpcProvider, toQuantity } from "ethers";

/** Transactions that are sent at the same time. */
const AT_ONCE = 16;
/** Transactions of a block: less than its gas. The node hashes its whole state once a block, which takes longer. */
const OF_A_BLOCK = 140;
/** More than any of them needs; what is left over is not used. */
const GAS = 200_000n;

/** What of a receipt is read. */
interface Receipt {
  readonly status: string;
  readonly gasUsed: string;
}

/** Address of the holder of a number, for whom the node signs. */
export function holderOf(number: number): string {
  return getAddress(dataSlice(id(`holder ${number}`), 12));
}

/** Sends one transaction from each of many accounts, and answers the gas of each in the order in which they stand on chain. */
export async function sendFromEach(
  provider: JsonRpcProvider,
  senders: readonly string[],
  to: string,
  data: string,
): Promise<bigint[]> {
  const gas: bigint[] = [];
  await provider.send("evm_setAutomine", [false]);
  for (let first = 0; first < senders.length; first += OF_A_BLOCK) {
    const batch = senders.slice(first, first + OF_A_BLOCK);
    await sendAll(provider, batch, { to, data, gas: toQuantity(GAS), gasPrice: "0x0" });
    await provider.send("evm_mine", []);
    const receipts = (await provider.send("eth_getBlockReceipts", ["latest"])) as Receipt[]; // as the standard says
    const mined = receipts.filter(({ status }) => status === "0x1");
    if (mined.length !== batch.length) throw new Error(`${mined.length} of ${batch.length} transactions succeeded.`);
    gas.push(...mined.map(({ gasUsed }) => BigInt(gasUsed)));
  }
  await provider.send("evm_setAutomine", [true]);
  return gas;
}

async function sendAll(provider: JsonRpcProvider, senders: readonly string[], call: object): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < senders.length) await provider.send("eth_sendTransaction", [{ from: senders[next++], ...call }]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
