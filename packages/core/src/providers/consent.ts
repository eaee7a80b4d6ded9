import type { TypedDataField } from "ethers";
import type { TypedData } from "../eip712.ts";
import { type Address, asAddress, asUint } from "../hex.ts";

/** A deployed registry of providers, as its EIP-712 domain binds it. */
export interface RegistryDomain {
  readonly chainId: bigint;
  readonly registry: Address;
}

/** What a reporter key signs to serve one provider. */
export interface ReporterKeyConsent {
  readonly provider: Address;
  readonly reporterKey: Address;
  /** The key's next nonce in the registry (uint256). */
  readonly nonce: bigint;
  /** Unix seconds after which the consent counts no more (uint48). */
  readonly deadline: bigint;
}

/** Fields of `ReporterKeyConsent`, as wallets read them. */
export const reporterKeyConsentTypes: Record<string, TypedDataField[]> = {
  ReporterKeyConsent: [
    { name: "provider", type: "address" },
    { name: "reporterKey", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint48" },
  ],
};

/** The consent as the key signs it. Throws when a field does not fit its type. */
export function reporterKeyConsentTypedData(
  consent: ReporterKeyConsent,
  { chainId, registry }: RegistryDomain,
): TypedData<ReporterKeyConsent> {
  return {
    domain: {
      name: "AINFT Provider Registry",
      version: "1",
      chainId: asUint(chainId, 256, "chainId"),
      verifyingContract: asAddress(registry, "verifyingContract"),
    },
    types: reporterKeyConsentTypes,
    primaryType: "ReporterKeyConsent",
    message: {
      provider: asAddress(consent.provider, "provider"),
      reporterKey: asAddress(consent.reporterKey, "reporterKey"),
      nonce: asUint(consent.nonce, 256, "nonce"),
      deadline: asUint(consent.deadline, 48, "deadline"),
    },
  };
}
