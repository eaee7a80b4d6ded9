/** Everything that decides the weights besides the corpus and the source of the training program. */
export interface HyperParameters {
  readonly seed: number;
  /** Passes over the questions to learn what is asked, and samples a step. */
  readonly intentEpochs: number;
  readonly intentBatch: number;
  /** Adam's step size; it falls linearly to a hundredth, as does the other one. */
  readonly intentRate: number;
  /** Share of words, and of the features of the other words, that is hidden from the network in a sample. */
  readonly wordDropout: number;
  readonly featureDropout: number;
  /** Share of samples that get a word of another question, which must not mislead. */
  readonly strayWords: number;
  /** Passes over the answers, and samples a step. */
  readonly answerEpochs: number;
  readonly answerBatch: number;
  readonly answerRate: number;
  readonly buckets: number;
  readonly thought: number;
  readonly plan: number;
  readonly token: number;
  readonly hidden: number;
  readonly score: number;
}

export const HYPER_PARAMETERS: HyperParameters = {
  seed: 1906,
  intentEpochs: 25,
  intentBatch: 8,
  intentRate: 0.004,
  wordDropout: 0.15,
  featureDropout: 0.2,
  strayWords: 0.3,
  answerEpochs: 25,
  answerBatch: 4,
  answerRate: 0.006,
  buckets: 3072,
  thought: 96,
  plan: 64,
  token: 32,
  hidden: 96,
  score: 96,
};
