import type { Shape } from "../layout.ts";
import { AnswerPass, type Thoughts } from "./answer-pass.ts";
import { Batch } from "./batch.ts";
import { addTimes, addTimesTransposed, addTransposedTimes } from "./kernels.ts";
import type { Parameter, Parameters } from "./parameters.ts";
import { addColumnSums, addToRow, applyTanh, repeatRow, softmaxGradient, throughTanh } from "./rows.ts";
import type { Sample } from "./samples.ts";

/** Sums over a batch, in nats. */
export interface Loss {
  answer: number;
  intent: number;
  tokens: number;
}

/** The network of `model.ts` in floating point, with its gradients worked out by hand. */
export class Network {
  private readonly shape: Shape;
  private readonly parameters: Parameters;

  constructor(shape: Shape, parameters: Parameters) {
    this.shape = shape;
    this.parameters = parameters;
  }

  /** Adds the batch's gradients to the parameters. @returns The batch's losses before any step. */
  learn(samples: readonly Sample[], intentWeight: number): Loss {
    const batch = new Batch(samples);
    const thoughts = this.think(batch.samples);
    const loss: Loss = { answer: 0, intent: 0, tokens: batch.rows };
    loss.intent = this.intents(batch.samples, thoughts, intentWeight / batch.samples.length);
    loss.answer = new AnswerPass(this.shape, this.parameters, batch, thoughts).learn();
    this.backToQuestions(batch.samples, thoughts);
    return loss;
  }

  /** As `learn`, for telling intents apart alone: it costs a hundredth of learning the answers too. */
  learnIntents(samples: readonly Sample[]): Loss {
    const thoughts = this.think(samples);
    const intent = this.intents(samples, thoughts, 1 / samples.length);
    this.backToQuestions(samples, thoughts);
    return { answer: 0, intent, tokens: 0 };
  }

  /** @returns The losses of the samples, leaving every gradient alone. */
  measure(samples: readonly Sample[]): Loss {
    const batch = new Batch(samples);
    const thoughts = this.think(batch.samples);
    const answer = new AnswerPass(this.shape, this.parameters, batch, thoughts).measure();
    return { answer, intent: 0, tokens: batch.rows };
  }

  private think(samples: readonly Sample[]): Thoughts {
    const { thought: size, topics } = this.shape;
    const p = this.parameters;
    const count = samples.length;
    const question = this.read(samples.map((sample) => sample.question));
    const previous = this.read(samples.map((sample) => sample.previous));
    const values = repeatRow(p.mixBias.values, count);
    addTimesTransposed(values, question, p.questionMix.values, [count, size, size]);
    addTimesTransposed(values, previous, p.previousMix.values, [count, size, size]);
    samples.forEach((sample, at) => {
      for (const [table, row] of memoryRows(p, sample, topics)) {
        for (let d = 0; d < size; d++) {
          values[at * size + d] = (values[at * size + d] ?? 0) + (table.values[row * size + d] ?? 0);
        }
      }
    });
    applyTanh(values);
    return { question, previous, values, gradient: new Float64Array(values.length) };
  }

  /** Sums feature rows, divides by the root of their number, and squashes. */
  private read(texts: readonly (readonly number[])[]): Float64Array {
    const { thought: size } = this.shape;
    const rows = this.parameters.featureRows.values;
    const result = new Float64Array(texts.length * size);
    texts.forEach((features, at) => {
      const scale = 1 / Math.sqrt(Math.max(1, features.length));
      for (const feature of features) {
        for (let d = 0; d < size; d++) {
          result[at * size + d] = (result[at * size + d] ?? 0) + (rows[feature * size + d] ?? 0) * scale;
        }
      }
    });
    return applyTanh(result);
  }

  private intents(samples: readonly Sample[], thoughts: Thoughts, weight: number): number {
    const { thought: size, intents } = this.shape;
    const { intentScores, intentBias } = this.parameters;
    const count = samples.length;
    const scores = repeatRow(intentBias.values, count);
    addTimesTransposed(scores, thoughts.values, intentScores.values, [count, intents, size]);
    const targets = samples.map((sample) => sample.intent);
    const loss = softmaxGradient(scores, targets, intents, weight);
    addColumnSums(intentBias.gradient, scores, intents);
    addTransposedTimes(intentScores.gradient, scores, thoughts.values, [intents, size, count]);
    addTimes(thoughts.gradient, scores, intentScores.values, [count, size, intents]);
    return loss;
  }

  private backToQuestions(samples: readonly Sample[], thoughts: Thoughts): void {
    const { thought: size, topics } = this.shape;
    const p = this.parameters;
    const count = samples.length;
    const slope = throughTanh(thoughts.gradient, thoughts.values);
    addColumnSums(p.mixBias.gradient, slope, size);
    samples.forEach((sample, at) => {
      for (const [table, row] of memoryRows(p, sample, topics)) addToRow(table, row, slope, at * size, 1);
    });
    for (const [mix, read, texts] of [
      [p.questionMix, thoughts.question, samples.map((sample) => sample.question)],
      [p.previousMix, thoughts.previous, samples.map((sample) => sample.previous)],
    ] as const) {
      addTransposedTimes(mix.gradient, slope, read, [size, size, count]);
      const inner = new Float64Array(read.length);
      addTimes(inner, slope, mix.values, [count, size, size]);
      throughTanh(inner, read);
      texts.forEach((features, at) => {
        const scale = 1 / Math.sqrt(Math.max(1, features.length));
        for (const feature of features) addToRow(p.featureRows, feature, inner, at * size, scale);
      });
    }
  }
}

function memoryRows(p: Parameters, sample: Sample, topics: number): (readonly [Parameter, number])[] {
  const remembered = sample.topics.map((topic, age) => [p.topicRows, age * topics + topic] as const);
  return [[p.turnRows, sample.turnClass], ...remembered];
}
