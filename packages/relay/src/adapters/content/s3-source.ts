import { EMPTY_BODY_DIGEST, s3Address, type S3Credentials, s3Headers, type S3Place } from "ainft-core/content";
import { askSource, type ContentSource, type SourceRequest, SourceUnavailable, type Wanted } from "./source.ts";

/** How a bucket is reached. */
export interface S3Settings extends S3Credentials, S3Place {
  readonly timeoutMs: number;
}

/** An S3-compatible store. An object's key is the prefix and the sha-256 of its bytes. */
export class S3Source implements ContentSource {
  readonly name: string;
  readonly #settings: S3Settings;

  constructor(settings: S3Settings) {
    this.name = `s3 ${new URL(settings.url).host}/${settings.bucket}`;
    this.#settings = settings;
  }

  async open({ sha256 }: Wanted, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | null> {
    const { status, body } = await this.#call("GET", sha256, EMPTY_BODY_DIGEST, { signal });
    if (status === 200) return body;
    await body.dump().catch(() => undefined);
    if (status === 404) return null;
    throw new SourceUnavailable(this.name, `it answers with status ${status}`);
  }

  async put(sha256: string, bytes: Uint8Array): Promise<void> {
    const { status, body } = await this.#call("PUT", sha256, sha256, { body: bytes });
    await body.dump().catch(() => undefined);
    if (status !== 200) throw new SourceUnavailable(this.name, `it answers with status ${status}`);
  }

  async #call(
    method: "GET" | "PUT",
    key: string,
    bodyDigest: string,
    more: Pick<SourceRequest, "body" | "signal">,
  ): ReturnType<typeof askSource> {
    const { timeoutMs } = this.#settings;
    const url = s3Address(this.#settings, key);
    const headers = s3Headers({ method, url, bodyDigest, at: new Date() }, this.#settings);
    return askSource(this.name, url.href, { method, headers, timeoutMs, ...more });
  }
}
