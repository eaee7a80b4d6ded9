import {
  type Address,
  asAddress,
  asBytes32,
  asHex,
  type Bytes32,
  type Hex,
  MAX_RESULT_BATCH,
  MAX_UPDATE_BATCH,
  type OracleDomain,
  type Report,
  signReport,
} from "ainft-core";
import { Transaction, type TransactionLike } from "ethers";
import { SigningRefused } from "../../domain/errors.ts";
import type { UnsignedTransaction } from "../../ports/chain.ts";
import type { ReportSigner, TransactionSigner } from "../../ports/system.ts";
import type { KeyHolder } from "./key-holder.ts";
import { ReportPolicy } from "./report-policy.ts";

/** Signs reports of one oracle on one chain. There is no way to have it sign anything else. */
export class WalletReportSigner implements ReportSigner {
  readonly address: Address;
  readonly #policy: ReportPolicy;
  readonly #domain: OracleDomain;

  constructor(holder: KeyHolder, domain: OracleDomain) {
    this.address = asAddress(holder.address);
    this.#policy = new ReportPolicy(holder, domain);
    this.#domain = domain;
  }

  async signReport(report: Report): Promise<Hex> {
    const isBatch = report.count > 1n && report.count <= BigInt(MAX_RESULT_BATCH) && report.firstId > 0n;
    const isActivity = report.count > 1n && report.count <= BigInt(MAX_UPDATE_BATCH) && report.firstId === 0n;
    if (report.count !== 1n && !isBatch && !isActivity) {
      throw new SigningRefused(`a report over ${report.count} leaves is not checked by this relay`);
    }
    return signReport(this.#policy, report, this.#domain);
  }
}

/** Signs transactions to one oracle and its desk on one chain, and to itself with nothing in them; all without value. */
export class WalletTransactionSigner implements TransactionSigner {
  readonly address: Address;
  readonly #holder: KeyHolder;
  readonly #domain: OracleDomain;
  readonly #desk: Address;

  constructor(holder: KeyHolder, domain: OracleDomain, desk: Address) {
    this.address = asAddress(holder.address);
    this.#holder = holder;
    this.#domain = domain;
    this.#desk = desk;
  }

  async sign({ to, data, nonce, gasLimit, fees }: UnsignedTransaction): Promise<{ hash: Bytes32; raw: Hex }> {
    const nothing = to === this.address && data === "0x"; // only uses up a nonce
    if (!nothing && to !== this.#domain.oracle && to !== this.#desk) {
      throw new SigningRefused(`${to} is neither the oracle nor its desk`);
    }
    const asked = {
      type: 2,
      chainId: this.#domain.chainId,
      to,
      data,
      nonce: Number(nonce),
      gasLimit,
      value: 0n,
      maxFeePerGas: fees.maxFee,
      maxPriorityFeePerGas: fees.maxPriorityFee,
    };
    return readSigned(await this.#holder.signTransaction(asked), asked, this.address);
  }
}

/** A signed transaction, if it is the one that was asked for, by the key that was asked. Throws {@link SigningRefused}. */
function readSigned(raw: string, asked: TransactionLike, address: Address): { hash: Bytes32; raw: Hex } {
  let signed: Transaction;
  try {
    signed = Transaction.from(raw);
  } catch {
    throw new SigningRefused("what the signer gave back is no transaction");
  }
  if (signed.unsignedHash !== Transaction.from(asked).unsignedHash || signed.from === null) {
    throw new SigningRefused("what the signer gave back is another transaction");
  }
  if (asAddress(signed.from) !== address)
    throw new SigningRefused(`the signer signs with another key than ${address}'s`);
  return { hash: asBytes32(signed.hash ?? ""), raw: asHex(signed.serialized) };
}
