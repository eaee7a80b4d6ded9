import {
  answerHash,
  batchStatuses,
  type Bytes32,
  Delivery,
  type Hex,
  type ReportTerms,
  type ReportTree,
  type Result,
  resultLeaf,
  resultsReport,
} from "ainft-core";
import { type Outcome, type ReportKey, resultDeadline, resultKey } from "./report.ts";
import type { AskedRequest } from "./request.ts";
import type { RequestState } from "./states.ts";

/** How a batch comes to the chain: all of its results at once, or a root under which each can be proved later. */
export type BatchKind = "batch" | "root";

/** How a result is to be signed: on its own, or as one of a {@link BatchKind}. */
export type Lane = "single" | BatchKind;

/** Consecutive request ids. The count is a power of two, and the range is aligned to it: see {@link isAligned}. */
export interface BatchRange {
  readonly firstId: bigint;
  readonly count: bigint;
}

/** Names a batch. */
export type BatchKey = `${BatchKind}:${bigint}:${bigint}`;

/** Longest batch: what the contract takes in one call. */
export const LARGEST_BATCH = 256n;

/** A request that lives fewer seconds than this goes on its own: its deadline would become that of its batch. */
const SHORTEST_LIFE = 600n;

/** A lasting root counts without a deadline: what was signed under it is never to be answered otherwise. */
export const WITHOUT_END = 2n ** 63n - 1n;

/** The chain's words about a request, by which every reporter cuts the same batches. */
export interface Candidate {
  readonly id: bigint;
  /** Unix seconds of its block. */
  readonly time: bigint;
  readonly batchable: boolean;
}

/** A request of a range, and how far this relay is with it. */
export interface BatchMember extends Pick<AskedRequest, "id" | "requestHash" | "delivery" | "deadline" | "block"> {
  readonly state: RequestState;
  readonly outcome: Outcome | null;
  /** Null before it was run, and once its result is signed on its own or over. */
  readonly lane: Lane | null;
}

/** What a range is cut into: batches, and requests that go on their own. */
export interface Cut {
  readonly batches: readonly BatchRange[];
  readonly alone: readonly bigint[];
}

export function batchKey(kind: BatchKind, { firstId, count }: BatchRange): BatchKey {
  return `${kind}:${firstId}:${count}`;
}

/** The range that a key names. Null when it is not the key of a batch that an honest reporter signs. */
export function readBatchKey(key: string): (BatchRange & { readonly kind: BatchKind }) | null {
  const [, kind, first = "", size = ""] = /^(batch|root):([1-9]\d{0,18}):([1-9]\d{0,2})$/.exec(key) ?? [];
  if (kind === undefined) return null;
  const range = { firstId: BigInt(first), count: BigInt(size) };
  return range.count > 1n && isAligned(range) ? { ...range, kind: kind as BatchKind } : null;
}

/** Whether a range is one of those that reporters sign: few enough that even a liar cannot name many. */
export function isAligned({ firstId, count }: BatchRange): boolean {
  const isPower = count > 0n && (count & (count - 1n)) === 0n;
  return isPower && count <= LARGEST_BATCH && firstId > 0n && (firstId - 1n) % count === 0n;
}

/** The aligned range of a size that holds an id. */
export function rangeOf(id: bigint, count: bigint): BatchRange {
  return { firstId: ((id - 1n) / count) * count + 1n, count };
}

export function lastOf({ firstId, count }: BatchRange): bigint {
  return firstId + count - 1n;
}

export function halvesOf({ firstId, count }: BatchRange): BatchRange[] {
  const half = count / 2n;
  return [
    { firstId, count: half },
    { firstId: firstId + half, count: half },
  ];
}

/** Only results whose bytes stay off chain fit a batch, and only if nobody is in a hurry. */
export function isBatchable(asked: Pick<AskedRequest, "delivery" | "deadline" | "block">): boolean {
  return asked.delivery === Delivery.DIGEST && asked.deadline >= asked.block.time + SHORTEST_LIFE;
}

/**
 * Cuts a range into the largest aligned batches of requests that came within a window of the first of each. It looks at
 * nothing but the chain, so that every reporter cuts alike. What may still grow is left for later.
 */
export function cut(range: BatchRange, known: readonly Candidate[], confirmedTime: bigint, window: bigint): Cut {
  const byId = new Map(known.map((candidate) => [candidate.id, candidate]));
  const batches: BatchRange[] = [];
  const alone: bigint[] = [];
  const end = lastOf(range);
  for (let id = range.firstId; id <= end; ) {
    const first = byId.get(id);
    if (first?.batchable !== true) {
      id += 1n; // goes on its own by its nature, or is not there
      continue;
    }
    const { count, open } = grow(first, range, byId, window);
    if (open && confirmedTime < first.time + window) break;
    if (count > 1n) batches.push({ firstId: id, count });
    else alone.push(id);
    id += count;
  }
  return { batches, alone };
}

/** Largest batch from a request on, and whether requests that are yet to come could make it larger. */
function grow(
  { id: firstId, time }: Candidate,
  range: BatchRange,
  byId: ReadonlyMap<bigint, Candidate>,
  window: bigint,
): { count: bigint; open: boolean } {
  for (let count = 1n; ; count *= 2n) {
    const next = { firstId, count: count * 2n };
    if (!isAligned(next) || lastOf(next) > lastOf(range)) return { count, open: false };
    for (let id = firstId + count; id <= lastOf(next); id += 1n) {
      const other = byId.get(id);
      if (other === undefined) return { count, open: true };
      if (!other.batchable || other.time > time + window) return { count, open: false };
    }
  }
}

/** States in which a request may still be run. */
const TO_COME: readonly RequestState[] = ["SEEN", "CONFIRMED", "LEASED"];

/** Whether a batch can be signed: `ready`; never by this relay: `broken`; or when the rest of it was run: `waits`. */
export function standing(members: readonly BatchMember[], { count }: BatchRange): BatchKind | "broken" | "waits" {
  const [first] = members;
  if (first === undefined || BigInt(members.length) !== count) return "broken";
  const [kind] = new Set(members.flatMap(({ lane }) => (lane === null ? [] : [lane])));
  for (const { lane, state } of members) {
    if (lane === null ? !TO_COME.includes(state) : lane !== kind || lane === "single") return "broken";
  }
  return kind === undefined || kind === "single" || members.some(({ lane }) => lane === null) ? "waits" : kind;
}

/** Largest aligned parts of a range that can be signed now, and single requests that are left over. */
export function readyParts(range: BatchRange, members: readonly BatchMember[]): Cut {
  const inside = members.filter(({ id }) => id >= range.firstId && id <= lastOf(range));
  if (range.count === 1n) {
    return { batches: [], alone: inside.filter(({ lane }) => lane !== null && lane !== "single").map(({ id }) => id) };
  }
  const now = standing(inside, range);
  if (now === "batch" || now === "root") return { batches: [range], alone: [] };
  const parts = halvesOf(range).map((half) => readyParts(half, inside));
  return { batches: parts.flatMap(({ batches }) => batches), alone: parts.flatMap(({ alone }) => alone) };
}

/** Last second in which a batch may be submitted: the earliest of its members'. */
export function batchDeadline(members: readonly BatchMember[]): bigint {
  return members.map(resultDeadline).reduce((earliest, deadline) => (deadline < earliest ? deadline : earliest));
}

/** The results of members that were all run. Null when one was not. */
export function resultsOf(members: readonly BatchMember[]): Result[] | null {
  const results = members.flatMap(({ id, requestHash, outcome }): Result[] =>
    outcome === null ? [] : [{ requestId: id, requestHash, ...outcome }],
  );
  return results.length === members.length && results.length > 0 ? results : null;
}

/** The leaf of each result, under the key by which a second answer is forbidden. */
export function leavesOf(results: readonly Result[]): { key: ReportKey; leaf: Bytes32 }[] {
  return results.map((result) => ({ key: resultKey(result.requestId), leaf: resultLeaf(result, Delivery.DIGEST) }));
}

/** The tree over a batch. Only results whose bytes stay off chain are in one. */
export function batchTree(results: readonly Result[], terms: ReportTerms): ReportTree {
  return resultsReport(results, Delivery.DIGEST, terms);
}

/** What the contract is told of a batch of results. */
export function batchWords(results: readonly Result[]): { answers: Bytes32[]; statuses: Hex } {
  return { answers: results.map(answerHash), statuses: batchStatuses(results) };
}
