import { type Address, type Hex, proposalDescription, type ProposedCall } from "ainft-core";
import { id, type JsonRpcProvider } from "ethers";
import { startAnvil } from "../../deployment/helpers/anvil";
import { gasOf } from "../gas";
import { FIRST_MANIFEST, type Handed, openForMany, PROGRAM } from "./collective";
import { holderOf, sendFromEach } from "./senders";

const FOR = 1;
export const NEXT_MANIFEST = id("the next manifest of many");

/** What the vote of a whole collective took. */
export interface VoteMeasurement {
  holders: number;
  mintInBatch: bigint;
  handOver: bigint;
  delegate: bigint;
  propose: bigint;
  /** The first vote opens the proposal's counters. */
  firstVote: bigint;
  /** The vote that reaches the quorum notes when that was. */
  quorumVote: bigint;
  /** Votes before it, but the first: each of them looks up whether it is the one. */
  votesBefore: bigint[];
  /** Votes after it, in the order in which they were cast. */
  votes: bigint[];
  queue: bigint;
  execute: bigint;
  /** Wall-clock seconds of the votes. */
  seconds: number;
  node: string;
}

type Progress = (line: string) => void;

/** Opens a collective of so many holders, each of whom votes for one new version of its program, which becomes active. */
export async function measureVote(holders: number, progress: Progress = () => undefined): Promise<VoteMeasurement> {
  const free = ["--block-base-fee-per-gas", "0", "--gas-price", "0"];
  const anvil = await startAnvil("--hardfork", "osaka", "--auto-impersonate", ...free);
  try {
    const { provider } = anvil;
    await provider.send("anvil_setBlockTimestampInterval", [1]);
    const everybody = Array.from({ length: holders }, (_, number) => holderOf(number));
    const handed = await openForMany(await provider.getSigner(0), everybody);
    progress(`${holders} holders: opened, and handed over`);
    const node = String(await provider.send("web3_clientVersion", []));
    return { holders, node, ...(await decide(provider, handed, everybody, progress)) };
  } finally {
    await anvil.stop();
  }
}

async function decide(
  provider: JsonRpcProvider,
  handed: Handed,
  everybody: readonly string[],
  progress: Progress,
): Promise<Omit<VoteMeasurement, "holders" | "node">> {
  const { collection, address, governor, governorAddress, timelock, mintInBatch, handOver } = handed;
  const byHolder = collection.interface.encodeFunctionData("delegate", [everybody[0] ?? ""]);
  const [delegate = 0n] = await sendFromEach(provider, everybody.slice(0, 1), address, byHolder);
  const { targets, values, calldatas, description } = proposalOf(handed);
  const proposing = governor.interface.encodeFunctionData("propose", [targets, values, calldatas, description]);
  const [propose = 0n] = await sendFromEach(provider, everybody.slice(0, 1), governorAddress, proposing);
  const proposalId = await governor.getProposalId(targets, values, calldatas, id(description));
  await passUntil(provider, await governor.proposalSnapshot(proposalId));

  const started = performance.now();
  const ballot = governor.interface.encodeFunctionData("castVote", [proposalId, FOR]);
  const cast = await sendFromEach(provider, everybody, governorAddress, ballot);
  const seconds = (performance.now() - started) / 1000;
  progress(`${everybody.length} votes cast in ${seconds.toFixed(0)} s`);
  const { forVotes } = await governor.proposalVotes(proposalId);
  if (forVotes !== BigInt(everybody.length)) throw new Error(`${forVotes} votes were counted.`);

  await passUntil(provider, await governor.proposalDeadline(proposalId));
  const queue = await gasOf(governor.queue(targets, values, calldatas, id(description)));
  await passUntil(provider, await governor.proposalEta(proposalId));
  const execute = await gasOf(governor.execute(targets, values, calldatas, id(description)));
  const { activeManifest } = await collection.programOf(PROGRAM);
  if (activeManifest !== NEXT_MANIFEST) throw new Error(`The program still runs ${FIRST_MANIFEST}.`);
  if ((await collection.getFunction("owner").staticCall()) !== (await timelock.getAddress())) {
    throw new Error("The collection is not its members'.");
  }
  const quorum = Number(await governor.quorum(await governor.proposalSnapshot(proposalId)));
  const [firstVote = 0n, quorumVote = 0n] = [cast[0], cast[quorum - 1]];
  const [votesBefore, votes] = [cast.slice(1, quorum - 1), cast.slice(quorum)];
  return {
    mintInBatch,
    handOver,
    delegate,
    propose,
    firstVote,
    votesBefore,
    quorumVote,
    votes,
    queue,
    execute,
    seconds,
  };
}

function proposalOf({ collection, address }: Handed) {
  const call: ProposedCall = {
    target: address as Address, // told by the chain
    value: 0n,
    data: collection.interface.encodeFunctionData("publishManifest", [PROGRAM, NEXT_MANIFEST]) as Hex, // hexadecimal
  };
  const abi = ["function publishManifest(uint256 tokenId, bytes32 manifestDigest)"];
  const draft = { title: "Publish the next version", reason: "", calls: [call] };
  const description = proposalDescription(draft, [{ address: call.target, name: "Soul Links", abi }]);
  return { targets: [address], values: [0n], calldatas: [call.data], description };
}

async function passUntil(provider: JsonRpcProvider, time: bigint): Promise<void> {
  await provider.send("evm_setNextBlockTimestamp", [Number(time) + 1]);
  await provider.send("evm_mine", []);
}

/** By how much votes differ from each other, in per cent of the least. */
export function spreadOf(votes: readonly bigint[]): number {
  const [least, most] = [Math.min(...votes.map(Number)), Math.max(...votes.map(Number))];
  return (most / least - 1) * 100;
}
