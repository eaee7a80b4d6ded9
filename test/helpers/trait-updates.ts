import { expect } from "chai";
import type { ContractTransactionResponse } from "ethers";
import { ZeroHash } from "ethers";
import type { MintedToken } from "./fixtures";
import { experience, hatched, mood } from "./traits";
import { type StateUpdate, traitUpdateLeaf, type TraitValue } from "./typed-data";

/** The keys of the schema that the fixtures give a collection. */
export const ALL_KEYS = [experience().key, mood().key, hatched().key];

/** Signs an update with traits by the first three reporters, and lets the relayer submit it. */
export async function submitWithTraits(
  { oracle, relayer, attest }: MintedToken,
  update: StateUpdate,
  traits: TraitValue[],
): Promise<ContractTransactionResponse> {
  const attestation = attest.leaf(0n, traitUpdateLeaf(update, traits));
  return oracle.connect(relayer).submitUpdateWithTraits(attestation, update, traits);
}

/** The values of experience, mood and hatched. */
export async function traitsOf({ collection, tokenId }: MintedToken): Promise<string[]> {
  return [...(await collection.getTraitValues(tokenId, ALL_KEYS))];
}

/** How often the token's state changed, and what it is now. */
export async function stateOf({ collection, tokenId }: MintedToken): Promise<[sequence: bigint, digest: string]> {
  return [(await collection.programOf(tokenId)).sequence, await collection.stateDigest(tokenId)];
}

/** Nothing of the update nor of the traits happened. */
export async function expectUntouched(world: MintedToken): Promise<void> {
  expect(await stateOf(world)).to.deep.equal([0n, ZeroHash]);
  expect(await traitsOf(world)).to.deep.equal([ZeroHash, ZeroHash, ZeroHash]);
}
