import { randomUUID } from "node:crypto";
import {
  keepBlock,
  keptCid,
  type KuboCall,
  kuboCall,
  kuboForm,
  type KuboNode,
  kuboPath,
  rawCid,
} from "ainft-core/content";
import { askSource, type ContentSource, type SourceRequest, SourceUnavailable, type Wanted } from "./source.ts";

/** Kubo answers 500 for everything it does not find or know. */
const NOT_FOUND: readonly number[] = [404, 500];

/** How a Kubo node's RPC is reached. */
export interface KuboSettings {
  readonly url: string;
  /** Sent as a bearer token; undefined for none. */
  readonly token: string | undefined;
  readonly timeoutMs: number;
}

/**
 * IPFS through the RPC of a Kubo node. What has no place of its own is one raw block, whose CID is its sha-256; a model
 * file that its manifest places under `ipfs://` is read from there.
 */
export class KuboSource implements ContentSource {
  readonly name: string;
  readonly #node: KuboNode;
  readonly #timeoutMs: number;

  constructor({ url, token, timeoutMs }: KuboSettings) {
    this.name = `ipfs ${new URL(url).host}`;
    this.#node = { url, authorization: token === undefined ? undefined : `Bearer ${token}` };
    this.#timeoutMs = timeoutMs;
  }

  async open(wanted: Wanted, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | null> {
    const { status, body } = await this.#ask(kuboCall(this.#node, "cat", { arg: kuboPath(wanted) }), { signal });
    if (status === 200) return body;
    await body.dump().catch(() => undefined);
    if (NOT_FOUND.includes(status)) return null;
    throw new SourceUnavailable(this.name, `it answers with status ${status}`);
  }

  async put(sha256: string, bytes: Uint8Array): Promise<void> {
    const { contentType, head, tail } = kuboForm(randomUUID());
    const form = Buffer.concat([head, bytes, tail]);
    const call = keepBlock(this.#node);
    const { status, body } = await this.#ask(
      { url: call.url, headers: { ...call.headers, "content-type": contentType } },
      { body: form },
    );
    const answer = await firstBytes(body);
    if (status !== 200) throw new SourceUnavailable(this.name, `it answers with status ${status}`);
    if (keptCid(answer) !== rawCid(sha256)) throw new SourceUnavailable(this.name, "it kept it under another CID");
  }

  async #ask({ url, headers }: KuboCall, more: Pick<SourceRequest, "body" | "signal">): ReturnType<typeof askSource> {
    return askSource(this.name, url, { method: "POST", headers, timeoutMs: this.#timeoutMs, ...more });
  }
}

const MAX_PUT_ANSWER = 4_096;

async function firstBytes(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = "";
  try {
    for await (const part of body) {
      text += Buffer.from(part).toString("latin1");
      if (text.length > MAX_PUT_ANSWER) break;
    }
  } catch {
    return ""; // cut off: as good as no answer
  }
  return text;
}
