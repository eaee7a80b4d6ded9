import { type BaseContract, type ContractTransactionResponse, id, ZeroHash } from "ethers";
import type { AINGovernor, AINTimelock, AINToken, Governors } from "../../typechain-types";
import { AINGovernor__factory, AINTimelock__factory } from "../../typechain-types";
import { deployContract, now, passTime, type Person } from "./chain";
import { everybody, type People } from "./people";
import { digestOf } from "./typed-data";

/** How `castVote` counts support. */
export const AGAINST = 0;
export const FOR = 1;
export const ABSTAIN = 2;

/** `IGovernor.ProposalState`. */
export const State = {
  pending: 0n,
  active: 1n,
  canceled: 2n,
  defeated: 3n,
  succeeded: 4n,
  queued: 5n,
  expired: 6n,
  executed: 7n,
} as const;

export const DAY = 86_400n;

/** The rules of the DAOs of the tests: a day to read, a week to vote, two days until it is done; a fifth is a quorum. */
export const RULES = {
  votingDelay: DAY,
  votingPeriod: 7n * DAY,
  lateQuorumExtension: 2n * DAY,
  quorumBps: 2_000n,
  proposalThreshold: 10n,
  timelockDelay: 2n * DAY,
};
export type Rules = typeof RULES;

/** Where governors are opened. */
export async function deployGovernors(): Promise<Governors> {
  const governor = await (await deployContract("AINGovernor")).getAddress();
  const timelock = await (await deployContract("AINTimelock")).getAddress();
  return deployContract("Governors", [governor, timelock]);
}

/** AIN of the tests: a thousand of its smallest units, and as many that could still be minted. */
export const SUPPLY = 1_000n;
export const CAP = 2_000n;

export const SALT = digestOf("salt of the DAO");

/** A governor with what obeys it. */
export interface Governed {
  governor: AINGovernor;
  timelock: AINTimelock;
  governorAddress: string;
  timelockAddress: string;
}

export function governedAt(governorAddress: string, timelockAddress: string, by: Person): Governed {
  return {
    governor: AINGovernor__factory.connect(governorAddress, by),
    timelock: AINTimelock__factory.connect(timelockAddress, by),
    governorAddress,
    timelockAddress,
  };
}

/** A DAO whose votes come from AIN. `owner` has 500 votes, `friend` 299, `player` 200 and `trainer` one. */
export interface Dao extends People, Governed {
  token: AINToken;
  tokenAddress: string;
  governors: Governors;
  governorsAddress: string;
}

/** Votes by account, which is also what each holds; nothing is left undelegated. */
export const VOTES = { owner: 500n, friend: 299n, player: 200n, trainer: 1n } as const;

export async function daoOpened(): Promise<Dao> {
  return openDao(RULES);
}

export async function openDao(rules: Rules): Promise<Dao> {
  const people = await everybody();
  const governors = await deployGovernors();
  const [governorAddress, timelockAddress] = await governors.predictGovernor(people.creator.address, SALT);
  const token = await deployContract("AINToken", [timelockAddress, CAP, people.creator.address, SUPPLY]);
  const tokenAddress = await token.getAddress();
  const voters = [people.owner, people.friend, people.player, people.trainer];
  const accounts = voters.map(({ address }) => address);
  await token.connect(people.creator).transferBatch(accounts, Object.values(VOTES));
  for (const voter of voters) await token.connect(voter).delegate(voter.address);
  await governors.connect(people.creator).openGovernor(SALT, "Test DAO", tokenAddress, rules, [], []);
  const governed = governedAt(governorAddress, timelockAddress, people.stranger);
  return { ...people, ...governed, token, tokenAddress, governors, governorsAddress: await governors.getAddress() };
}

/** A proposal as a governor takes it. */
export interface Proposal {
  targets: string[];
  values: bigint[];
  calldatas: string[];
  description: string;
}

/** A proposal of one call. */
export async function proposalOf(
  contract: BaseContract,
  name: string,
  args: readonly unknown[],
  description = `Call ${name}`,
): Promise<Proposal> {
  const target = await contract.getAddress();
  return {
    targets: [target],
    values: [0n],
    calldatas: [contract.interface.encodeFunctionData(name, args)],
    description,
  };
}

/** The four arguments of queue, execute and cancel. */
export function termsOf({ targets, values, calldatas, description }: Proposal): [string[], bigint[], string[], string] {
  return [targets, values, calldatas, id(description)];
}

export async function idOf({ governor }: Governed, proposal: Proposal): Promise<bigint> {
  return governor.getProposalId(...termsOf(proposal));
}

export async function propose(dao: Governed, by: Person, proposal: Proposal): Promise<bigint> {
  const { targets, values, calldatas, description } = proposal;
  await dao.governor.connect(by).propose(targets, values, calldatas, description);
  return idOf(dao, proposal);
}

/** Waits until votes can be cast. */
export async function untilActive({ governor }: Governed, proposalId: bigint): Promise<void> {
  await passTime((await governor.proposalSnapshot(proposalId)) - (await now()) + 1n);
}

/** Waits until no vote can be cast any more. */
export async function untilOver({ governor }: Governed, proposalId: bigint): Promise<void> {
  await passTime((await governor.proposalDeadline(proposalId)) - (await now()) + 1n);
}

/** Proposes, waits, lets everybody given vote for it, and waits until the vote is over. */
export async function decided(
  dao: Governed,
  proposal: Proposal,
  proposer: Person,
  voters: readonly Person[],
): Promise<bigint> {
  const proposalId = await propose(dao, proposer, proposal);
  await untilActive(dao, proposalId);
  for (const voter of voters) await dao.governor.connect(voter).castVote(proposalId, FOR);
  await untilOver(dao, proposalId);
  return proposalId;
}

/** From the proposal to the moment at which anybody may execute it. */
export async function queuedAndDue(
  dao: Governed,
  proposal: Proposal,
  proposer: Person,
  voters: readonly Person[],
): Promise<bigint> {
  const proposalId = await decided(dao, proposal, proposer, voters);
  await dao.governor.queue(...termsOf(proposal));
  await passTime(await dao.timelock.getMinDelay());
  return proposalId;
}

/** The whole life of a proposal; anybody executes it. */
export async function carried(
  dao: Governed,
  proposal: Proposal,
  proposer: Person,
  voters: readonly Person[],
): Promise<ContractTransactionResponse> {
  await queuedAndDue(dao, proposal, proposer, voters);
  return dao.governor.execute(...termsOf(proposal));
}

/** A state, or several, as the governor names them in its errors. */
export function stateBits(...states: bigint[]): string {
  const bits = states.reduce((sum, state) => sum | (1n << state), 0n);
  return `0x${bits.toString(16).padStart(64, "0")}`;
}

/** No operation has to come first. */
export const NO_PREDECESSOR = ZeroHash;

/** The salt under which a governor schedules a proposal at its timelock. */
export function timelockSalt({ governorAddress }: Governed, { description }: Proposal): string {
  const salt = (BigInt(governorAddress) << 96n) ^ BigInt(id(description));
  return `0x${salt.toString(16).padStart(64, "0")}`;
}
