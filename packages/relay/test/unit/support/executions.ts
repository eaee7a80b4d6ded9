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

/** Brings a confirmed request to LEASED, and no other. */
export async function leased(store: Store, id: bigint): Promise<void> {
  for (const request of await store.requests.lease(100)) {
    if (request.id !== id) await store.requests.release(request.id, 0);
  }
}

/** Requests that an executor could lease now. */
export async function leasable(store: Store): Promise<bigint[]> {
  const ids = (await store.requests.lease(100)).map(({ id }) => id);
  for (const id of ids) await store.requests.release(id, 0);
  return ids;
}

/** Brings a confirmed request to EXECUTED; with a sequence there is an update too. */
export async function executed(
  store: Store,
  id: bigint,
  run = answered(1),
  sequence: bigint | null = 1n,
): Promise<void> {
  await leased(store, id);
  await store.requests.recordExecution(id, run, sequence, 5_000n, null);
}
