import type { ContractTransactionResponse } from "ethers";

const WARM_RUNS = 5;

/** How often an operation is repeated to have its median: once more than the runs that count. */
export const RUNS = WARM_RUNS + 1;

type Sending = Promise<ContractTransactionResponse>;

export async function gasOf(sending: Sending): Promise<number> {
  const receipt = await (await sending).wait();
  if (receipt === null) throw new Error("The test chain mined no receipt.");
  return Number(receipt.gasUsed);
}

/** Median of the runs after the first, which pays for slots that are new. Runs count from 0 to `RUNS` - 1. */
export async function median(send: (run: number) => Sending): Promise<number> {
  const samples: number[] = [];
  for (let run = 0; run < RUNS; run += 1) samples.push(await gasOf(send(run)));
  return middle(samples.slice(1));
}

/** The same for an operation on so many things at once: what each of them costs, rounded. */
export async function medianEach(count: number, send: (run: number) => Sending): Promise<number> {
  return Math.round((await median(send)) / count);
}

export function middle(samples: readonly number[]): number {
  const value = [...samples].sort((left, right) => left - right)[samples.length >> 1];
  if (value === undefined) throw new Error("Nothing was measured.");
  return value;
}

/** The same figures under names that begin with whose they are. */
export function named(owner: string, table: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(table).map(([operation, gas]) => [`${owner} ${operation}`, gas]));
}
