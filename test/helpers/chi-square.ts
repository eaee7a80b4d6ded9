const STEPS = 40_000;
const FAR = 400;

/** Pearson's statistic of what was counted against what was expected. Expectations must be positive. */
export function chiSquare(counted: readonly number[], expected: readonly number[]): number {
  return counted.reduce((sum, count, index) => {
    const mean = expected[index] ?? NaN;
    return sum + (count - mean) ** 2 / mean;
  }, 0);
}

/**
 * How often chance alone gives a statistic of at least this much, with so many degrees of freedom (2 or more): the
 * density of the distribution integrated from there on, by Simpson's rule, until nothing is left of it.
 */
export function pValue(statistic: number, freedom: number): number {
  const half = freedom / 2;
  const scale = Math.log(2) * half + logGammaOfHalf(freedom);
  const density = (at: number): number => (at === 0 ? 0 : Math.exp((half - 1) * Math.log(at) - at / 2 - scale));
  const width = FAR / STEPS;
  let sum = density(statistic) + density(statistic + FAR);
  for (let step = 1; step < STEPS; step++) sum += density(statistic + step * width) * (step % 2 === 1 ? 4 : 2);
  return (sum * width) / 3;
}

/** log of Gamma(n / 2) for a whole n above zero. */
function logGammaOfHalf(n: number): number {
  if (n === 1) return Math.log(Math.PI) / 2;
  if (n === 2) return 0;
  return Math.log(n / 2 - 1) + logGammaOfHalf(n - 2);
}
