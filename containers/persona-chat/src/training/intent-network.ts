import type { Shape } from "../layout.ts";
import { addTimes, addTimesTransposed, addTransposedTimes } from "./kernels.ts";
import type { Parameter, Parameters } from "./parameters.ts";
import { addColumnSums, addToRow, applyTanh, bestColumns, repeatRow, softmaxGradient, throughTanh } from "./rows.ts";
import type { IntentSample } from "./samples.ts";

/** What a batch of questions turned into on its way to the intents' scores. */
interface Thoughts {
  readonly question: Float64Array;
  readonly previous: Float64Array;
  readonly values: Float64Array;
  readonly scores: Float64Array;
}

/** The half of `model.ts` that tells what is asked, in floating point, with its gradients worked out by hand. */
export class IntentNetwork {
  private readonly shape: Shape;
  private readonly parameters: Parameters;

  constructor(shape: Shape, parameters: Parameters) {
    this.shape = shape;
    this.parameters = parameters;
  }

  /** @returns The likeliest intent of every sample. */
  predict(samples: readonly IntentSample[]): number[] {
    return bestColumns(this.think(samples).scores, this.shape.intents);
  }

  /** Adds the batch's gradients to the parameters. @returns The cross entropy before any step, summed, in nats. */
  learn(samples: readonly IntentSample[]): number {
    const { thought: size, intents } = this.shape;
    const { intentScores, intentBias, mixBias, questionMix, previousMix } = this.parameters;
    const count = samples.length;
    const thoughts = this.think(samples);
    const targets = samples.map((sample) => sample.intent);
    const loss = softmaxGradient(thoughts.scores, targets, intents, 1 / count);
    addColumnSums(intentBias.gradient, thoughts.scores, intents);
    addTransposedTimes(intentScores.gradient, thoughts.scores, thoughts.values, [intents, size, count]);
    const slope = new Float64Array(thoughts.values.length);
    addTimes(slope, thoughts.scores, intentScores.values, [count, size, intents]);
    throughTanh(slope, thoughts.values);
    addColumnSums(mixBias.gradient, slope, size);
    samples.forEach((sample, at) => {
      for (const [table, row] of this.memoryRows(sample)) addToRow(table, row, slope, at * size, 1);
    });
    const questions = samples.map((sample) => sample.question);
    const previous = samples.map((sample) => sample.previous);
    this.backToFeatures(slope, questionMix, thoughts.question, questions);
    this.backToFeatures(slope, previousMix, thoughts.previous, previous);
    return loss;
  }

  private think(samples: readonly IntentSample[]): Thoughts {
    const { thought: size, intents } = this.shape;
    const p = this.parameters;
    const count = samples.length;
    const question = this.read(samples.map((sample) => sample.question));
    const previous = this.read(samples.map((sample) => sample.previous));
    const values = repeatRow(p.mixBias.values, count);
    addTimesTransposed(values, question, p.questionMix.values, [count, size, size]);
    addTimesTransposed(values, previous, p.previousMix.values, [count, size, size]);
    samples.forEach((sample, at) => {
      for (const [table, row] of this.memoryRows(sample)) {
        for (let d = 0; d < size; d++) {
          values[at * size + d] = (values[at * size + d] ?? 0) + (table.values[row * size + d] ?? 0);
        }
      }
    });
    applyTanh(values);
    const scores = repeatRow(p.intentBias.values, count);
    addTimesTransposed(scores, values, p.intentScores.values, [count, intents, size]);
    return { question, previous, values, scores };
  }

  /** Sums feature rows, divides by the root of their number, and squashes. */
  private read(texts: readonly (readonly number[])[]): Float64Array {
    const { thought: size } = this.shape;
    const rows = this.parameters.featureRows.values;
    const result = new Float64Array(texts.length * size);
    texts.forEach((features, at) => {
      const scale = rootScale(features);
      for (const feature of features) {
        for (let d = 0; d < size; d++) {
          result[at * size + d] = (result[at * size + d] ?? 0) + (rows[feature * size + d] ?? 0) * scale;
        }
      }
    });
    return applyTanh(result);
  }

  private backToFeatures(
    slope: Float64Array,
    mix: Parameter,
    read: Float64Array,
    texts: readonly (readonly number[])[],
  ): void {
    const { thought: size } = this.shape;
    addTransposedTimes(mix.gradient, slope, read, [size, size, texts.length]);
    const inner = new Float64Array(read.length);
    addTimes(inner, slope, mix.values, [texts.length, size, size]);
    throughTanh(inner, read);
    texts.forEach((features, at) => {
      const scale = rootScale(features);
      for (const feature of features) addToRow(this.parameters.featureRows, feature, inner, at * size, scale);
    });
  }

  private memoryRows(sample: IntentSample): (readonly [Parameter, number])[] {
    const { turnRows, topicRows } = this.parameters;
    const remembered = sample.topics.map((topic, age) => [topicRows, age * this.shape.topics + topic] as const);
    return [[turnRows, sample.turnClass], ...remembered];
  }
}

function rootScale(features: readonly number[]): number {
  return 1 / Math.sqrt(Math.max(1, features.length));
}
