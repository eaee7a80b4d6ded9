import { createHash } from "node:crypto";
import { Random } from "../random.ts";
import { FORMAT, type Description } from "../weights.ts";
import { AnswerNetwork } from "./answer-network.ts";
import { randomBlur } from "./blur.ts";
import type { Corpus } from "./corpus.ts";
import type { HyperParameters } from "./hyper-parameters.ts";
import { IntentNetwork } from "./intent-network.ts";
import { measure, type Metrics } from "./metrics.ts";
import { adamStep, ANSWER_TENSORS, createParameters, INTENT_TENSORS, quantise, type Parameters } from "./parameters.ts";
import { chunks, SampleSource } from "./samples.ts";
import { Vocabulary } from "./vocabulary.ts";

export interface TrainingResult {
  readonly description: Description;
  readonly bytes: Buffer;
  readonly before: Metrics;
  readonly after: Metrics;
}

export interface Progress {
  readonly stage: "intents" | "answers";
  readonly epoch: number;
  readonly epochs: number;
  /** Mean loss over the epoch in nats: a question, or a token of an answer. */
  readonly loss: number;
}

/** Steps over which the size of Adam's steps grows to its full value. */
const WARM_UP_STEPS = 100;

/**
 * Trains the two halves of the network: to tell what is asked, and to write the answer. Equal arguments give equal
 * bytes on every machine: one generator makes every random choice, sums run in a fixed order, and only arithmetic that
 * IEEE 754 fixes to the last bit is used.
 */
export function train(
  corpus: Corpus,
  settings: HyperParameters,
  onProgress: (progress: Progress) => void,
): TrainingResult {
  const random = new Random([settings.seed]);
  const vocabulary = new Vocabulary(corpus, settings.buckets);
  const shape = vocabulary.shape(settings);
  const parameters = createParameters(shape, random);
  const intents = new IntentNetwork(shape, parameters);
  const answers = new AnswerNetwork(shape, parameters);
  const others = corpus.exchanges.flatMap((exchange) => exchange.questions.map((text) => vocabulary.features(text)));
  const source = new SampleSource(corpus, vocabulary, random, randomBlur(settings, random, others));
  const before = measure(corpus, vocabulary, intents, answers);
  learnIntents(intents, parameters, source, settings, onProgress);
  learnAnswers(answers, parameters, source, settings, onProgress);
  const after = measure(corpus, vocabulary, intents, answers);
  const bytes = quantise(shape, parameters);
  const { questionWords, answerTokens, topics, intentTopics } = vocabulary;
  const description: Description = {
    format: FORMAT,
    shape,
    weights: { sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length },
    training: { corpusSha256: corpus.sha256, ...settings },
    topics,
    intentTopics,
    questionWords,
    answerTokens,
  };
  return { description, bytes, before, after };
}

function learnIntents(
  network: IntentNetwork,
  parameters: Parameters,
  source: SampleSource,
  { intentEpochs: epochs, intentBatch, intentRate }: HyperParameters,
  onProgress: (progress: Progress) => void,
): void {
  for (let epoch = 0; epoch < epochs; epoch++) {
    const samples = source.intents();
    const batches = chunks(samples, intentBatch);
    let loss = 0;
    batches.forEach((batch, at) => {
      loss += network.learn(batch);
      adamStep(parameters, INTENT_TENSORS, intentRate * pace(epoch, at, batches.length, epochs));
    });
    onProgress({ stage: "intents", epoch: epoch + 1, epochs, loss: loss / samples.length });
  }
}

function learnAnswers(
  network: AnswerNetwork,
  parameters: Parameters,
  source: SampleSource,
  { answerEpochs: epochs, answerBatch, answerRate }: HyperParameters,
  onProgress: (progress: Progress) => void,
): void {
  for (let epoch = 0; epoch < epochs; epoch++) {
    const batches = chunks(source.answers(), answerBatch);
    let nats = 0;
    let tokens = 0;
    batches.forEach((batch, at) => {
      const loss = network.learn(batch);
      nats += loss.nats;
      tokens += loss.tokens;
      adamStep(parameters, ANSWER_TENSORS, answerRate * pace(epoch, at, batches.length, epochs));
    });
    onProgress({ stage: "answers", epoch: epoch + 1, epochs, loss: nats / tokens });
  }
}

/** @returns The share of the full step size: it grows over the first steps and then falls linearly to a hundredth. */
function pace(epoch: number, at: number, batches: number, epochs: number): number {
  const warmth = Math.min(1, (epoch * batches + at + 1) / WARM_UP_STEPS);
  return warmth * (1 - (0.99 * (epoch + at / batches)) / epochs);
}
