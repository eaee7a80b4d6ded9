import { PermanentError } from "../errors.ts";

/** A batch that the contract would refuse, or a leaf that it does not hold. */
export abstract class BatchError extends PermanentError {}

/** A batch without a single leaf. */
export class EmptyBatch extends BatchError {
  override readonly code = "EMPTY_BATCH";

  constructor() {
    super("Batch refused: it holds nothing.");
  }
}

/** The results of a batch are not those of consecutive requests. */
export class BatchNotConsecutive extends BatchError {
  override readonly code = "BATCH_NOT_CONSECUTIVE";
  /** Place in the batch, from 0. */
  readonly index: number;
  readonly expected: bigint;
  readonly actual: bigint;

  constructor(index: number, expected: bigint, actual: bigint) {
    super(`Batch refused: result ${index} is of request ${actual}, not ${expected}.`);
    this.index = index;
    this.expected = expected;
    this.actual = actual;
  }
}

/** A place that the batch does not have. */
export class LeafOutsideTree extends BatchError {
  override readonly code = "LEAF_OUTSIDE_TREE";
  readonly index: number;
  readonly count: number;

  constructor(index: number, count: number) {
    super(`There is no leaf ${index} in a batch of ${count}.`);
    this.index = index;
    this.count = count;
  }
}
