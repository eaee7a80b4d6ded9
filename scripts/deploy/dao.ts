import { AbiCoder, concat, getCreate2Address, id, keccak256 } from "ethers";
import { DeployContext } from "./context";

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

/** A tenth of the cap goes to the first holder; the DAO mints the rest by vote. */
export const AIN_CAP = 700_000_000n * AIN;
export const AIN_FIRST_SUPPLY = AIN_CAP / 10n;

export const DAO_NAME = "AI Network DAO";

/** One deployer, one DAO at each `Governors`. */
export const DAO_SALT = id(DAO_NAME);

/** Who owns the suite in the end: the account named, or the timelock, whose address is known before it is opened. */
export function ownerOf(context: DeployContext): string | undefined {
  return context.setup.dao === undefined ? context.setup.owner : timelockOf(context);
}

/** Address of the DAO's timelock; undefined before the steps that it follows from. */
export function timelockOf(context: DeployContext): string | undefined {
  return cloneOf(context, "AINTimelock");
}

/** Address of the DAO's governor; undefined before the steps that it follows from. */
export function governorOf(context: DeployContext): string | undefined {
  return cloneOf(context, "AINGovernor");
}

/** As `Governors` makes clones: by CREATE2, under a salt bound to who opens them. */
function cloneOf({ ledger, deployer }: DeployContext, contract: string): string | undefined {
  const [governors, implementation] = [ledger.addressOf("Governors"), ledger.addressOf(contract)];
  if (governors === undefined || implementation === undefined) return undefined;
  const boundSalt = keccak256(AbiCoder.defaultAbiCoder().encode(["address", "bytes32"], [deployer, DAO_SALT]));
  const initCode = concat([
    "0x3d602d80600a3d3981f3363d3d373d3d3d363d73",
    implementation,
    "0x5af43d82803e903d91602b57fd5bf3",
  ]);
  return getCreate2Address(governors, boundSalt, keccak256(initCode));
}
