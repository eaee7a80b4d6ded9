import type { ContractTransactionResponse } from "ethers";
import type { AttestTerms } from "./attestation";
import type { AskedOnce } from "./fixtures";
import {
  answerHash,
  Delivery,
  lastingRoot,
  type Report,
  reportDigest,
  resultLeaf,
  traitUpdateLeaf,
  updateLeaf,
} from "./typed-data";

/** One of the oracle's functions that takes an attestation, with something honest to deliver through it. */
export interface EntryPoint {
  name:
    | "fulfill"
    | "fulfillInline"
    | "fulfillBatch"
    | "commitRoot"
    | "submitUpdate"
    | "submitUpdates"
    | "submitUpdateWithTraits";
  /** The first id and the leaf of what is delivered. */
  subject(world: AskedOnce): Pick<Report, "firstId" | "root">;
  /** Sent by the relayer. */
  send(world: AskedOnce, attestation: string): Promise<ContractTransactionResponse>;
  /** What is sent. */
  encode(world: AskedOnce, attestation: string): string;
  /** How the same delivery is refused the second time; null when it is taken and does nothing. */
  again: { error: string; args(world: AskedOnce): unknown[] } | null;
  /** Whether the delivery had its effect. */
  isDone(world: AskedOnce): Promise<boolean>;
}

export const fulfill: EntryPoint = {
  name: "fulfill",
  subject: ({ result }) => ({ firstId: result.requestId, root: resultLeaf(result, Delivery.DIGEST) }),
  send: ({ oracle, relayer, result }, attestation) => oracle.connect(relayer).fulfill(attestation, result),
  encode: ({ oracle, result }, attestation) => oracle.interface.encodeFunctionData("fulfill", [attestation, result]),
  again: { error: "InferenceOracleAlreadyFulfilled", args: ({ requestId }) => [requestId] },
  isDone: ({ oracle, requestId }) => oracle.isFulfilled(requestId),
};

export const fulfillInline: EntryPoint = {
  name: "fulfillInline",
  subject: ({ result }) => ({ firstId: result.requestId, root: resultLeaf(result, Delivery.INLINE) }),
  send: ({ oracle, relayer, result, output }, attestation) =>
    oracle.connect(relayer).fulfillInline(attestation, result, output),
  encode: ({ oracle, result, output }, attestation) =>
    oracle.interface.encodeFunctionData("fulfillInline", [attestation, result, output]),
  again: { error: "InferenceOracleAlreadyFulfilled", args: ({ requestId }) => [requestId] },
  isDone: ({ oracle, requestId }) => oracle.isFulfilled(requestId),
};

export const submitUpdate: EntryPoint = {
  name: "submitUpdate",
  subject: ({ update }) => ({ firstId: 0n, root: updateLeaf(update()) }),
  send: ({ oracle, relayer, update }, attestation) => oracle.connect(relayer).submitUpdate(attestation, update()),
  encode: ({ oracle, update }, attestation) =>
    oracle.interface.encodeFunctionData("submitUpdate", [attestation, update()]),
  again: { error: "AINFTStaleSequence", args: () => [1n, 2n, 1n] },
  isDone: async ({ collection, tokenId }) => (await collection.programOf(tokenId)).sequence === 1n,
};

export const submitUpdateWithTraits: EntryPoint = {
  name: "submitUpdateWithTraits",
  subject: ({ update, traits }) => ({ firstId: 0n, root: traitUpdateLeaf(update(), traits) }),
  send: ({ oracle, relayer, update, traits }, attestation) =>
    oracle.connect(relayer).submitUpdateWithTraits(attestation, update(), traits),
  encode: ({ oracle, update, traits }, attestation) =>
    oracle.interface.encodeFunctionData("submitUpdateWithTraits", [attestation, update(), traits]),
  again: { error: "AINFTStaleSequence", args: () => [1n, 2n, 1n] },
  isDone: async ({ collection, tokenId, traits }) => {
    const keys = traits.map(({ key }) => key);
    const values = traits.map(({ value }) => value);
    const seen = await collection.getTraitValues(tokenId, keys);
    const { sequence } = await collection.programOf(tokenId);
    return sequence === 1n && seen.every((value, place) => value === values[place]);
  },
};

/** A batch of one: its root is the leaf. */
export const fulfillBatch: EntryPoint = {
  ...fulfill,
  name: "fulfillBatch",
  send: ({ oracle, relayer, result }, attestation) =>
    oracle.connect(relayer).fulfillBatch(attestation, result.requestId, [answerHash(result)], "0x"),
  encode: ({ oracle, result }, attestation) =>
    oracle.interface.encodeFunctionData("fulfillBatch", [attestation, result.requestId, [answerHash(result)], "0x"]),
  again: { error: "InferenceOracleBatchDone", args: ({ requestId }) => [requestId, 1n] },
};

/** A root over one leaf, which is the leaf. */
export const commitRoot: EntryPoint = {
  ...fulfill,
  name: "commitRoot",
  subject: ({ result }) => ({
    firstId: result.requestId,
    root: lastingRoot(resultLeaf(result, Delivery.DIGEST)),
  }),
  send: ({ oracle, relayer, result }, attestation) =>
    oracle.connect(relayer).commitRoot(attestation, result.requestId, 1, resultLeaf(result, Delivery.DIGEST)),
  encode: ({ oracle, result }, attestation) =>
    oracle.interface.encodeFunctionData("commitRoot", [
      attestation,
      result.requestId,
      1,
      resultLeaf(result, Delivery.DIGEST),
    ]),
  again: {
    error: "InferenceOracleRootCommitted",
    args: ({ requestId, result }) => [requestId, 1n, resultLeaf(result, Delivery.DIGEST), 1n],
  },
  isDone: async ({ oracle, result }) =>
    (await oracle.committedUnder(result.requestId, 1, resultLeaf(result, Delivery.DIGEST))) !== 0n,
};

export const submitUpdates: EntryPoint = {
  ...submitUpdate,
  name: "submitUpdates",
  send: ({ oracle, relayer, update }, attestation) => oracle.connect(relayer).submitUpdates(attestation, [update()]),
  encode: ({ oracle, update }, attestation) =>
    oracle.interface.encodeFunctionData("submitUpdates", [attestation, [update()]]),
  again: null,
};

export const entryPoints: readonly EntryPoint[] = [
  fulfill,
  fulfillInline,
  fulfillBatch,
  commitRoot,
  submitUpdate,
  submitUpdates,
  submitUpdateWithTraits,
];

/** An attestation of what the entry point delivers; some of its terms can be replaced. */
export function attestFor(entry: EntryPoint, world: AskedOnce, terms: Partial<AttestTerms> = {}): string {
  const { firstId, root } = entry.subject(world);
  return world.attest.leaf(firstId, root, terms);
}

/** The digest that the chain checks signatures against, under the fixture's terms unless some are replaced. */
export function digestFor(entry: EntryPoint, world: AskedOnce, terms: Partial<AttestTerms> = {}): string {
  const { domain, configVersion, deadline } = { ...world.attest.terms, ...terms };
  return reportDigest(domain, { configVersion, deadline, count: 1n, ...entry.subject(world) });
}
