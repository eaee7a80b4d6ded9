import { RetryableError } from "ainft-core";
import { request } from "undici";

/** What is looked for. */
export interface Wanted {
  /** sha-256 in lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Where its manifest says that it is; undefined for manifests and bodies. */
  readonly uri?: string | undefined;
}

/** A store of bytes by digest. Nothing that it gives is believed: it is hashed by whoever asked. */
export interface ContentSource {
  /** For log lines; holds no secret. */
  readonly name: string;
  /**
   * The bytes as they stream in, until the signal fires; null when it has not got them. Throws {@link SourceUnavailable},
   * also while streaming.
   */
  open(wanted: Wanted, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array> | null>;
  /** Throws {@link SourceUnavailable}. */
  put(sha256: string, bytes: Uint8Array): Promise<void>;
}

/** A store does not answer, or not as its kind does. */
export class SourceUnavailable extends RetryableError {
  override readonly code = "SOURCE_UNAVAILABLE";

  constructor(source: string, problem: string) {
    super(`Content store ${source} unavailable: ${problem}.`);
  }
}

/** One HTTP request of a source. */
export interface SourceRequest {
  readonly method: "GET" | "POST" | "PUT";
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
  readonly timeoutMs: number;
  /** Ends it before its time. */
  readonly signal?: AbortSignal | undefined;
}

/** Asks over HTTP, without redirects. Throws {@link SourceUnavailable}, which never carries a credential. */
export async function askSource(
  source: string,
  url: string,
  { timeoutMs, body: sent, signal, ...options }: SourceRequest,
): Promise<{ status: number; body: AsyncIterable<Uint8Array> & { dump(): Promise<void> } }> {
  try {
    const late = AbortSignal.timeout(timeoutMs);
    const either = signal === undefined ? late : AbortSignal.any([late, signal]);
    const times = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, signal: either };
    const { statusCode, body } = await request(url, { ...options, ...times, body: sent ?? null });
    return { status: statusCode, body };
  } catch {
    throw new SourceUnavailable(source, "it does not answer");
  }
}
