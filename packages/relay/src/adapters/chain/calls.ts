import { asHex, type Hex } from "ainft-core";
import type { CallEncoder } from "../../ports/chain.ts";
import { oracleInterface } from "./decode.ts";

const encode = (name: string, args: readonly unknown[]): Hex =>
  asHex(oracleInterface.encodeFunctionData(name, [...args]));

/** Calls of the oracle, by its ABI. */
export const oracleCalls: CallEncoder = {
  fulfill: (result, attestation) => encode("fulfill", [attestation, result]),
  fulfillInline: (result, output, attestation) => encode("fulfillInline", [attestation, result, output]),
  submitUpdate: (update, attestation) => encode("submitUpdate", [attestation, update]),
};
