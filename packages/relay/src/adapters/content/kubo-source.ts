import { randomUUID } from "node:crypto";
import { type Bytes32, cidFromDigest } from "ainft-core";
import { askSource, type ContentSource, SourceUnavailable, type Wanted } from "./source.ts";

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
  readonly #settings: KuboSettings;

  constructor(settings: KuboSettings) {
    this.name = `ipfs ${new URL(settings.url).host}`;
    this.#settings = settings;
  }

  async open({ sha256, uri }: Wanted): Promise<AsyncIterable<Uint8Array> | null> {
    const path = uri?.startsWith("ipfs://") === true ? uri.slice("ipfs://".length) : cidOf(sha256);
    const { status, body } = await this.#call("cat", new URLSearchParams({ arg: path }));
    if (status === 200) return body;
    await body.dump().catch(() => undefined);
    if (NOT_FOUND.includes(status)) return null;
    throw new SourceUnavailable(this.name, `it answers with status ${status}`);
  }

  async put(sha256: string, bytes: Uint8Array): Promise<void> {
    const query = new URLSearchParams({ "cid-codec": "raw", mhtype: "sha2-256", pin: "true" });
    const { status, body } = await this.#call("block/put", query, bytes);
    const answer = await firstBytes(body);
    if (status !== 200) throw new SourceUnavailable(this.name, `it answers with status ${status}`);
    if (!answer.includes(`"${cidOf(sha256)}"`)) throw new SourceUnavailable(this.name, "it kept it under another CID");
  }

  async #call(command: string, query: URLSearchParams, file?: Uint8Array): ReturnType<typeof askSource> {
    const { url, token, timeoutMs } = this.#settings;
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const address = `${url.replace(/\/+$/, "")}/api/v0/${command}?${query.toString()}`;
    if (file === undefined) return askSource(this.name, address, { method: "POST", headers, timeoutMs });
    const boundary = randomUUID();
    headers["content-type"] = `multipart/form-data; boundary=${boundary}`;
    return askSource(this.name, address, { method: "POST", headers, timeoutMs, body: formOf(file, boundary) });
  }
}

/** A form whose one field is a file. */
function formOf(file: Uint8Array, boundary: string): Uint8Array {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="data"; filename="data"\r\n`;
  const type = "Content-Type: application/octet-stream\r\n\r\n";
  return Buffer.concat([Buffer.from(head + type), file, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}

function cidOf(sha256: string): string {
  const digest: Bytes32 = `0x${sha256}`;
  return cidFromDigest(digest);
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
