import { TABLE_SIZE } from "./fixed-point.ts";

/** Sizes of the network. `vocabulary` counts answer tokens, the end mark included. */
export interface Shape {
  readonly words: number;
  readonly buckets: number;
  readonly topics: number;
  readonly intents: number;
  readonly vocabulary: number;
  /** Length of the vector a question becomes. */
  readonly thought: number;
  /** Length of the vector that steers an answer. */
  readonly plan: number;
  readonly token: number;
  readonly hidden: number;
  readonly score: number;
}

/** One matrix of the network. `input` says what it multiplies, so that overflow can be ruled out at load. */
export interface TensorSpec {
  readonly name: TensorName;
  readonly rows: number;
  readonly columns: number;
  readonly input: "activation" | "token row" | "none";
}

export type TensorName = (typeof TENSOR_NAMES)[number];

export const MEMORY_TOPICS = 2;
export const TURN_CLASSES = 3;

export const TENSOR_NAMES = [
  "featureRows",
  "questionMix",
  "previousMix",
  "mixBias",
  "turnRows",
  "topicRows",
  "intentScores",
  "intentBias",
  "planRows",
  "planTopics",
  "recallRows",
  "tokenRows",
  "tokenGates",
  "planGates",
  "gateBias",
  "hiddenGates",
  "candidateBias",
  "startMix",
  "startBias",
  "outputHidden",
  "outputPlan",
  "outputBias",
  "tokenScores",
  "scoreBias",
  "tanhTable",
  "exponentTable",
] as const;

/** @returns Every tensor of a network of this shape, in file order. */
export function tensorSpecs(shape: Shape): readonly TensorSpec[] {
  const { thought, plan, token, hidden, score, vocabulary, topics, intents } = shape;
  const row = (name: TensorName, columns: number): TensorSpec => ({ name, rows: 1, columns, input: "none" });
  const lookup = (name: TensorName, rows: number, columns: number): TensorSpec => ({
    name,
    rows,
    columns,
    input: "none",
  });
  const product = (name: TensorName, rows: number, columns: number): TensorSpec => ({
    name,
    rows,
    columns,
    input: name === "tokenGates" ? "token row" : "activation",
  });
  return [
    lookup("featureRows", 1 + shape.words + shape.buckets, thought),
    product("questionMix", thought, thought),
    product("previousMix", thought, thought),
    row("mixBias", thought),
    lookup("turnRows", TURN_CLASSES, thought),
    lookup("topicRows", MEMORY_TOPICS * topics, thought),
    product("intentScores", intents, thought),
    row("intentBias", intents),
    lookup("planRows", intents, plan),
    lookup("planTopics", MEMORY_TOPICS * topics, plan),
    lookup("recallRows", intents, plan),
    lookup("tokenRows", vocabulary, token),
    product("tokenGates", 3 * hidden, token),
    product("planGates", 3 * hidden, plan),
    row("gateBias", 3 * hidden),
    product("hiddenGates", 3 * hidden, hidden),
    row("candidateBias", hidden),
    product("startMix", hidden, plan),
    row("startBias", hidden),
    product("outputHidden", score, hidden),
    product("outputPlan", score, plan),
    row("outputBias", score),
    product("tokenScores", vocabulary, score),
    row("scoreBias", vocabulary),
    row("tanhTable", TABLE_SIZE),
    row("exponentTable", TABLE_SIZE),
  ];
}
