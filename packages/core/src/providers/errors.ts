import { PermanentError } from "../errors.ts";

/** A threshold of half the reporters or fewer: two quorums without a common member could contradict each other. */
export class ThresholdTooLow extends PermanentError {
  override readonly code = "THRESHOLD_TOO_LOW";
  readonly threshold: number;
  readonly least: number;

  constructor(threshold: number, least: number) {
    super(`Threshold ${threshold} is no majority; two quorums could contradict each other. Use ${least} or more.`);
    this.threshold = threshold;
    this.least = least;
  }
}

/** A grace period that the oracle would refuse once the vote is over. */
export class GraceTooLong extends PermanentError {
  override readonly code = "GRACE_TOO_LONG";
  readonly grace: bigint;
  readonly most: bigint;

  constructor(grace: bigint, most: bigint) {
    super(`A grace period of ${grace} seconds is longer than the ${most} that an oracle takes.`);
    this.grace = grace;
    this.most = most;
  }
}
