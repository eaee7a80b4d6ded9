import { asHex, type Hex } from "ainft-core";
import type { Interface } from "ethers";
import type { CallEncoder } from "../../ports/chain.ts";
import { decodeOrder, deskInterface, oracleInterface } from "./decode.ts";

const encode = (contract: Interface, name: string, args: readonly unknown[]): Hex =>
  asHex(contract.encodeFunctionData(name, [...args]));

/** Calls of the oracle and its desk, by their ABIs. */
export const oracleCalls: CallEncoder = {
  fulfill: (result, attestation) => encode(oracleInterface, "fulfill", [attestation, result]),
  fulfillInline: (result, output, attestation) =>
    encode(oracleInterface, "fulfillInline", [attestation, result, output]),
  fulfillBatch: (firstId, answers, statuses, attestation) =>
    encode(oracleInterface, "fulfillBatch", [attestation, firstId, answers, statuses]),
  commitRoot: (firstId, count, root, attestation) =>
    encode(oracleInterface, "commitRoot", [attestation, firstId, count, root]),
  fulfillOrder: (order, result, output, attestation) =>
    encode(deskInterface, "fulfill", [attestation, decodeOrder(order), result, output]),
  submitUpdate: (update, attestation) => encode(oracleInterface, "submitUpdate", [attestation, update]),
  settle: (order) => encode(deskInterface, "settle", [decodeOrder(order)]),
};
