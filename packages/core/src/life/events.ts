import { Interface, type LogDescription } from "ethers";
import { type Address, asAddress, asBytes32, type Bytes32, ZERO_BYTES32 } from "../hex.ts";
import {
  decodeTrainingLog,
  type RawLog,
  RemovedTrainingLog,
  TRAINING_TOPICS,
  type TrainingEvent,
} from "../training/events.ts";
import type { TrainedToken } from "../training/history.ts";
import { NotALifeLog } from "./errors.ts";

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
 * Reads a raw log. Throws {@link NotALifeLog}, `RemovedTrainingLog`, what `decodeTrainingLog` throws, or
 * `InvalidAddress`.
 */
export function decodeLifeLog(log: RawLog): LifeEvent {
  if (log.removed === true) throw new RemovedTrainingLog();
  const [topic] = log.topics;
  if (TRAINING_TOPICS.some((training) => training === topic)) return decodeTrainingLog(log);
  const parsed = parse(log);
  const token = { collection: asAddress(log.address, "address"), tokenId: number(parsed, "tokenId") };
  switch (parsed.name) {
    case "VersionPublished":
      return {
        kind: "version",
        ...token,
        version: number(parsed, "version"),
        manifestDigest: word(parsed, "manifestDigest"),
      };
    case "VersionActivated":
      return {
        kind: "activation",
        ...token,
        version: number(parsed, "version"),
        previousVersion: number(parsed, "previousVersion"),
        reasonDigest: word(parsed, "reasonDigest"),
        actor: account(parsed, "actor"),
      };
    case "VersionRetired":
      return {
        kind: "retirement",
        ...token,
        version: number(parsed, "version"),
        fallbackVersion: number(parsed, "fallbackVersion"),
        reasonDigest: word(parsed, "reasonDigest"),
      };
    case "StateUpdated":
      return { kind: "update", ...token, ...updateIn(parsed) };
    case "DisputeLock":
      return { kind: "lock", ...token, locked: parsed.args.getValue("locked") === true };
    default:
      return { kind: "freeze", ...token, actor: account(parsed, "actor") };
  }
}

function updateIn(parsed: LogDescription): Omit<UpdateEvent, "kind" | keyof TrainedToken> {
  return {
    actor: account(parsed, "actor"),
    sequence: number(parsed, "sequence"),
    inputDigest: word(parsed, "inputDigest"),
    outputDigest: word(parsed, "outputDigest"),
    stateDigest: word(parsed, "stateDigest"),
  };
}

function parse(log: RawLog): LogDescription {
  let parsed: LogDescription | null;
  try {
    parsed = EVENTS.parseLog(log);
    // Fields are decoded when they are read: all of them are read here, where it can be told.
    parsed?.args.toArray(true);
  } catch (cause) {
    throw new NotALifeLog(log.topics[0], { cause });
  }
  if (parsed === null) throw new NotALifeLog(log.topics[0]);
  return parsed;
}

function number({ args }: LogDescription, name: string): bigint {
  return BigInt(String(args.getValue(name)));
}

function word({ args }: LogDescription, name: string): Bytes32 {
  return asBytes32(String(args.getValue(name)), name);
}

function account({ args }: LogDescription, name: string): Address {
  return asAddress(String(args.getValue(name)), name);
}
