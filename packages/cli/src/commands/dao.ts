import {
  AinftError,
  checkProposal,
  describeCalls,
  descriptionHash,
  proposalDescription,
  proposalId,
  type ProposalDraft,
} from "ainft-core";
import { ainTokenAbi } from "ainft-contracts";
import { formatEther, Interface, type JsonRpcProvider } from "ethers";
import { read, withChain } from "../chain.ts";
import { knownContracts } from "../contracts.ts";
import { InputRefused, UsageError } from "../errors.ts";
import { addressOf, wholeNumber } from "../inputs.ts";
import { type Outcome, outcome, verdict } from "../outcome.ts";
import { findProposal, GOVERNOR, type Proposal, readDraft } from "../proposals.ts";
import { sendCall } from "../send.ts";
import type { Settings } from "../settings.ts";
import { senderOf } from "../wallet.ts";

const TOKEN = new Interface(ainTokenAbi);
/** As OpenZeppelin's governor numbers them. */
const STATES = ["pending", "active", "canceled", "defeated", "succeeded", "queued", "expired", "executed"];
const SUPPORT = ["against", "for", "abstain"];

/** Makes the sender's AIN, or lets somebody else's, count as votes. */
export async function delegateVotes(settings: Settings): Promise<Outcome> {
  const given = settings.text("to");
  const to = given === undefined ? await senderOf(settings) : addressOf(given, "--to");
  const call = { to: settings.contract("token"), abi: TOKEN, name: "delegate", args: [to] };
  return sendCall(settings, call, () => outcome([`votes go to ${to}`], { delegatee: to }));
}

/** Proposes the calls of a file, under a text that is written from them. */
export async function propose(settings: Settings, [file = ""]: readonly string[]): Promise<Outcome> {
  const contracts = knownContracts(settings.deployed());
  const draft = readDraft(settings.io.cwd, file, contracts);
  const description = proposalDescription(draft, contracts);
  const id = proposalId(draft.calls, descriptionHash(description));
  const text = description.split("\n");
  if (settings.flag("text")) return outcome(text, { id, description });
  const call = {
    to: settings.contract("governor"),
    abi: GOVERNOR,
    name: "propose",
    args: [...columns(draft), description],
  };
  return sendCall(settings, call, (events) => {
    if (!events.some(({ name }) => name === "ProposalCreated")) {
      throw new InputRefused(`${call.to} made no proposal: it is no governor.`);
    }
    return outcome([...text, "", `proposal ${id}`], { id, description });
  });
}

function columns({ calls }: ProposalDraft): unknown[] {
  return [calls.map(({ target }) => target), calls.map(({ value }) => value), calls.map(({ data }) => data)];
}

/** Votes with all the votes that the sender had when the vote began. */
export async function vote(settings: Settings, [id = "", choice = ""]: readonly string[]): Promise<Outcome> {
  const proposal = wholeNumber(id, "proposal", 256);
  const support = SUPPORT.indexOf(choice);
  if (support < 0) throw new UsageError(`A vote is one of: ${SUPPORT.join(", ")}.`);
  const reason = settings.line("reason");
  const base = { to: settings.contract("governor"), abi: GOVERNOR };
  const call =
    reason === undefined
      ? { ...base, name: "castVote", args: [proposal, support] }
      : { ...base, name: "castVoteWithReason", args: [proposal, support, reason] };
  return sendCall(settings, call, (events) => {
    const cast = events.find(({ name }) => name === "VoteCast");
    if (cast === undefined) throw new InputRefused(`${call.to} counted no vote: it is no governor.`);
    const weight = BigInt(String(cast.args.getValue("weight")));
    return outcome([`${formatEther(weight)} votes ${choice}`], { proposal, choice, weight });
  });
}

/** Puts a proposal that passed into the timelock. */
export async function queueProposal(settings: Settings, [id = ""]: readonly string[]): Promise<Outcome> {
  return further(settings, id, "queue", "ProposalQueued", "is queued");
}

/** Does what a queued proposal says. */
export async function executeProposal(settings: Settings, [id = ""]: readonly string[]): Promise<Outcome> {
  return further(settings, id, "execute", "ProposalExecuted", "is executed");
}

async function further(settings: Settings, id: string, name: string, event: string, what: string): Promise<Outcome> {
  const proposal = await withChain(settings, async (provider) => proposalNamed(provider, settings, id));
  const { targets, values, calldatas, description } = proposal;
  const args = [targets, values, calldatas, descriptionHash(description)];
  const call = { to: settings.contract("governor"), abi: GOVERNOR, name, args };
  return sendCall(settings, call, (events) => {
    if (!events.some((one) => one.name === event)) throw new InputRefused(`${call.to} emitted no ${event}.`);
    return outcome([`proposal ${proposal.id} ${what}`], { id: proposal.id });
  });
}

async function proposalNamed(provider: JsonRpcProvider, settings: Settings, id: string): Promise<Proposal> {
  return findProposal(provider, settings.contract("governor"), wholeNumber(id, "proposal", 256), settings.fromBlock);
}

/** What a proposal would do, read from its calls, whether its text says the same, and how the vote stands. */
export async function showProposal(settings: Settings, [id = ""]: readonly string[]): Promise<Outcome> {
  const contracts = knownContracts(settings.deployed());
  return withChain(settings, async (provider) => {
    const proposal = await proposalNamed(provider, settings, id);
    const { targets, values, calldatas } = proposal;
    const at = { to: settings.contract("governor"), abi: GOVERNOR, args: [proposal.id] };
    const [state] = await read(provider, { ...at, name: "state" });
    const [against, approving, abstaining] = await read(provider, { ...at, name: "proposalVotes" });
    const stands = STATES[Number(state)] ?? `state ${String(state)}`;
    const votes = {
      for: BigInt(String(approving)),
      against: BigInt(String(against)),
      abstain: BigInt(String(abstaining)),
    };
    const calls = targets.map((target, place) => ({
      target,
      value: values[place] ?? 0n,
      data: calldatas[place] ?? "0x",
    }));
    const { honest, detail, title } = textOf(proposal, contracts);
    const lines = [
      `proposal ${proposal.id}: ${title}`,
      `by ${proposal.proposer}, ${stands}, vote from ${timeOf(proposal.voteStart)} to ${timeOf(proposal.voteEnd)}`,
      Object.entries(votes)
        .map(([name, count]) => `${formatEther(count)} ${name}`)
        .join(", "),
      ...describeCalls(calls, contracts).split("\n"),
      `${honest ? "yes" : "NO "}  ${detail}`,
    ];
    const json = { ...proposal, state: stands, votes, textIsOfItsCalls: honest };
    return verdict(honest, lines, json, `the text of proposal ${proposal.id} is not of its calls.`);
  });
}

/** A text that says something else than the calls do is the oldest trick there is. */
function textOf(
  proposal: Proposal,
  contracts: Parameters<typeof checkProposal>[1],
): {
  honest: boolean;
  detail: string;
  title: string;
} {
  try {
    const { title } = checkProposal(proposal, contracts);
    return { honest: true, detail: "its text is written from these calls", title };
  } catch (error) {
    if (!(error instanceof AinftError)) throw error;
    return { honest: false, detail: error.message, title: proposal.description.split("\n")[0] ?? "" };
  }
}

function timeOf(seconds: bigint): string {
  const date = new Date(Number(seconds) * 1_000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace(".000", "");
}
