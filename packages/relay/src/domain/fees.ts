/** What a transaction offers, in wei a gas. */
export interface Fees {
  readonly maxFee: bigint;
  readonly maxPriorityFee: bigint;
}

/** What the market asks, in wei a gas. */
export interface Market {
  readonly baseFee: bigint;
  readonly priorityFee: bigint;
}

/** The most that may be offered, in wei a gas. */
export type FeeCaps = Fees;

/** Nodes take a replacement only when both fees rise by an eighth. */
const BUMP_NUMERATOR = 9n;
const BUMP_DENOMINATOR = 8n;

/** Fees of a first attempt: room for the base fee to double. Null when the market is above the caps: wait. */
export function firstFees(market: Market, caps: FeeCaps): Fees | null {
  const maxPriorityFee = min(market.priorityFee, caps.maxPriorityFee);
  if (market.baseFee + maxPriorityFee > caps.maxFee) return null;
  return { maxFee: min(2n * market.baseFee + maxPriorityFee, caps.maxFee), maxPriorityFee };
}

/** Fees that replace an attempt: an eighth more, or the market if that is higher. Null when a cap forbids it: wait. */
export function bumpedFees(previous: Fees, market: Market, caps: FeeCaps): Fees | null {
  const maxFee = max(raised(previous.maxFee), min(2n * market.baseFee + market.priorityFee, caps.maxFee));
  const maxPriorityFee = max(raised(previous.maxPriorityFee), min(market.priorityFee, caps.maxPriorityFee));
  if (maxFee > caps.maxFee || maxPriorityFee > caps.maxPriorityFee || maxPriorityFee > maxFee) return null;
  return { maxFee, maxPriorityFee };
}

/** An eighth more, rounded up, and at least one wei. */
function raised(fee: bigint): bigint {
  return max((fee * BUMP_NUMERATOR + BUMP_DENOMINATOR - 1n) / BUMP_DENOMINATOR, fee + 1n);
}

function min(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}

function max(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
