import { dataSlice, keccak256 } from "ethers";
import type { InferenceOracle } from "../../typechain-types";
import type { Claim } from "./aigc";
import { provider } from "./chain";
import {
  type Agreement,
  type Delivery,
  type InferenceRequest,
  type InferenceResult,
  resultLeaf,
  type Status,
} from "./typed-data";

/**
 * The claim that a fulfilled request proves, by the oracle's events and the transaction that they came from: what a
 * stranger who has nothing but the chain can build. The answer must have been delivered with its bytes.
 */
export async function claimFromChain(oracle: InferenceOracle, requestId: bigint): Promise<Claim> {
  const [created] = await oracle.queryFilter(oracle.filters.RequestCreated(requestId));
  const [output] = await oracle.queryFilter(oracle.filters.ResultOutput(requestId));
  if (created === undefined || output === undefined) throw new Error(`Request ${requestId} has no answer on chain.`);
  const { requester, collection, tokenId, manifestDigest, input, maxOutputBytes } = created.args;
  const { delivery, agreement, deadline } = created.args;
  const request: InferenceRequest = {
    requester,
    collection,
    tokenId,
    manifestDigest,
    inputDigest: keccak256(input),
    maxOutputBytes,
    delivery: Number(delivery) as Delivery, // the contract's own enum
    agreement: Number(agreement) as Agreement, // the contract's own enum
    deadline,
  };
  const { attestation, result } = await deliveredBy(oracle, output.transactionHash);
  const report = {
    configVersion: BigInt(dataSlice(attestation, 0, 4)),
    deadline: BigInt(dataSlice(attestation, 4, 12)),
    firstId: requestId,
    count: 1n,
    root: resultLeaf(result, request.delivery),
  };
  return { request, result, report, attestation, prompt: input, aigcData: output.args.output };
}

/** What a `fulfillInline` transaction brought. */
async function deliveredBy(
  oracle: InferenceOracle,
  hash: string,
): Promise<{ attestation: string; result: InferenceResult }> {
  const transaction = await provider.getTransaction(hash);
  const [attestation, result] = oracle.interface.decodeFunctionData("fulfillInline", transaction?.data ?? "0x");
  const [requestId, requestHash, resultDigest, status, size] = result as [bigint, string, string, bigint, bigint];
  return {
    attestation: String(attestation),
    result: { requestId, requestHash, resultDigest, status: Number(status) as Status, size }, // the contract's own enum
  };
}
