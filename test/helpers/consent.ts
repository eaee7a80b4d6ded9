import type { Signer, TypedDataDomain } from "ethers";
import { chainId } from "./chain";
import type { ProgramWorld } from "./programs";
import { collectionDomain, consentTypes, type TrainingRecord } from "./typed-data";

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
