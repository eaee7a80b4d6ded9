import { bytesDigest, canonicalJson, failureResult, okResult, ResultStatus } from "ainft-core";
import type { Execution } from "../../../src/domain/execution.ts";
import type { Store } from "../../../src/ports/store.ts";
import { asked, type Asked, block } from "./requests.ts";

/** An answer of a program that keeps state. */
export function answered(count: number): Execution {
  const bytes = canonicalJson({ count });
  return { result: okResult({ count }), newState: { digest: bytesDigest(bytes), bytes } };
}

/** A signed failure. */
export const failed: Execution = { result: failureResult(ResultStatus.TIMEOUT), newState: null };

/** Brings requests of one block to CONFIRMED. */
export async function confirmed(store: Store, ...requests: Asked[]): Promise<void> {
  const at = block(1);
  const tip = await store.chain.tip();
  const events = { requests: requests.map((request) => asked({ at, ...request })), landings: [], orders: [] };
  await store.chain.append(tip === null ? [at] : [], events);
  await store.requests.confirm(at.number);
}

/** Brings a confirmed request to EXECUTED; with a sequence there is an update too. */
export async function executed(
  store: Store,
  id: bigint,
  run = answered(1),
  sequence: bigint | null = 1n,
): Promise<void> {
  await store.requests.lease(id, 0n);
  await store.requests.recordExecution(id, run, sequence, 5_000n, null);
}
