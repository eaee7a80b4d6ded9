/** Everything that decides the weights besides the corpus and the source of the training program. */
export interface HyperParameters {
  readonly seed: number;
  /** Passes over the questions to learn what is asked, and samples a step. */
  readonly intentEpochs: number;
  readonly intentBatch: number;
  /** Passes over the questions to learn the answers, and samples a step. */
  readonly epochs: number;
  readonly batch: number;
  /** Adam's step size; while the answers are learned it falls linearly to a hundredth. */
  readonly learningRate: number;
  /** Share of words, and of the features of the other words, that is hidden from the network in a sample. */
  readonly wordDropout: number;
  readonly featureDropout: number;
  /** Share of samples that get a word of another question, which must not mislead. */
  readonly strayWords: number;
  /** Weight of the loss of telling intents apart, beside the answer's. */
  readonly intentWeight: number;
  readonly buckets: number;
  readonly thought: number;
  readonly token: number;
  readonly hidden: number;
  readonly score: number;
}

export const HYPER_PARAMETERS: HyperParameters = {
  seed: 1906,
  intentEpochs: 20,
  intentBatch: 8,
  epochs: 18,
  batch: 4,
  learningRate: 0.005,
  wordDropout: 0.15,
  featureDropout: 0.2,
  strayWords: 0.3,
  intentWeight: 0.5,
  buckets: 3072,
  thought: 96,
  token: 32,
  hidden: 96,
  score: 96,
};
