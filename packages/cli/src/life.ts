import {
  type Address,
  asBytes32,
  decodeTrainingLog,
  type LivedEvent,
  type LogFilter,
  type LogSource,
  type PlacedLog,
  type ProgramState,
  readLogs,
  readTokenLife,
  TokenLife,
  TooManyLogs,
  TRAINING_TOPICS,
  type TrainingEvent,
  TrainingHistory,
} from "ainft-core";
import { type JsonRpcProvider, toQuantity } from "ethers";
import { asked, COLLECTION, read } from "./chain.ts";
import { ChainUnavailable } from "./errors.ts";
import { AnswerTooLong, ask, NodeRefused } from "./node.ts";
import type { Settings } from "./settings.ts";

/** A token at one block: whatever is read about it is of the same moment. */
export interface Moment {
  readonly collection: Address;
  readonly tokenId: bigint;
  readonly block: number;
  readonly hash: string;
  readonly program: ProgramState;
}

/** A token as it is at the newest block. */
export async function momentOf(provider: JsonRpcProvider, settings: Settings, tokenId: bigint): Promise<Moment> {
  const { collection } = settings;
  const newest = await asked(undefined, async () => provider.getBlock("latest"));
  if (newest?.hash == null) throw new ChainUnavailable("The node has no block.");
  const program = await programOf(provider, collection, tokenId, newest.number);
  return { collection, tokenId, block: newest.number, hash: newest.hash, program };
}

/** Tells every event of a life up to a moment, one at a time, and answers the life when all are told. */
export async function followLife(
  provider: JsonRpcProvider,
  settings: Settings,
  { collection, tokenId, block, hash }: Moment,
  each: (lived: LivedEvent) => void = () => undefined,
): Promise<TokenLife> {
  const from = settings.fromBlock;
  const range = { fromBlock: BigInt(from), toBlock: BigInt(block) };
  const onProgress = (reached: bigint, events: number): void =>
    settings.io.progress(`block ${reached} of ${block}, ${events} events`);
  const life = new TokenLife();
  for await (const lived of readTokenLife(sourceOf(settings), { collection, tokenId }, range, { onProgress })) {
    life.add(lived.event);
    each(lived);
  }
  await expectUnchanged(provider, block, hash);
  return life;
}

/** A token's training log with a proof for any place; keeps every record. */
export async function trainingsOf(
  provider: JsonRpcProvider,
  settings: Settings,
  moment: Moment,
): Promise<TrainingHistory> {
  const trainings: TrainingEvent[] = [];
  await followLife(provider, settings, moment, ({ event }) => {
    if (event.kind === "record" || event.kind === "leaves") trainings.push(event);
  });
  return TrainingHistory.fromLogs(moment, trainings);
}

/** What was recorded in a whole collection, both blocks included; keeps every record. */
export async function trainingsBetween(
  provider: JsonRpcProvider,
  settings: Settings,
  fromBlock: bigint,
  toBlock: bigint,
): Promise<TrainingEvent[]> {
  const block = Number(toBlock);
  const last = await asked(undefined, async () => provider.getBlock(block));
  if (last?.hash == null) throw new ChainUnavailable(`The node has no block ${block}.`);
  const filter = { address: settings.collection, topics: [TRAINING_TOPICS], fromBlock, toBlock };
  const onProgress = (reached: bigint, events: number): void =>
    settings.io.progress(`block ${reached} of ${block}, ${events} records`);
  const trainings: TrainingEvent[] = [];
  for await (const log of readLogs(sourceOf(settings), filter, { onProgress })) trainings.push(decodeTrainingLog(log));
  await expectUnchanged(provider, block, last.hash);
  return trainings;
}

/** What was read is of one chain only when the block is still the same. */
async function expectUnchanged(provider: JsonRpcProvider, block: number, hash: string): Promise<void> {
  const now = await asked(undefined, async () => provider.getBlock(block));
  if (now?.hash !== hash) throw new ChainUnavailable("The chain was reorganised meanwhile. Ask again.");
}

function sourceOf(settings: Settings): LogSource {
  return {
    getLogs: async ({ address, topics, fromBlock, toBlock }: LogFilter): Promise<PlacedLog[]> => {
      const filter = { address, topics, fromBlock: toQuantity(fromBlock), toBlock: toQuantity(toBlock) };
      let logs: unknown;
      try {
        logs = await ask(settings, "eth_getLogs", [filter]);
      } catch (cause) {
        if (asksForLess(cause)) throw new TooManyLogs(fromBlock, toBlock, { cause });
        throw cause;
      }
      if (!Array.isArray(logs)) throw new ChainUnavailable("The node answers no list of logs.");
      return logs.map(placedLog);
    },
  };
}

function placedLog(value: unknown): PlacedLog {
  const log = (value ?? {}) as Partial<
    Record<"address" | "data" | "blockNumber" | "logIndex" | "transactionHash", unknown>
  > & {
    readonly topics?: unknown;
    readonly removed?: unknown;
  };
  const { address, data, blockNumber, logIndex, transactionHash, topics } = log;
  const texts = [address, data, blockNumber, logIndex, transactionHash];
  if (!texts.every(isHex) || !Array.isArray(topics) || !topics.every(isHex)) {
    throw new ChainUnavailable("The node answers a log that is none.");
  }
  return {
    ...{ address: String(address), data: String(data), transactionHash: String(transactionHash) },
    ...{ topics, removed: log.removed === true },
    ...{ blockNumber: BigInt(String(blockNumber)), logIndex: Number(logIndex) },
  };
}

function isHex(value: unknown): value is string {
  return typeof value === "string" && /^0x[0-9a-fA-F]*$/u.test(value);
}

/** Nodes have no common word for it: what those of geth, Alchemy, Infura, QuickNode and Ankr say. */
function asksForLess(cause: unknown): boolean {
  if (cause instanceof AnswerTooLong) return true;
  if (!(cause instanceof NodeRefused)) return false;
  return /-32005|block range|range (is )?too|more than \d+ (results|logs)|response size|limit exceeded/iu.test(
    cause.message,
  );
}

async function programOf(provider: JsonRpcProvider, to: string, tokenId: bigint, block: number): Promise<ProgramState> {
  const [found] = await read(provider, { to, abi: COLLECTION, name: "programOf", args: [tokenId], block });
  const [root] = await read(provider, { to, abi: COLLECTION, name: "trainingRoot", args: [tokenId], block });
  const view = found as Omit<ProgramState, "trainingRoot">; // the ABI names these fields
  return {
    versionCount: view.versionCount,
    activeVersion: view.activeVersion,
    trainingCount: view.trainingCount,
    sequence: view.sequence,
    frozen: view.frozen,
    locked: view.locked,
    activeManifest: asBytes32(view.activeManifest),
    stateDigest: asBytes32(view.stateDigest),
    trainingRoot: asBytes32(String(root)),
  };
}
