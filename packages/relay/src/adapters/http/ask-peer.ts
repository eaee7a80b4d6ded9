import { request } from "undici";
import { PeerPayloadRefused, PeerUnavailable } from "../../domain/errors.ts";
import { boundedBody } from "../bounded-body.ts";

/** What a peer is asked. */
export interface PeerRequest {
  readonly method: "GET" | "POST";
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface PeerAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

/** How long a peer may take, in milliseconds, and how much it may answer. */
export interface PeerLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Asks another relay about a chain. Throws {@link PeerUnavailable}, and {@link PeerPayloadRefused} for an answer above its limit. */
export async function askPeer(
  url: string,
  chainId: bigint,
  options: PeerRequest,
  { timeoutMs, maxBytes }: PeerLimits,
): Promise<PeerAnswer> {
  try {
    const times = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, signal: AbortSignal.timeout(timeoutMs) };
    const address = new URL(url);
    address.searchParams.set("chain", String(chainId));
    const { statusCode, body } = await request(address, { ...options, ...times });
    const tooMuch = (): Error => new PeerPayloadRefused(`it sends more than ${maxBytes} bytes`);
    return { status: statusCode, body: await boundedBody(body as AsyncIterable<Uint8Array>, maxBytes, tooMuch) };
  } catch (cause) {
    if (cause instanceof PeerPayloadRefused) throw cause;
    throw new PeerUnavailable("it does not answer", { cause });
  }
}
