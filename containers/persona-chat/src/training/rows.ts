import { exp, log, tanh } from "./arithmetic.ts";
import type { Parameter } from "./parameters.ts";

/** @returns The listed rows of a matrix, one below the other. */
export function pickRows(matrix: Float64Array, rows: readonly number[], columns: number): Float64Array {
  const result = new Float64Array(rows.length * columns);
  rows.forEach((row, at) => result.set(matrix.subarray(row * columns, (row + 1) * columns), at * columns));
  return result;
}

export function addToRow(table: Parameter, row: number, slope: Float64Array, from: number, scale: number): void {
  const { columns, gradient, touched } = table;
  touched?.add(row);
  for (let at = 0; at < columns; at++) {
    gradient[row * columns + at] = (gradient[row * columns + at] ?? 0) + (slope[from + at] ?? 0) * scale;
  }
}

export function repeatRow(row: Float64Array, count: number): Float64Array {
  const result = new Float64Array(row.length * count);
  for (let at = 0; at < count; at++) result.set(row, at * row.length);
  return result;
}

export function addColumnSums(target: Float64Array, rows: Float64Array, columns: number): void {
  for (let from = 0; from < rows.length; from += columns) {
    for (let at = 0; at < columns; at++) target[at] = (target[at] ?? 0) + (rows[from + at] ?? 0);
  }
}

export function applyTanh(values: Float64Array): Float64Array {
  for (let at = 0; at < values.length; at++) values[at] = tanh(values[at] ?? 0);
  return values;
}

/** Multiplies slopes by the derivative of tanh, given tanh's results. */
export function throughTanh(slope: Float64Array, results: Float64Array): Float64Array {
  for (let at = 0; at < slope.length; at++) {
    const result = results[at] ?? 0;
    slope[at] = (slope[at] ?? 0) * (1 - result * result);
  }
  return slope;
}

/** Turns rows of scores into the scaled gradient of their cross entropy. @returns The cross entropy, in nats. */
export function softmaxGradient(
  scores: Float64Array,
  targets: readonly number[],
  columns: number,
  scale: number,
): number {
  let loss = 0;
  targets.forEach((target, row) => {
    const slice = scores.subarray(row * columns, (row + 1) * columns);
    let top = -Infinity;
    for (let at = 0; at < columns; at++) top = Math.max(top, slice[at] ?? 0);
    let sum = 0;
    for (let at = 0; at < columns; at++) sum += slice[at] = exp((slice[at] ?? 0) - top);
    loss -= log((slice[target] ?? 0) / sum);
    for (let at = 0; at < columns; at++) slice[at] = ((slice[at] ?? 0) * scale) / sum;
    slice[target] = (slice[target] ?? 0) - scale;
  });
  return loss;
}

/** @returns The column of the highest score in every row, the first of equals. */
export function bestColumns(scores: Float64Array, columns: number): number[] {
  return Array.from({ length: scores.length / columns }, (_, row) => {
    const slice = scores.subarray(row * columns, (row + 1) * columns);
    return slice.indexOf(slice.reduce((top, score) => Math.max(top, score), -Infinity));
  });
}
