import { keccak256 } from "ethers";
import { TRAINING_NODE_TYPEHASH, TRAINING_ROOT_TYPEHASH } from "../eip712.ts";
import { abiWords, type Bytes32, ZERO_BYTES32 } from "../hex.ts";

/** The top of one perfect tree of the log; a tree of height h holds 2^h leaves. */
export interface Peak {
  readonly height: number;
  readonly hash: Bytes32;
}

/** Hash of two nodes; typed, so that no leaf can pass for a node. */
export function hashNode(left: Bytes32, right: Bytes32): Bytes32 {
  return keccak256(abiWords([TRAINING_NODE_TYPEHASH, left, right])) as Bytes32; // a keccak-256 in lower-case hex
}

/** The root over all peaks, given by ascending height, and the count; 32 zero bytes for none. */
export function bagPeaks(count: bigint, peaks: readonly Peak[]): Bytes32 {
  const [lowest, ...higher] = peaks;
  if (lowest === undefined) return ZERO_BYTES32;
  const bagged = higher.reduce((right, peak) => hashNode(peak.hash, right), lowest.hash);
  return keccak256(abiWords([TRAINING_ROOT_TYPEHASH, count, bagged])) as Bytes32; // a keccak-256 in lower-case hex
}

/** Height of the tree that holds leaf `index` of `count`: the highest bit in which the two differ. */
export function mountainHeight(index: bigint, count: bigint): number {
  return (index ^ count).toString(2).length - 1;
}

/** Heights of a log's trees, ascending: the bits set in its count. */
export function heightsOf(count: bigint): number[] {
  const heights: number[] = [];
  for (let height = 0, rest = count; rest > 0n; height += 1, rest >>= 1n) {
    if ((rest & 1n) === 1n) heights.push(height);
  }
  return heights;
}
