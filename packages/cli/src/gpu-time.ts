import { providerRegistryAbi } from "ainft-contracts";
import {
  type Address,
  asAddress,
  type Asked,
  type Bytes32,
  decodeRequestLog,
  decodeResultLog,
  type DeliveredResult,
  gpuTimeRows,
  type PlacedLog,
  readLogs,
  type RelayActivityRow,
  REQUEST_TOPICS,
  type RequestEvent,
  type RewardRow,
} from "ainft-core";
import { Interface, type JsonRpcProvider, ZeroAddress } from "ethers";
import { asked, read } from "./chain.ts";
import { ChainUnavailable } from "./errors.ts";
import { expectUnchanged, sourceOf } from "./logs.ts";
import { deskOf } from "./oracle.ts";
import { quorumOf } from "./quorum.ts";
import { wordOf } from "./requests.ts";
import type { Settings } from "./settings.ts";

const REGISTRY = new Interface(providerRegistryAbi);
/** Topics that nodes take in one question. */
const IDS_AT_ONCE = 256;

/** What relays say that they ran, and the most that a run counts. */
export interface GpuTimePlan {
  readonly runs: readonly RelayActivityRow[];
  readonly mostMilliseconds: bigint;
}

/**
 * Rows for runs whose results the oracle got in these blocks, both included, under the reporter's own signature, to who was
 * the provider of the reporter at the last of them. Throws as reading the chain does, and what `gpuTimeRows` throws.
 */
export async function gpuTimeBetween(
  provider: JsonRpcProvider,
  settings: Settings,
  { runs, mostMilliseconds }: GpuTimePlan,
  fromBlock: bigint,
  toBlock: bigint,
): Promise<RewardRow[]> {
  const last = await asked(undefined, async () => provider.getBlock(Number(toBlock)));
  if (last?.hash == null) throw new ChainUnavailable(`The node has no block ${toBlock}.`);
  const oracle = settings.contract("oracle");
  const requests = await requestsOf(settings, oracle, runs, toBlock);
  const results = await resultsOf(provider, settings, oracle, requests, fromBlock, toBlock);
  const keys = new Set(runs.map(({ reporter }) => reporter));
  const providerOfKey = await providersOf(provider, settings, keys, last.timestamp);
  await expectUnchanged(provider, last.number, last.hash);
  return gpuTimeRows(runs, results, { providerOfKey, mostMilliseconds });
}

/** The requests that relays say they ran. */
async function requestsOf(
  settings: Settings,
  address: Address,
  runs: readonly RelayActivityRow[],
  toBlock: bigint,
): Promise<Map<bigint, RequestEvent>> {
  const ids = [...new Set(runs.map(({ requestId }) => requestId))];
  const found = new Map<bigint, RequestEvent>();
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
    const topics = [REQUEST_TOPICS.request, ids.slice(start, start + IDS_AT_ONCE).map(wordOf)];
    for await (const log of logsOf(settings, address, topics, BigInt(settings.fromBlock), toBlock)) {
      const request = decodeRequestLog(log);
      found.set(request.requestId, request);
    }
  }
  return found;
}

/** A batch says each answer by a hash; that it is of the request of that id, its quorum has signed. */
async function resultsOf(
  provider: JsonRpcProvider,
  settings: Settings,
  oracle: Address,
  requests: ReadonlyMap<bigint, RequestEvent & Asked>,
  fromBlock: bigint,
  toBlock: bigint,
): Promise<DeliveredResult[]> {
  const where = { at: { oracle, desk: await deskOf(provider, oracle) }, block: BigInt(settings.fromBlock) };
  const found: DeliveredResult[] = [];
  for await (const log of logsOf(settings, oracle, [REQUEST_TOPICS.result], fromBlock, toBlock)) {
    const results = decodeResultLog(log, requests);
    if (results.length === 0) continue;
    const quorum = await quorumOf(provider, settings, where, log.transactionHash);
    for (const result of results) {
      const { requestId } = result;
      const requestHash = result.kind === "result" ? result.requestHash : requests.get(requestId)?.requestHash;
      if (requestHash !== undefined) found.push({ requestId, requestHash, signers: quorum?.signers ?? [] });
    }
  }
  return found;
}

async function providersOf(
  provider: JsonRpcProvider,
  settings: Settings,
  keys: ReadonlySet<Address>,
  timestamp: number,
): Promise<Map<Address, Address>> {
  const call = { to: settings.contract("registry"), abi: REGISTRY, name: "providerOfKeyAt" };
  const found = new Map<Address, Address>();
  for (const key of keys) {
    const [account] = await read(provider, { ...call, args: [key, timestamp] });
    if (account !== ZeroAddress) found.set(key, asAddress(String(account), "provider"));
  }
  return found;
}

function logsOf(
  settings: Settings,
  address: Address,
  topics: readonly (readonly Bytes32[])[],
  fromBlock: bigint,
  toBlock: bigint,
): AsyncGenerator<PlacedLog> {
  const onProgress = (reached: bigint, logs: number): void =>
    settings.io.progress(`block ${reached} of ${toBlock}, ${logs} events`);
  return readLogs(sourceOf(settings), { address, topics, fromBlock, toBlock }, { onProgress });
}
