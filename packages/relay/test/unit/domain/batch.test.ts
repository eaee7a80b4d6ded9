import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Delivery, ResultStatus } from "ainft-core";
import {
  batchDeadline,
  type BatchMember,
  type BatchRange,
  type Candidate,
  cut,
  isAligned,
  isBatchable,
  partsToSign,
  rangeOf,
  readBatchKey,
  readyAs,
  readyParts,
} from "../../../src/domain/batch.ts";
import { block, word } from "../support/requests.ts";

const range = (firstId: number, count: number): BatchRange => ({ firstId: BigInt(firstId), count: BigInt(count) });
/** These tests count the requests of the second eight from 1. */
const OFFSET = 7n;
const EIGHT = range(8, 8);
const names = (ranges: readonly BatchRange[]): string[] =>
  ranges.map(({ firstId, count }) => `${firstId - OFFSET}+${count}`);

/** Requests as the chain tells of them: each id with the second of its block. */
function candidates(times: Record<number, number>, notBatchable: readonly number[] = []): Candidate[] {
  return Object.entries(times).map(([id, time]) => ({
    id: BigInt(id) + OFFSET,
    time: BigInt(time),
    batchable: !notBatchable.includes(Number(id)),
  }));
}

function planned(
  known: Candidate[],
  confirmed: number,
  window = 0,
  whole = EIGHT,
): { batches: string[]; alone: number[] } {
  const { batches, alone } = cut(whole, known, BigInt(confirmed), BigInt(window));
  return { batches: names(batches), alone: alone.map((id) => Number(id - OFFSET)) };
}

function members(changes: Record<number, Partial<BatchMember>> = {}): BatchMember[] {
  return Array.from({ length: 8 }, (_, index) => ({
    id: BigInt(index + 1) + OFFSET,
    state: "EXECUTED",
    requestHash: word(index),
    delivery: Delivery.DIGEST,
    deadline: 5_000n,
    block: block(1),
    outcome: { status: ResultStatus.OK, resultDigest: word(9), size: 1n },
    lane: "batch",
    fresh: true,
    blocked: false,
    ...changes[index + 1],
  }));
}

/** What was not run yet. */
const WAITING: Partial<BatchMember> = { state: "CONFIRMED", outcome: null, lane: null, fresh: false };

describe("the ranges that reporters sign", () => {
  it("are powers of two that start at a multiple of themselves", () => {
    for (const [first, count] of [
      [1, 1],
      [256, 256],
      [512, 256],
      [6, 2],
    ] as const) {
      assert.equal(isAligned(range(first, count)), true);
    }
    for (const [first, count] of [
      [1, 2],
      [3, 3],
      [0, 1],
      [1, 0],
      [512, 512],
    ] as const) {
      assert.equal(isAligned(range(first, count)), false);
    }
    assert.deepEqual(rangeOf(255n, 256n), range(0, 256));
    assert.deepEqual(rangeOf(256n, 256n), range(256, 256));
  });

  it("are named by keys, and no other key names one", () => {
    assert.deepEqual(readBatchKey("root:512:256"), { kind: "root", ...range(512, 256) });
    for (const key of ["batch:1:1", "batch:1:2", "batch:3:3", "batch:0:2", "batch:512:512", "batch:02:2", "result:2"]) {
      assert.equal(readBatchKey(key), null, key);
    }
  });
});

describe("cutting a range", () => {
  it("takes what one block asked at once, when there is no window", () => {
    assert.deepEqual(planned(candidates({ 1: 5, 2: 5, 3: 5, 4: 6 }), 6), { batches: ["1+2"], alone: [3, 4] });
  });

  it("does not wait for a range that is full", () => {
    const full = { 1: 5, 2: 5, 3: 5, 4: 5, 5: 9, 6: 9, 7: 9, 8: 9 };
    assert.deepEqual(planned(candidates(full), 9, 100), { batches: ["1+8"], alone: [] });
  });

  it("waits while more may come into its window, and not a second longer", () => {
    const known = candidates({ 1: 5, 2: 6, 3: 7 });
    assert.deepEqual(planned(known, 14, 10), { batches: [], alone: [] });
    assert.deepEqual(planned(known, 15, 10), { batches: ["1+2"], alone: [] });
    assert.deepEqual(planned(known, 17, 10), { batches: ["1+2"], alone: [3] });
  });

  it("cuts alike however late it is done", () => {
    const atOnce = candidates({ 1: 5, 2: 5, 3: 30 });
    const later = candidates({ 1: 5, 2: 5, 3: 30, 4: 30 });
    assert.deepEqual(planned(atOnce, 30, 10).batches, ["1+2"]);
    assert.deepEqual(planned(later, 900, 10).batches, ["1+2", "3+2"]);
  });

  it("cuts around what cannot be in a batch, and what is not there", () => {
    const known = candidates({ 1: 5, 2: 5, 3: 5, 4: 5, 6: 5, 7: 5, 8: 5 }, [2]);
    assert.deepEqual(planned(known, 9), { batches: ["3+2", "7+2"], alone: [1, 6] });
  });

  it("puts only answers off chain into batches, to requests that nobody is in a hurry for", () => {
    const patient = { delivery: Delivery.DIGEST, block: block(1), deadline: block(1).time + 600n };
    assert.equal(isBatchable(patient), true);
    assert.equal(isBatchable({ ...patient, deadline: patient.deadline - 1n }), false);
    assert.equal(isBatchable({ ...patient, delivery: Delivery.INLINE }), false);
    assert.equal(isBatchable({ ...patient, delivery: Delivery.CALLBACK }), false);
  });
});

describe("a cut batch", () => {
  it("is whole while all of it was run or may still be", () => {
    assert.deepEqual(names(partsToSign(EIGHT, members({ 3: WAITING }))), ["1+8"]);
  });

  for (const [title, change] of [
    ["others have answered before it was run", { ...WAITING, state: "SUPERSEDED" }],
    ["this relay can never run", { ...WAITING, state: "DEAD" }],
    ["waits for an earlier one of its token", { ...WAITING, blocked: true }],
    ["was signed before", { fresh: false }],
  ] as const) {
    it(`is cut around what ${title}`, () => {
      assert.deepEqual(names(partsToSign(EIGHT, members({ 3: change }))), ["1+2", "4+1", "5+4"]);
    });
  }

  it("is signed in parts of one kind, as far as it was run", () => {
    const parts = readyParts(EIGHT, members({ 3: WAITING, 7: { lane: "root" }, 8: { lane: "root" } }));
    assert.deepEqual(names(parts), ["1+2", "4+1", "5+2", "7+2"]);
  });

  it("is signed whole only as what all of it is", () => {
    assert.equal(readyAs(members(), EIGHT), "batch");
    assert.equal(readyAs(members({ 3: { lane: "single", fresh: false } }), EIGHT), "batch");
    assert.equal(readyAs(members({ 3: { lane: "root" } }), EIGHT), null);
    assert.equal(readyAs(members({ 3: WAITING }), EIGHT), null);
    assert.equal(readyAs(members({ 3: { delivery: Delivery.INLINE, lane: "single" } }), EIGHT), null);
    assert.equal(readyAs(members().slice(1), EIGHT), null);
  });

  it("has to come before the first of its deadlines", () => {
    assert.equal(batchDeadline(members({ 3: { deadline: 4_000n }, 5: { deadline: 3_000n } })), 3_000n);
  });
});
