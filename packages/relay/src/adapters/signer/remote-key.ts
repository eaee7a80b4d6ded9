import { type Address, type Eip712Domain, RetryableError } from "ainft-core";
import { toQuantity, type TransactionLike, type TypedDataField } from "ethers";
import { request } from "undici";
import { z } from "zod";
import { boundedBody } from "../bounded-body.ts";
import type { KeyHolder } from "./key-holder.ts";

const MAX_ANSWER_BYTES = 262_144;

const answerShape = z.object({ result: z.union([z.string(), z.object({ raw: z.string() })]) });

/** The signer does not answer, or refuses. Nothing is signed; it is tried again. */
export class SignerUnavailable extends RetryableError {
  override readonly code = "SIGNER_UNAVAILABLE";

  constructor(problem: string) {
    super(`Remote signer unavailable: ${problem}.`);
  }
}

/** Where a remote signer listens, and how it is asked. */
export interface RemoteKeySettings {
  readonly url: string;
  readonly address: Address;
  /** `eth_signTypedData_v4`, or what the signer calls it. */
  readonly typedDataMethod: string;
  /** Sent as a bearer token; undefined for none. */
  readonly token: string | undefined;
  /** For one signature, in milliseconds. */
  readonly timeoutMs: number;
}

/** A key behind JSON-RPC over HTTP, as web3signer, clef and others offer it. It is trusted with nothing but its key. */
export class RemoteKey implements KeyHolder {
  readonly address: Address;
  readonly #settings: RemoteKeySettings;

  constructor(settings: RemoteKeySettings) {
    this.address = settings.address;
    this.#settings = settings;
  }

  async signTypedData(
    domain: Eip712Domain,
    types: Record<string, TypedDataField[]>,
    message: Record<string, unknown>,
  ): Promise<string> {
    const [primaryType] = Object.keys(types);
    const data = { types: { ...types, EIP712Domain: DOMAIN_FIELDS }, primaryType, domain, message };
    return this.#ask(this.#settings.typedDataMethod, [this.address, JSON.parse(JSON.stringify(data, inDecimal))]);
  }

  async signTransaction(transaction: TransactionLike): Promise<string> {
    const { type, chainId, nonce, to, data, gasLimit, value, maxFeePerGas, maxPriorityFeePerGas } = transaction;
    const amounts = { type, chainId, nonce, gas: gasLimit, value, maxFeePerGas, maxPriorityFeePerGas };
    const quantities = Object.entries(amounts).map(([name, amount]) => [name, toQuantity(amount ?? 0)]);
    const call = { from: this.address, to, data, ...(Object.fromEntries(quantities) as Record<string, string>) };
    return this.#ask("eth_signTransaction", [call]);
  }

  async #ask(method: string, params: readonly unknown[]): Promise<string> {
    const { url, token, timeoutMs } = this.#settings;
    try {
      const { statusCode, body } = await request(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
        signal: AbortSignal.timeout(timeoutMs),
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      const tooMuch = (): Error => new SignerUnavailable("it answers too much");
      const text = (await boundedBody(body as AsyncIterable<Uint8Array>, MAX_ANSWER_BYTES, tooMuch)).toString("utf8");
      if (statusCode !== 200) throw new SignerUnavailable(`it answered with status ${statusCode}`);
      const { result } = answerShape.parse(JSON.parse(text));
      return typeof result === "string" ? result : result.raw;
    } catch (error) {
      if (error instanceof SignerUnavailable) throw error;
      // No cause: it can carry the token, and what was to be signed.
      throw new SignerUnavailable(`${method} was not answered with a signature`);
    }
  }
}

const DOMAIN_FIELDS = [
  { name: "name", type: "string" },
  { name: "version", type: "string" },
  { name: "chainId", type: "uint256" },
  { name: "verifyingContract", type: "address" },
];

function inDecimal(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
