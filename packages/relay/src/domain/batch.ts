import {
  answerHash,
  batchStatuses,
  type Bytes32,
  Delivery,
  type Hex,
  type ReportTerms,
  type ReportTree,
  type Result,
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
  /** Null before it was run. */
  readonly lane: Lane | null;
  /** Whether its result waits to be signed in a batch. */
  readonly fresh: boolean;
  /** Whether it cannot be run before an earlier request of its token is through. */
  readonly blocked: boolean;
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
  return isPower && count <= LARGEST_BATCH && firstId > 0n && firstId % count === 0n;
}

/** The aligned range of a size that holds an id: a word of the contract's bitmap when it is the largest. */
export function rangeOf(id: bigint, count: bigint): BatchRange {
  return { firstId: (id / count) * count, count }; // the first one holds no request 0, and so is never whole
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
  for (let id = range.firstId; id <= end;) {
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

/** The kind as which a range can be signed whole, now. Null when something of it was not run, or does not fit. */
export function readyAs(members: readonly BatchMember[], { count }: BatchRange): BatchKind | null {
  if (BigInt(members.length) !== count) return null;
  if (members.some((member) => member.lane === null || !isBatchable(member))) return null;
  const kinds = new Set(members.flatMap(({ lane }) => (lane === null || lane === "single" ? [] : [lane])));
  const [kind = "batch"] = kinds;
  return kinds.size > 1 ? null : kind;
}

/**
 * Cuts a planned batch around what cannot be in it: what this relay will not run, or not before something else of the
 * batch is on chain, and what was signed already.
 */
export function partsToSign(planned: BatchRange, members: readonly BatchMember[]): BatchRange[] {
  const fitting = members.filter(({ fresh, blocked, state }) => fresh || (TO_COME.includes(state) && !blocked));
  return alignedParts(planned, new Set(fitting.map(({ id }) => id)));
}

/** The largest parts of a range that can be signed now, each of one kind; those of one id go on their own. */
export function readyParts(range: BatchRange, members: readonly BatchMember[]): BatchRange[] {
  return (["batch", "root"] as const).flatMap((kind) => {
    const ready = members.filter(({ fresh, lane }) => fresh && lane === kind);
    return alignedParts(range, new Set(ready.map(({ id }) => id)));
  });
}

/** The largest aligned ranges of ids that are all in a set. */
function alignedParts(range: BatchRange, ids: ReadonlySet<bigint>): BatchRange[] {
  if (idsOf(range).every((id) => ids.has(id))) return [range];
  return range.count === 1n ? [] : halvesOf(range).flatMap((half) => alignedParts(half, ids));
}

export function idsOf({ firstId, count }: BatchRange): bigint[] {
  return Array.from({ length: Number(count) }, (_, index) => firstId + BigInt(index));
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

/** The leaf of each result of a tree, under the key by which a second answer is forbidden. */
export function leavesOf({ report, leaves }: ReportTree): { key: ReportKey; leaf: Bytes32 }[] {
  return leaves.map((leaf, index) => ({ key: resultKey(report.firstId + BigInt(index)), leaf }));
}

/** The tree over a batch. Only results whose bytes stay off chain are in one. */
export function batchTree(results: readonly Result[], terms: ReportTerms): ReportTree {
  return resultsReport(results, Delivery.DIGEST, terms);
}

/** What the contract is told of a batch of results. */
export function batchWords(results: readonly Result[]): { answers: Bytes32[]; statuses: Hex } {
  return { answers: results.map(answerHash), statuses: batchStatuses(results) };
}
