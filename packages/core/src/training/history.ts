import { PermanentError } from "../errors.ts";
import { type Address, asAddress, asUint, type Bytes32 } from "../hex.ts";
import { decodeTrainingLog, type RawLog, type TrainingEvent } from "./events.ts";
import type { Peak } from "./mountains.ts";
import { blindTrainingLeaf, hashTrainingRecord, type TrainingRecord } from "./record.ts";
import { TrainingIndexOutOfRange, type TrainingProof, TrainingTree } from "./tree.ts";

/** One token of one collection. */
export interface TrainedToken {
  readonly collection: Address;
  readonly tokenId: bigint;
}

/** An entry whose fields are on chain. */
export interface RecordEntry {
  readonly kind: "record";
  readonly leaf: Bytes32;
  readonly record: TrainingRecord;
}

/** An entry of which the chain knows the record's hash, and who consented to it. */
export interface LeafEntry {
  readonly kind: "leaf";
  /** What stands in the log: `blindTrainingLeaf` of the contributor and the record's hash. */
  readonly leaf: Bytes32;
  readonly contributor: Address;
  /** What the contributor consented to and the event carries: `hashTrainingRecord` of the record, or so they claim. */
  readonly recordHash: Bytes32;
}

export type TrainingEntry = RecordEntry | LeafEntry;

/**
 * `record`, `index` and `siblings` are what the contract's `verifyTraining` asks for. `leaf` is what stands in the log:
 * the record's hash, or `blindTrainingLeaf` of it.
 */
export type RecordProof = TrainingProof & RecordEntry;

/** Proves by leaf: with the record in hand, {@link TrainingHistory.proveRecord} makes it a proof of the record. */
export type LeafProof = TrainingProof & LeafEntry;

/** A log belongs to another token or another collection. */
export class ForeignTrainingLog extends PermanentError {
  override readonly code = "FOREIGN_TRAINING_LOG";
  readonly expected: TrainedToken;
  readonly actual: TrainedToken;

  constructor(expected: TrainedToken, actual: TrainedToken) {
    super(
      `Training log entry is of token ${actual.tokenId} of ${actual.collection}, ` +
        `not of token ${expected.tokenId} of ${expected.collection}. Filter the logs.`,
    );
    this.expected = expected;
    this.actual = actual;
  }
}

/** Two logs name the same place for different entries: they are from different chains, or one was reorganised away. */
export class ContradictingTrainingLogs extends PermanentError {
  override readonly code = "CONTRADICTING_TRAINING_LOGS";
  readonly index: bigint;
  readonly first: TrainingEntry;
  readonly second: TrainingEntry;

  constructor(index: bigint, first: TrainingEntry, second: TrainingEntry) {
    super(`Training log has two different entries at index ${index}. Fetch the logs of one final chain again.`);
    this.index = index;
    this.first = first;
    this.second = second;
  }
}

/** The logs skip a place, so some of them were not fetched. */
export class TrainingLogGap extends PermanentError {
  override readonly code = "TRAINING_LOG_GAP";
  /** The first place without an entry. */
  readonly index: bigint;
  /** Entries that were given, in all places. */
  readonly entries: bigint;

  constructor(index: bigint, entries: bigint) {
    super(`Training log has no entry at index ${index}, but ${entries} in all. Fetch the missing logs.`);
    this.index = index;
    this.entries = entries;
  }
}

/** A record is not the one that was recorded at a place, or names somebody who didn't consent to it. */
export class TrainingRecordMismatch extends PermanentError {
  override readonly code = "TRAINING_RECORD_MISMATCH";
  readonly index: bigint;
  /** The leaf in the log. */
  readonly expected: Bytes32;
  /** The leaf that the record would have there. */
  readonly actual: Bytes32;

  constructor(index: bigint, expected: Bytes32, actual: Bytes32) {
    super(`Record at index ${index} has the leaf ${expected} in the log; the one given would have ${actual}.`);
    this.index = index;
    this.expected = expected;
    this.actual = actual;
  }
}

/**
 * A token's whole training log, from its events alone: the root and a proof for any place. Nothing tells whether the
 * newest logs are missing: compare `count` and `root()` with the contract's `trainingCount` and `trainingRoot`.
 */
export class TrainingHistory {
  readonly token: TrainedToken;
  readonly #entries: readonly TrainingEntry[];
  readonly #tree: TrainingTree;

  private constructor(token: TrainedToken, entries: readonly TrainingEntry[]) {
    this.token = token;
    this.#entries = entries;
    this.#tree = TrainingTree.fromLeaves(entries.map(({ leaf }) => leaf));
  }

  /**
   * Builds the history from raw logs or decoded events, in any order, each any number of times. Throws
   * {@link ForeignTrainingLog}, {@link ContradictingTrainingLogs}, {@link TrainingLogGap}, what `decodeTrainingLog`
   * throws, and `InvalidHex`, `InvalidAddress` or `UintOutOfRange` for events of the wrong shape.
   */
  static fromLogs(token: TrainedToken, logs: Iterable<RawLog | TrainingEvent>): TrainingHistory {
    const checked = {
      collection: asAddress(token.collection, "collection"),
      tokenId: asUint(token.tokenId, 256, "tokenId"),
    };
    const found = new Map<bigint, TrainingEntry>();
    for (const log of logs) {
      const event = "kind" in log ? log : decodeTrainingLog(log);
      checkToken(checked, event);
      for (const [index, entry] of entriesOf(event)) place(found, index, entry);
    }
    return new TrainingHistory(checked, inOrder(found));
  }

  /** Number of entries. */
  get count(): bigint {
    return this.#tree.count;
  }

  /** Peaks by ascending height, as the contract's `trainingPeak` answers them. */
  get peaks(): readonly Peak[] {
    return this.#tree.peaks;
  }

  /** What the contract's `trainingRoot` answers for the same entries. */
  root(): Bytes32 {
    return this.#tree.root();
  }

  /** The entry at an index. Throws `TrainingIndexOutOfRange`. */
  entry(index: bigint): TrainingEntry {
    const entry = index < 0n ? undefined : this.#entries[Number(index)];
    if (entry === undefined) throw new TrainingIndexOutOfRange(index, this.count);
    return entry;
  }

  /** Proves the entry at an index against the root, without hashing. Throws `TrainingIndexOutOfRange`. */
  prove(index: bigint): RecordProof | LeafProof {
    return { ...this.entry(index), ...this.#tree.prove(index) };
  }

  /**
   * Proves a record that the caller holds, at a place of which the chain may know its hash alone. There a hash counts
   * only for the contributor who consented: a record that names anybody else is refused. Throws
   * `TrainingIndexOutOfRange`, {@link TrainingRecordMismatch}, or what `hashTrainingRecord` throws.
   */
  proveRecord(index: bigint, record: TrainingRecord): RecordProof {
    const { kind } = this.entry(index);
    const proof = this.#tree.prove(index);
    const recordHash = hashTrainingRecord(record);
    const leaf = kind === "record" ? recordHash : blindTrainingLeaf(record.contributor, recordHash);
    if (leaf !== proof.leaf) throw new TrainingRecordMismatch(index, proof.leaf, leaf);
    return { kind: "record", record, ...proof };
  }
}

function checkToken(expected: TrainedToken, event: TrainingEvent): void {
  const actual = { collection: asAddress(event.collection, "collection"), tokenId: event.tokenId };
  if (actual.collection !== expected.collection || actual.tokenId !== expected.tokenId) {
    throw new ForeignTrainingLog(expected, actual);
  }
}

function entriesOf(event: TrainingEvent): [bigint, TrainingEntry][] {
  switch (event.kind) {
    case "record": {
      const { index, record } = event;
      return [[asUint(index, 64, "index"), { kind: "record", leaf: hashTrainingRecord(record), record }]];
    }
    case "leaves": {
      const contributor = asAddress(event.contributor, "contributor");
      return event.leaves.map((recordHash, position) => [
        asUint(event.firstIndex + BigInt(position), 64, "index"),
        { kind: "leaf", leaf: blindTrainingLeaf(contributor, recordHash), contributor, recordHash },
      ]);
    }
  }
}

/** A leaf commits to its kind, its contributor and its record, so entries with one leaf are one entry. */
function place(found: Map<bigint, TrainingEntry>, index: bigint, entry: TrainingEntry): void {
  const before = found.get(index);
  if (before !== undefined && before.leaf !== entry.leaf) throw new ContradictingTrainingLogs(index, before, entry);
  found.set(index, entry);
}

function inOrder(found: ReadonlyMap<bigint, TrainingEntry>): TrainingEntry[] {
  return Array.from({ length: found.size }, (_, position) => {
    const entry = found.get(BigInt(position));
    if (entry === undefined) throw new TrainingLogGap(BigInt(position), BigInt(found.size));
    return entry;
  });
}
