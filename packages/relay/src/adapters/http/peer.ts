import { bytesDigest, type Bytes32, parseStrictJson } from "ainft-core";
import { PeerPayloadRefused, PeerUnavailable } from "../../domain/errors.ts";
import { MAX_STATE_BYTES } from "../../domain/program.ts";
import type { NewSignature } from "../../ports/store.ts";
import type { AttestationPage, Peer } from "../../ports/system.ts";
import { askPeer, type PeerAnswer, type PeerRequest } from "./ask-peer.ts";
import { readPage, writeSignature } from "./wire.ts";

const TIMEOUT_MS = 5_000;
const MAX_PAGE_BYTES = 1_048_576;

/** Another reporter's relay, over HTTP. What it says is checked before it is used. */
export class HttpPeer implements Peer {
  readonly url: string;
  readonly #chainId: bigint;

  /** It is asked about one chain; a relay that serves only one is free to overlook which. */
  constructor(url: string, chainId: bigint) {
    this.url = url.replace(/\/+$/, "");
    this.#chainId = chainId;
  }

  async attestations(since: bigint): Promise<AttestationPage> {
    const { status, body } = await this.#get(`/v1/attestations?since=${since}`, MAX_PAGE_BYTES);
    if (status !== 200) throw new PeerUnavailable(`it answered with status ${status}`);
    try {
      return readPage(parseStrictJson(body, { maxBytes: MAX_PAGE_BYTES }));
    } catch (cause) {
      throw new PeerPayloadRefused("it is not a page of attestations", { cause });
    }
  }

  async blob(digest: Bytes32): Promise<Uint8Array | null> {
    const { status, body } = await this.#get(`/v1/blobs/${digest}`, MAX_STATE_BYTES);
    if (status === 404) return null;
    if (status !== 200) throw new PeerUnavailable(`it answered with status ${status}`);
    if (bytesDigest(body) !== digest) throw new PeerPayloadRefused(`its bytes are not those of ${digest}`);
    return body;
  }

  async push(signature: NewSignature): Promise<void> {
    const body = JSON.stringify(writeSignature(signature));
    const headers = { "content-type": "application/json" };
    const { status } = await this.#ask("/v1/attestations", MAX_PAGE_BYTES, { method: "POST", headers, body });
    if (status !== 204) throw new PeerUnavailable(`it answered with status ${status}`);
  }

  async #get(path: string, maxBytes: number): Promise<PeerAnswer> {
    return this.#ask(path, maxBytes, { method: "GET" });
  }

  async #ask(path: string, maxBytes: number, options: PeerRequest): Promise<PeerAnswer> {
    return askPeer(`${this.url}${path}`, this.#chainId, options, { timeoutMs: TIMEOUT_MS, maxBytes });
  }
}
