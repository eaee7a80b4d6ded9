import type { ErrorObject } from "ajv/dist/2020.js";
import { type Address, asAddress, asBytes32, asUint, type Bytes32 } from "../hex.ts";
import { canonicalJson } from "../json/canonical.ts";
import { parseStrictJson } from "../json/parse.ts";
import type { JsonValue } from "../json/types.ts";
import { sha256Digest } from "../manifest/digest.ts";
import { compile } from "../schema/validator.ts";
import { checkBoosts } from "./boosts.ts";
import { rewardDocumentSchema, type RewardDocumentJson } from "./document-schema.ts";
import { earnedInEpoch, epochFromRows } from "./epoch.ts";
import {
  BrokenSuccession,
  InvalidRewardDocument,
  NobodyToReward,
  RewardDigestMismatch,
  RewardsNotAscending,
} from "./errors.ts";
import { compareAddresses } from "./order.ts";
import { programmeName } from "./programme.ts";
import { RewardTree } from "./tree.ts";
import { type DistributorDomain, Programme, type RewardEpoch } from "./types.ts";

/** Largest published epoch, in bytes. */
export const MAX_REWARD_DOCUMENT_BYTES = 64 * 1024 * 1024;

export const REWARD_DOCUMENT_FORMAT = "ainft-rewards/1";

/** A published epoch: where it is for, what holdings were read at, and which document it continues. */
export interface RewardDocument extends RewardEpoch, DistributorDomain {
  /** The block whose holdings decided the boosts. */
  readonly snapshotBlock: bigint;
  /** Digest of the document of the epoch before; undefined for the first. */
  readonly previousDigest: Bytes32 | undefined;
}

const fitsSchema = compile(rewardDocumentSchema);

/** The RFC 8785 bytes of a published epoch. */
export function rewardDocumentBytes(document: RewardDocument): Uint8Array {
  const { boosts, rows, entries } = document;
  const json: RewardDocumentJson = {
    format: REWARD_DOCUMENT_FORMAT,
    chainId: String(document.chainId),
    distributor: document.distributor,
    programme: programmeName(document.programme),
    epoch: String(document.epoch),
    budget: String(document.budget),
    snapshotBlock: String(document.snapshotBlock),
    previousDigest: document.previousDigest ?? null,
    boosts: boosts.map(({ minimum, bps }) => ({ minimum: String(minimum), bps: String(bps) })),
    rows: rows.map(({ account, units, holding }) => ({ account, units: String(units), holding: String(holding) })),
    entries: entries.map(({ account, cumulativeAmount }) => ({ account, cumulativeAmount: String(cumulativeAmount) })),
    total: String(document.total),
    root: document.root,
  };
  return canonicalJson(json);
}

/** sha-256 of the published bytes. */
export function rewardDocumentDigest(document: RewardDocument): Bytes32 {
  return sha256Digest(rewardDocumentBytes(document));
}

/**
 * Reads a published epoch and works everything in it out again that follows from the document alone: what this epoch
 * adds, total and root. What stood before is checked by {@link checkSuccession}.
 * Throws {@link InvalidRewardDocument}, another `RewardError`, or what `parseStrictJson` throws.
 */
export function parseRewardDocument(bytes: Uint8Array | string): RewardDocument {
  const value = parseStrictJson(bytes, { maxBytes: MAX_REWARD_DOCUMENT_BYTES });
  const document = fromJson(asDocumentJson(value));
  checkBoosts(document.boosts);
  checkAscending(document.rows);
  checkAgainstItself(document);
  return document;
}

/**
 * Reads bytes fetched for a digest: they must be the very bytes it names, in RFC 8785 form. Throws
 * {@link RewardDigestMismatch}, or what {@link parseRewardDocument} throws.
 */
export function openRewardDocument(bytes: Uint8Array, digest: Bytes32): RewardDocument {
  const expected = asBytes32(digest, "digest");
  const actual = sha256Digest(bytes);
  if (actual !== expected) throw new RewardDigestMismatch(expected, actual);
  const document = parseRewardDocument(bytes);
  const canonical = rewardDocumentDigest(document);
  if (canonical !== expected) throw new RewardDigestMismatch(expected, canonical);
  return document;
}

/**
 * Checks that an epoch continues the one before it, so that every entry is what was earned before and in this epoch,
 * and nothing else. For the first epoch, `previous` is undefined. Throws {@link BrokenSuccession}.
 */
export function checkSuccession(previous: RewardDocument | undefined, next: RewardDocument): void {
  const expect = (field: string, expected: string, actual: string): void => {
    if (expected !== actual) throw new BrokenSuccession(field, expected, actual);
  };
  expect("epoch", String((previous?.epoch ?? 0n) + 1n), String(next.epoch));
  if (previous !== undefined) {
    expect("chainId", String(previous.chainId), String(next.chainId));
    expect("distributor", previous.distributor, next.distributor);
    expect("programme", programmeName(previous.programme), programmeName(next.programme));
  }
  const digest = previous === undefined ? undefined : rewardDocumentDigest(previous);
  expect("previousDigest", String(digest), String(next.previousDigest));
  const again = epochFromRows({ ...next, before: previous?.entries ?? [] });
  expect("total", String(again.total), String(next.total));
  expect("root", again.root, next.root);
}

function asDocumentJson(value: JsonValue): RewardDocumentJson {
  if (!fitsSchema(value)) throw schemaFailure(fitsSchema.errors?.[0]);
  return value as unknown as RewardDocumentJson; // the schema has just proved the shape
}

function schemaFailure(error: ErrorObject | undefined): InvalidRewardDocument {
  return new InvalidRewardDocument(error?.instancePath ?? "", error?.message ?? "breaks the schema");
}

function fromJson(json: RewardDocumentJson): RewardDocument {
  return {
    chainId: uint(json.chainId, 256, "chainId"),
    distributor: checksummed(json.distributor, "distributor"),
    programme: Programme[json.programme],
    epoch: uint(json.epoch, 64, "epoch"),
    budget: uint(json.budget, 256, "budget"),
    snapshotBlock: uint(json.snapshotBlock, 64, "snapshotBlock"),
    previousDigest: json.previousDigest === null ? undefined : asBytes32(json.previousDigest, "previousDigest"),
    boosts: json.boosts.map(({ minimum, bps }) => ({
      minimum: uint(minimum, 256, "minimum"),
      bps: uint(bps, 64, "bps"),
    })),
    rows: json.rows.map(({ account, units, holding }) => ({
      account: checksummed(account, "account"),
      units: uint(units, 128, "units"),
      holding: uint(holding, 256, "holding"),
    })),
    entries: json.entries.map(({ account, cumulativeAmount }) => ({
      account: checksummed(account, "account"),
      cumulativeAmount: uint(cumulativeAmount, 256, "cumulativeAmount"),
    })),
    total: uint(json.total, 256, "total"),
    root: asBytes32(json.root, "root"),
  };
}

/** Two spellings of one address would be two digests of one epoch. */
function checksummed(text: string, field: string): Address {
  const address = asAddress(text, field);
  if (address !== text) throw new InvalidRewardDocument(`/${field}`, `${text} is not in its checksum spelling`);
  return address;
}

function uint(text: string, bits: number, field: string): bigint {
  return asUint(BigInt(text), bits, field);
}

function checkAscending(rows: readonly { readonly account: Address }[]): void {
  let previous: Address | undefined;
  for (const { account } of rows) {
    if (BigInt(account) === 0n) throw new NobodyToReward();
    if (previous !== undefined && compareAddresses(previous, account) >= 0) throw new RewardsNotAscending(account);
    previous = account;
  }
}

/** Whoever earned something in this epoch has an entry of at least that; the entries make the total and the root. */
function checkAgainstItself(document: RewardDocument): void {
  const { programme, budget, boosts, rows, entries, total, root } = document;
  const cumulative = new Map(entries.map(({ account, cumulativeAmount }) => [account, cumulativeAmount]));
  for (const { account, amount } of earnedInEpoch(budget, boosts, rows)) {
    const entry = cumulative.get(account) ?? 0n;
    if (entry < amount)
      throw new InvalidRewardDocument("/entries", `${account} earned ${amount}, its entry is ${entry}`);
  }
  const sum = entries.reduce((all, { cumulativeAmount }) => all + cumulativeAmount, 0n);
  if (sum !== total) throw new InvalidRewardDocument("/total", `entries sum to ${sum}, not ${total}`);
  const actual = new RewardTree(programme, entries).root;
  if (actual !== root) throw new InvalidRewardDocument("/root", `entries have the root ${actual}, not ${root}`);
}
