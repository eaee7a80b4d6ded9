import { keccak256 } from "ethers";
import { PermanentError } from "../errors.ts";
import { abiWords, asBytes32, asUint, type Bytes32, ZERO_BYTES32 } from "../hex.ts";
import { TRAINING_NODE_TYPEHASH, TRAINING_ROOT_TYPEHASH } from "../eip712.ts";

/** The top of one perfect tree of the log; a tree of height h holds 2^h leaves. */
export interface Peak {
  readonly height: number;
  readonly hash: Bytes32;
}

/** Shows that a leaf stands at an index of a log of `count` leaves. `siblings` is what the contract asks for. */
export interface TrainingProof {
  readonly leaf: Bytes32;
  readonly index: bigint;
  readonly count: bigint;
  /** One hash a level, from the leaf upwards. */
  readonly siblings: readonly Bytes32[];
}

/** An index was asked of a log that is not that long. */
export class TrainingIndexOutOfRange extends PermanentError {
  override readonly code = "TRAINING_INDEX_OUT_OF_RANGE";
  readonly index: bigint;
  readonly count: bigint;

  constructor(index: bigint, count: bigint) {
    super(`Training log has ${count} records; there is none at index ${index}.`);
    this.index = index;
    this.count = count;
  }
}

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
    const [lowest, ...higher] = this.peaks;
    if (lowest === undefined) return ZERO_BYTES32;
    const bagged = higher.reduce((right, peak) => hashNode(peak.hash, right), lowest.hash);
    return keccak256(abiWords([TRAINING_ROOT_TYPEHASH, this.#count, bagged])) as Bytes32;
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

  /** Proves the leaf at an index, from all leaves of the log. Throws {@link TrainingIndexOutOfRange} or `InvalidHex`. */
  static prove(leaves: readonly Bytes32[], index: bigint): TrainingProof {
    const count = BigInt(leaves.length);
    const leaf = leaves[Number(index)];
    if (index < 0n || leaf === undefined) throw new TrainingIndexOutOfRange(index, count);
    const height = mountainHeight(index, count);
    const start = Number((index >> BigInt(height)) << BigInt(height));
    let level = leaves.slice(start, start + 2 ** height).map((value) => asBytes32(value, "leaf"));
    let position = Number(index) - start;
    const siblings: Bytes32[] = [];
    while (level.length > 1) {
      siblings.push(at(level, position ^ 1));
      level = parents(level);
      position >>= 1;
    }
    return { leaf, index, count, siblings };
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

/** Hash of two nodes; typed, so that no leaf can pass for a node. */
export function hashNode(left: Bytes32, right: Bytes32): Bytes32 {
  return keccak256(abiWords([TRAINING_NODE_TYPEHASH, left, right])) as Bytes32;
}

/** Height of the tree that holds leaf `index` of `count`: the highest bit in which the two differ. */
function mountainHeight(index: bigint, count: bigint): number {
  return (index ^ count).toString(2).length - 1;
}

function heightsOf(count: bigint): number[] {
  const heights: number[] = [];
  for (let height = 0, rest = count; rest > 0n; height += 1, rest >>= 1n) {
    if ((rest & 1n) === 1n) heights.push(height);
  }
  return heights;
}

function parents(level: readonly Bytes32[]): Bytes32[] {
  return Array.from({ length: level.length / 2 }, (_, pair) => hashNode(at(level, 2 * pair), at(level, 2 * pair + 1)));
}

function at(level: readonly Bytes32[], position: number): Bytes32 {
  const hash = level[position];
  if (hash === undefined) throw new RangeError(`no node at ${position} of ${level.length}`);
  return hash;
}
