import { PermanentError } from "../errors.ts";
import type { Address } from "../hex.ts";

/** Rewards that cannot be worked out, or a published epoch that does not follow from its own rows. */
export abstract class RewardError extends PermanentError {}

/** A number that stands for no programme. */
export class UnknownProgramme extends RewardError {
  override readonly code = "UNKNOWN_PROGRAMME";
  readonly actual: string;

  constructor(actual: string) {
    super(`There is no programme ${actual.slice(0, 40)}; there are GPU_TIME (0), TRAINING (1) and ACTIVITY (2).`);
    this.actual = actual;
  }
}

/** A boost table that could reward somebody for holding less, or beyond the bounds. */
export class InvalidBoosts extends RewardError {
  override readonly code = "INVALID_BOOSTS";
  readonly problem: string;

  constructor(problem: string) {
    super(`Boost table refused: ${problem}.`);
    this.problem = problem;
  }
}

/** Two holdings are given for one account. */
export class DuplicateHolding extends RewardError {
  override readonly code = "DUPLICATE_HOLDING";
  readonly account: Address;

  constructor(account: Address) {
    super(`Two holdings are given for ${account}. Give what it held at the snapshot, once.`);
    this.account = account;
  }
}

/** The zero address cannot be paid. */
export class NobodyToReward extends RewardError {
  override readonly code = "NOBODY_TO_REWARD";

  constructor() {
    super("A row rewards the zero address, which cannot be paid.");
  }
}

/** An epoch has a budget, and nobody did anything. */
export class NothingToReward extends RewardError {
  override readonly code = "NOTHING_TO_REWARD";
  readonly budget: bigint;

  constructor(budget: bigint) {
    super(`Nobody has earned a part of ${budget}. Post no epoch, or one without a budget.`);
    this.budget = budget;
  }
}

/** A tree needs at least one entry. */
export class EmptyRewardTree extends RewardError {
  override readonly code = "EMPTY_REWARD_TREE";

  constructor() {
    super("A tree of rewards needs at least one entry.");
  }
}

/** Entries of a tree are not each of another account, in ascending order. */
export class RewardsNotAscending extends RewardError {
  override readonly code = "REWARDS_NOT_ASCENDING";
  readonly account: Address;

  constructor(account: Address) {
    super(`${account} is not above the account before it.`);
    this.account = account;
  }
}

/** An account has no entry in a tree. */
export class NoSuchReward extends RewardError {
  override readonly code = "NO_SUCH_REWARD";
  readonly account: Address;

  constructor(account: Address) {
    super(`${account} has earned nothing in this programme.`);
    this.account = account;
  }
}

/** An epoch does not continue the one that it is said to come after. */
export class BrokenSuccession extends RewardError {
  override readonly code = "BROKEN_SUCCESSION";
  readonly field: string;

  constructor(field: string, expected: string, actual: string) {
    super(`Epoch does not follow: its ${field} is ${actual}, expected ${expected}.`);
    this.field = field;
  }
}

/** A document that is no published epoch. */
export class InvalidRewardDocument extends RewardError {
  override readonly code = "INVALID_REWARD_DOCUMENT";
  /** RFC 6901 pointer to the offending place. */
  readonly path: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`Published epoch refused: ${problem} at "${path.slice(0, 200)}".`, options);
    this.path = path;
  }
}

/** A document whose bytes are not those that a digest names, or not in the canonical form. */
export class RewardDigestMismatch extends RewardError {
  override readonly code = "REWARD_DIGEST_MISMATCH";
  readonly expected: string;
  readonly actual: string;

  constructor(expected: string, actual: string) {
    super(`Published epoch refused: its digest is ${actual}, expected ${expected}.`);
    this.expected = expected;
    this.actual = actual;
  }
}

/** Two events name one place for different accounts: they are from different chains, or one was reorganised away. */
export class ContradictingRewardEvents extends RewardError {
  override readonly code = "CONTRADICTING_REWARD_EVENTS";
  readonly place: string;

  constructor(place: string) {
    super(`Two events contradict each other about ${place}. Fetch the logs of one final chain again.`);
    this.place = place;
  }
}
