import type { BaseContract, Interface, Result } from "ethers";
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
  const codec = codecOf(contract.interface);
  const results: Result[] = [];
  for (const some of batchesOf(questions)) {
    const answers = await batch.callAll(target, some.map(codec.encode));
    for (const [place, [view]] of some.entries()) results.push(codec.decode(view, answers[place] ?? "0x"));
  }
  return results;
}

interface Codec {
  encode(question: Question): string;
  decode(view: string, answer: string): Result;
}

const codecs = new WeakMap<Interface, Codec>();

/** Most questions are asked, and most answers given, again and again: each is encoded and decoded once. */
function codecOf(spoken: Interface): Codec {
  const known = codecs.get(spoken);
  if (known !== undefined) return known;
  const calls = new Map<string, string>();
  const results = new Map<string, Result>();
  const encode = ([view, ...args]: Question): string => spoken.encodeFunctionData(view, args);
  const codec: Codec = {
    encode: (question) =>
      question.every((part) => typeof part !== "object")
        ? remembered(calls, question.join(), () => encode(question))
        : encode(question),
    decode: (view, answer) => remembered(results, `${view} ${answer}`, () => spoken.decodeFunctionResult(view, answer)),
  };
  codecs.set(spoken, codec);
  return codec;
}

/** Answers kept at the same time; old ones are forgotten all at once. */
const MOST_REMEMBERED = 10_000;

function remembered<T>(memory: Map<string, T>, key: string, make: () => T): T {
  const known = memory.get(key);
  if (known !== undefined) return known;
  if (memory.size >= MOST_REMEMBERED) memory.clear();
  const made = make();
  memory.set(key, made);
  return made;
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
