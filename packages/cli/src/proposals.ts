import {
  type Address,
  asAddress,
  asHex,
  type Hex,
  type KnownContract,
  type OnchainProposal,
  type ProposalDraft,
  type ProposedCall,
} from "ainft-core";
import { ainGovernorAbi } from "ainft-contracts";
import { Interface, type JsonRpcProvider } from "ethers";
import { asked } from "./chain.ts";
import { InputRefused } from "./errors.ts";
import { addressOf, readObject, wholeNumber } from "./inputs.ts";

export const GOVERNOR = new Interface(ainGovernorAbi);
const BLOCKS_AT_ONCE = 10_000;

/** A proposal as its event tells it. */
export interface Proposal extends OnchainProposal {
  readonly id: bigint;
  readonly proposer: Address;
  readonly voteStart: bigint;
  readonly voteEnd: bigint;
}

/**
 * A proposal as a person writes it: title, reason, and calls by contract, function and arguments. A contract is a name
 * of the deployment, or an address with `data`. Throws {@link InputRefused}.
 */
export function readDraft(cwd: string, file: string, contracts: readonly KnownContract[]): ProposalDraft {
  const { title, reason = "", calls, proposer } = readObject(cwd, file);
  if (typeof title !== "string" || typeof reason !== "string")
    throw new InputRefused(`${file}: title and reason must be text.`);
  if (!Array.isArray(calls) || calls.length === 0) throw new InputRefused(`${file} holds no list "calls".`);
  const draft = {
    title,
    reason,
    calls: calls.map((call, place) => callIn(call, `call ${place + 1} in ${file}`, contracts)),
  };
  if (proposer === undefined) return draft;
  if (typeof proposer !== "string") throw new InputRefused(`${file}: proposer must be an address.`);
  return { ...draft, proposer: asAddress(proposer, `proposer in ${file}`) };
}

function callIn(value: unknown, where: string, contracts: readonly KnownContract[]): ProposedCall {
  const call = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const { contract, function: name, arguments: args = [], value: wei = "0", data } = call;
  if (typeof contract !== "string" || typeof wei !== "string") {
    throw new InputRefused(`${where} must name a contract, and its value as text.`);
  }
  const known = contracts.find((one) => one.name === contract || one.address === contract);
  const amount = wholeNumber(wei, `value of ${where}`, 256);
  if (data !== undefined) {
    if (typeof data !== "string") throw new InputRefused(`${where}: data must be text.`);
    return {
      target: known?.address ?? addressOf(contract, where),
      value: amount,
      data: asHex(data, `data of ${where}`),
    };
  }
  if (known === undefined)
    throw new InputRefused(`${where}: no contract ${contract} is known; name one of the deployment.`);
  if (typeof name !== "string" || !Array.isArray(args)) {
    throw new InputRefused(`${where} must name a function, and its arguments as a list.`);
  }
  return { target: known.address, value: amount, data: encoded(known, name, args, where) };
}

function encoded({ name: contract, abi }: KnownContract, name: string, args: readonly unknown[], where: string): Hex {
  try {
    return asHex(new Interface(abi).encodeFunctionData(name, args), "data");
  } catch (cause) {
    throw new InputRefused(`${where}: ${contract} has no function ${name} that takes these arguments.`, { cause });
  }
}

/** Finds the event of a proposal, of which the id is no topic. Throws {@link InputRefused}. */
export async function findProposal(
  provider: JsonRpcProvider,
  governor: Address,
  id: bigint,
  fromBlock: number,
): Promise<Proposal> {
  const last = await asked(undefined, async () => provider.getBlockNumber());
  const topics = [GOVERNOR.getEvent("ProposalCreated")?.topicHash ?? ""];
  for (let from = fromBlock; from <= last; from += BLOCKS_AT_ONCE) {
    const toBlock = Math.min(last, from + BLOCKS_AT_ONCE - 1);
    const logs = await asked(undefined, async () =>
      provider.getLogs({ address: governor, topics, fromBlock: from, toBlock }),
    );
    for (const log of logs) {
      const args = GOVERNOR.parseLog(log)?.args.toArray() ?? [];
      if (args[0] === id) return proposalOf(args);
    }
  }
  throw new InputRefused(
    `The governor ${governor} has no proposal ${id} since block ${fromBlock}: check --governor, or give an earlier --from-block.`,
  );
}

function proposalOf(args: readonly unknown[]): Proposal {
  // The ABI gives these types.
  const [id, proposer, targets, values, , calldatas, voteStart, voteEnd, description] = args as [
    bigint,
    string,
    readonly string[],
    readonly bigint[],
    unknown,
    readonly string[],
    bigint,
    bigint,
    string,
  ];
  return {
    ...{ id, voteStart, voteEnd, description },
    proposer: asAddress(proposer, "proposer"),
    targets: targets.map((target) => asAddress(target, "target")),
    values: [...values],
    calldatas: calldatas.map((data) => asHex(data, "data")),
  };
}
