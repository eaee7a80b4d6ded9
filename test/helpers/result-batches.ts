import { SimpleMerkleTree } from "@openzeppelin/merkle-tree";
import { concat, id, toBeHex } from "ethers";
import { attest, type AttestTerms } from "./attestation";
import { ask, askedOnce, type AskedOnce, INPUT } from "./fixtures";
import {
  answerHash,
  Delivery,
  type InferenceResult,
  lastingRoot,
  resultLeaf,
  Status,
  type StateUpdate,
  type TraitValue,
  traitUpdateLeaf,
  updateLeaf,
} from "./typed-data";

/** A token that was asked `count` times, by requests 1 to `count`. */
export interface AskedOften extends AskedOnce {
  count: number;
}

const askedBefore = new Map<number, () => Promise<AskedOften>>();

/** The state "asked so often". The same function for the same number, as snapshots need. */
export function askedTimes(count: number): () => Promise<AskedOften> {
  const known = askedBefore.get(count);
  if (known !== undefined) return known;
  async function askedThatOften(): Promise<AskedOften> {
    const world = await askedOnce();
    for (let asked = 1; asked < count; asked += 1) await ask(world, world.request, INPUT);
    return { ...world, count };
  }
  askedBefore.set(count, askedThatOften);
  return askedThatOften;
}

/** A result of each of so many consecutive requests, told apart by their digests. */
export function resultsFrom(first: bigint, count: number, changed: Partial<InferenceResult> = {}): InferenceResult[] {
  return Array.from({ length: count }, (_, index) => ({
    requestId: first + BigInt(index),
    requestHash: id(`request ${first + BigInt(index)}`),
    resultDigest: id(`result ${first + BigInt(index)}`),
    status: Status.OK,
    size: BigInt(index),
    ...changed,
  }));
}

/** Leaves under a root, which a quorum may sign. */
export interface Batch {
  firstId: bigint;
  count: number;
  root: string;
  proof(index: number): string[];
}

export function batchOf(firstId: bigint, leaves: readonly string[]): Batch {
  const tree = SimpleMerkleTree.of([...leaves], { sortLeaves: false });
  return { firstId, count: leaves.length, root: tree.root, proof: (index) => tree.getProof(index) };
}

export function batchOfResults(results: readonly InferenceResult[], delivery: Delivery = Delivery.DIGEST): Batch {
  return batchOf(
    results[0]?.requestId ?? 0n,
    results.map((result) => resultLeaf(result, delivery)),
  );
}

export function batchOfUpdates(updates: readonly (StateUpdate | readonly [StateUpdate, TraitValue[]])[]): Batch {
  return batchOf(
    0n,
    updates.map((one) => ("tokenId" in one ? updateLeaf(one) : traitUpdateLeaf(one[0], one[1]))),
  );
}

/** The fixture's quorum over a batch. */
export function attestBatch(
  world: AskedOnce,
  { firstId, count, root }: Batch,
  changed: Partial<AttestTerms> = {},
): string {
  const terms = { ...world.attest.terms, ...changed };
  const { configVersion, deadline } = terms;
  return attest({ configVersion, deadline, firstId, count: BigInt(count), root }, terms);
}

/** The fixture's quorum over a root that is to be committed. */
export function attestLasting(world: AskedOnce, batch: Batch, changed: Partial<AttestTerms> = {}): string {
  return attestBatch(world, { ...batch, root: lastingRoot(batch.root) }, changed);
}

/** The relayer brings the root of a batch, signed by the quorum. Resolves with the batch. */
export async function commitRoot(world: AskedOnce, batch: Batch): Promise<Batch> {
  const { firstId, count, root } = batch;
  await world.oracle.connect(world.relayer).commitRoot(attestLasting(world, batch), firstId, count, root);
  return batch;
}

/** What `fulfillBatch` takes behind the attestation. */
export function batchArguments(results: readonly InferenceResult[]): [bigint, string[], string] {
  const allOk = results.every(({ status }) => status === Status.OK);
  return [
    results[0]?.requestId ?? 0n,
    results.map(answerHash),
    allOk ? "0x" : concat(results.map(({ status }) => toBeHex(status, 1))),
  ];
}
