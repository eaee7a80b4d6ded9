import type { BaseContract, Result } from "ethers";
import type { BatchCallHarness } from "../../typechain-types";

/** How many calls go into one round trip; their gas together stays far below a block's. */
const BATCH = 200;

/** Cuts a list into batches. */
export function batchesOf<T>(values: readonly T[], size = BATCH): T[][] {
  const batches: T[][] = [];
  for (let start = 0; start < values.length; start += size) batches.push(values.slice(start, start + size));
  return batches;
}

/** What one view of a contract answers to many arguments, in order. Of several return values, the first. */
export async function answersOf(
  batch: BatchCallHarness,
  contract: BaseContract,
  view: string,
  argumentLists: readonly (readonly unknown[])[],
): Promise<unknown[]> {
  const results = await resultsOf(batch, contract, view, argumentLists);
  return results.map((result): unknown => result[0]);
}

/** All return values of one view of a contract for many arguments, in order. */
export async function resultsOf(
  batch: BatchCallHarness,
  contract: BaseContract,
  view: string,
  argumentLists: readonly (readonly unknown[])[],
): Promise<Result[]> {
  const target = await contract.getAddress();
  const results: Result[] = [];
  for (const lists of batchesOf(argumentLists)) {
    const calls = lists.map((list) => contract.interface.encodeFunctionData(view, [...list]));
    const answers = await batch.callAll(target, calls);
    results.push(...answers.map((answer) => contract.interface.decodeFunctionResult(view, answer)));
  }
  return results;
}

/** A view of a contract and its arguments. */
export type Question = readonly [view: string, ...args: readonly unknown[]];

/** All return values of several views of one contract, in order. */
export async function answersTo(
  batch: BatchCallHarness,
  contract: BaseContract,
  questions: readonly Question[],
): Promise<Result[]> {
  const target = await contract.getAddress();
  const results: Result[] = [];
  for (const some of batchesOf(questions)) {
    const calls = some.map(([view, ...args]) => contract.interface.encodeFunctionData(view, args));
    const answers = await batch.callAll(target, calls);
    for (const [place, [view]] of some.entries()) {
      results.push(contract.interface.decodeFunctionResult(view, answers[place] ?? "0x"));
    }
  }
  return results;
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
