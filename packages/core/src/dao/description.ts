import { id } from "ethers";
import { type Address, asAddress, type Bytes32, type Hex } from "../hex.ts";
import { callsDigest, describeCalls } from "./calls.ts";
import { DescriptionMismatch, NotADescription, ProposalLengthMismatch, UnfitProposalText } from "./errors.ts";
import type { KnownContract, ParsedDescription, ProposalDraft, ProposedCall } from "./types.ts";

const HEADING = "## Calls";
const NOTE = "Written from the calls. Whoever proposes, nothing else can be executed under this text.";
const DIGEST = "Calls digest: ";
const PROPOSER = "#proposer=";
const MAX_TITLE = 120;

/** A proposal as it stands on chain. */
export interface OnchainProposal {
  readonly targets: readonly Address[];
  readonly values: readonly bigint[];
  readonly calldatas: readonly Hex[];
  readonly description: string;
}

/**
 * The description of a proposal: a person's title and reason, then what the calls do, then their digest. The governor
 * keeps its hash, so members vote on exactly this text, and the text holds exactly these calls.
 * Throws `UnfitProposalText` and as `describeCalls`.
 */
export function proposalDescription(draft: ProposalDraft, contracts: readonly KnownContract[]): string {
  const { title, reason, calls, proposer } = draft;
  checkText(title, reason);
  const parts = [`# ${title}`, ...(reason === "" ? [] : [reason]), HEADING, NOTE, describeCalls(calls, contracts)];
  const suffix = proposer === undefined ? "" : `\n${PROPOSER}${asAddress(proposer, "proposer")}`;
  return `${parts.join("\n\n")}\n\n${DIGEST}${callsDigest(calls)}${suffix}`;
}

/** What a governor keeps of a description. */
export function descriptionHash(description: string): Bytes32 {
  return id(description) as Bytes32;
}

/** Takes a description apart. Throws `NotADescription`. */
export function parseDescription(description: string): ParsedDescription {
  const parts = description.split(`\n\n${HEADING}\n\n${NOTE}\n\n`);
  const [written = "", generated = ""] = parts;
  if (parts.length !== 2) throw new NotADescription(`"${HEADING}" stands in it ${parts.length - 1} times`);
  const head = /^# ([^\n]+)(?:\n\n([\s\S]+))?$/u.exec(written);
  if (head === null) throw new NotADescription("it does not begin with a title");
  const tail = /^([\s\S]+)\n\nCalls digest: (0x[0-9a-f]{64})(?:\n#proposer=(0x[0-9a-fA-F]{40}))?$/u.exec(generated);
  if (tail === null) throw new NotADescription("it does not end with the digest of its calls");
  const [, title = "", reason = ""] = head;
  const [, callsText = "", digest = "", proposer] = tail;
  return {
    title,
    reason,
    callsText,
    callsDigest: digest as Bytes32, // 64 digits, by the pattern
    proposer: proposer === undefined ? undefined : asAddress(proposer, "proposer"),
  };
}

/**
 * Checks that a proposal does what its description says, and tells what that is: by the digest alone, or, with the
 * contracts that its author knew, word by word.
 * Throws `NotADescription`, `ProposalLengthMismatch`, `DescriptionMismatch`, and as `describeCalls`.
 */
export function checkProposal(proposal: OnchainProposal, contracts?: readonly KnownContract[]): ParsedDescription {
  const calls = callsOf(proposal);
  const parsed = parseDescription(proposal.description);
  const digest = callsDigest(calls);
  if (parsed.callsDigest !== digest) throw new DescriptionMismatch("digest", parsed.callsDigest, digest);
  if (contracts === undefined) return parsed;
  const text = describeCalls(calls, contracts);
  if (parsed.callsText !== text) throw new DescriptionMismatch("text", parsed.callsText, text);
  return parsed;
}

function callsOf({ targets, values, calldatas }: OnchainProposal): ProposedCall[] {
  if (targets.length !== values.length || targets.length !== calldatas.length) {
    throw new ProposalLengthMismatch(targets.length, values.length, calldatas.length);
  }
  return targets.map((target, index) => ({
    target,
    value: values[index] ?? 0n, // as many as targets, by the check above
    data: calldatas[index] ?? "0x",
  }));
}

/** Nothing that a person writes may look like what is written from the calls, or vanish when it is read again. */
function checkText(title: string, reason: string): void {
  const length = [...title].length;
  if (length === 0 || length > MAX_TITLE) {
    throw new UnfitProposalText("title", `has ${length} characters, not 1 to ${MAX_TITLE}`);
  }
  for (const [field, text] of [
    ["title", title],
    ["reason", reason],
  ] as const) {
    if (text !== text.trim()) throw new UnfitProposalText(field, "begins or ends with a blank");
    const hidden = field === "title" ? /[\p{C}\u2028\u2029]/u : /[^\P{C}\n]|[\u2028\u2029]/u;
    if (hidden.test(text)) throw new UnfitProposalText(field, "holds a character that cannot be seen");
    if (/^ {0,3}#{1,2} *calls\b/imu.test(text))
      throw new UnfitProposalText(field, "holds a heading of its own for calls");
  }
}
