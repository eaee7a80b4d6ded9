import { Interface } from "ethers";
import {
  type Address,
  type Bytes32,
  hashTrainingRecord,
  TRAINING_LEAVES_RECORDED_EVENT,
  TRAINING_RECORDED_EVENT,
  TRAINING_TOPICS,
  type TrainedToken,
  TrainingHistory,
  type TrainingRecord,
} from "../../src/index.ts";
import { account, addressOf } from "./people.ts";
import { vectorLeaf } from "./training.ts";

const events = new Interface([
  "event TrainingRecorded(uint256 indexed tokenId, uint64 indexed index, address indexed contributor, " +
    "bytes32 parentManifest, bytes32 childManifest, bytes32 datasetDigest, bytes32 codeDigest, " +
    "bytes32 metricsDigest, uint64 trainedAt)",
  "event TrainingLeavesRecorded(uint256 indexed tokenId, uint64 indexed firstIndex, address indexed contributor, " +
    "bytes32[] leaves)",
]);

/** A log as a node answers it, without where it stands. */
export interface VectorLog {
  readonly address: Address;
  readonly topics: readonly string[];
  readonly data: string;
}

/** The raw log of one record. */
export function recordLog({ collection, tokenId }: TrainedToken, index: bigint, record: TrainingRecord): VectorLog {
  const { contributor, parentManifest, childManifest, datasetDigest, codeDigest, metricsDigest, trainedAt } = record;
  const digests = [parentManifest, childManifest, datasetDigest, codeDigest, metricsDigest];
  const values = [tokenId, index, contributor, ...digests, trainedAt];
  return { address: collection, ...events.encodeEventLog("TrainingRecorded", values) };
}

/** The raw log of a batch by the hashes of its records, which the event calls leaves. */
export function leavesLog(
  { collection, tokenId }: TrainedToken,
  firstIndex: bigint,
  contributor: Address,
  leaves: readonly Bytes32[],
): VectorLog {
  const values = [tokenId, firstIndex, contributor, leaves];
  return { address: collection, ...events.encodeEventLog("TrainingLeavesRecorded", values) };
}

/** A record of its own for every place. */
export function vectorRecord(index: number): TrainingRecord {
  return {
    parentManifest: vectorLeaf(index),
    childManifest: vectorLeaf(index + 1),
    datasetDigest: vectorLeaf(1_000 + index),
    codeDigest: vectorLeaf(2_000),
    metricsDigest: vectorLeaf(3_000 + index),
    contributor: addressOf(account(index % 3)),
    trainedAt: 1_700_000_000n + BigInt(index),
  };
}

const TOKEN: TrainedToken = { collection: "0x5FbDB2315678afecb367f032d93F642f64180aa3", tokenId: 7n };

/** Known answers of reading a token's log from its events: eleven entries, four of them by hash alone. */
export function historyVectors(): object {
  const logs = shuffledLogs();
  const history = TrainingHistory.fromLogs(TOKEN, logs);
  return {
    events: [TRAINING_RECORDED_EVENT, TRAINING_LEAVES_RECORDED_EVENT].map((signature, place) => ({
      signature,
      topic: TRAINING_TOPICS[place],
    })),
    token: TOKEN,
    logs,
    count: history.count,
    peaks: history.peaks,
    root: history.root(),
    proofs: Array.from({ length: Number(history.count) }, (_, index) => history.prove(BigInt(index))),
  };
}

/** Out of order, and with what two overlapping ranges would both hold. */
function shuffledLogs(): VectorLog[] {
  const single = (index: number): VectorLog => recordLog(TOKEN, BigInt(index), vectorRecord(index));
  const batch = [4, 5, 6, 7].map((index) => hashTrainingRecord({ ...vectorRecord(index), contributor: BATCHER }));
  return [
    ...[8, 9, 10].map(single),
    leavesLog(TOKEN, 4n, BATCHER, batch),
    single(3),
    ...[0, 1, 2].map(single),
    single(3),
    leavesLog(TOKEN, 4n, BATCHER, batch),
  ];
}

const BATCHER = addressOf(account(2));
