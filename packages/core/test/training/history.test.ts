import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  type Bytes32,
  ContradictingTrainingLogs,
  decodeTrainingLog,
  ForeignTrainingLog,
  hashTrainingRecord,
  InvalidHex,
  NotATrainingLog,
  type RawLog,
  type TrainedToken,
  type TrainingEvent,
  TrainingHistory,
  TrainingIndexOutOfRange,
  TrainingLog,
  TrainingLogGap,
  TrainingRecordMismatch,
  TrainingTree,
  UintOutOfRange,
  ZERO_BYTES32,
} from "../../src/index.ts";
import { leavesLog, recordLog, vectorRecord } from "../../scripts/vectors/history.ts";
import { vectorLeaf } from "../../scripts/vectors/training.ts";
import { assertFails } from "../helpers/failures.ts";
import { trainingRoot } from "../helpers/reference.ts";

const TOKEN: TrainedToken = { collection: "0x5FbDB2315678afecb367f032d93F642f64180aa3", tokenId: 7n };
const OTHER_COLLECTION = "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512";
const TRAINER = vectorRecord(0).contributor;

const singleAt = (index: number): RawLog => recordLog(TOKEN, BigInt(index), vectorRecord(index));
const singles = (count: number): RawLog[] => Array.from({ length: count }, (_, index) => singleAt(index));
const leafAt = (index: number): Bytes32 => hashTrainingRecord(vectorRecord(index));
const leavesOf = (count: number): Bytes32[] => Array.from({ length: count }, (_, index) => leafAt(index));

/** A log of at most 40 entries, cut into runs: each is appended record by record, or as one batch by leaf. */
const anyRuns = fc.array(fc.record({ size: fc.integer({ min: 1, max: 8 }), byLeaf: fc.boolean() }), { maxLength: 5 });

function logsOf(runs: readonly { size: number; byLeaf: boolean }[]): { logs: RawLog[]; leaves: Bytes32[] } {
  const leaves: Bytes32[] = [];
  const logs = runs.flatMap(({ size, byLeaf }): RawLog[] => {
    const first = leaves.length;
    const places = Array.from({ length: size }, (_, position) => first + position);
    leaves.push(...places.map(leafAt));
    return byLeaf ? [leavesLog(TOKEN, BigInt(first), TRAINER, places.map(leafAt))] : places.map(singleAt);
  });
  return { logs, leaves };
}

describe("TrainingHistory", () => {
  it("is empty without logs", () => {
    const history = TrainingHistory.fromLogs(TOKEN, []);
    assert.equal(history.count, 0n);
    assert.equal(history.root(), ZERO_BYTES32);
    assert.deepEqual(history.peaks, []);
    assertFails(() => history.prove(0n), TrainingIndexOutOfRange, { index: 0n, count: 0n });
  });

  it("has the contract's root and proves every entry, in any order and with any logs twice", () => {
    const anyOrder = anyRuns.chain((runs) => {
      const { logs, leaves } = logsOf(runs);
      const twice = fc.subarray(logs).chain((again) => {
        const all = [...logs, ...again];
        return fc.shuffledSubarray(all, { minLength: all.length });
      });
      return fc.tuple(twice, fc.constant(leaves));
    });
    fc.assert(
      fc.property(anyOrder, ([logs, leaves]) => {
        const history = TrainingHistory.fromLogs(TOKEN, logs);
        const log = TrainingLog.fromLeaves(leaves);
        assert.equal(history.root(), trainingRoot(leaves));
        assert.deepEqual(history.peaks, log.peaks);
        for (const [index, leaf] of leaves.entries()) {
          const proof = history.prove(BigInt(index));
          assert.equal(proof.leaf, leaf);
          assert.ok(TrainingLog.verify(proof, history.peaks, history.root()));
        }
      }),
      { numRuns: 200 },
    );
  });

  it("gives for a record what verifyTraining asks for", () => {
    const { kind, leaf, index, count, siblings, ...rest } = TrainingHistory.fromLogs(TOKEN, singles(5)).prove(2n);
    assert.deepEqual(rest, { record: vectorRecord(2) });
    assert.deepEqual([kind, leaf, index, count], ["record", leafAt(2), 2n, 5n]);
    assert.deepEqual(siblings, TrainingLog.prove(leavesOf(5), 2n).siblings);
  });

  it("proves by leaf what the chain knows by leaf, and names who was named", () => {
    const history = TrainingHistory.fromLogs(TOKEN, [leavesLog(TOKEN, 0n, TRAINER, leavesOf(3))]);
    const proof = history.prove(1n);
    assert.deepEqual(history.entry(1n), { kind: "leaf", leaf: leafAt(1), contributor: TRAINER });
    assert.deepEqual(proof, { ...history.entry(1n), ...TrainingLog.prove(leavesOf(3), 1n) });
  });

  it("takes decoded events beside raw logs", () => {
    const [first, ...rest] = singles(4);
    const mixed: (RawLog | TrainingEvent)[] = [decodeTrainingLog(first ?? singleAt(0)), ...rest];
    assert.equal(TrainingHistory.fromLogs(TOKEN, mixed).root(), trainingRoot(leavesOf(4)));
  });

  it("keeps the record when the same entry is also known by leaf, whichever comes first", () => {
    const byLeaf = leavesLog(TOKEN, 0n, TRAINER, [leafAt(0)]);
    for (const logs of [
      [byLeaf, singleAt(0)],
      [singleAt(0), byLeaf],
    ]) {
      assert.equal(TrainingHistory.fromLogs(TOKEN, logs).entry(0n).kind, "record");
    }
  });

  describe("proveRecord", () => {
    const history = TrainingHistory.fromLogs(TOKEN, [leavesLog(TOKEN, 0n, TRAINER, leavesOf(3)), singleAt(3)]);

    it("proves a record that the chain knows by leaf", () => {
      assert.deepEqual(history.proveRecord(1n, vectorRecord(1)), {
        kind: "record",
        record: vectorRecord(1),
        ...TrainingLog.prove(leavesOf(4), 1n),
      });
    });

    it("refuses a record that stands elsewhere", () => {
      assertFails(() => history.proveRecord(1n, vectorRecord(2)), TrainingRecordMismatch, {
        index: 1n,
        expected: leafAt(1),
        actual: leafAt(2),
      });
    });

    it("refuses a place that does not exist", () => {
      assertFails(() => history.proveRecord(4n, vectorRecord(4)), TrainingIndexOutOfRange, { index: 4n, count: 4n });
    });
  });

  describe("refuses", () => {
    it("gaps, at the first place that is missing", () => {
      const missing = (...places: number[]): RawLog[] => singles(6).filter((_, index) => !places.includes(index));
      assertFails(() => TrainingHistory.fromLogs(TOKEN, missing(0)), TrainingLogGap, { index: 0n, entries: 5n });
      assertFails(() => TrainingHistory.fromLogs(TOKEN, missing(2, 4)), TrainingLogGap, { index: 2n, entries: 4n });
      const far = recordLog(TOKEN, 2n ** 64n - 1n, vectorRecord(9));
      assertFails(() => TrainingHistory.fromLogs(TOKEN, [...singles(2), far]), TrainingLogGap, {
        index: 2n,
        entries: 3n,
      });
    });

    it("two records for one place", () => {
      const other = recordLog(TOKEN, 1n, vectorRecord(9));
      assertFails(() => TrainingHistory.fromLogs(TOKEN, [...singles(3), other]), ContradictingTrainingLogs, {
        index: 1n,
        first: { kind: "record", leaf: leafAt(1), record: vectorRecord(1) },
        second: { kind: "record", leaf: leafAt(9), record: vectorRecord(9) },
      });
    });

    it("a leaf that is not the record's", () => {
      const other = leavesLog(TOKEN, 0n, TRAINER, [vectorLeaf(0)]);
      assertFails(() => TrainingHistory.fromLogs(TOKEN, [singleAt(0), other]), ContradictingTrainingLogs, {
        index: 0n,
      });
    });

    it("the same leaf for two contributors", () => {
      const [first, second] = [TRAINER, vectorRecord(1).contributor].map((contributor) =>
        leavesLog(TOKEN, 0n, contributor, [vectorLeaf(0)]),
      );
      const logs = [first, second].filter((log) => log !== undefined);
      assertFails(() => TrainingHistory.fromLogs(TOKEN, logs), ContradictingTrainingLogs, {
        index: 0n,
        first: { kind: "leaf", leaf: vectorLeaf(0), contributor: TRAINER },
        second: { kind: "leaf", leaf: vectorLeaf(0), contributor: vectorRecord(1).contributor },
      });
    });

    it("logs of another token and of another collection", () => {
      for (const actual of [
        { ...TOKEN, tokenId: 8n },
        { ...TOKEN, collection: OTHER_COLLECTION },
      ] as const) {
        const foreign = recordLog(actual, 0n, vectorRecord(0));
        assertFails(() => TrainingHistory.fromLogs(TOKEN, [foreign]), ForeignTrainingLog, { expected: TOKEN, actual });
        const decoded = decodeTrainingLog(foreign);
        assertFails(() => TrainingHistory.fromLogs(TOKEN, [decoded]), ForeignTrainingLog, { expected: TOKEN, actual });
      }
    });

    it("logs of other events", () => {
      const other: RawLog = { ...singleAt(0), topics: [ZERO_BYTES32] };
      assertFails(() => TrainingHistory.fromLogs(TOKEN, [other]), NotATrainingLog, { topic: ZERO_BYTES32 });
    });

    it("indexes beyond uint64, and leaves that are not 32 bytes", () => {
      const leaves = (firstIndex: bigint, ...items: Bytes32[]): TrainingEvent => ({
        kind: "leaves",
        ...TOKEN,
        firstIndex,
        contributor: TRAINER,
        leaves: items,
      });
      const [one, two] = [vectorLeaf(0), vectorLeaf(1)];
      assertFails(() => TrainingHistory.fromLogs(TOKEN, [leaves(2n ** 64n - 1n, one, two)]), UintOutOfRange, {
        field: "index",
        actual: 2n ** 64n,
      });
      assertFails(() => TrainingHistory.fromLogs(TOKEN, [leaves(0n, "0x12")]), InvalidHex, { field: "leaf" });
      const record: TrainingEvent = { kind: "record", ...TOKEN, index: -1n, record: vectorRecord(0) };
      assertFails(() => TrainingHistory.fromLogs(TOKEN, [record]), UintOutOfRange, { field: "index", actual: -1n });
    });

    it("negative and far places", () => {
      const history = TrainingHistory.fromLogs(TOKEN, singles(3));
      for (const index of [-1n, 3n, 2n ** 64n]) {
        assertFails(() => history.prove(index), TrainingIndexOutOfRange, { index, count: 3n });
        assertFails(() => history.entry(index), TrainingIndexOutOfRange, { index, count: 3n });
      }
    });
  });
});

describe("TrainingTree", () => {
  const leaves = Array.from({ length: 130 }, (_, index) => vectorLeaf(index));

  it("agrees with the log that keeps its peaks alone, after every append", () => {
    const tree = new TrainingTree();
    const log = new TrainingLog();
    assert.equal(tree.root(), log.root());
    for (const leaf of leaves) {
      assert.equal(tree.append(leaf), log.append(leaf));
      assert.equal(tree.root(), log.root());
      assert.deepEqual(tree.peaks, log.peaks);
    }
  });

  it("refuses a leaf that is not 32 bytes, and stays as it was", () => {
    const tree = TrainingTree.fromLeaves(leaves);
    const root = tree.root();
    assertFails(() => tree.append("0x12"), InvalidHex, { field: "leaf" });
    assert.deepEqual([tree.root(), tree.count], [root, 130n]);
  });

  it("refuses to prove what is not there", () => {
    const tree = TrainingTree.fromLeaves(leaves.slice(0, 3));
    for (const index of [-1n, 3n]) assertFails(() => tree.prove(index), TrainingIndexOutOfRange, { index, count: 3n });
  });
});
