import type { Shape } from "../layout.ts";
import { AnswerPass, type Plans } from "./answer-pass.ts";
import { Batch } from "./batch.ts";
import type { Parameters } from "./parameters.ts";
import { addToRow, applyTanh, pickRows, throughTanh } from "./rows.ts";
import type { AnswerSample } from "./samples.ts";

/** Cross entropy summed over a number of tokens, in nats. */
export interface AnswerLoss {
  readonly nats: number;
  readonly tokens: number;
}

/** The half of `model.ts` that writes an answer, in floating point, with its gradients worked out by hand. */
export class AnswerNetwork {
  private readonly shape: Shape;
  private readonly parameters: Parameters;

  constructor(shape: Shape, parameters: Parameters) {
    this.shape = shape;
    this.parameters = parameters;
  }

  /** Adds the batch's gradients to the parameters. @returns The loss before any step. */
  learn(samples: readonly AnswerSample[]): AnswerLoss {
    const batch = new Batch(samples);
    const plans = this.plan(batch.samples);
    const nats = new AnswerPass(this.shape, this.parameters, batch, plans).learn();
    this.backToRows(batch.samples, throughTanh(plans.gradient, plans.values));
    return { nats, tokens: batch.rows };
  }

  /** @returns The loss of the samples, leaving every gradient alone. */
  measure(samples: readonly AnswerSample[]): AnswerLoss {
    const batch = new Batch(samples);
    const pass = new AnswerPass(this.shape, this.parameters, batch, this.plan(batch.samples));
    return { nats: pass.measure(), tokens: batch.rows };
  }

  /** tanh(intent's row + intent's recall * sum of the remembered topics' rows), a row a sample. */
  private plan(samples: readonly AnswerSample[]): Plans {
    const { planRows, recallRows } = this.parameters;
    const intents = samples.map((sample) => sample.intent);
    const values = pickRows(planRows.values, intents, planRows.columns);
    const recall = pickRows(recallRows.values, intents, recallRows.columns);
    const remembered = this.remember(samples);
    for (let at = 0; at < values.length; at++) {
      values[at] = (values[at] ?? 0) + (recall[at] ?? 0) * (remembered[at] ?? 0);
    }
    return { values: applyTanh(values), gradient: new Float64Array(values.length) };
  }

  private remember(samples: readonly AnswerSample[]): Float64Array {
    const size = this.shape.plan;
    const sums = new Float64Array(samples.length * size);
    samples.forEach((sample, at) => {
      for (const row of this.topicRows(sample)) {
        const values = this.parameters.planTopics.values.subarray(row * size, (row + 1) * size);
        values.forEach((value, d) => (sums[at * size + d] = (sums[at * size + d] ?? 0) + value));
      }
    });
    return sums;
  }

  private backToRows(samples: readonly AnswerSample[], slope: Float64Array): void {
    const { planRows, planTopics, recallRows } = this.parameters;
    const size = this.shape.plan;
    const intents = samples.map((sample) => sample.intent);
    const recall = pickRows(recallRows.values, intents, size);
    const recallSlope = this.remember(samples).map((value, at) => value * (slope[at] ?? 0));
    const topicSlope = recall.map((value, at) => value * (slope[at] ?? 0));
    samples.forEach((sample, at) => {
      addToRow(planRows, sample.intent, slope, at * size, 1);
      addToRow(recallRows, sample.intent, recallSlope, at * size, 1);
      for (const row of this.topicRows(sample)) addToRow(planTopics, row, topicSlope, at * size, 1);
    });
  }

  private topicRows(sample: AnswerSample): number[] {
    return sample.topics.map((topic, age) => age * this.shape.topics + topic);
  }
}
