import { AbiCoder, dataLength, hexlify, keccak256, ParamType, toUtf8Bytes } from "ethers";
import type { AttestationVerifierMock, AuthorityCollectionMock, ERC7007Adapter } from "../../typechain-types";
import { deployContract } from "./chain";
import { everybody, type People } from "./people";
import {
  Agreement,
  Delivery,
  digestOf,
  type InferenceRequest,
  type InferenceResult,
  type Report,
  requestHash,
  resultLeaf,
  Status,
} from "./typed-data";

/** What was asked, what was answered, and who signed it: the proof of ERC-7007 before it is encoded. */
export interface InferenceProof {
  request: InferenceRequest;
  result: InferenceResult;
  report: Report;
  attestation: string;
}

/** A prompt, its content and the proof between them. */
export interface Claim extends InferenceProof {
  prompt: string;
  aigcData: string;
}

/** An oracle that fulfilled one request, and the adapter that proves its answer. */
export interface AigcWorld extends People {
  collection: AuthorityCollectionMock;
  oracle: AttestationVerifierMock;
  adapter: ERC7007Adapter;
  tokenId: bigint;
  requestId: bigint;
  /** Everything as it happened. */
  claim: Claim;
}

export async function answerFulfilled(): Promise<AigcWorld> {
  const people = await everybody();
  const collection = await deployContract("AuthorityCollectionMock");
  const oracle = await deployContract("AttestationVerifierMock");
  const addresses = [await collection.getAddress(), await oracle.getAddress()];
  const adapter = await deployContract("ERC7007Adapter", addresses);
  const [tokenId, requestId] = [7n, 3n];
  const claim = claimOf({
    requester: people.requester.address,
    collection: await collection.getAddress(),
    tokenId,
    manifestDigest: digestOf("first manifest"),
    inputDigest: keccak256(PROMPT),
    maxOutputBytes: 1024n,
    delivery: Delivery.INLINE,
    agreement: Agreement.EXACT,
    deadline: 2_000_000_000n,
  });
  await oracle.fulfil(requestId);
  await oracle.accept(claim.report, claim.attestation, true);
  return { ...people, collection, oracle, adapter: adapter.connect(people.stranger), tokenId, requestId, claim };
}

export const PROMPT = hexlify(toUtf8Bytes('{"prompt":"Paint a shark."}'));
export const CONTENT = hexlify(toUtf8Bytes('{"content":"A shark, teal, smiling."}'));

/** The honest claim for a request, with any part of its result replaced before it is signed. */
export function claimOf(request: InferenceRequest, changed: Partial<InferenceResult> = {}): Claim {
  const result: InferenceResult = {
    requestId: 3n,
    requestHash: requestHash(request),
    resultDigest: keccak256(CONTENT),
    status: Status.OK,
    size: BigInt(dataLength(CONTENT)),
    ...changed,
  };
  const report: Report = {
    configVersion: 1n,
    deadline: 2_000_000_000n,
    firstId: result.requestId,
    count: 1n,
    root: resultLeaf(result, request.delivery),
  };
  return { request, result, report, attestation: "0x5161", prompt: PROMPT, aigcData: CONTENT };
}

/** The proof as the ERC's functions take it: one struct. */
export function encodeProof({ request, result, report, attestation }: InferenceProof): string {
  return AbiCoder.defaultAbiCoder().encode([PROOF], [{ request, result, report, attestation }]);
}

const PROOF = ParamType.from(
  "tuple(" +
    "tuple(address requester, address collection, uint256 tokenId, bytes32 manifestDigest, bytes32 inputDigest, " +
    "uint32 maxOutputBytes, uint8 delivery, uint8 agreement, uint64 deadline) request, " +
    "tuple(uint64 requestId, bytes32 requestHash, bytes32 resultDigest, uint8 status, uint32 size) result, " +
    "tuple(uint32 configVersion, uint64 deadline, uint64 firstId, uint32 count, bytes32 root) report, " +
    "bytes attestation)",
);

/** Calls `verify` with a claim. */
export async function verifies(adapter: ERC7007Adapter, claim: Claim): Promise<boolean> {
  return adapter.verify(claim.prompt, claim.aigcData, encodeProof(claim));
}
