import type { BaseContract } from "ethers";
import type { BatchCallHarness } from "../../typechain-types";

/** How many calls go into one round trip; their gas together stays far below a block's. */
const BATCH = 200;

/** Cuts a list into batches. */
export function batchesOf<T>(values: readonly T[], size = BATCH): T[][] {
  const batches: T[][] = [];
  for (let start = 0; start < values.length; start += size) batches.push(values.slice(start, start + size));
  return batches;
}

/** What one view of a contract answers to many arguments, in order. */
export async function answersOf(
  batch: BatchCallHarness,
  contract: BaseContract,
  view: string,
  argumentLists: readonly (readonly unknown[])[],
): Promise<unknown[]> {
  const target = await contract.getAddress();
  const answers: unknown[] = [];
  for (const lists of batchesOf(argumentLists)) {
    const calls = lists.map((list) => contract.interface.encodeFunctionData(view, [...list]));
    const results = await batch.callAll(target, calls);
    answers.push(...results.map((result): unknown => contract.interface.decodeFunctionResult(view, result)[0]));
  }
  return answers;
}

/** Whether one view of a contract accepts each of many arguments, in order. */
export async function verdictsOf(
  batch: BatchCallHarness,
  contract: BaseContract,
  view: string,
  argumentLists: readonly (readonly unknown[])[],
): Promise<boolean[]> {
  const target = await contract.getAddress();
  const verdicts: boolean[] = [];
  for (const lists of batchesOf(argumentLists)) {
    const calls = lists.map((list) => contract.interface.encodeFunctionData(view, [...list]));
    verdicts.push(...(await batch.tryAll(target, calls)));
  }
  return verdicts;
}
