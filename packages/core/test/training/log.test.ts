import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  type Bytes32,
  hashNode,
  InvalidHex,
  MissingTrainingPeak,
  type Peak,
  TrainingIndexOutOfRange,
  TrainingLog,
  type TrainingProof,
  UintOutOfRange,
  ZERO_BYTES32,
} from "../../src/index.ts";
import { vectorLeaf } from "../../scripts/vectors/training.ts";
import { assertFails } from "../helpers/failures.ts";
import { anyBytes32, anyUint, RUNS } from "../helpers/random.ts";
import { mountains, trainingRoot } from "../helpers/reference.ts";

const leavesOf = (count: number): Bytes32[] => Array.from({ length: count }, (_, index) => vectorLeaf(index));
const OTHER: Bytes32 = `0x${"ee".repeat(32)}`;

/** A log's length and one index inside it. */
const anyPlace = fc.integer({ min: 1, max: 64 }).chain((count) => fc.tuple(fc.constant(count), fc.nat(count - 1)));

describe("TrainingLog", () => {
  it("has 32 zero bytes as root, and no peak, while it is empty", () => {
    const log = new TrainingLog();
    assert.equal(log.root(), ZERO_BYTES32);
    assert.deepEqual(log.peaks, []);
    assert.equal(log.count, 0n);
  });

  it("agrees with a recursive implementation on peaks and root after every append", () => {
    const log = new TrainingLog();
    const leaves: Bytes32[] = [];
    for (const leaf of leavesOf(130)) {
      assert.equal(log.append(leaf), BigInt(leaves.length));
      leaves.push(leaf);
      assert.equal(log.root(), trainingRoot(leaves));
      assert.deepEqual(log.peaks.map(({ hash }) => hash).reverse(), mountains(leaves));
    }
  });

  it("agrees with the recursive implementation on random leaves", () => {
    fc.assert(
      fc.property(fc.array(anyBytes32, { maxLength: 24 }), (leaves) => {
        assert.equal(TrainingLog.fromLeaves(leaves).root(), trainingRoot(leaves));
      }),
      RUNS,
    );
  });

  it("has a peak for every bit set in its count", () => {
    const heights = (count: number): number[] =>
      TrainingLog.fromLeaves(leavesOf(count)).peaks.map(({ height }) => height);
    assert.deepEqual(heights(1), [0]);
    assert.deepEqual(heights(6), [1, 2]);
    assert.deepEqual(heights(7), [0, 1, 2]);
    assert.deepEqual(heights(8), [3]);
  });

  it("has another root after every append, also of the same leaf", () => {
    const log = new TrainingLog();
    const roots = new Set([log.root()]);
    for (let count = 1; count <= 64; count += 1) {
      log.append(OTHER);
      roots.add(log.root());
    }
    assert.equal(roots.size, 65);
  });

  it("keeps leaves, nodes and roots apart", () => {
    const [left, right] = [vectorLeaf(0), vectorLeaf(1)];
    const ofTwo = TrainingLog.fromLeaves([left, right]);
    const ofTheirNode = TrainingLog.fromLeaves([hashNode(left, right)]);
    assert.notEqual(ofTwo.root(), ofTheirNode.root());
    assert.notEqual(ofTheirNode.root(), hashNode(left, right));
  });

  it("refuses a leaf that is not 32 bytes, and stays as it was", () => {
    const log = TrainingLog.fromLeaves(leavesOf(3));
    const root = log.root();
    assertFails(() => log.append("0x12"), InvalidHex, { field: "leaf" });
    assert.equal(log.root(), root);
    assert.equal(log.count, 3n);
  });

  describe("fromPeaks", () => {
    it("continues a stored log as if it had never been stored", () => {
      fc.assert(
        fc.property(fc.nat(40), fc.nat(20), (stored, added) => {
          const leaves = leavesOf(stored + added);
          const before = TrainingLog.fromLeaves(leaves.slice(0, stored));
          const log = TrainingLog.fromPeaks(before.count, before.peaks);
          for (const leaf of leaves.slice(stored)) log.append(leaf);
          assert.equal(log.root(), TrainingLog.fromLeaves(leaves).root());
        }),
        { numRuns: 200 },
      );
    });

    it("leaves out stale peaks, which the contract never clears", () => {
      const stale: Peak[] = [
        { height: 0, hash: OTHER },
        { height: 5, hash: OTHER },
      ];
      const log = TrainingLog.fromLeaves(leavesOf(4));
      assert.deepEqual(TrainingLog.fromPeaks(4n, [...stale, ...log.peaks]).peaks, log.peaks);
    });

    it("refuses a log without a peak that its count calls for", () => {
      assertFails(() => TrainingLog.fromPeaks(5n, [{ height: 2, hash: OTHER }]), MissingTrainingPeak, { height: 0 });
    });

    it("refuses counts beyond uint64 and peaks of another size", () => {
      assertFails(() => TrainingLog.fromPeaks(2n ** 64n, []), UintOutOfRange, { field: "count", bits: 64 });
      assertFails(() => TrainingLog.fromPeaks(-1n, []), UintOutOfRange, { field: "count", bits: 64 });
      assertFails(() => TrainingLog.fromPeaks(1n, [{ height: 0, hash: "0x" }]), InvalidHex, { field: "peak" });
    });

    it("refuses the append that would overflow the count, and stays as it was", () => {
      const peaks = Array.from({ length: 64 }, (_, height) => ({ height, hash: OTHER }));
      const log = TrainingLog.fromPeaks(2n ** 64n - 1n, peaks);
      assertFails(() => log.append(OTHER), UintOutOfRange, { field: "count", actual: 2n ** 64n });
      assert.deepEqual(log.peaks, peaks);
    });
  });

  describe("prove and verify", () => {
    it("prove every leaf of every log up to 40, by peaks and by root", () => {
      for (let count = 1; count <= 40; count += 1) {
        const leaves = leavesOf(count);
        const log = TrainingLog.fromLeaves(leaves);
        for (let index = 0; index < count; index += 1) {
          const proof = TrainingLog.prove(leaves, BigInt(index));
          assert.ok(log.verify(proof), `leaf ${index} of ${count}`);
          assert.ok(TrainingLog.verify(proof, log.peaks, log.root()), `leaf ${index} of ${count}`);
        }
      }
    });

    it("hold for random leaves at random places", () => {
      fc.assert(
        fc.property(fc.array(anyBytes32, { minLength: 1, maxLength: 24 }), fc.nat(), (leaves, any) => {
          const index = any % leaves.length;
          const proof = TrainingLog.prove(leaves, BigInt(index));
          assert.equal(proof.leaf, leaves[index]);
          assert.equal(proof.siblings.length, Math.floor(Math.log2(leaves.length ^ index)));
          assert.ok(TrainingLog.fromLeaves(leaves).verify(proof));
        }),
        RUNS,
      );
    });

    it("stay provable after later appends, with a new proof", () => {
      fc.assert(
        fc.property(anyPlace, fc.nat(32), ([count, index], added) => {
          const leaves = leavesOf(count + added);
          const log = TrainingLog.fromLeaves(leaves);
          assert.ok(log.verify(TrainingLog.prove(leaves, BigInt(index))));
        }),
        { numRuns: 200 },
      );
    });

    it("refuse a proof with any one part changed", () => {
      const change = fc.constantFrom("leaf", "index", "count", "sibling", "longer", "shorter", "swapped");
      fc.assert(
        fc.property(anyPlace, change, fc.nat(), ([count, index], what, any) => {
          const leaves = leavesOf(count);
          const proof = TrainingLog.prove(leaves, BigInt(index));
          const spoiled = spoil(proof, what, any);
          fc.pre(spoiled !== undefined);
          assert.equal(TrainingLog.fromLeaves(leaves).verify(spoiled), false, what);
        }),
        RUNS,
      );
    });

    it("refuse an inner node passed off as a leaf", () => {
      const leaves = leavesOf(4);
      const inner = hashNode(vectorLeaf(0), vectorLeaf(1));
      const siblings = [hashNode(vectorLeaf(2), vectorLeaf(3))];
      assert.equal(TrainingLog.fromLeaves(leaves).verify({ leaf: inner, index: 0n, count: 4n, siblings }), false);
    });

    it("refuse negative and far indexes, and proofs of an empty log", () => {
      const log = TrainingLog.fromLeaves(leavesOf(4));
      for (const index of [-1n, 4n, 2n ** 64n]) {
        assert.equal(log.verify({ leaf: vectorLeaf(0), index, count: 4n, siblings: [] }), false);
      }
      assert.equal(new TrainingLog().verify({ leaf: OTHER, index: 0n, count: 0n, siblings: [] }), false);
    });

    it("throw for hashes of the wrong shape", () => {
      const log = TrainingLog.fromLeaves(leavesOf(2));
      const proof = TrainingLog.prove(leavesOf(2), 0n);
      assertFails(() => log.verify({ ...proof, leaf: "0x" }), InvalidHex, { field: "leaf" });
      assertFails(() => log.verify({ ...proof, siblings: ["0x12"] }), InvalidHex, { field: "sibling" });
    });

    it("refuse to prove what is not there", () => {
      assertFails(() => TrainingLog.prove([], 0n), TrainingIndexOutOfRange, { index: 0n, count: 0n });
      assertFails(() => TrainingLog.prove(leavesOf(3), 3n), TrainingIndexOutOfRange, { index: 3n, count: 3n });
      assertFails(() => TrainingLog.prove(leavesOf(3), -1n), TrainingIndexOutOfRange, { index: -1n, count: 3n });
      fc.assert(
        fc.property(anyUint(256), (index) => {
          fc.pre(index > 2n);
          assertFails(() => TrainingLog.prove(leavesOf(3), index), TrainingIndexOutOfRange, { index, count: 3n });
        }),
        { numRuns: 100 },
      );
    });
  });

  describe("static verify", () => {
    const leaves = leavesOf(11);
    const log = TrainingLog.fromLeaves(leaves);
    const proof = TrainingLog.prove(leaves, 9n);

    it("refuses another root", () => {
      assert.equal(TrainingLog.verify(proof, log.peaks, TrainingLog.fromLeaves(leavesOf(10)).root()), false);
    });

    it("refuses a changed or missing peak, also one the leaf does not stand under", () => {
      const changed = log.peaks.map((peak) => (peak.height === 3 ? { ...peak, hash: OTHER } : peak));
      assert.equal(TrainingLog.verify(proof, changed, log.root()), false);
      assert.equal(TrainingLog.verify(proof, log.peaks.slice(1), log.root()), false);
    });

    it("throws for a count or a peak of the wrong shape", () => {
      assertFails(() => TrainingLog.verify({ ...proof, count: -1n }, log.peaks, log.root()), UintOutOfRange, {
        field: "count",
      });
      const broken = log.peaks.map((peak) => ({ ...peak, hash: "0x" as const }));
      assertFails(() => TrainingLog.verify(proof, broken, log.root()), InvalidHex, { field: "peak" });
    });
  });
});

/** The proof with one part changed, or nothing when it has no such part. */
function spoil(proof: TrainingProof, what: string, any: number): TrainingProof | undefined {
  const { siblings, index, count } = proof;
  const place = siblings.length === 0 ? 0 : any % siblings.length;
  switch (what) {
    case "leaf":
      return { ...proof, leaf: OTHER };
    case "index":
      return { ...proof, index: index ^ (1n << BigInt(any % 8)) };
    case "count":
      return { ...proof, count: count + BigInt((any % 8) + 1) };
    case "longer":
      return { ...proof, siblings: [...siblings, OTHER] };
    case "shorter":
      return siblings.length === 0 ? undefined : { ...proof, siblings: siblings.slice(0, -1) };
    case "sibling":
      return siblings.length === 0 ? undefined : { ...proof, siblings: siblings.with(place, OTHER) };
    default:
      return siblings.length < 2 ? undefined : { ...proof, siblings: siblings.toReversed() };
  }
}
