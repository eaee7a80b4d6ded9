import {
  asAddress,
  asBytes32,
  asHex,
  asUint,
  bytesDigest,
  type Address,
  type Bytes32,
  canonicalJson,
  type Hex,
  type JsonValue,
  type OracleDomain,
  parseStrictJson,
  PermanentError,
  type Report,
  type StateUpdate,
  updateLeaf,
  updatesReport,
} from "ainft-core";
import { AbiCoder, keccak256, TypedDataEncoder, type TypedDataField } from "ethers";
import type { ReporterConfig, TokenRef } from "./request.ts";

/** Longest input of one event, in bytes of its canonical form; the contract's bound for a request's. */
export const MAX_EVENT_BYTES = 16_384;

/** Deepest input, as for a request's: protocols wrap it. */
export const MAX_EVENT_DEPTH = 56;

/** Seconds after which another reporter orders a token's events. Every reporter must use the same number. */
export const ORDERING_SECONDS = 60n;

/** Seconds that a batch may take until it lands, from the confirmed block that it was made at. */
export const BATCH_SECONDS = 900n;

/** Allows every kind of input. */
export const EVERY_KIND = "*";

/** What a token's holder or user signs to let a key act for the token. */
export interface Grant extends TokenRef {
  /** The key that signs events. */
  readonly session: Address;
  /** Last second in which an event counts. */
  readonly until: bigint;
  /** The `kind` that inputs must have, or `*` for any input. */
  readonly scope: string;
  /** A grant ends all those of the same granter for the same token with a lower number. */
  readonly nonce: bigint;
}

/** A grant with who gave it. */
export interface SignedGrant extends Grant {
  readonly granter: Address;
  /** By a key, or whatever the granter's contract takes (ERC-1271). */
  readonly signature: Hex;
  /** EIP-712 digest; names the grant. */
  readonly digest: Bytes32;
}

/** Something that happened to a token, as a session key says it. */
export interface ActivityEvent {
  /** Digest of the grant. */
  readonly grant: Bytes32;
  /** From 1, each one higher than the one before within one grant. */
  readonly counter: bigint;
  /** Canonical JSON. */
  readonly input: Uint8Array;
  readonly signature: Hex;
  /** keccak-256 of the event's body; the input digest on chain. */
  readonly digest: Bytes32;
}

/**
 * PENDING: waits for a batch, or for its batch to land. APPLIED: its update is on chain. FAILED: the program cannot take it.
 * DROPPED: its grant has ended.
 */
export type EventState = "PENDING" | "APPLIED" | "FAILED" | "DROPPED";

/** Life of a batch. QUORUM to FINAL as for a report; it ends as LOST when the token went on without it, or as EXPIRED. */
export type ActivityState = "SIGNED" | "QUORUM" | "TX_READY" | "SENT" | "INCLUDED" | "FINAL" | "LOST" | "EXPIRED";

/** Names the delivery of a batch, by the digest of its report. */
export type ActivityKey = `activity:${string}`;

/** Events of one token, one after the other, as one report. */
export interface ActivityBatch {
  readonly key: ActivityKey;
  readonly state: ActivityState;
  /** What reporters sign. */
  readonly report: Report;
  /** EIP-712 digest of the report. */
  readonly digest: Bytes32;
  readonly updates: readonly StateUpdate[];
  /** Since when it may be sent, in milliseconds of this machine's clock; null before the quorum. */
  readonly quorumAt: number | null;
  readonly attestation: Hex | null;
}

/** An event or a grant that cannot be taken. The message is for whoever sent it. */
export class ActivityRefused extends PermanentError {
  override readonly code = "ACTIVITY_REFUSED";
  /** HTTP status. */
  readonly status: 400 | 403 | 404 | 409 | 413 | 422;

  constructor(status: ActivityRefused["status"], problem: string, options?: ErrorOptions) {
    super(`Activity refused: ${problem}.`, options);
    this.status = status;
  }
}

const grantTypes: Record<string, TypedDataField[]> = {
  ActivityGrant: [
    { name: "session", type: "address" },
    { name: "collection", type: "address" },
    { name: "tokenId", type: "uint256" },
    { name: "until", type: "uint64" },
    { name: "scope", type: "string" },
    { name: "nonce", type: "uint64" },
  ],
};

const eventTypes: Record<string, TypedDataField[]> = {
  ActivityEvent: [
    { name: "grant", type: "bytes32" },
    { name: "counter", type: "uint64" },
    { name: "input", type: "bytes32" },
  ],
};

/** What wallets and session keys sign. The domain is the activity's own, so that nothing signed here is a report. */
export function activityTypedData(domain: OracleDomain): {
  readonly domain: { name: string; version: string; chainId: bigint; verifyingContract: Address };
  readonly grantTypes: Record<string, TypedDataField[]>;
  readonly eventTypes: Record<string, TypedDataField[]>;
} {
  const { chainId, oracle } = domain;
  return {
    domain: { name: "AINFT Activity", version: "1", chainId, verifyingContract: oracle },
    grantTypes,
    eventTypes,
  };
}

/** The digest that a granter signs. Throws when a field does not fit its type. */
export function grantDigest(grant: Grant, oracle: OracleDomain): Bytes32 {
  const { domain } = activityTypedData(oracle);
  const message = {
    session: asAddress(grant.session, "session"),
    collection: asAddress(grant.collection, "collection"),
    tokenId: asUint(grant.tokenId, 256, "tokenId"),
    until: asUint(grant.until, 63, "until"),
    scope: grant.scope,
    nonce: asUint(grant.nonce, 63, "nonce"),
  };
  return asBytes32(TypedDataEncoder.hash(domain, grantTypes, message));
}

/** The digest that a session key signs. Throws when a field does not fit its type. */
export function eventSigningDigest(
  { grant, counter, input }: Pick<ActivityEvent, "grant" | "counter" | "input">,
  oracle: OracleDomain,
): Bytes32 {
  const { domain } = activityTypedData(oracle);
  const message = { grant: asBytes32(grant), counter: asUint(counter, 63, "counter"), input: bytesDigest(input) };
  return asBytes32(TypedDataEncoder.hash(domain, eventTypes, message));
}

/** The bytes whose digest goes on chain: anybody who has them can tell which grant, place and input they were. */
export function eventBody({ grant, counter, input }: Pick<ActivityEvent, "grant" | "counter" | "input">): Uint8Array {
  return canonicalJson({ counter: String(counter), grant, input: inputOf(input) });
}

/** An event with its digest. Throws when its input is no JSON, or too much of it. */
export function makeEvent(event: Omit<ActivityEvent, "digest">): ActivityEvent {
  return { ...event, signature: asHex(event.signature), digest: bytesDigest(eventBody(event)) };
}

/** The input of an event. */
export function inputOf(input: Uint8Array): JsonValue {
  return parseStrictJson(input, { maxBytes: MAX_EVENT_BYTES, maxDepth: MAX_EVENT_DEPTH });
}

/** Whether a grant allows an input. */
export function isInScope({ scope }: Pick<Grant, "scope">, input: JsonValue): boolean {
  if (scope === EVERY_KIND) return true;
  if (input === null || typeof input !== "object" || Array.isArray(input)) return false;
  return (input as Readonly<Record<string, JsonValue>>)["kind"] === scope;
}

/** The report over updates of one token, in order. */
export function activityReport(
  updates: readonly StateUpdate[],
  terms: { readonly configVersion: bigint; readonly deadline: bigint },
): Report {
  return updatesReport(
    updates.map((update) => ({ update })),
    terms,
  ).report;
}

/** What each update of a batch answers, and with what: the same questions as those of other updates of the token. */
export function activityAnswers(updates: readonly StateUpdate[]): { readonly key: string; readonly root: Bytes32 }[] {
  return updates.map((update) => ({
    key: `update:${update.collection}:${update.tokenId}:${update.sequence}`,
    root: updateLeaf(update),
  }));
}

/** The key of a batch. */
export function activityKey(digest: Bytes32): ActivityKey {
  return `activity:${digest}`;
}

/** Whether a key names the delivery of a batch of activity. */
export function isActivityKey(key: string): key is ActivityKey {
  return key.startsWith("activity:");
}

/**
 * The events of a proposed batch, each behind those of its grant that wait here and that the batch passes over. No event is
 * applied after a later one: whoever signs the batch ends them, and so has to see that they come to nothing.
 */
export function withPassedOver(
  proposed: readonly ActivityEvent[],
  waiting: readonly ActivityEvent[],
): readonly ActivityEvent[] {
  const seen = new Set(proposed.map(({ digest }) => digest));
  return proposed.flatMap((event) => {
    const before = waiting
      .filter(({ digest, grant, counter }) => !seen.has(digest) && grant === event.grant && counter < event.counter)
      .sort((one, other) => (one.counter < other.counter ? -1 : 1));
    for (const { digest } of before) seen.add(digest);
    return [...before, event];
  });
}

/**
 * The reporter who puts a token's events in order at a time. Nobody chooses it, and it moves on, so that one that is gone
 * holds nobody up for longer than a turn.
 */
export function ordererOf(token: TokenRef, config: ReporterConfig, time: bigint): Address | null {
  const words = [token.collection, token.tokenId, config.version, time / ORDERING_SECONDS];
  const draw = keccak256(new AbiCoder().encode(["address", "uint256", "uint256", "uint256"], words));
  return config.reporters[Number(BigInt(draw) % BigInt(Math.max(1, config.reporters.length)))] ?? null;
}
