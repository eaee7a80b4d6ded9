import { dataLength, dataSlice, id } from "ethers";
import { PermanentError } from "../errors.ts";
import { type Address, asAddress, asBytes32, asHex, asUint, type Bytes32, type Hex } from "../hex.ts";
import type { TrainingRecord } from "./record.ts";

/** The event of every record whose fields are on chain, appended alone or in a batch. */
export const TRAINING_RECORDED_EVENT =
  "TrainingRecorded(uint256,uint64,address,bytes32,bytes32,bytes32,bytes32,bytes32,uint64)";
/** The event of a batch of which the chain knows the records' hashes alone. */
export const TRAINING_LEAVES_RECORDED_EVENT = "TrainingLeavesRecorded(uint256,uint64,address,bytes32[])";

const RECORDED = id(TRAINING_RECORDED_EVENT) as Bytes32; // keccak-256 of the text
const LEAVES_RECORDED = id(TRAINING_LEAVES_RECORDED_EVENT) as Bytes32; // keccak-256 of the text

/** First topics of the events that make up a training log, to filter by. */
export const TRAINING_TOPICS: readonly Bytes32[] = [RECORDED, LEAVES_RECORDED];

/** A log as nodes answer it; those of ethers and viem fit. */
export interface RawLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  /** True in a subscription's notice that a reorganisation took the log back. */
  readonly removed?: boolean;
}

/** One record, with every field of it. */
export interface TrainingRecordedEvent {
  readonly kind: "record";
  readonly collection: Address;
  readonly tokenId: bigint;
  readonly index: bigint;
  readonly record: TrainingRecord;
}

/** A run of records by their hashes; what they say is known off chain only. */
export interface TrainingLeavesRecordedEvent {
  readonly kind: "leaves";
  readonly collection: Address;
  readonly tokenId: bigint;
  readonly firstIndex: bigint;
  readonly contributor: Address;
  /** What `hashTrainingRecord` gives for each record; the log holds `blindTrainingLeaf` of it. */
  readonly leaves: readonly Bytes32[];
}

export type TrainingEvent = TrainingRecordedEvent | TrainingLeavesRecordedEvent;

/** A log is of another event. */
export class NotATrainingLog extends PermanentError {
  override readonly code = "NOT_A_TRAINING_LOG";
  /** First topic of the log; undefined for an anonymous event. */
  readonly topic: string | undefined;

  constructor(topic: string | undefined) {
    super(`Log ${topic ?? "without topics"} is not of a training log. Filter by TRAINING_TOPICS.`);
    this.topic = topic;
  }
}

/** A log has a training event's name but not its shape, so it does not come from an AINFT collection. */
export class MalformedTrainingLog extends PermanentError {
  override readonly code = "MALFORMED_TRAINING_LOG";
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`Training log entry can't be read: ${reason}.`, options);
    this.reason = reason;
  }
}

/** A log was taken back by a reorganisation: it is no part of any history. */
export class RemovedTrainingLog extends PermanentError {
  override readonly code = "REMOVED_TRAINING_LOG";

  constructor() {
    super("Training log entry was removed by a reorganisation. Fetch the logs again.");
  }
}

const WORD = 32;
const RECORD_WORDS = 6;

/**
 * Reads a raw log. Throws {@link NotATrainingLog}, {@link MalformedTrainingLog}, {@link RemovedTrainingLog}, `InvalidHex`
 * or `InvalidAddress`.
 */
export function decodeTrainingLog(log: RawLog): TrainingEvent {
  if (log.removed === true) throw new RemovedTrainingLog();
  const [topic, ...indexed] = log.topics.map((value) => asBytes32(value, "topic"));
  if (topic !== RECORDED && topic !== LEAVES_RECORDED) throw new NotATrainingLog(topic);
  const [tokenId, index, contributor] = indexed;
  if (tokenId === undefined || index === undefined || contributor === undefined || indexed.length !== 3) {
    throw new MalformedTrainingLog(`${log.topics.length} topics, expected 4`);
  }
  const place = {
    collection: asAddress(log.address, "address"),
    tokenId: BigInt(tokenId),
    index: uint64(index, "index"),
    contributor: address(contributor),
  };
  const data = asHex(log.data, "data");
  return topic === RECORDED ? recordFrom(place, data) : leavesFrom(place, data);
}

interface Place {
  readonly collection: Address;
  readonly tokenId: bigint;
  readonly index: bigint;
  readonly contributor: Address;
}

function recordFrom({ collection, tokenId, index, contributor }: Place, data: Hex): TrainingRecordedEvent {
  if (dataLength(data) !== RECORD_WORDS * WORD) {
    throw new MalformedTrainingLog(`${dataLength(data)} bytes of data, expected ${RECORD_WORDS * WORD}`);
  }
  const record: TrainingRecord = {
    parentManifest: wordAt(data, 0),
    childManifest: wordAt(data, 1),
    datasetDigest: wordAt(data, 2),
    codeDigest: wordAt(data, 3),
    metricsDigest: wordAt(data, 4),
    contributor,
    trainedAt: uint64(wordAt(data, 5), "trainedAt"),
  };
  return { kind: "record", collection, tokenId, index, record };
}

/** `bytes32[]` in its one canonical encoding: where it starts (32), its length, its items. */
function leavesFrom({ index, ...place }: Place, data: Hex): TrainingLeavesRecordedEvent {
  const count = dataLength(data) / WORD - 2;
  const isArray = Number.isInteger(count) && count >= 0;
  if (!isArray || BigInt(wordAt(data, 0)) !== BigInt(WORD) || BigInt(wordAt(data, 1)) !== BigInt(count)) {
    throw new MalformedTrainingLog("its data is not one array of leaves");
  }
  const leaves = Array.from({ length: count }, (_, position) => wordAt(data, position + 2));
  return { kind: "leaves", ...place, firstIndex: index, leaves };
}

function wordAt(data: Hex, place: number): Bytes32 {
  // Digits are cut as text: to turn a batch of hundreds into bytes for each of its words takes seconds in a long log.
  return `0x${data.slice(2 + place * 2 * WORD, 2 + (place + 1) * 2 * WORD)}`; // the caller has checked the length
}

function uint64(word: Bytes32, field: string): bigint {
  try {
    return asUint(BigInt(word), 64, field);
  } catch (cause) {
    throw new MalformedTrainingLog(`${field} is more than 64 bits wide`, { cause });
  }
}

function address(word: Bytes32): Address {
  if (BigInt(word) >> 160n !== 0n) throw new MalformedTrainingLog("contributor is more than 20 bytes wide");
  return asAddress(dataSlice(word, 12), "contributor");
}
