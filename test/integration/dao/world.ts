import {
  checkProposal,
  type Address,
  type Hex,
  type KnownContract,
  proposalDescription,
  type ProposedCall,
} from "ainft-core";
import { type HDNodeWallet, id } from "ethers";
import { type DeployedSuite, deploySuite, PROVIDER_TERMS } from "../../../scripts/deploy";
import { readArtifact } from "../../../scripts/lib/artifacts";
import { CollectionKind } from "../../../scripts/lib/collection-kinds";
import { mined } from "../../../scripts/lib/mined";
import { memoryRecordStore } from "../../../scripts/lib/records";
import {
  AINGovernor__factory,
  AINTimelock__factory,
  AINToken__factory,
  Collectives__factory,
  IAINFT1155Votes__factory,
} from "../../../typechain-types";
import type { AINGovernor, AINTimelock, AINToken, IAINFT1155Votes } from "../../../typechain-types";
import { Chain } from "./chain";

const DAY = 86_400n;
const SUPPLY = 1_000n;
const FOR = 1;

export const RULES = {
  votingDelay: DAY,
  votingPeriod: 7n * DAY,
  lateQuorumExtension: DAY,
  quorumBps: 2_000n,
  proposalThreshold: 1n,
  timelockDelay: 2n * DAY,
};

const PROVIDERS = { ...PROVIDER_TERMS, minimumStake: 20n };

/** A governor with what obeys it. */
export interface Dao {
  governor: AINGovernor;
  timelock: AINTimelock;
  governorAddress: string;
  timelockAddress: string;
}

/** The AI Network DAO that owns a deployed suite, and a collective beside it, on a node of their own. */
export interface World {
  chain: Chain;
  suite: DeployedSuite;
  /** Votes from AIN. */
  network: Dao;
  token: AINToken;
  /** Votes from the editions of a collection, whose program 1 it controls. */
  collective: Dao;
  collection: IAINFT1155Votes;
  collectionAddress: string;
  /** Holds 700 AIN and two editions: a quorum alone, in both. */
  majority: HDNodeWallet;
  /** Holds 100 AIN and one edition of ten: no quorum, in neither. */
  minority: HDNodeWallet;
  /** Executes; holds nothing. */
  stranger: HDNodeWallet;
  /** Opens collections. */
  creator: HDNodeWallet;
  /** What every reader of a proposal knows. */
  contracts: KnownContract[];
}

export const FIRST_MANIFEST = id("the collective's first manifest");

export async function openWorld(): Promise<World> {
  const chain = await Chain.start();
  const [deployer, majority, minority, stranger, creator] = [0, 1, 2, 3, 4].map((index) => chain.account(index));
  if (!deployer || !majority || !minority || !stranger || !creator) throw new Error("There are too few accounts.");
  const suite = await deploySuite({
    signer: deployer,
    network: chain.network,
    reporters: [5, 6, 7].map((index) => chain.account(index).address),
    threshold: 2,
    dao: { holder: majority.address, supply: SUPPLY, cap: 2n * SUPPLY, rules: RULES, providers: PROVIDERS },
    records: memoryRecordStore(),
  });
  if (suite.dao === undefined) throw new Error("No DAO was opened.");
  const token = AINToken__factory.connect(suite.dao.token, majority);
  await mined(token.transferBatch([minority.address, creator.address], [100n, 200n]));
  for (const holder of [majority, minority]) await mined(token.connect(holder).delegate(holder.address));
  const network = daoAt(suite.dao.governor, suite.dao.timelock, stranger);
  const others = Array.from({ length: 7 }, (_, place) => `0x${String(place + 1).padStart(40, "e")}`);
  const holders = [majority.address, majority.address, minority.address, ...others];
  const opened = await openCollective(suite, creator, holders, stranger);
  const contracts = contractsOf(suite, network, opened);
  await chain.pass(60n); // who delegated in this second has no votes in the second before it
  return { chain, suite, network, token, ...opened, majority, minority, stranger, creator, contracts };
}

function daoAt(governorAddress: string, timelockAddress: string, by: HDNodeWallet): Dao {
  return {
    governor: AINGovernor__factory.connect(governorAddress, by),
    timelock: AINTimelock__factory.connect(timelockAddress, by),
    governorAddress,
    timelockAddress,
  };
}

async function openCollective(suite: DeployedSuite, creator: HDNodeWallet, holders: string[], by: HDNodeWallet) {
  const collectives = Collectives__factory.connect(suite.record.contracts["Collectives"]?.address ?? "", creator);
  const salt = id("a collective");
  const kind = CollectionKind.ERC1155_VOTES;
  const [collectionAddress, governor, timelock] = await collectives.predictCollective(kind, creator.address, salt);
  const config = {
    kind,
    name: "Soul Links",
    symbol: "SOUL",
    oracle: suite.oracle,
    arbiter: creator.address,
    manifestDigest: FIRST_MANIFEST,
    limit: 15_000n,
    holders,
    settings: RULES,
  };
  await mined(collectives.createCollective(salt, config));
  const collection = IAINFT1155Votes__factory.connect(collectionAddress, by);
  return { collective: daoAt(governor, timelock, by), collection, collectionAddress };
}

function contractsOf(
  suite: DeployedSuite,
  network: Dao,
  { collective, collectionAddress }: Pick<World, "collective" | "collectionAddress">,
): KnownContract[] {
  const known = (address: string, name: string, artifact = name): KnownContract => ({
    address: address as Address, // told by the chain
    name,
    abi: readArtifact(artifact).abi, // as the compiler writes it
  });
  return [
    known(suite.oracle, "InferenceOracle"),
    known(suite.dao?.token ?? "", "AINToken"),
    known(suite.dao?.providerRegistry ?? "", "ProviderRegistry"),
    known(suite.dao?.rewardDistributor ?? "", "RewardDistributor"),
    known(suite.dao?.challenges ?? "", "Challenges"),
    known(network.governorAddress, "AINGovernor"),
    known(network.timelockAddress, "AINTimelock"),
    known(collective.governorAddress, "governor of Soul Links", "AINGovernor"),
    known(collectionAddress, "Soul Links", "interfaces/IAINFT1155Votes"),
  ];
}

/** A proposal as the governor takes it, its text written from its calls. */
export interface Written {
  dao: Dao;
  targets: Address[];
  values: bigint[];
  calldatas: Hex[];
  description: string;
}

export function write(world: World, dao: Dao, title: string, calls: readonly ProposedCall[]): Written {
  const description = proposalDescription({ title, reason: "", calls }, world.contracts);
  const written = {
    targets: calls.map(({ target }) => target),
    values: calls.map(({ value }) => value),
    calldatas: calls.map(({ data }) => data),
    description,
  };
  checkProposal(written, world.contracts); // as every member can
  return { dao, ...written };
}

export function termsOf({ targets, values, calldatas, description }: Written): [string[], bigint[], string[], string] {
  return [targets, values, calldatas, id(description)];
}

export async function idOf(proposal: Written): Promise<bigint> {
  return proposal.dao.governor.getProposalId(...termsOf(proposal));
}

/** Proposes, waits, lets the voters vote for it, and waits until the vote is over. */
export async function decide(world: World, proposal: Written, voters: readonly HDNodeWallet[]): Promise<bigint> {
  const { chain, majority } = world;
  const { targets, values, calldatas, description, dao } = proposal;
  await mined(dao.governor.connect(majority).propose(targets, values, calldatas, description));
  const proposalId = await idOf(proposal);
  await chain.pass((await dao.governor.proposalSnapshot(proposalId)) - (await chain.now()) + 1n);
  for (const voter of voters) await mined(dao.governor.connect(voter).castVote(proposalId, FOR));
  await chain.pass((await dao.governor.proposalDeadline(proposalId)) - (await chain.now()) + 1n);
  return proposalId;
}

/** The whole life of a proposal: text, proposal, vote, queue, execution. */
export async function carry(world: World, proposal: Written): Promise<void> {
  await decide(world, proposal, [world.majority]);
  await mined(proposal.dao.governor.queue(...termsOf(proposal)));
  await world.chain.pass(await proposal.dao.timelock.getMinDelay());
  await mined(proposal.dao.governor.execute(...termsOf(proposal)));
}
