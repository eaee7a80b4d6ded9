import { Interface } from "ethers";
import { type Address, asAddress, asBytes32, type Bytes32, ZERO_BYTES32 } from "../hex.ts";
import {
  decodeTrainingLog,
  type RawLog,
  RemovedTrainingLog,
  TRAINING_TOPICS,
  type TrainingEvent,
} from "../training/events.ts";
import type { TrainedToken } from "../training/history.ts";
import { accountIn, type Fields, numberIn, parseLog, wordIn } from "./fields.ts";

/** A version was published, and is the active one from then on. */
export interface VersionEvent extends TrainedToken {
  readonly kind: "version";
  readonly version: bigint;
  readonly manifestDigest: Bytes32;
}

/** Another published version was made the active one. */
export interface ActivationEvent extends TrainedToken {
  readonly kind: "activation";
  readonly version: bigint;
  readonly previousVersion: bigint;
  readonly reasonDigest: Bytes32;
  readonly actor: Address;
}

/** The arbiter retired a version: it never runs again. */
export interface RetirementEvent extends TrainedToken {
  readonly kind: "retirement";
  readonly version: bigint;
  /** What took its place; 0 for nothing. */
  readonly fallbackVersion: bigint;
  readonly reasonDigest: Bytes32;
}

/** A signed update changed the state. */
export interface UpdateEvent extends TrainedToken {
  readonly kind: "update";
  readonly actor: Address;
  readonly sequence: bigint;
  readonly inputDigest: Bytes32;
  readonly outputDigest: Bytes32;
  readonly stateDigest: Bytes32;
}

/** A dispute locked the program, or let go of it. */
export interface LockEvent extends TrainedToken {
  readonly kind: "lock";
  readonly locked: boolean;
}

/** Nothing changes any more. */
export interface FreezeEvent extends TrainedToken {
  readonly kind: "freeze";
  readonly actor: Address;
}

/** Whatever happens to a program; `record` and `leaves` are trainings. */
export type LifeEvent =
  VersionEvent | ActivationEvent | RetirementEvent | UpdateEvent | LockEvent | FreezeEvent | TrainingEvent;

const EVENTS = new Interface([
  "event VersionPublished(uint256 indexed tokenId, uint32 indexed version, bytes32 manifestDigest)",
  "event VersionActivated(uint256 indexed tokenId, uint32 indexed version, uint32 previousVersion, bytes32 reasonDigest, address indexed actor)",
  "event VersionRetired(uint256 indexed tokenId, uint32 indexed version, uint32 fallbackVersion, bytes32 reasonDigest)",
  "event StateUpdated(uint256 indexed tokenId, address indexed actor, uint64 sequence, bytes32 inputDigest, bytes32 outputDigest, bytes32 stateDigest)",
  "event DisputeLock(uint256 indexed tokenId, bool locked)",
  "event ProgramFrozen(uint256 indexed tokenId, address indexed actor)",
]);

/** First topics of every event of a program's life, to filter by; the second topic is the token. */
export const LIFE_TOPICS: readonly Bytes32[] = [
  ...EVENTS.fragments.map((fragment) => asBytes32(EVENTS.getEvent(fragment.format())?.topicHash ?? ZERO_BYTES32)),
  ...TRAINING_TOPICS,
];

/**
 * Reads a raw log. Throws `NotALifeLog`, `RemovedTrainingLog`, what `decodeTrainingLog` throws, or
 * `InvalidAddress`.
 */
export function decodeLifeLog(log: RawLog): LifeEvent {
  if (log.removed === true) throw new RemovedTrainingLog();
  const [topic] = log.topics;
  if (TRAINING_TOPICS.some((training) => training === topic)) return decodeTrainingLog(log);
  const { name, args } = parseLog(EVENTS, log);
  const token = { collection: asAddress(log.address, "address"), tokenId: numberIn(args, "tokenId") };
  switch (name) {
    case "VersionPublished":
      return {
        kind: "version",
        ...token,
        version: numberIn(args, "version"),
        manifestDigest: wordIn(args, "manifestDigest"),
      };
    case "VersionActivated":
      return {
        kind: "activation",
        ...token,
        version: numberIn(args, "version"),
        previousVersion: numberIn(args, "previousVersion"),
        reasonDigest: wordIn(args, "reasonDigest"),
        actor: accountIn(args, "actor"),
      };
    case "VersionRetired":
      return {
        kind: "retirement",
        ...token,
        version: numberIn(args, "version"),
        fallbackVersion: numberIn(args, "fallbackVersion"),
        reasonDigest: wordIn(args, "reasonDigest"),
      };
    case "StateUpdated":
      return { kind: "update", ...token, ...updateIn(args) };
    case "DisputeLock":
      return { kind: "lock", ...token, locked: args.getValue("locked") === true };
    default:
      return { kind: "freeze", ...token, actor: accountIn(args, "actor") };
  }
}

function updateIn(args: Fields): Omit<UpdateEvent, "kind" | keyof TrainedToken> {
  return {
    actor: accountIn(args, "actor"),
    sequence: numberIn(args, "sequence"),
    inputDigest: wordIn(args, "inputDigest"),
    outputDigest: wordIn(args, "outputDigest"),
    stateDigest: wordIn(args, "stateDigest"),
  };
}
