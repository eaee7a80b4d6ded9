import { Random } from "./random.ts";
import {
  addProduct,
  addRow,
  clamp,
  integerRoot,
  multiply,
  ONE,
  sigmoid,
  TABLE_SIZE,
  TABLE_STEP_BITS,
  tanh,
} from "./fixed-point.ts";
import { MEMORY_TOPICS, TURN_CLASSES } from "./layout.ts";
import { joinTokens, questionFeatures } from "./text.ts";
import type { Description, Weights } from "./weights.ts";

/*
 * Why every number below is an integer
 *
 * Several reporters run this program on machines of their own and sign the digest of its answer. One differing bit in
 * one score can turn into another word, another digest, and a quorum that never forms. Floating point does not
 * promise equal bits: the language leaves exp and tanh to the implementation, and vector units and compilers may sum
 * in another order. 32-bit integer addition, multiplication and shifts have one result everywhere. So weights are
 * 16-bit, sums are 32-bit (checked against overflow at load), tanh and exp are tables stored with the weights, and
 * the dice are an integer generator seeded by the request.
 */

/** What the network is told about the conversation so far. */
export interface Memory {
  readonly turns: number;
  /** Latest different topics, oldest first, at most `MEMORY_TOPICS`. */
  readonly topics: readonly string[];
  readonly lastQuestion: string | null;
}

export interface Answer {
  readonly text: string;
  readonly topic: string;
  readonly tokens: number;
  /** False when `maxTokens` cut the answer off. */
  readonly finished: boolean;
}

export const EMPTY_MEMORY: Memory = { turns: 0, topics: [], lastQuestion: null };

const END = 0;
/** Scores are multiplied by 2^this before sampling: a temperature of 1/4 keeps answers in good grammar. */
const SHARPNESS_BITS = 2;

/** The trained network. It has no state of its own: equal arguments give equal answers. */
export class PersonaModel {
  private readonly weights: Weights;
  private readonly wordIds: ReadonlyMap<string, number>;
  private readonly topicIds: ReadonlyMap<string, number>;

  constructor(weights: Weights) {
    this.weights = weights;
    this.wordIds = new Map(weights.description.questionWords.map((word, at) => [word, at + 1]));
    this.topicIds = new Map(weights.description.topics.map((topic, at) => [topic, at]));
  }

  /** What the model is made of, and from what it was trained. */
  get description(): Description {
    return this.weights.description;
  }

  /** Topic names the network knows; a memory may only name these. */
  get topics(): readonly string[] {
    return this.weights.description.topics;
  }

  /**
   * @param dice Seed words for sampling, or null for the likeliest answer.
   * @param maxTokens Upper bound of the answer's length, in tokens, at least 1.
   */
  answer(question: string, memory: Memory, dice: readonly number[] | null, maxTokens: number): Answer {
    const intent = this.understand(question, memory);
    const random = dice === null ? null : new Random(dice);
    const tokens: number[] = [];
    const writer = new Writer(this.weights, this.plan(intent, memory));
    let last = END;
    while (tokens.length < maxTokens) {
      const scores = writer.step(last);
      // An empty answer would break the output schema.
      if (tokens.length === 0) scores[END] = -(2 ** 30);
      last = random === null ? best(scores) : this.sample(scores, random);
      if (last === END) break;
      tokens.push(last);
    }
    const words = tokens.map((token) => this.weights.description.answerTokens[token] ?? "");
    return {
      text: joinTokens(words),
      topic: this.topicOfIntent(intent),
      tokens: tokens.length,
      finished: last === END,
    };
  }

  /** @returns The topic the question belongs to, in the network's judgement. */
  topicOf(question: string, memory: Memory): string {
    return this.topicOfIntent(this.understand(question, memory));
  }

  /** What is asked, as the number of the likeliest intent. */
  private understand(question: string, memory: Memory): number {
    const { tensors, description } = this.weights;
    const thought = new Int32Array(description.shape.thought);
    addRow(thought, tensors.mixBias, 0);
    addProduct(thought, tensors.questionMix, this.read(question));
    if (memory.lastQuestion !== null) addProduct(thought, tensors.previousMix, this.read(memory.lastQuestion));
    addRow(thought, tensors.turnRows, turnClass(memory.turns));
    this.addTopics(thought, tensors.topicRows, memory);
    const scores = new Int32Array(description.shape.intents);
    addRow(scores, tensors.intentBias, 0);
    addProduct(scores, tensors.intentScores, squash(thought, tensors.tanhTable));
    return best(scores);
  }

  /** The vector that steers the answer: the intent's own row, and as much of the memory as this intent calls for. */
  private plan(intent: number, memory: Memory): Int32Array {
    const { tensors, description } = this.weights;
    const size = description.shape.plan;
    const plan = new Int32Array(size);
    addRow(plan, tensors.planRows, intent);
    const remembered = new Int32Array(size);
    this.addTopics(remembered, tensors.planTopics, memory);
    const recall = new Int32Array(size);
    addRow(recall, tensors.recallRows, intent);
    return squash(
      plan.map((value, at) => value + multiply(recall[at] ?? 0, clamp(remembered[at] ?? 0))),
      tensors.tanhTable,
    );
  }

  /** Adds the row of every remembered topic; each place in the memory has rows of its own. */
  private addTopics(target: Int32Array, rows: Int16Array, memory: Memory): void {
    const newestFirst = memory.topics.slice(-MEMORY_TOPICS).reverse();
    newestFirst.forEach((topic, age) => {
      addRow(target, rows, age * this.topics.length + (this.topicIds.get(topic) ?? 0));
    });
  }

  /** The sum of the rows of a text's features, divided by the root of their number. */
  private read(text: string): Int32Array {
    const { tensors, description } = this.weights;
    const features = questionFeatures(text, this.wordIds, description.shape.buckets).flat();
    const sum = new Int32Array(description.shape.thought);
    for (const feature of features) addRow(sum, tensors.featureRows, feature);
    // 64 * root(n) in integers. A quotient of integers below 2^53 truncates to the same integer everywhere.
    const divisor = Math.max(1, integerRoot(features.length * ONE));
    for (let at = 0; at < sum.length; at++) sum[at] = clamp(Math.trunc(((sum[at] ?? 0) * 64) / divisor));
    return squash(sum, tensors.tanhTable);
  }

  private topicOfIntent(intent: number): string {
    const { topics, intentTopics } = this.weights.description;
    return topics[intentTopics[intent] ?? 0] ?? "";
  }

  /** Draws a token with probability proportional to exp(score / temperature). */
  private sample(scores: Int32Array, random: Random): number {
    const { exponentTable } = this.weights.tensors;
    const top = scores[best(scores)] ?? 0;
    const shares = scores.map((score) => {
      const step = Math.min((top - score) >> (TABLE_STEP_BITS - SHARPNESS_BITS), TABLE_SIZE - 1);
      return exponentTable[step] ?? 0;
    });
    // At most 2^15 a token and fewer than 2^15 tokens: the total stays inside 31 bits.
    let ticket = random.below(shares.reduce((sum, share) => sum + share, 0));
    for (let token = 0; token < shares.length; token++) {
      ticket -= shares[token] ?? 0;
      if (ticket < 0) return token;
    }
    return END;
  }
}

/** Writes an answer token by token: a gated recurrent unit steered by the plan. */
class Writer {
  private readonly weights: Weights;
  private readonly hidden: Int32Array;
  /** What the plan adds to the gates and to the output, the same at every step. */
  private readonly gateBase: Int32Array;
  private readonly outputBase: Int32Array;

  constructor(weights: Weights, plan: Int32Array) {
    const { tensors, description } = weights;
    const { hidden, score } = description.shape;
    this.weights = weights;
    this.gateBase = new Int32Array(3 * hidden);
    addRow(this.gateBase, tensors.gateBias, 0);
    addProduct(this.gateBase, tensors.planGates, plan);
    this.outputBase = new Int32Array(score);
    addRow(this.outputBase, tensors.outputBias, 0);
    addProduct(this.outputBase, tensors.outputPlan, plan);
    const start = new Int32Array(hidden);
    addRow(start, tensors.startBias, 0);
    addProduct(start, tensors.startMix, plan);
    this.hidden = squash(start, tensors.tanhTable);
  }

  /** Takes in the last token. @returns The score of every possible next one. */
  step(token: number): Int32Array {
    const { tensors, description } = this.weights;
    const row = new Int32Array(description.shape.token);
    addRow(row, tensors.tokenRows, token);
    const gates = this.gateBase.slice();
    addProduct(gates, tensors.tokenGates, row);
    this.carry(gates);
    const output = this.outputBase.slice();
    addProduct(output, tensors.outputHidden, this.hidden);
    const scores = new Int32Array(description.shape.vocabulary);
    addRow(scores, tensors.scoreBias, 0);
    addProduct(scores, tensors.tokenScores, squash(output, tensors.tanhTable));
    return scores;
  }

  /** One step of the recurrent unit: reset, update and candidate gates, in that order in every gate vector. */
  private carry(gates: Int32Array): void {
    const { tensors, description } = this.weights;
    const size = description.shape.hidden;
    const fromHidden = new Int32Array(3 * size);
    addProduct(fromHidden, tensors.hiddenGates, this.hidden);
    for (let at = 0; at < size; at++) {
      const reset = sigmoid(tensors.tanhTable, (gates[at] ?? 0) + (fromHidden[at] ?? 0));
      const update = sigmoid(tensors.tanhTable, (gates[size + at] ?? 0) + (fromHidden[size + at] ?? 0));
      // Held inside the table's range, so that the product with a gate (at most ONE) stays inside 32 bits.
      const recalled = clamp((fromHidden[2 * size + at] ?? 0) + (tensors.candidateBias[at] ?? 0));
      const candidate = tanh(tensors.tanhTable, (gates[2 * size + at] ?? 0) + multiply(reset, recalled));
      this.hidden[at] = multiply(ONE - update, candidate) + multiply(update, this.hidden[at] ?? 0);
    }
  }
}

/** @returns The class of a turn count that the network has a row for: none yet, a few, many. */
export function turnClass(turns: number): number {
  if (turns === 0) return 0;
  return turns < 3 ? 1 : TURN_CLASSES - 1;
}

function squash(values: Int32Array, table: Int16Array): Int32Array {
  return values.map((value) => tanh(table, value));
}

/** @returns The index of the highest score, the first of equals. */
function best(scores: Int32Array): number {
  let top = 0;
  for (let at = 1; at < scores.length; at++) if ((scores[at] ?? 0) > (scores[top] ?? 0)) top = at;
  return top;
}
