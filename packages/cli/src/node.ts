import { ChainUnavailable } from "./errors.ts";
import type { Settings } from "./settings.ts";

export const TIMEOUT_MS = 20_000;
/** No answer of a node may take more memory than this. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** A node's answer is longer than it may be. */
export class AnswerTooLong extends ChainUnavailable {}

/** A node refuses a question. */
export class NodeRefused extends ChainUnavailable {}

/** Where requests go: what is secret in a node's address travels as a header, as browsers have it too. */
export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export function endpointOf(rpc: string): Endpoint {
  const url = new URL(rpc);
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
  url.username = "";
  url.password = "";
  if (credentials === ":") return { url: url.href, headers: {} };
  return { url: url.href, headers: { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` } };
}

/** A part of an address without its escapes; as it is where they are none. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** What JSON-RPC answers with. */
export interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly message?: unknown; readonly code?: unknown } | null;
}

/** What a question may take. */
interface AnswerBounds {
  readonly timeoutMs: number;
  readonly maxBytes?: number;
}

/** Asks a node by JSON-RPC, with a bound on time and memory. Throws {@link ChainUnavailable}. */
export async function ask(
  { rpc, node }: Settings,
  method: string,
  params: readonly unknown[],
  maxBytes = MAX_ANSWER_BYTES,
): Promise<unknown> {
  let answer: Answer | null;
  try {
    answer = await askRpc(rpc, method, params, { timeoutMs: TIMEOUT_MS, maxBytes });
  } catch (cause) {
    if (cause instanceof AnswerTooLong) throw cause;
    throw new ChainUnavailable(`No node answers at ${node}. Check --rpc.`, { cause });
  }
  if (answer?.error != null) {
    const { code, message } = answer.error;
    throw new NodeRefused(`The node refuses ${method}: ${String(message).slice(0, 200)} (${String(code)}).`);
  }
  return answer?.result;
}

/** One question by JSON-RPC, with a bound on time and memory. Throws {@link AnswerTooLong}, and what `fetch` throws. */
export async function askRpc(
  rpc: string,
  method: string,
  params: readonly unknown[],
  { timeoutMs, maxBytes = MAX_ANSWER_BYTES }: AnswerBounds,
): Promise<Answer | null> {
  const { url, headers } = endpointOf(rpc);
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  return JSON.parse(await bounded(response, maxBytes)) as Answer | null; // any other shape has neither result nor error
}

/** The text of an answer, piece by piece: what lies outside the heap is swept late. */
async function bounded({ body }: Response, maxBytes: number): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const part of body as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > maxBytes) throw new AnswerTooLong(`The node's answer is longer than ${maxBytes} bytes.`);
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}
