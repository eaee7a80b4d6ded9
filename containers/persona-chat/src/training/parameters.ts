import { ONE, TABLE_LIMIT, TABLE_STEP_BITS } from "../fixed-point.ts";
import { TENSOR_NAMES, tensorSpecs, type Shape, type TensorName } from "../layout.ts";
import type { Random } from "../random.ts";
import { exp, tanh } from "./arithmetic.ts";

/** A matrix being trained, with its gradient and Adam's two moments. */
export interface Parameter {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** Steps taken so far, by which Adam corrects its young moments. */
  steps: number;
  /** Rows with a gradient, for lookup tables of which a batch touches few; null when every row has one. */
  readonly touched: Set<number> | null;
}

export type Parameters = Readonly<Record<TensorName, Parameter>>;

const LOOKUP_TABLES: readonly TensorName[] = [
  "featureRows",
  "turnRows",
  "topicRows",
  "planRows",
  "planTopics",
  "recallRows",
  "tokenRows",
];
const FIXED_TABLES: readonly TensorName[] = ["tanhTable", "exponentTable"];
/** What tells which intent a question has. */
export const INTENT_TENSORS: readonly TensorName[] = [
  "featureRows",
  "questionMix",
  "previousMix",
  "mixBias",
  "turnRows",
  "topicRows",
  "intentScores",
  "intentBias",
];
/** What writes the answer to an intent. */
export const ANSWER_TENSORS: readonly TensorName[] = TENSOR_NAMES.filter(
  (name) => !INTENT_TENSORS.includes(name) && !FIXED_TABLES.includes(name),
);
/** Largest entry of `exponentTable`, for e^0. */
const EXPONENT_ONE = 32767;

/** @returns Random weights to begin with. */
export function createParameters(shape: Shape, random: Random): Parameters {
  const entries = tensorSpecs(shape).map(({ name, rows, columns }) => {
    const size = rows * columns;
    const scale = initialScale(name, rows, columns);
    const parameter: Parameter = {
      rows,
      columns,
      values: new Float64Array(size).map(() => ((random.next() / 2 ** 32) * 2 - 1) * scale),
      gradient: new Float64Array(size),
      mean: new Float64Array(size),
      variance: new Float64Array(size),
      steps: 0,
      touched: LOOKUP_TABLES.includes(name) ? new Set() : null,
    };
    return [name, parameter] as const;
  });
  // `tensorSpecs` lists every TensorName once.
  return Object.fromEntries(entries) as Record<TensorName, Parameter>;
}

/** @returns The largest first value of a tensor, measured to learn fast. */
function initialScale(name: TensorName, rows: number, columns: number): number {
  // An intent recalls nothing until an answer that names a remembered topic teaches it to.
  if (rows === 1 || name === "recallRows") return 0;
  if (name === "planTopics") return 1;
  return LOOKUP_TABLES.includes(name) ? 0.15 : 2 / Math.sqrt(columns);
}

/** One step of Adam over the named parameters; their gradients are used up. */
export function adamStep(parameters: Parameters, names: readonly TensorName[], learningRate: number): void {
  for (const name of names) {
    const parameter = parameters[name];
    const { columns, touched, gradient } = parameter;
    parameter.steps++;
    const rate = learningRate / (1 - 0.9 ** parameter.steps);
    const varianceScale = 1 / (1 - 0.999 ** parameter.steps);
    if (touched === null) {
      updateRange(parameter, 0, gradient.length, rate, varianceScale);
      continue;
    }
    for (const row of touched) updateRange(parameter, row * columns, (row + 1) * columns, rate, varianceScale);
    touched.clear();
  }
}

function updateRange(parameter: Parameter, from: number, to: number, rate: number, varianceScale: number): void {
  const { values, gradient, mean, variance } = parameter;
  for (let at = from; at < to; at++) {
    const slope = gradient[at] ?? 0;
    const m = (mean[at] ?? 0) * 0.9 + slope * 0.1;
    const v = (variance[at] ?? 0) * 0.999 + slope * slope * 0.001;
    mean[at] = m;
    variance[at] = v;
    values[at] = (values[at] ?? 0) - (rate * m) / (Math.sqrt(v * varianceScale) + 1e-8);
    gradient[at] = 0;
  }
}

/** @returns The bytes of `persona.bin`: every tensor in units of 1/4096, 16 bits, little-endian. */
export function quantise(shape: Shape, parameters: Parameters): Buffer {
  const parts = tensorSpecs(shape).map(({ name, rows, columns }) => {
    const part = Buffer.alloc(rows * columns * 2);
    for (let at = 0; at < rows * columns; at++) {
      const value = FIXED_TABLES.includes(name) ? tableEntry(name, at) : (parameters[name].values[at] ?? 0) * ONE;
      part.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(value))), at * 2);
    }
    return part;
  });
  return Buffer.concat(parts);
}

/** Entry of an activation table, taken in the middle of the step it stands for. */
function tableEntry(name: TensorName, at: number): number {
  const stepsPerUnit = ONE >> TABLE_STEP_BITS;
  if (name === "exponentTable") return EXPONENT_ONE * exp(-at / stepsPerUnit);
  return ONE * tanh((at + 0.5) / stepsPerUnit - TABLE_LIMIT / ONE);
}
