/**
 * The matrix products of training, on row-major Float64Arrays. Sums run in one fixed order, so results are equal to the
 * last bit everywhere. Rows and columns are taken a few at a time because the loads, not the arithmetic, cost the time.
 */

/** Sizes of a product: rows of the target, columns of the target, and the length of the sums. */
export type Sizes = readonly [rows: number, columns: number, length: number];

/** target[rows, columns] += left[rows, length] * right[columns, length] transposed. */
export function addTimesTransposed(target: Float64Array, left: Float64Array, right: Float64Array, sizes: Sizes): void {
  const [rows, columns] = sizes;
  const wholeRows = rows - (rows % 4);
  const wholeColumns = columns - (columns % 2);
  for (let row = 0; row < wholeRows; row += 4) {
    for (let column = 0; column < wholeColumns; column += 2) {
      addTile(target, left, right, sizes, row, column);
    }
    for (let column = wholeColumns; column < columns; column++) {
      for (let r = row; r < row + 4; r++) addDot(target, left, right, sizes, r, column);
    }
  }
  for (let row = wholeRows; row < rows; row++) {
    for (let column = 0; column < columns; column++) addDot(target, left, right, sizes, row, column);
  }
}

/** target[rows, columns] += left[rows, length] * right[length, columns]. */
export function addTimes(target: Float64Array, left: Float64Array, right: Float64Array, sizes: Sizes): void {
  addCombinations(target, left, right, sizes, [sizes[2], 1]);
}

/** target[rows, columns] += left[length, rows] transposed * right[length, columns]. */
export function addTransposedTimes(target: Float64Array, left: Float64Array, right: Float64Array, sizes: Sizes): void {
  addCombinations(target, left, right, sizes, [1, sizes[0]]);
}

/** Four rows by two columns of a product with a transposed right side. */
function addTile(
  target: Float64Array,
  left: Float64Array,
  right: Float64Array,
  [, columns, length]: Sizes,
  row: number,
  column: number,
): void {
  const l0 = row * length;
  const l1 = l0 + length;
  const l2 = l1 + length;
  const l3 = l2 + length;
  const r0 = column * length;
  const r1 = r0 + length;
  let a0 = 0;
  let a1 = 0;
  let a2 = 0;
  let a3 = 0;
  let b0 = 0;
  let b1 = 0;
  let b2 = 0;
  let b3 = 0;
  for (let at = 0; at < length; at++) {
    const x = right[r0 + at] ?? 0;
    const y = right[r1 + at] ?? 0;
    const p = left[l0 + at] ?? 0;
    const q = left[l1 + at] ?? 0;
    const r = left[l2 + at] ?? 0;
    const s = left[l3 + at] ?? 0;
    a0 += p * x;
    a1 += q * x;
    a2 += r * x;
    a3 += s * x;
    b0 += p * y;
    b1 += q * y;
    b2 += r * y;
    b3 += s * y;
  }
  addPair(target, row * columns + column, a0, b0);
  addPair(target, (row + 1) * columns + column, a1, b1);
  addPair(target, (row + 2) * columns + column, a2, b2);
  addPair(target, (row + 3) * columns + column, a3, b3);
}

function addPair(target: Float64Array, at: number, first: number, second: number): void {
  target[at] = (target[at] ?? 0) + first;
  target[at + 1] = (target[at + 1] ?? 0) + second;
}

function addDot(
  target: Float64Array,
  left: Float64Array,
  right: Float64Array,
  [, columns, length]: Sizes,
  row: number,
  column: number,
): void {
  let even = 0;
  let odd = 0;
  const l = row * length;
  const r = column * length;
  for (let at = 0; at + 1 < length; at += 2) {
    even += (left[l + at] ?? 0) * (right[r + at] ?? 0);
    odd += (left[l + at + 1] ?? 0) * (right[r + at + 1] ?? 0);
  }
  if (length % 2 === 1) even += (left[l + length - 1] ?? 0) * (right[r + length - 1] ?? 0);
  target[row * columns + column] = (target[row * columns + column] ?? 0) + even + odd;
}

/** Where the weight of a right row in a target row stands: at `row * rowStride + inner * innerStride`. */
type Strides = readonly [rowStride: number, innerStride: number];

/** Adds to each target row the right rows, weighted by `left`. */
function addCombinations(
  target: Float64Array,
  left: Float64Array,
  right: Float64Array,
  sizes: Sizes,
  strides: Strides,
): void {
  const [rows, , length] = sizes;
  const wholeRows = rows - (rows % 2);
  const wholeLength = length - (length % 4);
  for (let row = 0; row < wholeRows; row += 2) {
    for (let inner = 0; inner < wholeLength; inner += 4) addBlock(target, left, right, sizes, strides, row, inner);
    for (let inner = wholeLength; inner < length; inner++) {
      addScaled(target, left, right, sizes, strides, row, inner);
      addScaled(target, left, right, sizes, strides, row + 1, inner);
    }
  }
  for (let row = wholeRows; row < rows; row++) {
    for (let inner = 0; inner < length; inner++) addScaled(target, left, right, sizes, strides, row, inner);
  }
}

/** Four right rows into two target rows. */
function addBlock(
  target: Float64Array,
  left: Float64Array,
  right: Float64Array,
  [, columns]: Sizes,
  [rowStride, innerStride]: Strides,
  row: number,
  inner: number,
): void {
  const l = row * rowStride + inner * innerStride;
  const f0 = left[l] ?? 0;
  const f1 = left[l + innerStride] ?? 0;
  const f2 = left[l + 2 * innerStride] ?? 0;
  const f3 = left[l + 3 * innerStride] ?? 0;
  const g0 = left[l + rowStride] ?? 0;
  const g1 = left[l + rowStride + innerStride] ?? 0;
  const g2 = left[l + rowStride + 2 * innerStride] ?? 0;
  const g3 = left[l + rowStride + 3 * innerStride] ?? 0;
  const t0 = row * columns;
  const t1 = t0 + columns;
  const r0 = inner * columns;
  const r1 = r0 + columns;
  const r2 = r1 + columns;
  const r3 = r2 + columns;
  for (let at = 0; at < columns; at++) {
    const w = right[r0 + at] ?? 0;
    const x = right[r1 + at] ?? 0;
    const y = right[r2 + at] ?? 0;
    const z = right[r3 + at] ?? 0;
    target[t0 + at] = (target[t0 + at] ?? 0) + (w * f0 + x * f1 + (y * f2 + z * f3));
    target[t1 + at] = (target[t1 + at] ?? 0) + (w * g0 + x * g1 + (y * g2 + z * g3));
  }
}

function addScaled(
  target: Float64Array,
  left: Float64Array,
  right: Float64Array,
  [, columns]: Sizes,
  [rowStride, innerStride]: Strides,
  row: number,
  inner: number,
): void {
  const factor = left[row * rowStride + inner * innerStride] ?? 0;
  const t = row * columns;
  const r = inner * columns;
  for (let at = 0; at < columns; at++) target[t + at] = (target[t + at] ?? 0) + (right[r + at] ?? 0) * factor;
}
