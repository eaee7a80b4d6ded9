import type { Address, Bytes32 } from "../hex.ts";

/** What is rewarded, as the contract numbers it. */
export const Programme = { GPU_TIME: 0, TRAINING: 1, ACTIVITY: 2 } as const;
export type Programme = (typeof Programme)[keyof typeof Programme];
export type ProgrammeName = keyof typeof Programme;

/** What somebody did that is rewarded. */
export interface RewardRow {
  readonly programme: Programme;
  readonly account: Address;
  /** How much of it: milliseconds, records or updates (uint64). */
  readonly units: bigint;
}

/** What an account held at the snapshot of an epoch. */
export interface Holding {
  readonly account: Address;
  /** In the smallest unit of what is held, or a number of tokens (uint256). */
  readonly amount: bigint;
}

/** From this holding on, units count so much. */
export interface BoostTier {
  /** Least holding of the tier (uint256). */
  readonly minimum: bigint;
  /** Hundredths of a per cent: 10000 is once, 15000 one and a half times. */
  readonly bps: bigint;
}

/** What one account did in an epoch, all of its rows together, and what it held at the snapshot. */
export interface EpochRow {
  readonly account: Address;
  readonly units: bigint;
  readonly holding: bigint;
}

/** What an account has earned in all epochs up to one: an entry of the tree. */
export interface EarnedReward {
  readonly account: Address;
  /** In the token's smallest unit (uint256). */
  readonly cumulativeAmount: bigint;
}

/** The rewards of one programme in one epoch, with all that they follow from. */
export interface RewardEpoch {
  readonly programme: Programme;
  /** From 1 (uint64). */
  readonly epoch: bigint;
  /** What this epoch adds, to the unit. */
  readonly budget: bigint;
  readonly boosts: readonly BoostTier[];
  /** In ascending order of accounts, each once. */
  readonly rows: readonly EpochRow[];
  /** In ascending order of accounts, each once, none with nothing. */
  readonly entries: readonly EarnedReward[];
  /** Sum of all entries. */
  readonly total: bigint;
  readonly root: Bytes32;
}

/** What goes on chain of an epoch, as the contract takes it. */
export interface RewardPosting {
  readonly programme: Programme;
  readonly epoch: bigint;
  readonly root: Bytes32;
  readonly total: bigint;
}

/** A deployed distributor. */
export interface DistributorDomain {
  readonly chainId: bigint;
  readonly distributor: Address;
}
