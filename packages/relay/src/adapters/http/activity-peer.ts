import { type Bytes32, parseStrictJson } from "ainft-core";
import { PeerPayloadRefused, PeerUnavailable } from "../../domain/errors.ts";
import type { ActivityPeer, BatchSignature, FeedPage, GrantPage, Proposal } from "../../ports/activity.ts";
import { askPeer, type PeerAnswer, type PeerRequest } from "./ask-peer.ts";
import { readBatchSignature, readFeed, readGrantPage, writeProposal } from "./activity-wire.ts";

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 2_097_152;

/** Another reporter's relay, as far as activity goes, over HTTP. */
export class HttpActivityPeer implements ActivityPeer {
  readonly url: string;
  readonly #chainId: bigint;

  /** It is asked about one chain; a relay that serves only one is free to overlook which. */
  constructor(url: string, chainId: bigint) {
    this.url = url.replace(/\/+$/, "");
    this.#chainId = chainId;
  }

  async feed(since: bigint): Promise<FeedPage> {
    const { status, body } = await this.#ask(`/v1/activity/feed?since=${since}`, { method: "GET" });
    if (status !== 200) throw new PeerUnavailable(`it answered with status ${status}`);
    return understood(body, readFeed);
  }

  async grant(digest: Bytes32, after: bigint): Promise<GrantPage | null> {
    const { status, body } = await this.#ask(`/v1/activity/grants/${digest}?after=${after}`, { method: "GET" });
    if (status === 404) return null;
    if (status !== 200) throw new PeerUnavailable(`it answered with status ${status}`);
    return understood(body, readGrantPage);
  }

  async propose(proposal: Proposal): Promise<BatchSignature | null> {
    const { status, body } = await this.#ask("/v1/activity/batches", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(writeProposal(proposal)),
    });
    if (status === 202) return null;
    if (status !== 200) throw new PeerUnavailable(`it answered with status ${status}`);
    return understood(body, readBatchSignature);
  }

  async #ask(path: string, options: PeerRequest): Promise<PeerAnswer> {
    return askPeer(`${this.url}${path}`, this.#chainId, options, { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES });
  }
}

function understood<T>(body: Uint8Array, read: (value: unknown) => T): T {
  try {
    return read(parseStrictJson(body, { maxBytes: MAX_BYTES }));
  } catch (cause) {
    throw new PeerPayloadRefused("it is not what was asked for", { cause });
  }
}
