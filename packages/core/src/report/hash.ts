import { keccak256 } from "ethers";
import {
  ANSWER_TYPEHASH,
  LASTING_ROOT_TYPEHASH,
  type OracleDomain,
  oracleEip712Domain,
  REQUEST_TYPEHASH,
  RESULT_TYPEHASH,
  reportTypes,
  TRAIT_UPDATE_TYPEHASH,
  TRAIT_VALUE_TYPEHASH,
  type TypedData,
  typedDataDigest,
  UPDATE_TYPEHASH,
} from "../eip712.ts";
import { abiWords, asAddress, asBytes32, asUint, type Bytes32, bytesOf, type Hex } from "../hex.ts";
import { asAgreement, asDelivery, asResultStatus } from "./result.ts";
import type { Answer, Delivery, Report, ReportTerms, Request, Result, StateUpdate, TraitValue } from "./types.ts";

/** Hash of a request: binds a result to everything that was asked. Throws when a field does not fit its type. */
export function requestHash(request: Request): Bytes32 {
  return keccakWords([
    REQUEST_TYPEHASH,
    asAddress(request.requester, "requester"),
    asAddress(request.collection, "collection"),
    asUint(request.tokenId, 256, "tokenId"),
    asBytes32(request.manifestDigest, "manifestDigest"),
    asBytes32(request.inputDigest, "inputDigest"),
    asUint(request.maxOutputBytes, 32, "maxOutputBytes"),
    BigInt(asDelivery(request.delivery)),
    BigInt(asAgreement(request.agreement)),
    asUint(request.deadline, 64, "deadline"),
  ]);
}

/**
 * Leaf of a result with its delivery, hashed twice so that no node passes for a leaf. The contract implies the delivery
 * from the function that is called. Throws when a field does not fit its type.
 */
export function resultLeaf(result: Result, delivery: Delivery): Bytes32 {
  return doubleHash([
    RESULT_TYPEHASH,
    BigInt(asDelivery(delivery)),
    asUint(result.requestId, 64, "requestId"),
    BigInt(asResultStatus(result.status)),
    answerHash(result),
  ]);
}

/** Hash of what was answered to a request, as it stands in the leaf of its result and in a batch. */
export function answerHash({ requestHash: hash, resultDigest, size }: Answer): Bytes32 {
  return keccakWords([
    ANSWER_TYPEHASH,
    asBytes32(hash, "requestHash"),
    asBytes32(resultDigest, "resultDigest"),
    asUint(size, 32, "size"),
  ]);
}

/** Leaf of an update, hashed twice so that no node passes for a leaf. Throws when a field does not fit its type. */
export function updateLeaf(update: StateUpdate): Bytes32 {
  return doubleHash(updateWords(update));
}

/**
 * Leaf of an update together with the traits that change with it, in this order; hashed twice so that no node passes for
 * a leaf. Without traits it still is another leaf than {@link updateLeaf}. Throws when a field does not fit its type.
 */
export function traitUpdateLeaf(update: StateUpdate, traits: readonly TraitValue[]): Bytes32 {
  const values = traits.map(({ key, value }, index) =>
    keccakWords([
      TRAIT_VALUE_TYPEHASH,
      asBytes32(key, `traits[${index}].key`),
      asBytes32(value, `traits[${index}].value`),
    ]),
  );
  return doubleHash([TRAIT_UPDATE_TYPEHASH, keccakWords(updateWords(update)), keccakWords(values)]);
}

/** The report of one result: its root is the leaf, its first id the request's. */
export function singleResultReport(result: Result, delivery: Delivery, terms: ReportTerms): Report {
  return checkedReport({ ...terms, firstId: result.requestId, count: 1n, root: resultLeaf(result, delivery) });
}

/** The report of one update: its root is the leaf, and it names no request. */
export function singleUpdateReport(update: StateUpdate, terms: ReportTerms): Report {
  return checkedReport({ ...terms, firstId: 0n, count: 1n, root: updateLeaf(update) });
}

/** The report of one update with its traits: its root is the leaf, and it names no request. */
export function singleTraitUpdateReport(
  update: StateUpdate,
  traits: readonly TraitValue[],
  terms: ReportTerms,
): Report {
  return checkedReport({ ...terms, firstId: 0n, count: 1n, root: traitUpdateLeaf(update, traits) });
}

/** The report as a reporter signs it. Throws when a field does not fit its type. */
export function reportTypedData(report: Report, domain: OracleDomain): TypedData<Report> {
  return {
    domain: oracleEip712Domain(domain),
    types: reportTypes,
    primaryType: "Report",
    message: checkedReport(report),
  };
}

/** The digest that reporters sign. Throws when a field does not fit its type. */
export function reportDigest(report: Report, domain: OracleDomain): Bytes32 {
  return typedDataDigest(reportTypedData(report, domain));
}

/** What a report says instead of a root that is to be committed: such a root counts without a deadline. */
export function lastingRoot(root: Bytes32): Bytes32 {
  return keccakWords([LASTING_ROOT_TYPEHASH, asBytes32(root, "root")]);
}

/** The report as the contract takes it. Throws when a field does not fit its type. */
export function checkedReport(report: Report): Report {
  return {
    configVersion: asUint(report.configVersion, 32, "configVersion"),
    deadline: asUint(report.deadline, 64, "deadline"),
    firstId: asUint(report.firstId, 64, "firstId"),
    count: asUint(report.count, 32, "count"),
    root: asBytes32(report.root, "root"),
  };
}

function updateWords(update: StateUpdate): (bigint | Hex)[] {
  return [
    UPDATE_TYPEHASH,
    asAddress(update.collection, "collection"),
    asUint(update.tokenId, 256, "tokenId"),
    asAddress(update.actor, "actor"),
    asUint(update.sequence, 64, "sequence"),
    asBytes32(update.manifestDigest, "manifestDigest"),
    asBytes32(update.inputDigest, "inputDigest"),
    asBytes32(update.outputDigest, "outputDigest"),
    asBytes32(update.stateDigest, "stateDigest"),
  ];
}

function doubleHash(words: readonly (bigint | Hex)[]): Bytes32 {
  return keccak256(keccakWords(words)) as Bytes32;
}

function keccakWords(words: readonly (bigint | Hex)[]): Bytes32 {
  return keccak256(bytesOf(abiWords(words))) as Bytes32;
}
