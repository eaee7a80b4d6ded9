import { Fragment, InterfaceAbi, JsonFragment } from "ethers";

const KINDS = ["constructor", "function", "event", "error", "fallback", "receive"];

/** An ABI in one fixed order, whatever order the compiler used: by kind, then by signature. */
export function sortedAbi(abi: InterfaceAbi & readonly object[]): JsonFragment[] {
  return (abi as JsonFragment[]) // a compiler's ABI is a list of JSON fragments
    .map((fragment) => ({ fragment, key: sortKey(fragment) }))
    .sort((left, right) => (left.key < right.key ? -1 : 1))
    .map(({ fragment }) => fragment);
}

function sortKey(fragment: JsonFragment): string {
  const kind = KINDS.indexOf(fragment.type ?? "function");
  return `${kind} ${Fragment.from(fragment).format("minimal")}`;
}
