import type { Shape } from "../layout.ts";
import { sigmoid, tanh } from "./arithmetic.ts";
import type { Batch } from "./batch.ts";
import { addTimes, addTimesTransposed, addTransposedTimes } from "./kernels.ts";
import type { Parameter, Parameters } from "./parameters.ts";
import { addColumnSums, addToRow, applyTanh, pickRows, repeatRow, softmaxGradient, throughTanh } from "./rows.ts";

/** One row for every sample of a batch, steering its answer, and the gradients of these rows. */
export interface Plans {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
}

/** A token the network gives all but this share is not trained further. */
const CERTAINTY = 0.02;

/** Forward and backward through the recurrent unit and the output layers. */
export class AnswerPass {
  private readonly shape: Shape;
  private readonly p: Parameters;
  private readonly batch: Batch;
  private readonly plans: Plans;
  private readonly start: Float64Array;
  private readonly tokens: Float64Array;
  private readonly gates: Float64Array;
  private readonly recalled: Float64Array;
  private readonly hidden: Float64Array;
  private readonly output: Float64Array;
  private readonly scores: Float64Array;

  constructor(shape: Shape, parameters: Parameters, batch: Batch, plans: Plans) {
    const { hidden, token, score, vocabulary, plan } = shape;
    this.shape = shape;
    this.p = parameters;
    this.batch = batch;
    this.plans = plans;
    const count = batch.samples.length;
    const rows = batch.rows;
    this.start = repeatRow(this.p.startBias.values, count);
    addTimesTransposed(this.start, plans.values, this.p.startMix.values, [count, hidden, plan]);
    applyTanh(this.start);
    this.tokens = pickRows(this.p.tokenRows.values, batch.inputs, token);
    this.gates = this.spread(this.p.gateBias, this.p.planGates, 3 * hidden);
    addTimesTransposed(this.gates, this.tokens, this.p.tokenGates.values, [rows, 3 * hidden, token]);
    this.recalled = new Float64Array(rows * hidden);
    this.hidden = new Float64Array(rows * hidden);
    this.carryForward();
    this.output = this.spread(this.p.outputBias, this.p.outputPlan, score);
    addTimesTransposed(this.output, this.hidden, this.p.outputHidden.values, [rows, score, hidden]);
    applyTanh(this.output);
    this.scores = repeatRow(this.p.scoreBias.values, rows);
    addTimesTransposed(this.scores, this.output, this.p.tokenScores.values, [rows, vocabulary, score]);
  }

  measure(): number {
    return softmaxGradient(this.scores, this.batch.targets, this.shape.vocabulary, 1);
  }

  learn(): number {
    const { hidden, score, vocabulary, token } = this.shape;
    const { rows, targets, inputs } = this.batch;
    const p = this.p;
    const loss = softmaxGradient(this.scores, targets, vocabulary, 1 / rows);
    const outputSlope = this.scoresBackward();
    throughTanh(outputSlope, this.output);
    this.gatherSpread(outputSlope, p.outputBias, p.outputPlan, score);
    addTransposedTimes(p.outputHidden.gradient, outputSlope, this.hidden, [score, hidden, rows]);
    const hiddenSlope = new Float64Array(this.hidden.length);
    addTimes(hiddenSlope, outputSlope, p.outputHidden.values, [rows, hidden, score]);
    const gateSlope = this.carryBackward(hiddenSlope);
    this.gatherSpread(gateSlope, p.gateBias, p.planGates, 3 * hidden);
    addTransposedTimes(p.tokenGates.gradient, gateSlope, this.tokens, [3 * hidden, token, rows]);
    const tokenSlope = new Float64Array(this.tokens.length);
    addTimes(tokenSlope, gateSlope, p.tokenGates.values, [rows, token, 3 * hidden]);
    inputs.forEach((input, row) => addToRow(p.tokenRows, input, tokenSlope, row * token, 1));
    return loss;
  }

  /**
   * From the scores' slopes to those of the output layer. Rows whose token is all but certain are left out: they are
   * most rows once training has gone on for a while, and have nothing left to teach.
   */
  private scoresBackward(): Float64Array {
    const { score, vocabulary } = this.shape;
    const { tokenScores, scoreBias } = this.p;
    const { rows, targets } = this.batch;
    const open = targets.flatMap((target, row) => {
      const doubt = -(this.scores[row * vocabulary + target] ?? 0) * rows;
      return doubt > CERTAINTY ? [row] : [];
    });
    const scores = pickRows(this.scores, open, vocabulary);
    const output = pickRows(this.output, open, score);
    const slope = new Float64Array(output.length);
    addColumnSums(scoreBias.gradient, scores, vocabulary);
    addTransposedTimes(tokenScores.gradient, scores, output, [vocabulary, score, open.length]);
    addTimes(slope, scores, tokenScores.values, [open.length, score, vocabulary]);
    const all = new Float64Array(this.output.length);
    open.forEach((row, at) => all.set(slope.subarray(at * score, (at + 1) * score), row * score));
    return all;
  }

  /** bias + matrix * plan, repeated at every step of a sample. */
  private spread(bias: Parameter, matrix: Parameter, columns: number): Float64Array {
    const { batch, plans } = this;
    const once = repeatRow(bias.values, batch.samples.length);
    addTimesTransposed(once, plans.values, matrix.values, [batch.samples.length, columns, this.shape.plan]);
    const all = new Float64Array(batch.rows * columns);
    batch.active.forEach((count, t) => batch.at(all, t, columns).set(once.subarray(0, count * columns)));
    return all;
  }

  private gatherSpread(slope: Float64Array, bias: Parameter, matrix: Parameter, columns: number): void {
    const { batch, plans } = this;
    const { plan } = this.shape;
    const count = batch.samples.length;
    const once = new Float64Array(count * columns);
    for (let t = 0; t < batch.active.length; t++) {
      batch.at(slope, t, columns).forEach((value, at) => (once[at] = (once[at] ?? 0) + value));
    }
    addColumnSums(bias.gradient, once, columns);
    addTransposedTimes(matrix.gradient, once, plans.values, [columns, plan, count]);
    addTimes(plans.gradient, once, matrix.values, [count, plan, columns]);
  }

  /** Turns `gates` from sums into gate values, step by step. */
  private carryForward(): void {
    const { batch } = this;
    const size = this.shape.hidden;
    for (let t = 0; t < batch.active.length; t++) {
      const count = batch.active[t] ?? 0;
      const before = this.hiddenBefore(t);
      const fromHidden = new Float64Array(count * 3 * size);
      addTimesTransposed(fromHidden, before, this.p.hiddenGates.values, [count, 3 * size, size]);
      const gates = batch.at(this.gates, t, 3 * size);
      const recalled = batch.at(this.recalled, t, size);
      const after = batch.at(this.hidden, t, size);
      for (let b = 0; b < count; b++) {
        for (let at = 0, g = b * 3 * size, h = b * size; at < size; at++, g++, h++) {
          const reset = sigmoid((gates[g] ?? 0) + (fromHidden[g] ?? 0));
          const update = sigmoid((gates[g + size] ?? 0) + (fromHidden[g + size] ?? 0));
          const memory = (fromHidden[g + 2 * size] ?? 0) + (this.p.candidateBias.values[at] ?? 0);
          const candidate = tanh((gates[g + 2 * size] ?? 0) + reset * memory);
          gates[g] = reset;
          gates[g + size] = update;
          gates[g + 2 * size] = candidate;
          recalled[h] = memory;
          after[h] = (1 - update) * candidate + update * (before[h] ?? 0);
        }
      }
    }
  }

  /** @returns The slopes of the sums that went into the gates. */
  private carryBackward(hiddenSlope: Float64Array): Float64Array {
    const { batch, p } = this;
    const size = this.shape.hidden;
    const gateSlope = new Float64Array(this.gates.length);
    const startSlope = new Float64Array(this.start.length);
    for (let t = batch.active.length - 1; t >= 0; t--) {
      const count = batch.active[t] ?? 0;
      const before = this.hiddenBefore(t);
      const slopeBefore = t === 0 ? startSlope : batch.at(hiddenSlope, t - 1, size).subarray(0, count * size);
      const fromHiddenSlope = this.stepBackward(t, before, batch.at(hiddenSlope, t, size), slopeBefore, gateSlope);
      addTransposedTimes(p.hiddenGates.gradient, fromHiddenSlope, before, [3 * size, size, count]);
      addTimes(slopeBefore, fromHiddenSlope, p.hiddenGates.values, [count, size, 3 * size]);
    }
    throughTanh(startSlope, this.start);
    const samples = batch.samples.length;
    addColumnSums(p.startBias.gradient, startSlope, size);
    addTransposedTimes(p.startMix.gradient, startSlope, this.plans.values, [size, this.shape.plan, samples]);
    addTimes(this.plans.gradient, startSlope, p.startMix.values, [samples, this.shape.plan, size]);
    return gateSlope;
  }

  private stepBackward(
    t: number,
    before: Float64Array,
    slope: Float64Array,
    slopeBefore: Float64Array,
    allGateSlopes: Float64Array,
  ): Float64Array {
    const { batch } = this;
    const size = this.shape.hidden;
    const gates = batch.at(this.gates, t, 3 * size);
    const recalled = batch.at(this.recalled, t, size);
    const gateSlope = batch.at(allGateSlopes, t, 3 * size);
    const fromHiddenSlope = new Float64Array(gateSlope.length);
    const biasGradient = this.p.candidateBias.gradient;
    for (let h = 0; h < slope.length; h++) {
      const at = h % size;
      const g = (h - at) * 3 + at;
      const reset = gates[g] ?? 0;
      const update = gates[g + size] ?? 0;
      const candidate = gates[g + 2 * size] ?? 0;
      const rise = slope[h] ?? 0;
      const candidateSlope = rise * (1 - update) * (1 - candidate * candidate);
      const resetSlope = candidateSlope * (recalled[h] ?? 0) * reset * (1 - reset);
      const updateSlope = rise * ((before[h] ?? 0) - candidate) * update * (1 - update);
      slopeBefore[h] = (slopeBefore[h] ?? 0) + rise * update;
      biasGradient[at] = (biasGradient[at] ?? 0) + candidateSlope * reset;
      gateSlope[g] = fromHiddenSlope[g] = resetSlope;
      gateSlope[g + size] = fromHiddenSlope[g + size] = updateSlope;
      gateSlope[g + 2 * size] = candidateSlope;
      fromHiddenSlope[g + 2 * size] = candidateSlope * reset;
    }
    return fromHiddenSlope;
  }

  private hiddenBefore(t: number): Float64Array {
    const size = this.shape.hidden;
    if (t === 0) return this.start;
    return this.batch.at(this.hidden, t - 1, size).subarray(0, (this.batch.active[t] ?? 0) * size);
  }
}
