import { id, TypedDataEncoder, type TypedDataField } from "ethers";
import { type Address, asAddress, asUint, type Bytes32 } from "./hex.ts";

/** A deployed collection, as its EIP-712 domain binds it. */
export interface CollectionDomain {
  readonly chainId: bigint;
  readonly collection: Address;
}

/** A deployed oracle, as its EIP-712 domain binds it. */
export interface OracleDomain {
  readonly chainId: bigint;
  readonly oracle: Address;
}

/** An EIP-712 domain in the form that ethers and viem read. */
export interface Eip712Domain {
  readonly name: string;
  readonly version: string;
  readonly chainId: bigint;
  readonly verifyingContract: Address;
}

/** Everything a wallet needs to sign one message; fits ethers (`signTypedData`) and viem (`hashTypedData`). */
export interface TypedData<Message> {
  readonly domain: Eip712Domain;
  readonly types: Record<string, TypedDataField[]>;
  readonly primaryType: string;
  readonly message: Message;
}

/** Whoever can sign typed data; an ethers `Signer` is one. */
export interface TypedDataSigner {
  signTypedData(
    domain: Eip712Domain,
    types: Record<string, TypedDataField[]>,
    message: Record<string, unknown>,
  ): Promise<string>;
}

export const TRAINING_RECORD_TYPE =
  "TrainingRecord(bytes32 parentManifest,bytes32 childManifest,bytes32 datasetDigest,bytes32 codeDigest," +
  "bytes32 metricsDigest,address contributor,uint64 trainedAt)";
export const TRAINING_CONSENT_TYPE = `TrainingConsent(uint256 tokenId,uint64 index,TrainingRecord record)${TRAINING_RECORD_TYPE}`;
export const TRAINING_NODE_TYPE = "AINFTTrainingNode(bytes32 left,bytes32 right)";
export const TRAINING_ROOT_TYPE = "AINFTTrainingRoot(uint64 count,bytes32 peaks)";
export const REPORT_TYPE = "Report(uint32 configVersion,uint64 deadline,uint64 firstId,uint32 count,bytes32 root)";
export const ANSWER_TYPE = "Answer(bytes32 requestHash,bytes32 resultDigest,uint32 size)";
export const RESULT_TYPE = `Result(uint8 delivery,uint64 requestId,uint8 status,Answer answer)${ANSWER_TYPE}`;
export const UPDATE_TYPE =
  "StateUpdate(address collection,uint256 tokenId,address actor,uint64 sequence,bytes32 manifestDigest," +
  "bytes32 inputDigest,bytes32 outputDigest,bytes32 stateDigest)";
export const TRAIT_VALUE_TYPE = "TraitValue(bytes32 key,bytes32 value)";
export const TRAIT_UPDATE_TYPE = `TraitUpdate(StateUpdate update,TraitValue[] traits)${UPDATE_TYPE}${TRAIT_VALUE_TYPE}`;
export const LASTING_ROOT_TYPE = "LastingRoot(bytes32 root)";
export const REQUEST_TYPE =
  "Request(address requester,address collection,uint256 tokenId,bytes32 manifestDigest,bytes32 inputDigest," +
  "uint32 maxOutputBytes,uint8 delivery,uint8 agreement,uint64 deadline)";

export const TRAINING_RECORD_TYPEHASH = typeHash(TRAINING_RECORD_TYPE);
export const TRAINING_CONSENT_TYPEHASH = typeHash(TRAINING_CONSENT_TYPE);
export const TRAINING_NODE_TYPEHASH = typeHash(TRAINING_NODE_TYPE);
export const TRAINING_ROOT_TYPEHASH = typeHash(TRAINING_ROOT_TYPE);
export const REPORT_TYPEHASH = typeHash(REPORT_TYPE);
export const ANSWER_TYPEHASH = typeHash(ANSWER_TYPE);
export const RESULT_TYPEHASH = typeHash(RESULT_TYPE);
export const UPDATE_TYPEHASH = typeHash(UPDATE_TYPE);
export const TRAIT_VALUE_TYPEHASH = typeHash(TRAIT_VALUE_TYPE);
export const TRAIT_UPDATE_TYPEHASH = typeHash(TRAIT_UPDATE_TYPE);
export const LASTING_ROOT_TYPEHASH = typeHash(LASTING_ROOT_TYPE);
export const REQUEST_TYPEHASH = typeHash(REQUEST_TYPE);

/** Fields of `TrainingConsent`, as wallets read them. */
export const trainingConsentTypes: Record<string, TypedDataField[]> = {
  TrainingConsent: [field("tokenId", "uint256"), field("index", "uint64"), field("record", "TrainingRecord")],
  TrainingRecord: [
    field("parentManifest", "bytes32"),
    field("childManifest", "bytes32"),
    field("datasetDigest", "bytes32"),
    field("codeDigest", "bytes32"),
    field("metricsDigest", "bytes32"),
    field("contributor", "address"),
    field("trainedAt", "uint64"),
  ],
};

/** Fields of `Report`, as wallets read them. */
export const reportTypes: Record<string, TypedDataField[]> = {
  Report: [
    field("configVersion", "uint32"),
    field("deadline", "uint64"),
    field("firstId", "uint64"),
    field("count", "uint32"),
    field("root", "bytes32"),
  ],
};

/** The EIP-712 domain of a collection. Throws `UintOutOfRange` or `InvalidAddress`. */
export function collectionEip712Domain({ chainId, collection }: CollectionDomain): Eip712Domain {
  return eip712Domain("AINFT", chainId, collection);
}

/** The EIP-712 domain of an oracle. Throws `UintOutOfRange` or `InvalidAddress`. */
export function oracleEip712Domain({ chainId, oracle }: OracleDomain): Eip712Domain {
  return eip712Domain("AINFT Oracle", chainId, oracle);
}

/** The domain separator that the contract computes for the same domain. */
export function domainSeparator(domain: Eip712Domain): Bytes32 {
  return TypedDataEncoder.hashDomain(domain) as Bytes32; // a keccak-256 in lower-case hex
}

/** The digest that is signed: keccak-256 of `0x1901`, the domain separator and the struct hash. */
export function typedDataDigest<Message extends object>(data: TypedData<Message>): Bytes32 {
  return TypedDataEncoder.hash(data.domain, data.types, data.message) as Bytes32; // a keccak-256 in lower-case hex
}

function eip712Domain(name: string, chainId: bigint, contract: Address): Eip712Domain {
  return {
    name,
    version: "1",
    chainId: asUint(chainId, 256, "chainId"),
    verifyingContract: asAddress(contract, "verifyingContract"),
  };
}

function typeHash(type: string): Bytes32 {
  return id(type) as Bytes32; // keccak-256 of the UTF-8 text
}

function field(name: string, type: string): TypedDataField {
  return { name, type };
}
