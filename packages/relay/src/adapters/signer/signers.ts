import {
  type Address,
  asAddress,
  asBytes32,
  asHex,
  type Bytes32,
  type Hex,
  type OracleDomain,
  type Report,
  signReport,
} from "ainft-core";
import { Transaction, type Wallet } from "ethers";
import { SigningRefused } from "../../domain/errors.ts";
import type { UnsignedTransaction } from "../../ports/chain.ts";
import type { ReportSigner, TransactionSigner } from "../../ports/system.ts";

/** Signs reports of one oracle on one chain. There is no way to have it sign anything else. */
export class WalletReportSigner implements ReportSigner {
  readonly address: Address;
  readonly #wallet: Wallet;
  readonly #domain: OracleDomain;

  constructor(wallet: Wallet, domain: OracleDomain) {
    this.address = asAddress(wallet.address);
    this.#wallet = wallet;
    this.#domain = domain;
  }

  async signReport(report: Report): Promise<Hex> {
    if (report.count !== 1n)
      throw new SigningRefused(`a report over ${report.count} leaves is not checked by this relay`);
    return signReport(this.#wallet, report, this.#domain);
  }
}

/** Signs transactions to one oracle and its desk on one chain, and to itself with nothing in them; all without value. */
export class WalletTransactionSigner implements TransactionSigner {
  readonly address: Address;
  readonly #wallet: Wallet;
  readonly #domain: OracleDomain;
  readonly #desk: Address;

  constructor(wallet: Wallet, domain: OracleDomain, desk: Address) {
    this.address = asAddress(wallet.address);
    this.#wallet = wallet;
    this.#domain = domain;
    this.#desk = desk;
  }

  async sign({ to, data, nonce, gasLimit, fees }: UnsignedTransaction): Promise<{ hash: Bytes32; raw: Hex }> {
    const nothing = to === this.address && data === "0x"; // only uses up a nonce
    if (!nothing && to !== this.#domain.oracle && to !== this.#desk) {
      throw new SigningRefused(`${to} is neither the oracle nor its desk`);
    }
    const raw = await this.#wallet.signTransaction({
      type: 2,
      chainId: this.#domain.chainId,
      to,
      data,
      nonce: Number(nonce),
      gasLimit,
      value: 0n,
      maxFeePerGas: fees.maxFee,
      maxPriorityFeePerGas: fees.maxPriorityFee,
    });
    return { hash: asBytes32(Transaction.from(raw).hash ?? ""), raw: asHex(raw) };
  }
}
