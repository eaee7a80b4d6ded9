/**
 * exp, tanh and log from additions, multiplications and divisions only. IEEE 754 fixes the result of those to the last
 * bit, while the language leaves `Math.exp` and its kin to the implementation: with these, training gives the same
 * weights on every machine.
 */

const LN2 = 0.6931471805599453;
const LOG2_E = 1.4426950408889634;
const POWERS = Float64Array.from({ length: 129 }, (_, at) => 2 ** (at - 64));

/** @returns e^x to about 11 digits, for x clamped to [-40, 40]. */
export function exp(x: number): number {
  const bounded = x > 40 ? 40 : x < -40 ? -40 : x;
  const power = Math.floor(bounded * LOG2_E + 0.5);
  const r = bounded - power * LN2;
  // The series of e^r, for |r| below 0.35.
  const high = 1 / 120 + r * (1 / 720 + r * (1 / 5040 + r * (1 / 40320 + r * (1 / 362880))));
  const sum = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * high))));
  return sum * (POWERS[power + 64] ?? 0);
}

export function tanh(x: number): number {
  return 1 - 2 / (exp(2 * x) + 1);
}

export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}

/** @returns The natural logarithm of a positive number. */
export function log(x: number): number {
  let mantissa = x;
  let power = 0;
  for (; mantissa > 1.5; power++) mantissa /= 2;
  for (; mantissa < 0.75; power--) mantissa *= 2;
  const ratio = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let odd = 31; odd > 0; odd -= 2) sum = 1 / odd + ratio * ratio * sum;
  return power * LN2 + 2 * ratio * sum;
}
