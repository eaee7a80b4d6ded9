import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { keccak256 } from "ethers";
import { asBytes32, asUint, type Bytes32, bytesOf } from "../hex.ts";
import { checkedReport, lastingRoot, resultLeaf, traitUpdateLeaf, updateLeaf } from "./hash.ts";
import { BatchNotConsecutive, EmptyBatch, LeafOutsideTree } from "./tree-errors.ts";
import {
  type Delivery,
  type Report,
  type ReportTerms,
  type Result,
  ResultStatus,
  type StateUpdate,
  type TraitValue,
} from "./types.ts";

/** Most results that the contract takes in one call; a committed root may stand over more. */
export const MAX_RESULT_BATCH = 256;

/** Most updates that the contract takes in one call; a committed root may stand over more. */
export const MAX_UPDATE_BATCH = 64;

/** A report over many leaves, with what proves each of them under its root. */
export interface ReportTree {
  /** What reporters sign so that all leaves are delivered at once, until the deadline. */
  readonly report: Report;
  /** What reporters sign so that the root is committed, and each leaf can be proved for ever. */
  readonly lasting: Report;
  /** What the root stands over, in order. */
  readonly leaves: readonly Bytes32[];
  /** Siblings of a leaf, from the bottom, by its place in the batch from 0. Throws {@link LeafOutsideTree}. */
  proof(index: number): Bytes32[];
}

/**
 * The report of results of consecutive requests, in order: what `fulfillBatch` and `commitRoot` take. Each result has the
 * same delivery, or one of its own by its place.
 * Throws {@link EmptyBatch}, {@link BatchNotConsecutive}, or when a field does not fit its type.
 */
export function resultsReport(
  results: readonly Result[],
  delivery: Delivery | readonly Delivery[],
  terms: ReportTerms,
): ReportTree {
  const [first] = results;
  if (first === undefined) throw new EmptyBatch();
  const leaves = results.map((result, index) => {
    const expected = first.requestId + BigInt(index);
    if (result.requestId !== expected) throw new BatchNotConsecutive(index, expected, result.requestId);
    return resultLeaf(result, typeof delivery === "number" ? delivery : deliveryAt(delivery, index));
  });
  return treeOver(leaves, first.requestId, terms);
}

/** An update, with the traits that change with it when there are some. */
export interface UpdateLeaf {
  readonly update: StateUpdate;
  readonly traits?: readonly TraitValue[];
}

/**
 * The report of updates, in order: what `submitUpdates` (without traits) and `commitRoot` take.
 * Throws {@link EmptyBatch}, or when a field does not fit its type.
 */
export function updatesReport(updates: readonly UpdateLeaf[], terms: ReportTerms): ReportTree {
  if (updates.length === 0) throw new EmptyBatch();
  const leaves = updates.map(({ update, traits }) =>
    traits === undefined ? updateLeaf(update) : traitUpdateLeaf(update, traits),
  );
  return treeOver(leaves, 0n, terms);
}

/** The root that a proof leads to from a leaf. Throws `InvalidHex`. */
export function provenRoot(leaf: Bytes32, proof: readonly Bytes32[]): Bytes32 {
  return proof.reduce((node, sibling) => nodeHash(node, asBytes32(sibling, "proof")), asBytes32(leaf, "leaf"));
}

/** Statuses as `fulfillBatch` takes them: a byte each, or nothing when every result is OK. */
export function batchStatuses(results: readonly Pick<Result, "status">[]): `0x${string}` {
  if (results.every(({ status }) => status === ResultStatus.OK)) return "0x";
  return `0x${results.map(({ status }) => status.toString(16).padStart(2, "0")).join("")}`;
}

function treeOver(leaves: readonly Bytes32[], firstId: bigint, terms: ReportTerms): ReportTree {
  const tree = SimpleMerkleTree.of([...leaves], { sortLeaves: false, nodeHash });
  const count = asUint(BigInt(leaves.length), 32, "count");
  const root = asBytes32(tree.root, "root");
  return {
    report: checkedReport({ ...terms, firstId, count, root }),
    lasting: checkedReport({ ...terms, firstId, count, root: lastingRoot(root) }),
    leaves,
    proof: (index) => {
      if (!Number.isInteger(index) || index < 0 || index >= leaves.length) {
        throw new LeafOutsideTree(index, leaves.length);
      }
      return tree.getProof(index).map((node) => asBytes32(node, "proof"));
    },
  };
}

/** As the library's own, which goes by way of an encoder of anything. The tree keeps its nodes as lower-case text. */
function nodeHash(left: unknown, right: unknown): Bytes32 {
  const [low = "", high = ""] = [String(left), String(right)].sort();
  return keccak256(bytesOf(`0x${low.slice(2)}${high.slice(2)}`)) as Bytes32; // a digest in lower-case hex
}

function deliveryAt(deliveries: readonly Delivery[], index: number): Delivery {
  const delivery = deliveries[index];
  if (delivery === undefined) throw new LeafOutsideTree(index, deliveries.length);
  return delivery;
}
