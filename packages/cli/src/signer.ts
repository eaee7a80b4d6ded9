import { type Address, asAddress, type Eip712Domain, type TypedDataSigner } from "ainft-core";
import { Transaction, type TypedDataField, verifyTypedData } from "ethers";
import { CliError, EXIT } from "./errors.ts";

/** Whoever holds a key: this process, or a signer of its own. */
export interface Signer extends TypedDataSigner {
  readonly address: Address;
  /** The bytes of the signed transaction. */
  signTransaction(transaction: UnsignedTransaction): Promise<string>;
}

/** Everything that is signed of a transaction. */
export interface UnsignedTransaction {
  readonly type: 0 | 2;
  readonly chainId: bigint;
  readonly nonce: number;
  readonly to: string;
  readonly data: string;
  /** Wei. */
  readonly value: bigint;
  readonly gasLimit: bigint;
  /** Wei for a unit of gas: both with type 2. */
  readonly maxFeePerGas?: bigint;
  readonly maxPriorityFeePerGas?: bigint;
  /** Wei for a unit of gas: with type 0. */
  readonly gasPrice?: bigint;
}

/** A signer gave back something else than it was asked for. */
export class WrongSignature extends CliError {
  override readonly code = "WRONG_SIGNATURE";
  override readonly exitCode = EXIT.refused;
}

const FIELDS = [
  ...["to", "data", "value", "chainId", "gasLimit", "nonce", "type"],
  ...["maxFeePerGas", "maxPriorityFeePerGas", "gasPrice"],
] as const;

/** A signer that is believed nothing: what it gives back is what was asked for, under its own key, or is refused. */
export class CheckedSigner implements Signer {
  readonly address: Address;
  readonly #signer: Signer;

  constructor(signer: Signer) {
    this.address = signer.address;
    this.#signer = signer;
  }

  /** Throws {@link WrongSignature}, and what the signer throws. */
  async signTransaction(asked: UnsignedTransaction): Promise<string> {
    const raw = await this.#signer.signTransaction(asked);
    const signed = readTransaction(raw);
    const expected = Transaction.from(asked); // every field of one is a field of the other
    for (const field of FIELDS) {
      const [wanted, got] = [expected[field], signed[field]].map((value) => String(value).toLowerCase());
      if (wanted === got) continue;
      const change = `${field} ${short(got)} where ${short(wanted)} was asked for`;
      throw new WrongSignature(`The signer signed another transaction, with ${change}: nothing was sent.`);
    }
    if (signed.unsignedHash !== expected.unsignedHash)
      throw new WrongSignature("The signer signed another transaction, with more in it: nothing was sent.");
    this.#expectOwn(signed.from);
    return signed.serialized;
  }

  /** Throws {@link WrongSignature}, and what the signer throws. */
  async signTypedData(
    domain: Eip712Domain,
    types: Record<string, TypedDataField[]>,
    message: Record<string, unknown>,
  ): Promise<string> {
    const signature = await this.#signer.signTypedData(domain, types, message);
    let by: string | null;
    try {
      by = verifyTypedData(domain, types, message, signature);
    } catch {
      by = null;
    }
    this.#expectOwn(by);
    return signature;
  }

  #expectOwn(by: string | null): void {
    if (by === null) throw new WrongSignature("What the signer gave back is no signature: nothing was sent.");
    if (asAddress(by) === this.address) return;
    throw new WrongSignature(`The signer signed something else, or as ${by} and not as ${this.address}.`);
  }
}

function readTransaction(raw: string): Transaction {
  try {
    return Transaction.from(raw);
  } catch {
    throw new WrongSignature("What the signer gave back is no signed transaction: nothing was sent.");
  }
}

function short(value = ""): string {
  return value.length > 66 ? `${value.slice(0, 66)}…` : value;
}
