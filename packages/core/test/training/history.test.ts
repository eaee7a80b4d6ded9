import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  type Address,
  blindTrainingLeaf,
  type Bytes32,
  ContradictingTrainingLogs,
  decodeTrainingLog,
  ForeignTrainingLog,
  hashTrainingRecord,
  InvalidHex,
  NotATrainingLog,
  type RawLog,
  type TrainedToken,
  type TrainingEntry,
  type TrainingEvent,
  TrainingHistory,
  TrainingIndexOutOfRange,
  TrainingLog,
  TrainingLogGap,
  type TrainingRecord,
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
const VICTIM = vectorRecord(1).contributor;

const singleAt = (index: number): RawLog => recordLog(TOKEN, BigInt(index), vectorRecord(index));
const singles = (count: number): RawLog[] => Array.from({ length: count }, (_, index) => singleAt(index));
const leafAt = (index: number): Bytes32 => hashTrainingRecord(vectorRecord(index));
const leavesOf = (count: number): Bytes32[] => Array.from({ length: count }, (_, index) => leafAt(index));

/** The trainer's own record for a place: what goes into the log by its hash alone. */
const ownRecord = (index: number): TrainingRecord => ({ ...vectorRecord(index), contributor: TRAINER });
const ownHash = (index: number): Bytes32 => hashTrainingRecord(ownRecord(index));
const blindLeafAt = (index: number): Bytes32 => blindTrainingLeaf(TRAINER, ownHash(index));
const batchAt = (...places: number[]): RawLog => leavesLog(TOKEN, BigInt(places[0] ?? 0), TRAINER, places.map(ownHash));

/** A log of at most 40 entries, cut into runs: each is appended record by record, or as one batch by hash. */
const anyRuns = fc.array(fc.record({ size: fc.integer({ min: 1, max: 8 }), byHash: fc.boolean() }), { maxLength: 5 });

function logsOf(runs: readonly { size: number; byHash: boolean }[]): { logs: RawLog[]; leaves: Bytes32[] } {
  const leaves: Bytes32[] = [];
  const logs = runs.flatMap(({ size, byHash }): RawLog[] => {
    const first = leaves.length;
    const places = Array.from({ length: size }, (_, position) => first + position);
    leaves.push(...places.map(byHash ? blindLeafAt : leafAt));
    return byHash ? [batchAt(...places)] : places.map(singleAt);
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

  it("proves by leaf what the chain knows by hash, with the hash and who consented to it", () => {
    const history = TrainingHistory.fromLogs(TOKEN, [batchAt(0, 1, 2)]);
    const entry = { kind: "leaf", leaf: blindLeafAt(1), contributor: TRAINER, recordHash: ownHash(1) };
    assert.deepEqual(history.entry(1n), entry);
    assert.deepEqual(history.prove(1n), { ...entry, ...TrainingLog.prove([0, 1, 2].map(blindLeafAt), 1n) });
  });

  it("takes decoded events beside raw logs", () => {
    const [first, ...rest] = singles(4);
    const mixed: (RawLog | TrainingEvent)[] = [decodeTrainingLog(first ?? singleAt(0)), ...rest];
    assert.equal(TrainingHistory.fromLogs(TOKEN, mixed).root(), trainingRoot(leavesOf(4)));
  });

  it("takes one entry in two spellings for one", () => {
    const decoded = decodeTrainingLog(batchAt(0));
    assert.ok(decoded.kind === "leaves");
    const spelled: TrainingEvent = { ...decoded, contributor: TRAINER.toLowerCase() as Address };
    assert.equal(TrainingHistory.fromLogs(TOKEN, [decoded, spelled]).root(), trainingRoot([blindLeafAt(0)]));
  });

  describe("proveRecord", () => {
    const history = TrainingHistory.fromLogs(TOKEN, [batchAt(0, 1, 2), singleAt(3)]);
    const leaves = [...[0, 1, 2].map(blindLeafAt), leafAt(3)];

    it("proves a record whose fields are on chain, and one that the chain knows by hash", () => {
      for (const [index, record] of [
        [1n, ownRecord(1)],
        [3n, vectorRecord(3)],
      ] as const) {
        const proof = history.proveRecord(index, record);
        assert.deepEqual(proof, { kind: "record", record, ...TrainingLog.prove(leaves, index) });
        assert.ok(TrainingLog.verify(proof, history.peaks, history.root()));
      }
    });

    it("refuses a record that stands elsewhere", () => {
      assertFails(() => history.proveRecord(1n, ownRecord(2)), TrainingRecordMismatch, {
        index: 1n,
        expected: blindLeafAt(1),
        actual: blindLeafAt(2),
      });
      assertFails(() => history.proveRecord(3n, vectorRecord(2)), TrainingRecordMismatch, {
        index: 3n,
        expected: leafAt(3),
        actual: leafAt(2),
      });
    });

    it("refuses a record in the name of somebody who didn't consent to its hash", () => {
      const forged = { ...vectorRecord(0), contributor: VICTIM };
      const hash = hashTrainingRecord(forged);
      const claims = [hash, blindTrainingLeaf(VICTIM, hash)];
      const ofClaims = TrainingHistory.fromLogs(TOKEN, [leavesLog(TOKEN, 0n, TRAINER, claims)]);
      for (const [place, claim] of claims.entries()) {
        assertFails(() => ofClaims.proveRecord(BigInt(place), forged), TrainingRecordMismatch, {
          index: BigInt(place),
          expected: blindTrainingLeaf(TRAINER, claim),
          actual: blindTrainingLeaf(VICTIM, hash),
        });
      }
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

    it("a record and its own hash for one place, whichever comes first", () => {
      const [byRecord, byHash] = [recordLog(TOKEN, 0n, ownRecord(0)), batchAt(0)];
      const known = { kind: "record", leaf: ownHash(0), record: ownRecord(0) } as const;
      const blind = { kind: "leaf", leaf: blindLeafAt(0), contributor: TRAINER, recordHash: ownHash(0) } as const;
      assertFails(() => TrainingHistory.fromLogs(TOKEN, [byRecord, byHash]), ContradictingTrainingLogs, {
        index: 0n,
        first: known,
        second: blind,
      });
      assertFails(() => TrainingHistory.fromLogs(TOKEN, [byHash, byRecord]), ContradictingTrainingLogs, {
        index: 0n,
        first: blind,
        second: known,
      });
    });

    it("the same hash for two contributors, and two hashes for one", () => {
      const entry = (contributor: Address, recordHash: Bytes32): TrainingEntry => {
        return { kind: "leaf", leaf: blindTrainingLeaf(contributor, recordHash), contributor, recordHash };
      };
      const [one, two] = [vectorLeaf(0), vectorLeaf(1)];
      for (const [contributor, recordHash] of [
        [VICTIM, one],
        [TRAINER, two],
      ] as const) {
        const logs = [leavesLog(TOKEN, 0n, TRAINER, [one]), leavesLog(TOKEN, 0n, contributor, [recordHash])];
        assertFails(() => TrainingHistory.fromLogs(TOKEN, logs), ContradictingTrainingLogs, {
          index: 0n,
          first: entry(TRAINER, one),
          second: entry(contributor, recordHash),
        });
      }
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

    it("indexes beyond uint64, and hashes that are not 32 bytes", () => {
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
      assertFails(() => TrainingHistory.fromLogs(TOKEN, [leaves(0n, "0x12")]), InvalidHex, { field: "recordHash" });
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
