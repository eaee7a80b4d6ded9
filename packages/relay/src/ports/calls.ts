import type { Bytes32, Hex, Result, StateUpdate } from "ainft-core";

/** Encodes the calls that deliver reports. */
export interface CallEncoder {
  fulfill(result: Result, attestation: Hex): Hex;
  fulfillInline(result: Result, output: Uint8Array, attestation: Hex): Hex;
  submitUpdate(update: StateUpdate, attestation: Hex): Hex;
  updateLeaf(update: StateUpdate): Bytes32;
}
