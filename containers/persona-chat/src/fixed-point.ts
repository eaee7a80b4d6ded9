/**
 * Numbers here are 32-bit integers in units of 1/4096 ("Q12"). A product of two is in units of 2^-24 and is shifted
 * back with rounding.
 */
export const FRACTION_BITS = 12;
export const ONE = 1 << FRACTION_BITS;
const HALF = ONE >> 1;

/** Activation tables cover [-8, 8) in steps of 1/256. */
export const TABLE_LIMIT = 8 * ONE;
export const TABLE_STEP_BITS = 4;
export const TABLE_SIZE = (2 * TABLE_LIMIT) >> TABLE_STEP_BITS;

/** @returns `value` held inside the range of the tables. */
export function clamp(value: number): number {
  if (value >= TABLE_LIMIT) return TABLE_LIMIT - 1;
  return value < -TABLE_LIMIT ? -TABLE_LIMIT : value;
}

/** @returns tanh(value), read from the table. */
export function tanh(table: Int16Array, value: number): number {
  return table[(clamp(value) + TABLE_LIMIT) >> TABLE_STEP_BITS] ?? 0;
}

/** @returns The logistic function, as (1 + tanh(value / 2)) / 2, so that one table serves both. */
export function sigmoid(table: Int16Array, value: number): number {
  return (ONE + tanh(table, value >> 1)) >> 1;
}

/** @returns The rounded product of two Q12 numbers. The exact product must stay inside 32 bits, as that of two clamped numbers does. */
export function multiply(left: number, right: number): number {
  return (Math.imul(left, right) + HALF) >> FRACTION_BITS;
}

/** Adds `matrix * vector` to `target`. The rows of the matrix were checked not to overflow when it was loaded. */
export function addProduct(target: Int32Array, matrix: Int16Array, vector: Int32Array): void {
  const columns = vector.length;
  for (let row = 0, at = 0; row < target.length; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++, at++) {
      sum = (sum + Math.imul(matrix[at] ?? 0, vector[column] ?? 0)) | 0;
    }
    target[row] = (target[row] ?? 0) + ((sum + HALF) >> FRACTION_BITS);
  }
}

/** Adds row number `row` of the matrix to `target`. */
export function addRow(target: Int32Array, matrix: Int16Array, row: number): void {
  const start = row * target.length;
  for (let column = 0; column < target.length; column++) {
    target[column] = (target[column] ?? 0) + (matrix[start + column] ?? 0);
  }
}

/** @returns The largest integer whose square is not above `value` (below 2^31). */
export function integerRoot(value: number): number {
  let root = 0;
  for (let bit = 1 << 15; bit > 0; bit >>= 1) {
    const trial = root | bit;
    if (trial * trial <= value) root = trial;
  }
  return root;
}
