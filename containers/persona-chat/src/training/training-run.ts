import { createHash } from "node:crypto";
import { FORMAT, type Description } from "../weights.ts";
import { Random } from "../random.ts";
import { exp } from "./arithmetic.ts";
import { randomBlur } from "./blur.ts";
import type { Corpus } from "./corpus.ts";
import type { HyperParameters } from "./hyper-parameters.ts";
import { Network } from "./network.ts";
import {
  adamStep,
  createParameters,
  INTENT_TENSORS,
  LEARNED_TENSORS,
  quantise,
  type Parameters,
} from "./parameters.ts";
import { plainSample, SampleSource, type Sample } from "./samples.ts";
import { Vocabulary } from "./vocabulary.ts";

/** Loss figures in nats a token; perplexity is e to that. */
export interface Metrics {
  readonly lossBefore: number;
  readonly lossAfter: number;
  readonly heldOutPerplexityBefore: number;
  readonly heldOutPerplexity: number;
}

export interface TrainingResult {
  readonly description: Description;
  readonly bytes: Buffer;
  readonly metrics: Metrics;
}

/**
 * Trains a network from a corpus. Equal arguments give equal bytes on every machine: one generator makes every random
 * choice, sums run in a fixed order, and only basic arithmetic is used.
 * @param onEpoch Told after each pass: its number from 1, and the mean loss a token over it.
 */
export function train(
  corpus: Corpus,
  settings: HyperParameters,
  onEpoch: (epoch: number, loss: number) => void,
): TrainingResult {
  const random = new Random([settings.seed]);
  const vocabulary = new Vocabulary(corpus, settings.buckets);
  const shape = vocabulary.shape(settings);
  const parameters = createParameters(shape, random);
  const network = new Network(shape, parameters);
  const trained = corpus.exchanges.flatMap((exchange) =>
    samplesOf(vocabulary, corpus, exchange.id, exchange.questions),
  );
  const unseen = corpus.heldOut.flatMap(({ id, question }) => samplesOf(vocabulary, corpus, id, [question]));
  const lossBefore = meanLoss(network, trained);
  const unseenBefore = meanLoss(network, unseen);
  const asked = corpus.exchanges.flatMap((exchange) => exchange.questions.map((text) => vocabulary.features(text)));
  const blur = randomBlur(settings, random, asked);
  const source = new SampleSource(corpus, vocabulary, random, blur);
  runEpochs(network, settings, source, parameters, onEpoch);
  const metrics: Metrics = {
    lossBefore: rounded(lossBefore),
    lossAfter: rounded(meanLoss(network, trained)),
    heldOutPerplexityBefore: rounded(exp(unseenBefore)),
    heldOutPerplexity: rounded(exp(meanLoss(network, unseen))),
  };
  const bytes = quantise(shape, parameters);
  const { questionWords, answerTokens, topics, intentTopics } = vocabulary;
  const description: Description = {
    format: FORMAT,
    shape,
    weights: { sha256: createHash("sha256").update(bytes).digest("hex"), size: bytes.length },
    training: { corpusSha256: corpus.sha256, ...settings, ...metrics },
    topics,
    intentTopics,
    questionWords,
    answerTokens,
  };
  return { description, bytes, metrics };
}

/** Steps over which the size of Adam's steps grows to its full value. */
const WARM_UP_STEPS = 100;

/** Learns to tell what is asked first, which is cheap, and then to answer it. */
function runEpochs(
  network: Network,
  settings: HyperParameters,
  source: SampleSource,
  parameters: Parameters,
  onEpoch: (epoch: number, loss: number) => void,
): void {
  const { intentEpochs, intentBatch, intentWeight, epochs, batch, learningRate } = settings;
  for (let epoch = 0; epoch < intentEpochs; epoch++) {
    for (const samples of chunks(source.epoch(), intentBatch)) {
      network.learnIntents(samples);
      adamStep(parameters, INTENT_TENSORS, learningRate);
    }
  }
  for (let epoch = 0; epoch < epochs; epoch++) {
    const parts = chunks(source.epoch(), batch);
    const losses = parts.map((samples, at) => {
      const loss = network.learn(samples, intentWeight);
      const progress = (epoch + at / parts.length) / epochs;
      const warmth = Math.min(1, (epoch * parts.length + at + 1) / WARM_UP_STEPS);
      adamStep(parameters, LEARNED_TENSORS, learningRate * warmth * (1 - 0.99 * progress));
      return loss;
    });
    onEpoch(epoch + 1, sum(losses, (loss) => loss.answer) / sum(losses, (loss) => loss.tokens));
  }
}

/** Every pair of a question and an answer of the exchange, each asked first thing. */
function samplesOf(vocabulary: Vocabulary, corpus: Corpus, id: string, questions: readonly string[]): Sample[] {
  const exchange = corpus.exchanges.find((candidate) => candidate.id === id);
  if (exchange === undefined || exchange.when === "recall") return [];
  return questions.flatMap((q) => exchange.answers.map((answer) => plainSample(vocabulary, exchange, q, answer)));
}

function meanLoss(network: Network, samples: readonly Sample[]): number {
  const losses = chunks(samples, 16).map((part) => network.measure(part));
  return sum(losses, (loss) => loss.answer) / sum(losses, (loss) => loss.tokens);
}

function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) => values.slice(at * size, (at + 1) * size));
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
