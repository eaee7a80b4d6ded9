import { PermanentError } from "../errors.ts";
import { asBytes32, asUint, type Bytes32 } from "../hex.ts";
import { bagPeaks, hashNode, heightsOf, mountainHeight, type Peak } from "./mountains.ts";
import { type TrainingProof, TrainingTree } from "./tree.ts";

/** A stored log lacks the peak that its count calls for. */
export class MissingTrainingPeak extends PermanentError {
  override readonly code = "MISSING_TRAINING_PEAK";
  readonly height: number;

  constructor(height: number) {
    super(`Training log has no peak of height ${height}, which its count calls for.`);
    this.height = height;
  }
}

/** A token's append-only Merkle Mountain Range of training records, kept as the contract keeps it: peaks by height. */
export class TrainingLog {
  readonly #peaks = new Map<number, Bytes32>();
  #count = 0n;

  /** A log with these leaves, first to last. Throws `InvalidHex`. */
  static fromLeaves(leaves: Iterable<Bytes32>): TrainingLog {
    const log = new TrainingLog();
    for (const leaf of leaves) log.append(leaf);
    return log;
  }

  /**
   * A log as read from a contract. Peaks that the count does not call for are stale and left out.
   * Throws {@link MissingTrainingPeak}, `InvalidHex` or `UintOutOfRange`.
   */
  static fromPeaks(count: bigint, peaks: Iterable<Peak>): TrainingLog {
    const log = new TrainingLog();
    log.#count = asUint(count, 64, "count");
    const stored = new Map([...peaks].map(({ height, hash }) => [height, hash]));
    for (const height of heightsOf(count)) {
      const hash = stored.get(height);
      if (hash === undefined) throw new MissingTrainingPeak(height);
      log.#peaks.set(height, asBytes32(hash, "peak"));
    }
    return log;
  }

  /** Number of leaves. */
  get count(): bigint {
    return this.#count;
  }

  /** Peaks by ascending height, one for every bit set in the count. */
  get peaks(): readonly Peak[] {
    return heightsOf(this.#count).map((height) => ({ height, hash: this.#peak(height) }));
  }

  /** Adds a leaf and returns its index. Throws `InvalidHex`, or `UintOutOfRange` when the log is full. */
  append(leaf: Bytes32): bigint {
    let node = asBytes32(leaf, "leaf");
    let height = 0;
    for (let rest = this.#count; (rest & 1n) === 1n; rest >>= 1n) {
      node = hashNode(this.#peak(height), node);
      height += 1;
    }
    const index = this.#count;
    this.#count = asUint(index + 1n, 64, "count");
    this.#peaks.set(height, node);
    return index;
  }

  /** The bagged root: commits to the count and to every leaf. An empty log has 32 zero bytes. */
  root(): Bytes32 {
    return bagPeaks(this.#count, this.peaks);
  }

  /**
   * Whether a proof leads to this log's peak. False for a proof of another count, index, leaf or length; throws
   * `InvalidHex` for hashes of the wrong shape.
   */
  verify(proof: TrainingProof): boolean {
    const { leaf, index, count, siblings } = proof;
    if (count !== this.#count || index < 0n || index >= count) return false;
    const height = mountainHeight(index, count);
    if (siblings.length !== height) return false;
    const top = siblings.reduce(
      (node, sibling, level) => {
        const isRight = ((index >> BigInt(level)) & 1n) === 1n;
        const checked = asBytes32(sibling, "sibling");
        return isRight ? hashNode(checked, node) : hashNode(node, checked);
      },
      asBytes32(leaf, "leaf"),
    );
    return top === this.#peak(height);
  }

  /**
   * Proves the leaf at an index, from all leaves of the log; for more than one proof keep a {@link TrainingTree}. Throws
   * `TrainingIndexOutOfRange` or `InvalidHex`.
   */
  static prove(leaves: readonly Bytes32[], index: bigint): TrainingProof {
    return TrainingTree.fromLeaves(leaves).prove(index);
  }

  /**
   * Whether a proof holds against a root alone, given all peaks of the log at that count. False for whatever does not
   * fit; throws `InvalidHex` or `UintOutOfRange` for values of the wrong shape.
   */
  static verify(proof: TrainingProof, peaks: Iterable<Peak>, root: Bytes32): boolean {
    try {
      const log = TrainingLog.fromPeaks(proof.count, peaks);
      return log.root() === root && log.verify(proof);
    } catch (error) {
      if (error instanceof MissingTrainingPeak) return false;
      throw error;
    }
  }

  #peak(height: number): Bytes32 {
    const hash = this.#peaks.get(height);
    if (hash === undefined) throw new MissingTrainingPeak(height);
    return hash;
  }
}
