import { parseStrictJson, PermanentError } from "ainft-core";
import { request } from "undici";
import { PeerPayloadRefused, PeerUnavailable } from "../../domain/errors.ts";
import type { ActivityPeer, BatchSignature, FeedPage, Proposal } from "../../ports/activity.ts";
import { readBatchSignature, readFeed, writeProposal } from "./activity-wire.ts";

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 2_097_152;

/** Another reporter's relay, as far as activity goes, over HTTP. */
export class HttpActivityPeer implements ActivityPeer {
  readonly url: string;

  constructor(url: string) {
    this.url = url.replace(/\/+$/, "");
  }

  async feed(since: bigint): Promise<FeedPage> {
    const { status, body } = await this.#ask(`/v1/activity/feed?since=${since}`, { method: "GET" });
    if (status !== 200) throw new PeerUnavailable(`it answered with status ${status}`);
    return understood(body, readFeed);
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

  async #ask(
    path: string,
    options: { method: "GET" | "POST"; headers?: Record<string, string>; body?: string },
  ): Promise<{ status: number; body: Uint8Array }> {
    try {
      const times = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS, signal: AbortSignal.timeout(TIMEOUT_MS) };
      const { statusCode, body } = await request(`${this.url}${path}`, { ...options, ...times });
      const parts: Uint8Array[] = [];
      let size = 0;
      for await (const part of body as AsyncIterable<Uint8Array>) {
        size += part.length;
        if (size > MAX_BYTES) throw new PeerPayloadRefused(`it sends more than ${MAX_BYTES} bytes`);
        parts.push(part);
      }
      return { status: statusCode, body: Buffer.concat(parts) };
    } catch (cause) {
      if (cause instanceof PermanentError) throw cause;
      throw new PeerUnavailable("it does not answer", { cause });
    }
  }
}

function understood<T>(body: Uint8Array, read: (value: unknown) => T): T {
  try {
    return read(parseStrictJson(body, { maxBytes: MAX_BYTES }));
  } catch (cause) {
    throw new PeerPayloadRefused("it is not what was asked for", { cause });
  }
}
