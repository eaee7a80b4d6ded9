import type { Address } from "../hex.ts";
import { asUint } from "../hex.ts";
import { byAccount } from "./order.ts";
import { NothingToReward } from "./errors.ts";

/** How much somebody's part of a whole weighs. */
export interface Weight {
  readonly account: Address;
  readonly weight: bigint;
}

/** A part of a whole. */
export interface Part {
  readonly account: Address;
  readonly amount: bigint;
}

/**
 * Divides a budget by weights, to the unit: everybody gets their part rounded down, and the units that are left go one
 * each to the largest remainders, of equal ones to the lower address. Each account stands once; parts come in ascending
 * order of accounts. Throws {@link NothingToReward} when there is a budget and no weight, or `UintOutOfRange`.
 */
export function divideRewards(budget: bigint, weights: readonly Weight[]): Part[] {
  asUint(budget, 256, "budget");
  const whole = weights.reduce((total, { weight }) => total + asUint(weight, 256, "weight"), 0n);
  if (whole === 0n) {
    if (budget > 0n) throw new NothingToReward(budget);
    return weights.map(({ account }) => ({ account, amount: 0n })).sort(byAccount);
  }
  const parts = weights.map(({ account, weight }) => ({
    account,
    amount: (budget * weight) / whole,
    remainder: (budget * weight) % whole,
  }));
  const left = Number(budget - parts.reduce((total, { amount }) => total + amount, 0n)); // less than one an account
  const lucky = new Set(parts.toSorted(byRemainder).slice(0, left));
  return parts
    .map((part) => ({ account: part.account, amount: part.amount + (lucky.has(part) ? 1n : 0n) }))
    .sort(byAccount);
}

interface Remaining {
  readonly account: Address;
  readonly remainder: bigint;
}

function byRemainder(left: Remaining, right: Remaining): number {
  if (left.remainder !== right.remainder) return left.remainder > right.remainder ? -1 : 1;
  return byAccount(left, right);
}
