import { asAddress, asBytes32, asHex, type Bytes32, canonicalJson, bytesDigest, type JsonValue } from "ainft-core";
import type { HDNodeWallet, Wallet } from "ethers";
import { activityTypedData, type Grant, grantDigest } from "../../src/domain/activity.ts";
import { CHAIN_ID, type World } from "./world.ts";

type Signer = HDNodeWallet | Wallet;

/** What is posted to take a grant. */
export interface GrantBody extends Record<string, string> {
  readonly granter: string;
  readonly signature: string;
}

/** One event as it is posted. */
export interface EventBody {
  readonly counter: string;
  readonly input: JsonValue;
  readonly signature: string;
}

/** A holder who grants a key, and that key, which signs events. */
export class Player {
  readonly #world: World;
  readonly #session: Signer;

  constructor(world: World, session: Signer) {
    this.#world = world;
    this.#session = session;
  }

  /** A grant for a token, signed by `signer` in the name of `granter`. */
  async grant(
    tokenId: bigint,
    signer: Signer,
    changes: Partial<Grant> = {},
    granter = signer.address,
  ): Promise<GrantBody> {
    const grant = this.#grantOf(tokenId, changes);
    const { domain, grantTypes } = activityTypedData(this.#domain);
    const signature = await signer.signTypedData(domain, grantTypes, grant);
    const { session, collection, until, scope, nonce } = grant;
    const numbers = { tokenId: String(tokenId), until: String(until), nonce: String(nonce) };
    return { session, collection, scope, ...numbers, granter: asAddress(granter), signature };
  }

  digestOf(tokenId: bigint, changes: Partial<Grant> = {}): Bytes32 {
    return grantDigest(this.#grantOf(tokenId, changes), this.#domain);
  }

  async event(grant: Bytes32, counter: number, input: JsonValue): Promise<EventBody> {
    const { domain, eventTypes } = activityTypedData(this.#domain);
    const message = { grant, counter, input: bytesDigest(canonicalJson(input)) };
    const signature = await this.#session.signTypedData(domain, eventTypes, message);
    return { counter: String(counter), input, signature: asHex(signature) };
  }

  get #domain(): { chainId: bigint; oracle: `0x${string}` } {
    return { chainId: BigInt(CHAIN_ID), oracle: asAddress(this.#world.oracleAddress) };
  }

  #grantOf(tokenId: bigint, changes: Partial<Grant>): Grant {
    const usual = { until: 4_000_000_000n, scope: "*", nonce: 1n };
    const key = { session: asAddress(this.#session.address), collection: asAddress(this.#world.collectionAddress) };
    return { ...usual, ...key, tokenId, ...changes };
  }
}

/** What a relay answered to a post. */
export interface Answered {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: { readonly error?: string; readonly grant?: string; readonly events?: string[] };
}

/** Posts JSON, or text that need not be any. */
export async function post(url: string, body: unknown): Promise<Answered> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  const read = (text === "" ? {} : JSON.parse(text)) as Answered["body"];
  return { status: answer.status, retryAfter: answer.headers.get("retry-after"), body: read };
}

/** The grant that a relay answered with. */
export function grantOf({ body }: Answered): Bytes32 {
  return asBytes32(body.grant ?? "");
}
