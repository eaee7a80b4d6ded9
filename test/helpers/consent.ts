import { type Signer, type TypedDataDomain, ZeroAddress } from "ethers";
import { chainId } from "./chain";
import type { ProgramWorld } from "./programs";
import {
  type BatchConsent,
  batchConsentTypes,
  collectionDomain,
  consentTypes,
  recordLeaf,
  type TrainingRecord,
} from "./typed-data";

/** What a contributor agrees to, in full; a test replaces what it wants to be wrong. */
export interface ConsentTerms {
  domain: TypedDataDomain;
  tokenId: bigint;
  index: bigint;
  record: TrainingRecord;
}

/** Signs a consent to stand at the first place of the world's program. 65 bytes. */
export async function consentOf(
  signer: Pick<Signer, "signTypedData">,
  world: ProgramWorld,
  record: TrainingRecord,
  changed: Partial<ConsentTerms> = {},
): Promise<string> {
  const terms: ConsentTerms = {
    domain: collectionDomain(await chainId(), world.address),
    tokenId: world.tokenId,
    index: 0n,
    record,
    ...changed,
  };
  const { domain, tokenId, index } = terms;
  return signer.signTypedData(domain, consentTypes, { tokenId, index, record: terms.record });
}

/** What a contributor agrees to for a batch, in full. */
export interface BatchTerms extends BatchConsent {
  domain: TypedDataDomain;
}

/** Signs a consent to stand in the world's program with these records, from the first place on. 65 bytes. */
export async function batchConsentOf(
  signer: Pick<Signer, "signTypedData">,
  world: ProgramWorld,
  records: readonly TrainingRecord[],
  changed: Partial<BatchTerms> = {},
): Promise<string> {
  const { domain, ...consent }: BatchTerms = {
    domain: collectionDomain(await chainId(), world.address),
    tokenId: world.tokenId,
    firstIndex: 0n,
    contributor: records[0]?.contributor ?? ZeroAddress,
    leaves: records.map(recordLeaf),
    ...changed,
  };
  return signer.signTypedData(domain, batchConsentTypes, consent);
}
