import { RetryableError } from "ainft-core";
import { setTimeout as pause } from "node:timers/promises";
import { CliError, EXIT } from "./errors.ts";
import type { Io } from "./io.ts";

/** Tries of one step, and the pause after the first failed one; each later pause is twice as long. */
const TRIES = 4;
const FIRST_PAUSE_MS = 250;
/** What a lost connection looks like. A refused one, or a name that nobody knows, is no better a second later. */
const LOST = [
  ...["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET", "UND_ERR_CONNECT_TIMEOUT"],
  ...["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"],
];
const BUSY = [429, 502, 503, 504];
const MAX_TOLD_BYTES = 65_536;

/** A store or registry does not answer. */
export class PeerUnavailable extends RetryableError {
  override readonly code = "PEER_UNAVAILABLE";
  /** Whether the next try may go better. */
  readonly lost: boolean;

  constructor(message: string, lost: boolean, options?: ErrorOptions) {
    super(message, options);
    this.lost = lost;
  }
}

/** A store or registry does not do what it was asked for. */
export class PeerRefused extends CliError {
  override readonly code = "PEER_REFUSED";
  override readonly exitCode = EXIT.refused;
}

/** Another machine: what it is called in messages, and the option that names it. */
export interface Peer {
  /** Without secrets. */
  readonly name: string;
  readonly option: string;
}

/** One request. */
export interface PeerRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: string | URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: PeerBody;
}

/** What a request carries, as it is read. */
export interface PeerBody {
  /** In bytes. */
  readonly size: number;
  readonly stream: () => AsyncIterable<Uint8Array>;
}

/** Asks over HTTP, without redirects. Throws {@link PeerUnavailable}, also for answers of a machine that is too busy. */
export async function exchange(peer: Peer, { method, url, headers, body }: PeerRequest): Promise<Response> {
  const { host: _host, ...others } = headers; // fetch writes that one
  const sent =
    body === undefined
      ? { headers: others }
      : {
          headers: { ...others, "content-length": String(body.size) },
          body: ReadableStream.from(body.stream()),
          duplex: "half" as const,
        };
  const response = await onPeer(peer, async () => fetch(url, { method, redirect: "manual", ...sent }));
  if (!BUSY.includes(response.status)) return response;
  await response.body?.cancel();
  throw new PeerUnavailable(`${peer.name} is busy (status ${response.status}). Try again later.`, true);
}

/** The bytes of an answer as they stream in. Throws {@link PeerUnavailable} when they stop before the end. */
export async function* bytesOf(peer: Peer, { body }: Response): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = (body as ReadableStream<Uint8Array> | null)?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { value } = await onPeer(peer, async () => reader.read());
      if (value === undefined) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined); // of a body that failed, which was told
  }
}

/** The beginning of an answer, as text. Throws {@link PeerUnavailable}. */
export async function textOf(peer: Peer, response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytesOf(peer, response)) {
    parts.push(part);
    size += part.length;
    if (size >= MAX_TOLD_BYTES) break;
  }
  return Buffer.concat(parts).subarray(0, MAX_TOLD_BYTES).toString("utf8");
}

/** Does a step again when the connection was lost, and tells it. Throws what the last try throws. */
export async function patiently<T>(io: Io, step: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof PeerUnavailable) || !error.lost || tried === TRIES) throw error;
      io.progress(`${error.message} Once more`);
      await pause(FIRST_PAUSE_MS * 2 ** (tried - 1));
    }
  }
}

async function onPeer<T>({ name, option }: Peer, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    for (let at = error; at instanceof Error; at = at.cause) {
      if (at instanceof CliError) throw at; // of the body that was to be sent
    }
    const reason = reasonOf(error);
    const lost = LOST.includes(reason);
    // No cause: it can hold the address with what is secret in it.
    if (lost) throw new PeerUnavailable(`${name} lost the connection (${reason}).`, true);
    throw new PeerUnavailable(`${name} can't be reached (${reason}). Is it running? Check ${option}.`, false);
  }
}

function reasonOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause)
    if ("code" in at && typeof at.code === "string") return at.code;
  return "no connection";
}
