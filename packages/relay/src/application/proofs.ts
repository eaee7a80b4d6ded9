import { type Bytes32, Delivery, resultLeaf, type Result } from "ainft-core";
import { batchTree, resultsOf } from "../domain/batch.ts";
import type { CommittedRoot } from "../domain/request.ts";
import type { Store } from "../ports/store.ts";

/** All that anybody needs to have the oracle deliver a result under a committed root. */
export interface ResultProof {
  readonly result: Result;
  readonly leaf: Bytes32;
  /** Siblings of the leaf, from the bottom. */
  readonly proof: readonly Bytes32[];
  readonly committed: CommittedRoot;
}

/** The proof of a request's result. Null while no root over it stands on chain that this relay came to as well. */
export async function proofOf(store: Store, requestId: bigint): Promise<ResultProof | null> {
  const committed = await store.batches.rootOver(requestId);
  if (committed === null) return null;
  const { firstId, count, configVersion, root } = committed;
  const results = resultsOf(await store.batches.members({ firstId, count }));
  if (results === null || BigInt(results.length) !== count) return null;
  const tree = batchTree(results, { configVersion, deadline: 0n });
  const index = Number(requestId - firstId);
  const result = results[index];
  if (tree.report.root !== root || result === undefined) return null;
  return { result, leaf: resultLeaf(result, Delivery.DIGEST), proof: tree.proof(index), committed };
}
