import {
  concat,
  id,
  keccak256,
  type TypedDataDomain,
  TypedDataEncoder,
  type TypedDataField,
  zeroPadValue,
} from "ethers";

/*
 * What the contracts hash, worked out once more from the type descriptions alone: by ethers, without the code of the
 * contracts and without that of the packages.
 */

/** How a result's bytes travel, as the contract numbers it. */
export const Delivery = { INLINE: 0, DIGEST: 1, CALLBACK: 2 } as const;
export type Delivery = (typeof Delivery)[keyof typeof Delivery];

/** How reporters have to agree, as the contract numbers it. */
export const Agreement = { EXACT: 0, DESIGNATED: 1, TOLERANCE: 2 } as const;
export type Agreement = (typeof Agreement)[keyof typeof Agreement];

/** How an inference ended, as the contract numbers it. */
export const Status = { OK: 0, CONTAINER_ERROR: 1, TIMEOUT: 2, REJECTED_INPUT: 3 } as const;
export type Status = (typeof Status)[keyof typeof Status];

/** What is hashed, with any number for a code: what reporters sign may be wrong. */
export type Coded<T> = { [Field in keyof T]: T[Field] extends number ? number : T[Field] };

export interface TrainingRecord {
  parentManifest: string;
  childManifest: string;
  datasetDigest: string;
  codeDigest: string;
  metricsDigest: string;
  contributor: string;
  trainedAt: bigint;
}

export interface InferenceRequest {
  requester: string;
  collection: string;
  tokenId: bigint;
  manifestDigest: string;
  inputDigest: string;
  maxOutputBytes: bigint;
  delivery: Delivery;
  agreement: Agreement;
  deadline: bigint;
}

export interface InferenceResult {
  requestId: bigint;
  requestHash: string;
  resultDigest: string;
  status: Status;
  size: bigint;
}

export interface StateUpdate {
  collection: string;
  tokenId: bigint;
  actor: string;
  sequence: bigint;
  manifestDigest: string;
  inputDigest: string;
  outputDigest: string;
  stateDigest: string;
}

/** A value that one of a token's traits gets together with an update. */
export interface TraitValue {
  key: string;
  value: string;
}

export interface Report {
  configVersion: bigint;
  deadline: bigint;
  firstId: bigint;
  count: bigint;
  root: string;
}

export const recordTypes = {
  TrainingRecord: fields(
    "bytes32 parentManifest,bytes32 childManifest,bytes32 datasetDigest,bytes32 codeDigest,bytes32 metricsDigest," +
      "address contributor,uint64 trainedAt",
  ),
};

export const consentTypes = {
  TrainingConsent: fields("uint256 tokenId,uint64 index,TrainingRecord record"),
  ...recordTypes,
};

export const batchConsentTypes = {
  TrainingBatchConsent: fields("uint256 tokenId,uint64 firstIndex,address contributor,bytes32[] leaves"),
};

export const requestTypes = {
  Request: fields(
    "address requester,address collection,uint256 tokenId,bytes32 manifestDigest,bytes32 inputDigest," +
      "uint32 maxOutputBytes,uint8 delivery,uint8 agreement,uint64 deadline",
  ),
};

export const resultTypes = {
  Result: fields("uint8 delivery,uint64 requestId,uint8 status,Answer answer"),
  Answer: fields("bytes32 requestHash,bytes32 resultDigest,uint32 size"),
};

export const updateTypes = {
  StateUpdate: fields(
    "address collection,uint256 tokenId,address actor,uint64 sequence,bytes32 manifestDigest,bytes32 inputDigest," +
      "bytes32 outputDigest,bytes32 stateDigest",
  ),
};

export const traitUpdateTypes = {
  TraitUpdate: fields("StateUpdate update,TraitValue[] traits"),
  ...updateTypes,
  TraitValue: fields("bytes32 key,bytes32 value"),
};

export const reportTypes = {
  Report: fields("uint32 configVersion,uint64 deadline,uint64 firstId,uint32 count,bytes32 root"),
};

export function collectionDomain(chainId: bigint, verifyingContract: string): TypedDataDomain {
  return { name: "AINFT", version: "1", chainId, verifyingContract };
}

export function oracleDomain(chainId: bigint, verifyingContract: string): TypedDataDomain {
  return { name: "AINFT Oracle", version: "1", chainId, verifyingContract };
}

/** A digest that stands for content the test does not need. */
export function digestOf(content: string): string {
  return id(content);
}

export function recordLeaf(record: TrainingRecord): string {
  return TypedDataEncoder.hashStruct("TrainingRecord", recordTypes, record);
}

/** What stands in the log for a record that was appended by its digest alone. */
export function blindLeaf(record: TrainingRecord): string {
  return keccak256(concat([zeroPadValue(record.contributor, 32), recordLeaf(record)]));
}

export function consentDigest(domain: TypedDataDomain, tokenId: bigint, index: bigint, record: TrainingRecord): string {
  return TypedDataEncoder.hash(domain, consentTypes, { tokenId, index, record });
}

/** What a contributor agrees to who is named by a whole batch. */
export interface BatchConsent {
  tokenId: bigint;
  firstIndex: bigint;
  contributor: string;
  leaves: string[];
}

export function batchConsentDigest(domain: TypedDataDomain, consent: BatchConsent): string {
  return TypedDataEncoder.hash(domain, batchConsentTypes, consent);
}

export function requestHash(request: Coded<InferenceRequest>): string {
  return TypedDataEncoder.hashStruct("Request", requestTypes, request);
}

export function resultLeaf(result: Coded<InferenceResult>, delivery: number): string {
  const { requestId, status, ...answer } = result;
  return keccak256(TypedDataEncoder.hashStruct("Result", resultTypes, { delivery, requestId, status, answer }));
}

/** Hash of what was answered, as it stands in a batch. */
export function answerHash({ requestHash, resultDigest, size }: Coded<InferenceResult>): string {
  const { Answer } = resultTypes;
  return TypedDataEncoder.hashStruct("Answer", { Answer }, { requestHash, resultDigest, size });
}

/** What a report says instead of a root that is to be committed. */
export function lastingRoot(root: string): string {
  const types = { LastingRoot: fields("bytes32 root") };
  return TypedDataEncoder.hashStruct("LastingRoot", types, { root });
}

export function updateLeaf(update: StateUpdate): string {
  return keccak256(TypedDataEncoder.hashStruct("StateUpdate", updateTypes, update));
}

export function traitUpdateLeaf(update: StateUpdate, traits: readonly TraitValue[]): string {
  return keccak256(TypedDataEncoder.hashStruct("TraitUpdate", traitUpdateTypes, { update, traits }));
}

export function reportDigest(domain: TypedDataDomain, report: Report): string {
  return TypedDataEncoder.hash(domain, reportTypes, report);
}

function fields(list: string): TypedDataField[] {
  return list.split(",").map((field) => {
    const [type = "", name = ""] = field.split(" ");
    return { type, name };
  });
}
