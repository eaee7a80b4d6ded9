import { type Address, asAddress, type Eip712Domain } from "ainft-core";
import { recoverAddress, Transaction, type TransactionLike, TypedDataEncoder, type TypedDataField } from "ethers";
import { SigningRefused } from "../../domain/errors.ts";

/** Whatever holds a key: this process, another one, or a machine. What it gives back is checked before it is used. */
export interface KeyHolder {
  /** With its checksum. A wallet of ethers is a key holder. */
  readonly address: string;
  /** The 65-byte signature of EIP-712 data. */
  signTypedData(
    domain: Eip712Domain,
    types: Record<string, TypedDataField[]>,
    message: Record<string, unknown>,
  ): Promise<string>;
  /** The signed transaction's bytes. */
  signTransaction(transaction: TransactionLike): Promise<string>;
}

/** A key that never leaves a KMS or HSM: all that it does is sign 32 bytes. Adapters of such services implement this. */
export interface DigestKey {
  readonly address: Address;
  /** r and s over a digest on secp256k1, 32 bytes each; s may be high, as most services make no difference. */
  sign(digest: string): Promise<{ readonly r: bigint; readonly s: bigint }>;
}

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** A key holder over a service that only signs digests: finds the recovery bit, and the lower s. */
export class DigestKeyHolder implements KeyHolder {
  readonly address: Address;
  readonly #key: DigestKey;

  constructor(key: DigestKey) {
    this.address = key.address;
    this.#key = key;
  }

  async signTypedData(
    domain: Eip712Domain,
    types: Record<string, TypedDataField[]>,
    message: Record<string, unknown>,
  ): Promise<string> {
    return this.#sign(TypedDataEncoder.hash(domain, types, message));
  }

  async signTransaction(transaction: TransactionLike): Promise<string> {
    const unsigned = Transaction.from(transaction);
    unsigned.signature = await this.#sign(unsigned.unsignedHash);
    return unsigned.serialized;
  }

  async #sign(digest: string): Promise<string> {
    const { r, s } = await this.#key.sign(digest);
    const low = s > CURVE_ORDER / 2n ? CURVE_ORDER - s : s;
    for (const v of ["1b", "1c"]) {
      const signature = `0x${word(r)}${word(low)}${v}`;
      if (recovered(digest, signature) === this.address) return signature;
    }
    throw new SigningRefused(`the key service signs with another key than ${this.address}'s`);
  }
}

function recovered(digest: string, signature: string): Address | null {
  try {
    return asAddress(recoverAddress(digest, signature));
  } catch {
    return null;
  }
}

function word(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}
