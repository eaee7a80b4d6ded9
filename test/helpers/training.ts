import { AbiCoder, id, keccak256, ZeroHash } from "ethers";

/*
 * The training log once more, the slow and obvious way: perfect trees of powers of two from left to right, hashed from
 * the leaves each time. Nothing here keeps peaks, so nothing here can make the mistakes of code that does.
 */

const NODE_TYPEHASH = id("AINFTTrainingNode(bytes32 left,bytes32 right)");
const ROOT_TYPEHASH = id("AINFTTrainingRoot(uint64 count,bytes32 peaks)");

const nodes = new Map<string, string>();

/** Each node is hashed once: proofs of every leaf ask for the same nodes again and again. */
export function hashNode(left: string, right: string): string {
  const known = nodes.get(left + right);
  if (known !== undefined) return known;
  const node = hashWords(["bytes32", "bytes32", "bytes32"], [NODE_TYPEHASH, left, right]);
  nodes.set(left + right, node);
  return node;
}

/** The root of a log with these leaves. */
export function trainingRoot(leaves: readonly string[]): string {
  const tops = mountainsOf(leaves).map(topOf);
  const lowest = tops.pop();
  if (lowest === undefined) return ZeroHash;
  const bag = tops.reduceRight((right, left) => hashNode(left, right), lowest);
  return hashWords(["bytes32", "uint64", "bytes32"], [ROOT_TYPEHASH, leaves.length, bag]);
}

/** The siblings that prove the leaf at an index, from the leaf up. */
export function trainingProof(leaves: readonly string[], index: number): string[] {
  let position = index;
  for (const mountain of mountainsOf(leaves)) {
    if (position < mountain.length) return siblingsOf(mountain, position);
    position -= mountain.length;
  }
  throw new Error(`A log of ${leaves.length} records has none at ${index}.`);
}

/** The top of the mountain of a height, if the log has one. */
export function trainingPeak(leaves: readonly string[], height: number): string | undefined {
  const mountain = mountainsOf(leaves).find(({ length }) => length === 2 ** height);
  return mountain === undefined ? undefined : topOf(mountain);
}

/** Largest powers of two first: the shape of a Merkle Mountain Range. */
function mountainsOf(leaves: readonly string[]): string[][] {
  const mountains: string[][] = [];
  let start = 0;
  while (start < leaves.length) {
    const size = 2 ** Math.floor(Math.log2(leaves.length - start));
    mountains.push(leaves.slice(start, start + size));
    start += size;
  }
  return mountains;
}

function topOf(mountain: readonly string[]): string {
  const [only, ...others] = mountain;
  if (only === undefined) throw new Error("A mountain has at least one leaf.");
  if (others.length === 0) return only;
  const middle = mountain.length / 2;
  return hashNode(topOf(mountain.slice(0, middle)), topOf(mountain.slice(middle)));
}

function siblingsOf(mountain: readonly string[], position: number): string[] {
  if (mountain.length === 1) return [];
  const middle = mountain.length / 2;
  const left = mountain.slice(0, middle);
  const right = mountain.slice(middle);
  return position < middle
    ? [...siblingsOf(left, position), topOf(right)]
    : [...siblingsOf(right, position - middle), topOf(left)];
}

function hashWords(types: readonly string[], values: readonly unknown[]): string {
  return keccak256(AbiCoder.defaultAbiCoder().encode(types, values));
}
