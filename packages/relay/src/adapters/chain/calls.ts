import { asHex, type Hex } from "ainft-core";
import type { CallEncoder } from "../../ports/chain.ts";
import { oracleInterface } from "./decode.ts";

const encode = (name: string, args: readonly unknown[]): Hex =>
  asHex(oracleInterface.encodeFunctionData(name, [...args]));

/** Calls of the oracle, by its ABI. */
export const oracleCalls: CallEncoder = {
  fulfill: (result, attestation) => encode("fulfill", [result, attestation]),
  fulfillInline: (result, output, attestation) => encode("fulfillInline", [result, output, attestation]),
  submitUpdate: (update, attestation) => encode("submitUpdate", [update, attestation]),
};
