import { AbiCoder, concat, getCreate2Address, id, keccak256 } from "ethers";
import { Scene } from "./context";
import { addressOf } from "./predictions";

/** The rules of a governor and its timelock, as `GovernorSettings` orders them. */
export interface DaoRules {
  /** Seconds. */
  readonly votingDelay: bigint;
  /** Seconds. */
  readonly votingPeriod: bigint;
  /** Seconds. */
  readonly lateQuorumExtension: bigint;
  /** Hundredths of a per cent of the supply. */
  readonly quorumBps: bigint;
  /** In the smallest unit of AIN. */
  readonly proposalThreshold: bigint;
  /** Seconds. */
  readonly timelockDelay: bigint;
}

/** The DAO that a deployment opens. */
export interface DaoSetup {
  /** Who gets the first AIN, and with it the first votes. */
  readonly holder: string;
  /** How much that is, in the smallest unit. */
  readonly supply: bigint;
  /** Most AIN that there can ever be, in the smallest unit. */
  readonly cap: bigint;
  readonly rules: DaoRules;
  /** What providers are held to at first. */
  readonly providers: FirstProviderTerms;
  /** How challenges run, and what they are under at first. */
  readonly challenges: ChallengeRules;
}

/** As `ProviderTerms` orders them. */
export interface FirstProviderTerms {
  /** In the smallest unit of AIN. */
  readonly minimumStake: bigint;
  /** Seconds. */
  readonly unbondingDelay: bigint;
  /** Seconds. */
  readonly heartbeatWindow: bigint;
  readonly maxProviders: bigint;
}

/** `ChallengeTimes`, which stay for ever, and `ChallengeTerms`, which a vote may change. */
export interface ChallengeRules {
  /** Seconds that the judges have. */
  readonly period: bigint;
  /** Seconds that what was rejected rests. */
  readonly rest: bigint;
  /** In the smallest unit of AIN. */
  readonly minimumBond: bigint;
  /** In the smallest unit of AIN. */
  readonly reward: bigint;
}

const AIN = 10n ** 18n;
const HOUR = 3_600n;
const DAY = 24n * HOUR;

/** A day to read, a week to vote, two days until it is done; 4 % of the supply is a quorum. */
export const DAO_RULES: DaoRules = {
  votingDelay: DAY,
  votingPeriod: 7n * DAY,
  lateQuorumExtension: DAY,
  quorumBps: 400n,
  proposalThreshold: 70_000n * AIN,
  timelockDelay: 2n * DAY,
};

/**
 * Unbonding takes longer than the period of a challenge, and than a vote with its delays, so nobody is gone before they are
 * slashed. As many providers as an oracle has reporters.
 */
export const PROVIDER_TERMS: FirstProviderTerms = {
  minimumStake: 10_000n * AIN,
  unbondingDelay: 21n * DAY,
  heartbeatWindow: DAY,
  maxProviders: 32n,
};

/** A vote fits into the period. The reward stays below the least stake, of which somebody in league would be slashed. */
export const CHALLENGE_RULES: ChallengeRules = {
  period: 14n * DAY,
  rest: 7n * DAY,
  minimumBond: 1_000n * AIN,
  reward: 500n * AIN,
};

/** A tenth of the cap goes to the first holder; the DAO mints the rest by vote. */
export const AIN_CAP = 700_000_000n * AIN;
export const AIN_FIRST_SUPPLY = AIN_CAP / 10n;

export const DAO_NAME = "AI Network DAO";

/** One deployer, one DAO at each `Governors`. */
export const DAO_SALT = id(DAO_NAME);

/** The DAO that is opened when no more than this is said of it. */
export function daoSetup(said: Pick<DaoSetup, "holder"> & Partial<DaoSetup>): DaoSetup {
  const { holder, supply = AIN_FIRST_SUPPLY, cap = AIN_CAP } = said;
  const { rules = DAO_RULES, providers = PROVIDER_TERMS, challenges = CHALLENGE_RULES } = said;
  return { holder, supply, cap, rules, providers, challenges };
}

/** The DAO that this deployment opens. Steps that ask for it are of deployments with one. */
export function daoOf({ setup }: Scene): DaoSetup {
  if (setup.dao === undefined) throw new Error("This is a step of deployments with a DAO.");
  return setup.dao;
}

/** Who owns the suite in the end: the account named, or the timelock, whose address is known before it is opened. */
export function ownerOf(scene: Scene): string {
  return scene.setup.owner ?? timelockOf(scene);
}

/** Address of the DAO's timelock, open or not. */
export function timelockOf(scene: Scene): string {
  return cloneOf(scene, "AINTimelock");
}

/** Address of the DAO's governor, open or not. */
export function governorOf(scene: Scene): string {
  return cloneOf(scene, "AINGovernor");
}

function cloneOf(scene: Scene, contract: string): string {
  return daoClone(addressOf(scene, "Governors"), addressOf(scene, contract), scene.deployer);
}

/** As `Governors` makes clones: by CREATE2, under a salt bound to who opens them, so nobody else can take the place. */
export function daoClone(governors: string, implementation: string, deployer: string): string {
  const boundSalt = keccak256(AbiCoder.defaultAbiCoder().encode(["address", "bytes32"], [deployer, DAO_SALT]));
  const initCode = concat([
    "0x3d602d80600a3d3981f3363d3d373d3d3d363d73",
    implementation,
    "0x5af43d82803e903d91602b57fd5bf3",
  ]);
  return getCreate2Address(governors, boundSalt, keccak256(initCode));
}
