import { type Address, asAddress, asUint } from "../hex.ts";
import { boostOf, checkBoosts } from "./boosts.ts";
import { BrokenSuccession, DuplicateHolding, NobodyToReward } from "./errors.ts";
import { byAccount } from "./order.ts";
import { asProgramme } from "./programme.ts";
import { divideRewards, type Part } from "./shares.ts";
import { RewardTree } from "./tree.ts";
import type {
  BoostTier,
  EarnedReward,
  EpochRow,
  Holding,
  Programme,
  RewardEpoch,
  RewardPosting,
  RewardRow,
} from "./types.ts";

/** All that the rewards of an epoch follow from. */
export interface EpochInput {
  readonly programme: Programme;
  /** What the epoch adds; a part of the programme's unallocated budget. */
  readonly budget: bigint;
  /** What was done, in any order; rows of other programmes are left out. */
  readonly rows: readonly RewardRow[];
  /** What accounts held at the snapshot; who is not named held nothing. */
  readonly holdings: readonly Holding[];
  readonly boosts: readonly BoostTier[];
  /** The epoch before; undefined for the first. */
  readonly previous: Pick<RewardEpoch, "programme" | "epoch" | "entries"> | undefined;
}

/**
 * Works out an epoch: the same input gives the same tree, in whatever order its rows came. Units count as often as the
 * holding at the snapshot says, the budget is divided to the unit, and what was earned before is carried on.
 * Throws a `RewardError` subclass, `UintOutOfRange` or `InvalidAddress`.
 */
export function buildRewardEpoch(input: EpochInput): RewardEpoch {
  const programme = asProgramme(input.programme);
  if (input.previous !== undefined && input.previous.programme !== programme) {
    throw new BrokenSuccession("programme", String(input.previous.programme), String(programme));
  }
  checkBoosts(input.boosts);
  const rows = epochRows(programme, input.rows, input.holdings);
  return epochFromRows({
    programme,
    epoch: (input.previous?.epoch ?? 0n) + 1n,
    budget: input.budget,
    boosts: input.boosts,
    rows,
    before: input.previous?.entries ?? [],
  });
}

/** Rows that are already one for each account, and what was earned before. */
export interface EpochTerms {
  readonly programme: Programme;
  readonly epoch: bigint;
  readonly budget: bigint;
  readonly boosts: readonly BoostTier[];
  readonly rows: readonly EpochRow[];
  readonly before: readonly EarnedReward[];
}

/** The second half of {@link buildRewardEpoch}, for whoever checks a published epoch. */
export function epochFromRows({ programme, epoch, budget, boosts, rows, before }: EpochTerms): RewardEpoch {
  const earned = earnedInEpoch(budget, boosts, rows);
  const entries = carriedOn(before, earned);
  const total = entries.reduce((sum, { cumulativeAmount }) => sum + cumulativeAmount, 0n);
  return {
    programme,
    epoch: asUint(epoch, 64, "epoch"),
    budget,
    boosts,
    rows,
    entries,
    total: asUint(total, 256, "total"),
    root: new RewardTree(programme, entries).root,
  };
}

/** What each account earned in this epoch alone, in ascending order of accounts. */
export function earnedInEpoch(budget: bigint, boosts: readonly BoostTier[], rows: readonly EpochRow[]): Part[] {
  const weights = rows.map(({ account, units, holding }) => ({ account, weight: units * boostOf(boosts, holding) }));
  return divideRewards(budget, weights);
}

/** The tree of an epoch, which proves what anybody has earned. */
export function rewardTree({ programme, entries }: Pick<RewardEpoch, "programme" | "entries">): RewardTree {
  return new RewardTree(programme, entries);
}

/** What goes on chain of an epoch. */
export function postingOf({ programme, epoch, root, total }: RewardEpoch): RewardPosting {
  return { programme, epoch, root, total };
}

/** One row for each account that did something, in ascending order. */
function epochRows(programme: Programme, rows: readonly RewardRow[], holdings: readonly Holding[]): EpochRow[] {
  const held = new Map<Address, bigint>();
  for (const { account, amount } of holdings) {
    const address = asAddress(account, "holding");
    if (held.has(address)) throw new DuplicateHolding(address);
    held.set(address, asUint(amount, 256, "holding"));
  }
  const done = new Map<Address, bigint>();
  for (const { account, units } of rows.filter((row) => row.programme === programme)) {
    const address = asAddress(account, "account");
    if (BigInt(address) === 0n) throw new NobodyToReward();
    done.set(address, asUint((done.get(address) ?? 0n) + asUint(units, 64, "units"), 128, "units"));
  }
  return [...done]
    .filter(([, units]) => units > 0n)
    .map(([account, units]) => ({ account, units, holding: held.get(account) ?? 0n }))
    .sort(byAccount);
}

function carriedOn(before: readonly EarnedReward[], earned: readonly Part[]): EarnedReward[] {
  const sums = new Map(before.map(({ account, cumulativeAmount }) => [account, cumulativeAmount]));
  for (const { account, amount } of earned) sums.set(account, (sums.get(account) ?? 0n) + amount);
  return [...sums]
    .filter(([, cumulativeAmount]) => cumulativeAmount > 0n)
    .map(([account, cumulativeAmount]) => ({ account, cumulativeAmount }))
    .sort(byAccount);
}
