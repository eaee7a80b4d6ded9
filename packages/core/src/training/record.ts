import { keccak256 } from "ethers";
import { PermanentError } from "../errors.ts";
import { type Address, abiWords, asAddress, asBytes32, asUint, type Bytes32, type Hex } from "../hex.ts";
import {
  type CollectionDomain,
  collectionEip712Domain,
  TRAINING_RECORD_TYPEHASH,
  trainingConsentTypes,
  type TypedData,
  typedDataDigest,
  type TypedDataSigner,
} from "../eip712.ts";
import { expandedSignature, recoverSigner } from "../signature.ts";

/** One contribution to a token's training, as its log keeps it for ever. */
export interface TrainingRecord {
  readonly parentManifest: Bytes32;
  readonly childManifest: Bytes32;
  readonly datasetDigest: Bytes32;
  readonly codeDigest: Bytes32;
  readonly metricsDigest: Bytes32;
  readonly contributor: Address;
  /** When the training ended, in seconds since 1970 (uint64). */
  readonly trainedAt: bigint;
}

/** What a contributor signs to be named: one record, for one place in one token's log. */
export interface TrainingConsent {
  readonly tokenId: bigint;
  /** The log's count when the record will be appended; a consent dies when another record takes the place. */
  readonly index: bigint;
  readonly record: TrainingRecord;
}

/** A consent was not signed by the contributor it names (or names a contract, whose ERC-1271 answer only a chain has). */
export class WrongConsentSigner extends PermanentError {
  override readonly code = "WRONG_CONSENT_SIGNER";
  readonly expected: Address;
  readonly actual: Address;

  constructor(expected: Address, actual: Address) {
    super(`Training consent names ${expected} but was signed by ${actual}. Ask the contributor to sign it.`);
    this.expected = expected;
    this.actual = actual;
  }
}

/**
 * The EIP-712 struct hash of a record, and its leaf in the log where the chain saw its fields; for records appended by
 * this hash alone see {@link blindTrainingLeaf}. Throws `InvalidHex`, `InvalidAddress` or `UintOutOfRange`.
 */
export function hashTrainingRecord(record: TrainingRecord): Bytes32 {
  const fields = checkedRecord(record);
  const words = abiWords([
    TRAINING_RECORD_TYPEHASH,
    fields.parentManifest,
    fields.childManifest,
    fields.datasetDigest,
    fields.codeDigest,
    fields.metricsDigest,
    fields.contributor,
    fields.trainedAt,
  ]);
  return keccak256(words) as Bytes32;
}

/**
 * The leaf of a record appended by its hash alone: bound to the contributor who consented, so that it can't prove a
 * record in anybody else's name. Throws `InvalidAddress` or `InvalidHex`.
 */
export function blindTrainingLeaf(contributor: Address, recordHash: Bytes32): Bytes32 {
  const words = abiWords([asAddress(contributor, "contributor"), asBytes32(recordHash, "recordHash")]);
  return keccak256(words) as Bytes32; // a keccak-256 in lower-case hex
}

/** The consent as a wallet signs it. Throws as {@link hashTrainingRecord}. */
export function trainingConsentTypedData(
  consent: TrainingConsent,
  domain: CollectionDomain,
): TypedData<TrainingConsent> {
  return {
    domain: collectionEip712Domain(domain),
    types: trainingConsentTypes,
    primaryType: "TrainingConsent",
    message: {
      tokenId: asUint(consent.tokenId, 256, "tokenId"),
      index: asUint(consent.index, 64, "index"),
      record: checkedRecord(consent.record),
    },
  };
}

/** The digest of a consent. Throws as {@link hashTrainingRecord}. */
export function trainingConsentDigest(consent: TrainingConsent, domain: CollectionDomain): Bytes32 {
  return typedDataDigest(trainingConsentTypedData(consent, domain));
}

/**
 * Asks a signer for its 65-byte signature of a consent. Who signed is not judged: a contract contributor's key holder
 * may sign for it. Throws as {@link hashTrainingRecord}, or what `expandedSignature` throws.
 */
export async function signTrainingConsent(
  signer: TypedDataSigner,
  consent: TrainingConsent,
  domain: CollectionDomain,
): Promise<Hex> {
  const { domain: eip712, types, message } = trainingConsentTypedData(consent, domain);
  return expandedSignature(await signer.signTypedData(eip712, types, { ...message }));
}

/**
 * Proves that a key-holding contributor signed the consent, in either form that the contract takes (65 or 64 bytes).
 * Throws {@link WrongConsentSigner}, or what `recoverSigner` throws.
 */
export function verifyTrainingConsent(consent: TrainingConsent, signature: Hex, domain: CollectionDomain): void {
  const data = trainingConsentTypedData(consent, domain);
  const expected = data.message.record.contributor;
  const actual = recoverSigner(typedDataDigest(data), signature);
  if (actual !== expected) throw new WrongConsentSigner(expected, actual);
}

function checkedRecord(record: TrainingRecord): TrainingRecord {
  return {
    parentManifest: asBytes32(record.parentManifest, "parentManifest"),
    childManifest: asBytes32(record.childManifest, "childManifest"),
    datasetDigest: asBytes32(record.datasetDigest, "datasetDigest"),
    codeDigest: asBytes32(record.codeDigest, "codeDigest"),
    metricsDigest: asBytes32(record.metricsDigest, "metricsDigest"),
    contributor: asAddress(record.contributor, "contributor"),
    trainedAt: asUint(record.trainedAt, 64, "trainedAt"),
  };
}
