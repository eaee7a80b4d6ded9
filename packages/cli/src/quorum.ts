import {
  type Address,
  asAddress,
  asBytes32,
  asHex,
  asResultStatus,
  type Bytes32,
  decodeAttestation,
  Delivery,
  type Hex,
  lastingRoot,
  provenRoot,
  readLogs,
  type Report,
  type Result,
  resultLeaf,
  verifyQuorum,
} from "ainft-core";
import { type JsonRpcProvider, type LogDescription, type TransactionDescription } from "ethers";
import { asked, read } from "./chain.ts";
import { ChainUnavailable } from "./errors.ts";
import { sourceOf } from "./logs.ts";
import { DESK, ORACLE } from "./oracle.ts";
import { type FoundRequest, wordOf } from "./requests.ts";
import type { Settings } from "./settings.ts";

/** Who vouches for a result. */
export interface Quorum {
  readonly configVersion: bigint;
  readonly signers: readonly Address[];
  /** All reporters of the config. */
  readonly reporters: number;
}

/** Where a request stands: its oracle, and a block that is no later than it. */
export type RequestPlace = Pick<FoundRequest, "at" | "block">;

/** What a transaction brought to the oracle: a report, and who signed it. */
interface Brought {
  readonly report: Report;
  readonly attestation: Hex;
}

type Terms = Pick<Report, "configVersion" | "deadline">;

/**
 * Recovers who signed a result from the transaction that brought it, and holds them against the config that the oracle
 * keeps. Undefined when another contract brought it, whose words are not ours to read: then the oracle alone has checked.
 * Throws what `verifyQuorum` throws when the signatures are not the config's.
 */
export async function quorumOf(
  provider: JsonRpcProvider,
  settings: Settings,
  found: RequestPlace,
  transaction: string,
): Promise<Quorum | undefined> {
  const { oracle } = found.at;
  const brought = await broughtIn(provider, settings, found, transaction);
  if (brought === undefined) return undefined;
  const { report, attestation } = brought;
  const args = [report.configVersion];
  const [reporters, threshold] = await read(provider, { to: oracle, abi: ORACLE, name: "configOf", args });
  const members = (reporters as readonly string[]).map((reporter) => asAddress(reporter)); // addresses, by the ABI
  verifyQuorum(report, attestation, members, Number(threshold), { chainId: settings.chain, oracle });
  const signers = decodeAttestation(attestation).signatures.flatMap(({ index }) => members[index] ?? []);
  return { configVersion: report.configVersion, signers, reporters: members.length };
}

async function broughtIn(
  provider: JsonRpcProvider,
  settings: Settings,
  found: RequestPlace,
  transaction: string,
): Promise<Brought | undefined> {
  const { at } = found;
  const call = await callOf(provider, at.oracle, at.desk, transaction);
  switch (call?.name) {
    case "fulfill":
      // The desk's has the order as well.
      return single(call, call.args.length === 2 ? Delivery.DIGEST : Delivery.CALLBACK);
    case "fulfillInline":
      return single(call, Delivery.INLINE);
    case "fulfillBatch":
      return batch(provider, at.oracle, call);
    case "applyResult":
      return committed(provider, settings, found, call, Delivery.DIGEST);
    case "applyResultInline":
      return committed(provider, settings, found, call, Delivery.INLINE);
    default:
      return undefined;
  }
}

async function callOf(
  provider: JsonRpcProvider,
  oracle: Address,
  desk: Address,
  hash: string,
): Promise<TransactionDescription | null> {
  const sent = await asked(undefined, async () => provider.getTransaction(hash));
  if (sent === null) throw new ChainUnavailable(`The node knows no transaction ${hash}. Ask again.`);
  if (sent.to === oracle) return ORACLE.parseTransaction(sent);
  return sent.to === desk ? DESK.parseTransaction(sent) : null;
}

function single({ args }: TransactionDescription, delivery: Delivery): Brought {
  const attestation = asHex(String(args.getValue("attestation")));
  const result = resultIn(args);
  const root = resultLeaf(result, delivery);
  return { attestation, report: { ...termsOf(attestation), firstId: result.requestId, count: 1n, root } };
}

async function batch(provider: JsonRpcProvider, to: Address, { args }: TransactionDescription): Promise<Brought> {
  const attestation = asHex(String(args.getValue("attestation")));
  const [firstId, answers, statuses] = ["firstId", "answers", "statuses"].map((name) => args.getValue(name) as unknown);
  const call = { to, abi: ORACLE, name: "resultsRoot", args: [firstId, answers, statuses] };
  const [root] = await read(provider, call);
  const count = BigInt((answers as readonly unknown[]).length); // a list, by the ABI
  const report = { ...termsOf(attestation), firstId: BigInt(String(firstId)), count, root: asBytes32(String(root)) };
  return { attestation, report };
}

/** A result under a root: the quorum signed the root, in the transaction that committed it. */
async function committed(
  provider: JsonRpcProvider,
  settings: Settings,
  { at, block }: RequestPlace,
  { args }: TransactionDescription,
  delivery: Delivery,
): Promise<Brought | undefined> {
  const [firstId, count] = [BigInt(String(args.getValue("firstId"))), BigInt(String(args.getValue("count")))];
  const proof = (args.getValue("proof") as readonly string[]).map((node) => asBytes32(node)); // words, by the ABI
  const root = provenRoot(resultLeaf(resultIn(args), delivery), proof);
  const transaction = await committedIn(provider, settings, at.oracle, block, { firstId, root });
  const call = transaction === undefined ? null : await callOf(provider, at.oracle, at.desk, transaction);
  if (call?.name !== "commitRoot") return undefined;
  const attestation = asHex(String(call.args.getValue("attestation")));
  return { attestation, report: { ...termsOf(attestation), firstId, count, root: lastingRoot(root) } };
}

async function committedIn(
  provider: JsonRpcProvider,
  settings: Settings,
  address: Address,
  fromBlock: bigint,
  { firstId, root }: { readonly firstId: bigint; readonly root: Bytes32 },
): Promise<string | undefined> {
  const toBlock = BigInt(await asked(undefined, async () => provider.getBlockNumber()));
  const topic = asBytes32(ORACLE.getEvent("RootCommitted")?.topicHash ?? "");
  const topics = [[topic], [wordOf(firstId)], [root]];
  let found: string | undefined;
  for await (const log of readLogs(sourceOf(settings), { address, topics, fromBlock, toBlock }))
    found = log.transactionHash;
  return found;
}

function termsOf(attestation: Hex): Terms {
  const { configVersion, deadline } = decodeAttestation(attestation);
  return { configVersion, deadline };
}

function resultIn(args: LogDescription["args"]): Result {
  const { status, ...result } = (args.getValue("result") as { toObject(): Result }).toObject(); // the ABI's names
  return { ...result, status: asResultStatus(BigInt(status)) };
}
