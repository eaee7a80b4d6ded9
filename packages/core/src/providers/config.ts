import { Interface } from "ethers";
import { type Address, asAddress, asUint, type Hex } from "../hex.ts";
import { InvalidThreshold } from "../report/errors.ts";
import { asReporterSet, MAX_REPORTERS } from "../report/reporters.ts";
import { compareAddresses } from "../rewards/order.ts";
import { GraceTooLong, ThresholdTooLow } from "./errors.ts";

/** An active provider, as the registry knows it. */
export interface ActiveProvider {
  readonly reporterKey: Address;
  /** In the stake token's smallest unit (uint96). */
  readonly bonded: bigint;
}

/** One call of a proposal, with what it says in the words of its arguments. */
export interface ConfigProposal {
  readonly target: Address;
  readonly value: 0n;
  readonly calldata: Hex;
  readonly reporters: readonly Address[];
  readonly threshold: number;
  /** Seconds for which the config before goes on counting. */
  readonly grace: bigint;
}

/** What a proposal is built from. */
export interface ConfigProposalInput {
  readonly oracle: Address;
  /** What the registry's `reporterSet` answers: strictly ascending. */
  readonly reporters: readonly Address[];
  /** More than two thirds of the reporters when not given. */
  readonly threshold?: number;
  readonly grace: bigint;
}

/** Longest grace period that an oracle takes: 7 days in seconds. */
export const MAX_GRACE_SECONDS = 604_800n;

const oracleInterface = new Interface(["function setConfig(address[] reporters, uint8 threshold, uint48 grace)"]);

/** The least whole number that is more than two thirds of the reporters. */
export function defaultThreshold(reporters: number): number {
  return Math.floor((2 * reporters) / 3) + 1;
}

/**
 * What the registry's `reporterSet` answers for these active providers: the keys with most stake, at most 32, of equal
 * stakes the lower key, in ascending order. Throws `InvalidAddress` or `UintOutOfRange`.
 */
export function reporterSetOf(active: readonly ActiveProvider[]): Address[] {
  return active
    .map(({ reporterKey, bonded }) => ({
      key: asAddress(reporterKey, "reporterKey"),
      bonded: asUint(bonded, 96, "bonded"),
    }))
    .sort((left, right) => {
      if (left.bonded !== right.bonded) return left.bonded > right.bonded ? -1 : 1;
      return compareAddresses(left.key, right.key);
    })
    .slice(0, MAX_REPORTERS)
    .map(({ key }) => key)
    .sort(compareAddresses);
}

/**
 * The call that a vote makes to adopt reporters. Throws `InvalidReporterSet`, `InvalidThreshold`,
 * {@link ThresholdTooLow} when half the reporters or fewer would be enough, {@link GraceTooLong}, `UintOutOfRange` or `InvalidAddress`.
 */
export function configProposal(input: ConfigProposalInput): ConfigProposal {
  const reporters = asReporterSet(input.reporters);
  const threshold = input.threshold ?? defaultThreshold(reporters.length);
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > reporters.length) {
    throw new InvalidThreshold(threshold, reporters.length);
  }
  const least = Math.floor(reporters.length / 2) + 1;
  if (threshold < least) throw new ThresholdTooLow(threshold, least);
  const grace = asUint(input.grace, 48, "grace");
  if (grace > MAX_GRACE_SECONDS) throw new GraceTooLong(grace, MAX_GRACE_SECONDS);
  const calldata = oracleInterface.encodeFunctionData("setConfig", [reporters, threshold, grace]) as Hex; // hex by contract
  return { target: asAddress(input.oracle, "oracle"), value: 0n, calldata, reporters, threshold, grace };
}
