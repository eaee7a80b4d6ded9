import { isDeepStrictEqual } from "node:util";
import {
  asAddress,
  asHex,
  checkedReport,
  type Eip712Domain,
  type OracleDomain,
  oracleEip712Domain,
  type Report,
  recoverReporter,
  reportTypes,
  type TypedDataSigner,
} from "ainft-core";
import type { TypedDataField } from "ethers";
import { SigningRefused } from "../../domain/errors.ts";
import type { KeyHolder } from "./key-holder.ts";

/** What a reporter key may sign: reports, in the domain of one oracle on one chain. And nobody else may sign for it. */
export class ReportPolicy implements TypedDataSigner {
  readonly #holder: KeyHolder;
  readonly #oracle: OracleDomain;
  readonly #domain: Eip712Domain;

  constructor(holder: KeyHolder, oracle: OracleDomain) {
    this.#holder = holder;
    this.#oracle = oracle;
    this.#domain = oracleEip712Domain(oracle);
  }

  async signTypedData(
    domain: Eip712Domain,
    types: Record<string, TypedDataField[]>,
    message: Record<string, unknown>,
  ): Promise<string> {
    if (!isDeepStrictEqual({ ...domain }, { ...this.#domain })) {
      throw new SigningRefused("it is typed data of another domain than the oracle's");
    }
    if (!isDeepStrictEqual(types, reportTypes)) throw new SigningRefused("it is typed data, but no report");
    const report = checkedReport(message as unknown as Report); // throws when a field is missing or does not fit
    if (!isDeepStrictEqual({ ...message }, { ...report })) throw new SigningRefused("its fields are not a report's");
    const signature = await this.#holder.signTypedData(domain, types, message);
    if (!isBy(report, signature, this.#oracle, this.#holder.address)) {
      throw new SigningRefused(`what the signer gave back is no signature by ${this.#holder.address}`);
    }
    return signature;
  }
}

function isBy(report: Report, signature: string, oracle: OracleDomain, address: string): boolean {
  try {
    return recoverReporter(report, asHex(signature), oracle) === asAddress(address);
  } catch {
    return false;
  }
}
