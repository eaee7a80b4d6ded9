export { callsDigest, describeCalls, proposalId } from "./dao/calls.ts";
export * from "./dao/description.ts";
export * from "./dao/errors.ts";
export * from "./dao/types.ts";
export * from "./eip712.ts";
export * from "./errors.ts";
export {
  type Address,
  asAddress,
  asBytes32,
  asHex,
  asUint,
  type Bytes32,
  bytesOf,
  type Hex,
  InvalidAddress,
  InvalidHex,
  UintOutOfRange,
  ZERO_BYTES32,
} from "./hex.ts";
export * from "./json/canonical.ts";
export * from "./json/errors.ts";
export * from "./json/parse.ts";
export * from "./json/pointer.ts";
export * from "./json/types.ts";
export * from "./life/errors.ts";
export * from "./life/events.ts";
export { inOrder, type Place } from "./life/lane.ts";
export * from "./life/life.ts";
export * from "./life/read.ts";
export {
  type Asked,
  type AskedEvent,
  type BatchedResultEvent,
  type ClosingEvent,
  decodeOrderLog,
  decodeRequestLog,
  decodeResultLog,
  type OrderEvent,
  REQUEST_TOPICS,
  type RequestEvent,
  type ResultEvent,
} from "./life/request-events.ts";
export * from "./life/requests.ts";
export * from "./life/source.ts";
export * from "./manifest/cid.ts";
export * from "./manifest/digest.ts";
export * from "./manifest/errors.ts";
export { manifestJsonSchema } from "./manifest/schema.ts";
export * from "./manifest/types.ts";
export * from "./manifest/validate.ts";
export * from "./providers/config.ts";
export * from "./providers/consent.ts";
export * from "./providers/errors.ts";
export * from "./report/attestation.ts";
export * from "./report/errors.ts";
export * from "./report/hash.ts";
export * from "./report/quorum.ts";
export { type IndexedReporter, MAX_REPORTERS } from "./report/reporters.ts";
export * from "./report/result.ts";
export * from "./report/tree.ts";
export * from "./report/tree-errors.ts";
export * from "./report/types.ts";
export * from "./rewards/boosts.ts";
export * from "./rewards/document.ts";
export { rewardDocumentSchema } from "./rewards/document-schema.ts";
export * from "./rewards/epoch.ts";
export * from "./rewards/errors.ts";
export * from "./rewards/posting.ts";
export { asProgramme, programmeName } from "./rewards/programme.ts";
export * from "./rewards/rows.ts";
export { divideRewards, type Part, type Weight } from "./rewards/shares.ts";
export * from "./rewards/tree.ts";
export * from "./rewards/types.ts";
export * from "./schema/errors.ts";
export { type JsonValidator, resultJsonValidator } from "./schema/validator.ts";
export * from "./signature.ts";
export * from "./training/events.ts";
export * from "./training/history.ts";
export * from "./training/log.ts";
export { hashNode, type Peak } from "./training/mountains.ts";
export * from "./training/record.ts";
export * from "./training/tree.ts";
