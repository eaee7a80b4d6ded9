import type { FastifyInstance } from "fastify";
import { proofOf, type ResultProof } from "../../application/proofs.ts";
import type { ServedChains } from "./served-chains.ts";

const DECIMAL = /^(0|[1-9]\d{0,18})$/;

/** Serves what `applyResult` takes. The bytes of the result are under its digest, as all others. */
export function proofPages(app: FastifyInstance, chains: ServedChains): void {
  app.get<{ Params: { id: string } }>("/v1/proofs/:id", async (request, reply) => {
    const { store } = chains.of(request);
    if (!DECIMAL.test(request.params.id)) return reply.code(400).send({ error: "an id is a whole number" });
    const found = await proofOf(store, BigInt(request.params.id));
    if (found === null) return reply.code(404).send({ error: "no root over it was committed" });
    return reply.send(writeProof(found));
  });
}

/** A proof as it goes over the wire: big integers are decimal text. */
function writeProof({ result, leaf, proof, committed }: ResultProof): unknown {
  const { requestId, requestHash, resultDigest, status, size } = result;
  const { firstId, count, root, configVersion, txHash, block } = committed;
  return {
    result: { requestId: String(requestId), requestHash, resultDigest, status, size: String(size) },
    leaf,
    proof,
    root,
    firstId: String(firstId),
    count: String(count),
    committed: {
      configVersion: String(configVersion),
      txHash,
      blockNumber: String(block.number),
      blockHash: block.hash,
    },
  };
}
