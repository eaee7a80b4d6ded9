import type { Address, Bytes32, Hex, Report } from "ainft-core";
import type { Fees } from "../domain/fees.ts";

/** A reporter's key. It signs reports of one oracle and nothing else. */
export interface ReportSigner {
  readonly address: Address;
  /** 64-byte signature (EIP-2098). Throws `SigningRefused` for what is not one of our reports. */
  sign(report: Report): Promise<Hex>;
}

/** A transaction to sign. */
export interface UnsignedTransaction {
  readonly nonce: bigint;
  readonly target: Address;
  readonly data: Hex;
  readonly gasLimit: bigint;
  readonly fees: Fees;
}

/** A transmitter's key. It signs calls of one oracle and nothing else. */
export interface TransactionSigner {
  readonly address: Address;
  /** Throws `SigningRefused` for a call to anything but the oracle. */
  sign(transaction: UnsignedTransaction): Promise<{ readonly raw: Hex; readonly hash: Bytes32 }>;
}
