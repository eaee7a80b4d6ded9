import { type Address, asAgreement, asDelivery, type Bytes32, cidFromDigest, requestHash } from "ainft-core";
import { keccak256, type Provider, toUtf8String } from "ethers";
import { type RequestOnChain, readRequest } from "./chain";
import { type SignedReport, signedResult, signedUpdate } from "./signed";
import type { AnswerStory, Check } from "./types";

export { MissingFromChainError } from "./chain";
export type { AnswerStory, Check } from "./types";

/**
 * Rebuilds the life of one inline request from events and calldata alone, and checks every digest and signature again.
 * Nothing a relay says is used. Throws `MissingFromChainError` while the request is not answered and applied.
 */
export async function verifyAnswer(provider: Provider, oracle: string, requestId: bigint): Promise<AnswerStory> {
  const chain = await readRequest(provider, oracle, requestId);
  const { asked, answer, applied } = chain;
  const active = await chain.collection.activeVersion(asked.tokenId);
  const tokenUri = await chain.collection.tokenURI(asked.tokenId);
  const result = await signedResult(chain);
  const update = await signedUpdate(chain);
  return {
    requestId,
    requester: asked.requester,
    collection: asked.collection,
    tokenId: asked.tokenId,
    activeVersion: active.version,
    manifestDigest: active.manifestDigest,
    tokenUri,
    input: toUtf8String(asked.input),
    output: toUtf8String(chain.output),
    resultDigest: answer.resultDigest,
    stateBefore: chain.stateBefore,
    stateAfter: applied.stateDigest,
    sequence: applied.sequence,
    signers: result.signers,
    gas: {
      request: chain.request.receipt.gasUsed,
      fulfil: chain.fulfil.receipt.gasUsed,
      update: chain.update.receipt.gasUsed,
    },
    checks: [
      ...checkAnswer(chain, result),
      equal("asked manifest is the active version", active.manifestDigest, asked.manifestDigest),
      equal("token URI is the manifest's CID", tokenUri, `ipfs://${cidFromDigest(active.manifestDigest as Bytes32)}`),
      equal("update ran the active version", update.manifestDigest, active.manifestDigest),
      ...(await checkUpdate(chain, update)),
    ],
  };
}

function checkAnswer(chain: RequestOnChain, signed: SignedReport): Check[] {
  const { asked, answer } = chain;
  const rebuilt = requestHash({
    requester: asked.requester as Address,
    collection: asked.collection as Address,
    tokenId: asked.tokenId,
    manifestDigest: asked.manifestDigest as Bytes32,
    inputDigest: keccak256(asked.input) as Bytes32,
    maxOutputBytes: asked.maxOutputBytes,
    delivery: asDelivery(asked.delivery),
    agreement: asAgreement(asked.agreement),
    deadline: asked.deadline,
  });
  return [
    equal("request hash", asked.requestHash, rebuilt),
    equal("result answers this request", answer.requestHash, asked.requestHash),
    equal("answer bytes", answer.resultDigest, keccak256(chain.output)),
    signed.check("result quorum"),
  ];
}

async function checkUpdate(chain: RequestOnChain, signed: SignedReport): Promise<Check[]> {
  const { asked, answer, applied } = chain;
  const program = await chain.collection.programOf(asked.tokenId);
  return [
    signed.check("update quorum"),
    equal("update names this input", applied.inputDigest, keccak256(asked.input)),
    equal("update names this answer", applied.outputDigest, answer.resultDigest),
    equal("update names who asked", applied.actor, asked.requester),
    equal("sequence on chain", String(program.sequence), String(applied.sequence)),
    equal("state on chain", program.stateDigest, applied.stateDigest),
  ];
}

function equal(name: string, onChain: string, recomputed: string): Check {
  const ok = onChain === recomputed;
  return { name, ok, detail: ok ? onChain : `the chain says ${onChain}, recomputed ${recomputed}` };
}
