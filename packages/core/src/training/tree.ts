import { asBytes32, type Bytes32 } from "../hex.ts";
import { PermanentError } from "../errors.ts";
import { bagPeaks, hashNode, heightsOf, mountainHeight, type Peak } from "./mountains.ts";

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

/**
 * A training log with every node kept, so that any leaf can be proved: fewer than two hashes a leaf in memory, a proof
 * without hashing. For a log that only has to grow and to be checked, `TrainingLog` keeps its peaks alone.
 */
export class TrainingTree {
  /** Nodes by height, then by place; complete subtrees only. */
  readonly #levels: Bytes32[][] = [[]];

  /** A tree over these leaves, first to last. Throws `InvalidHex`. */
  static fromLeaves(leaves: Iterable<Bytes32>): TrainingTree {
    const tree = new TrainingTree();
    for (const leaf of leaves) tree.append(leaf);
    return tree;
  }

  /** Number of leaves. */
  get count(): bigint {
    return BigInt(this.#level(0).length);
  }

  /** Peaks by ascending height, one for every bit set in the count. */
  get peaks(): readonly Peak[] {
    const { count } = this;
    return heightsOf(count).map((height) => ({ height, hash: this.#node(height, (count >> BigInt(height)) - 1n) }));
  }

  /** Adds a leaf and returns its index. Throws `InvalidHex`. */
  append(leaf: Bytes32): bigint {
    const index = this.count;
    let node = asBytes32(leaf, "leaf");
    this.#level(0).push(node);
    let height = 0;
    for (let place = index; (place & 1n) === 1n; place >>= 1n) {
      node = hashNode(this.#node(height, place - 1n), node);
      height += 1;
      this.#level(height).push(node);
    }
    return index;
  }

  /** The bagged root: commits to the count and to every leaf. An empty log has 32 zero bytes. */
  root(): Bytes32 {
    return bagPeaks(this.count, this.peaks);
  }

  /** Proves the leaf at an index. Throws {@link TrainingIndexOutOfRange}. */
  prove(index: bigint): TrainingProof {
    const { count } = this;
    if (index < 0n || index >= count) throw new TrainingIndexOutOfRange(index, count);
    const siblings = Array.from({ length: mountainHeight(index, count) }, (_, height) =>
      this.#node(height, (index >> BigInt(height)) ^ 1n),
    );
    return { leaf: this.#node(0, index), index, count, siblings };
  }

  #level(height: number): Bytes32[] {
    const level = this.#levels[height];
    if (level !== undefined) return level;
    const added: Bytes32[] = [];
    this.#levels[height] = added; // heights are reached one by one, so no gap opens
    return added;
  }

  #node(height: number, place: bigint): Bytes32 {
    const hash = this.#levels[height]?.[Number(place)];
    if (hash === undefined) throw new RangeError(`no node at height ${height}, place ${place}`);
    return hash;
  }
}
