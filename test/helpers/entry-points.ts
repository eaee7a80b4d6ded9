import type { ContractTransactionResponse } from "ethers";
import type { AttestTerms } from "./attestation";
import type { AskedOnce } from "./fixtures";
import { Delivery, type Report, reportDigest, resultLeaf, traitUpdateLeaf, updateLeaf } from "./typed-data";

/** One of the oracle's functions that takes an attestation, with something honest to deliver through it. */
export interface EntryPoint {
  name: "fulfill" | "fulfillInline" | "submitUpdate" | "submitUpdateWithTraits";
  /** The first id and the leaf of what is delivered. */
  subject(world: AskedOnce): Pick<Report, "firstId" | "root">;
  /** Sent by the relayer. */
  send(world: AskedOnce, attestation: string): Promise<ContractTransactionResponse>;
  /** Whether the delivery had its effect. */
  isDone(world: AskedOnce): Promise<boolean>;
}

export const fulfill: EntryPoint = {
  name: "fulfill",
  subject: ({ result }) => ({ firstId: result.requestId, root: resultLeaf(result, Delivery.DIGEST) }),
  send: ({ oracle, relayer, result }, attestation) => oracle.connect(relayer).fulfill(attestation, result),
  isDone: ({ oracle, requestId }) => oracle.isFulfilled(requestId),
};

export const fulfillInline: EntryPoint = {
  name: "fulfillInline",
  subject: ({ result }) => ({ firstId: result.requestId, root: resultLeaf(result, Delivery.INLINE) }),
  send: ({ oracle, relayer, result, output }, attestation) =>
    oracle.connect(relayer).fulfillInline(attestation, result, output),
  isDone: ({ oracle, requestId }) => oracle.isFulfilled(requestId),
};

export const submitUpdate: EntryPoint = {
  name: "submitUpdate",
  subject: ({ update }) => ({ firstId: 0n, root: updateLeaf(update()) }),
  send: ({ oracle, relayer, update }, attestation) => oracle.connect(relayer).submitUpdate(attestation, update()),
  isDone: async ({ collection, tokenId }) => (await collection.programOf(tokenId)).sequence === 1n,
};

export const submitUpdateWithTraits: EntryPoint = {
  name: "submitUpdateWithTraits",
  subject: ({ update, traits }) => ({ firstId: 0n, root: traitUpdateLeaf(update(), traits) }),
  send: ({ oracle, relayer, update, traits }, attestation) =>
    oracle.connect(relayer).submitUpdateWithTraits(attestation, update(), traits),
  isDone: async ({ collection, tokenId, traits }) => {
    const keys = traits.map(({ key }) => key);
    const values = traits.map(({ value }) => value);
    const seen = await collection.getTraitValues(tokenId, keys);
    const { sequence } = await collection.programOf(tokenId);
    return sequence === 1n && seen.every((value, place) => value === values[place]);
  },
};

export const entryPoints: readonly EntryPoint[] = [fulfill, fulfillInline, submitUpdate, submitUpdateWithTraits];

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
