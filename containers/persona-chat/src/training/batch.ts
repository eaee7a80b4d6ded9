import type { AnswerSample } from "./samples.ts";

/** Samples sorted and packed without padding.
 *
 * Sorted by answer length, longest first, step t holds the first `active[t]` samples; the steps are packed one after the
 * other, so row `offset[t] + b` belongs to sample b at step t.
. */
export class Batch {
  readonly samples: readonly AnswerSample[];
  readonly active: readonly number[];
  readonly offset: readonly number[];
  readonly rows: number;
  /** Token read at a row, and token to be said there. */
  readonly inputs: readonly number[];
  readonly targets: readonly number[];

  constructor(samples: readonly AnswerSample[]) {
    this.samples = samples.toSorted((left, right) => right.answer.length - left.answer.length);
    const steps = this.samples[0]?.answer.length ?? 0;
    this.active = Array.from({ length: steps }, (_, t) => this.samples.filter((s) => s.answer.length > t).length);
    let rows = 0;
    this.offset = this.active.map((count) => (rows += count) - count);
    this.rows = rows;
    const cells = this.active.flatMap((count, t) => this.samples.slice(0, count).map((sample) => ({ sample, t })));
    this.inputs = cells.map(({ sample, t }) => (t === 0 ? 0 : (sample.answer[t - 1] ?? 0)));
    this.targets = cells.map(({ sample, t }) => sample.answer[t] ?? 0);
  }

  /** Rows of step t, as a view. */
  at(matrix: Float64Array, t: number, columns: number): Float64Array {
    const from = (this.offset[t] ?? 0) * columns;
    return matrix.subarray(from, from + (this.active[t] ?? 0) * columns);
  }
}
