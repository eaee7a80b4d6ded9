import { asAddress, asBytes32, type Bytes32, type RawLog, TRAINING_TOPICS, TrainingHistory } from "ainft-core";
import { type JsonRpcProvider, type LogDescription, toBeHex } from "ethers";
import { asked, COLLECTION, read } from "./chain.ts";
import type { Settings } from "./settings.ts";

const BLOCKS_AT_ONCE = 10_000;
const EVENTS = [
  "VersionPublished",
  "VersionActivated",
  "TrainingRecorded",
  "TrainingLeavesRecorded",
  "StateUpdated",
  "ProgramFrozen",
];

/** One event of a token, with the block it stands in. */
export interface LifeEvent {
  readonly block: number;
  readonly transaction: string;
  readonly event: LogDescription;
}

/** What the chain says about a token now. */
export interface Program {
  readonly versionCount: bigint;
  readonly activeVersion: bigint;
  readonly trainingCount: bigint;
  readonly sequence: bigint;
  readonly frozen: boolean;
  readonly activeManifest: Bytes32;
  readonly stateDigest: Bytes32;
  readonly trainingRoot: Bytes32;
}

/** A token's whole life: its events in order, its training log rebuilt from them, and its state on chain. */
export interface Life {
  readonly tokenId: bigint;
  readonly events: readonly LifeEvent[];
  readonly training: TrainingHistory;
  readonly program: Program;
}

/** Reads a token's life up to one block, so that events and state are of the same moment. */
export async function readLife(provider: JsonRpcProvider, settings: Settings, tokenId: bigint): Promise<Life> {
  const collection = settings.collection;
  const program = await programOf(provider, collection, tokenId);
  const topics = [EVENTS.map((name) => COLLECTION.getEvent(name)?.topicHash ?? ""), toBeHex(tokenId, 32)];
  const last = await asked(undefined, async () => provider.getBlockNumber());
  const events: LifeEvent[] = [];
  const trainings: RawLog[] = [];
  for (let from = settings.fromBlock; from <= last; from += BLOCKS_AT_ONCE) {
    const filter = { address: collection, topics, fromBlock: from, toBlock: Math.min(last, from + BLOCKS_AT_ONCE - 1) };
    for (const log of await asked(undefined, async () => provider.getLogs(filter))) {
      const event = COLLECTION.parseLog(log);
      if (event !== null) events.push({ block: log.blockNumber, transaction: log.transactionHash, event });
      if (TRAINING_TOPICS.some((topic) => topic === log.topics[0])) trainings.push(log);
    }
  }
  const training = TrainingHistory.fromLogs({ collection: asAddress(collection), tokenId }, trainings);
  return { tokenId, events, training, program };
}

async function programOf(provider: JsonRpcProvider, to: string, tokenId: bigint): Promise<Program> {
  const [found] = await read(provider, { to, abi: COLLECTION, name: "programOf", args: [tokenId] });
  const [root] = await read(provider, { to, abi: COLLECTION, name: "trainingRoot", args: [tokenId] });
  const view = found as Omit<Program, "trainingRoot">; // the ABI names these fields
  return {
    versionCount: view.versionCount,
    activeVersion: view.activeVersion,
    trainingCount: view.trainingCount,
    sequence: view.sequence,
    frozen: view.frozen,
    activeManifest: asBytes32(view.activeManifest),
    stateDigest: asBytes32(view.stateDigest),
    trainingRoot: asBytes32(String(root)),
  };
}
