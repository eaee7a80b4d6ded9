import { ExponentialBackoff, handleType, type IPolicy, retry } from "cockatiel";
import { type JsonRpcError, type JsonRpcPayload, JsonRpcProvider, type JsonRpcResult, Network } from "ethers";
import { request } from "undici";
import { ChainUnavailable, ContractRefused } from "../../domain/errors.ts";
import { boundedBody } from "../bounded-body.ts";
import { type NodeError, refusalOf } from "./refusals.ts";

const RETRIES = 2;
/** Of one answer. The logs of a full block are a fraction of it; those of too many blocks are asked for in parts. */
const MOST_BYTES = 33_554_432;
/** Of what a node says went wrong, in characters. */
const LONGEST_WORDS = 200;

/** How the node is reached. */
export interface RpcSettings {
  readonly url: string;
  readonly chainId: bigint;
  /** Time for one request, in milliseconds. */
  readonly timeoutMs: number;
  /** Told of every try, and of what went wrong; null when nothing did. */
  readonly observe?: (method: string, error: Error | null) => void;
}

/** Raw JSON-RPC: every answer is checked by its reader. Reads are repeated a few times, sends are not. */
export class Rpc {
  readonly #provider: JsonRpcProvider;
  readonly #reads: IPolicy;
  readonly #observe: (method: string, error: Error | null) => void;

  constructor(settings: RpcSettings) {
    this.#observe = settings.observe ?? (() => undefined);
    const network = Network.from(settings.chainId);
    // A static network and no cache: ethers must neither ask nor remember anything on its own.
    this.#provider = new NodeProvider(settings, network);
    this.#reads = retry(
      handleType(ChainUnavailable, (error) => !(error instanceof AnswerTooLong)),
      {
        maxAttempts: RETRIES,
        backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1_000 }),
      },
    );
  }

  /** Asks the node. Throws {@link ChainUnavailable}, or {@link ContractRefused} for a call that reverts. */
  async read(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.#reads.execute(async () => this.send(method, params));
  }

  /** One try. Throws as {@link read}. */
  async send(method: string, params: readonly unknown[]): Promise<unknown> {
    try {
      const answer: unknown = await this.#provider.send(method, [...params]);
      this.#observe(method, null);
      return answer;
    } catch (error) {
      const failure = failureOf(method, error);
      this.#observe(method, failure);
      throw failure;
    }
  }

  close(): void {
    this.#provider.destroy();
  }
}

/** The node answers more than is read of it. Asking for the same again does not help. */
class AnswerTooLong extends ChainUnavailable {
  constructor() {
    super(`it answers more than ${MOST_BYTES} bytes`);
  }
}

/** The node's error, as it told it. ethers would take every error of a call for the contract's. */
class NodeRefused extends Error {
  readonly told: NodeError;

  constructor(told: unknown) {
    super("The node answers an error.");
    this.told = isRecord(told) ? told : {};
  }
}

/**
 * Speaks HTTP on its own: ethers copies an answer once for each part of it that arrives, and reads its text one character
 * after the other, which for the logs of a long range takes seconds and many times its size in memory.
 */
class NodeProvider extends JsonRpcProvider {
  readonly #address: string;
  readonly #headers: Record<string, string>;
  readonly #timeoutMs: number;

  constructor({ url, timeoutMs }: RpcSettings, network: Network) {
    const address = new URL(url);
    const { username, password } = address;
    address.username = "";
    address.password = "";
    super(address.href, network, { staticNetwork: network, batchMaxCount: 1, cacheTimeout: -1 });
    const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
    const authorization = username === "" ? {} : { authorization: `Basic ${credentials.toString("base64")}` };
    this.#address = address.href;
    this.#headers = { "content-type": "application/json", ...authorization };
    this.#timeoutMs = timeoutMs;
  }

  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    const { statusCode, body } = await request(this.#address, {
      method: "POST",
      headers: this.#headers,
      body: JSON.stringify(payload),
      signal: AbortSignal.timeout(this.#timeoutMs),
      headersTimeout: this.#timeoutMs,
      bodyTimeout: this.#timeoutMs,
    });
    const bytes = await boundedBody(body as AsyncIterable<Uint8Array>, MOST_BYTES, () => new AnswerTooLong());
    if (statusCode < 200 || statusCode > 299) throw new ChainUnavailable(`it answers with status ${statusCode}`);
    const answer = JSON.parse(bytes.toString("utf8")) as JsonRpcResult | JsonRpcResult[];
    return Array.isArray(answer) ? answer : [answer];
  }

  override getRpcError(_payload: JsonRpcPayload, { error }: JsonRpcError): Error {
    return new NodeRefused(error);
  }
}

/** Methods that carry a call out, so that its contract can refuse. */
const CALLS: readonly string[] = ["eth_call", "eth_estimateGas"];

function failureOf(method: string, error: unknown): ContractRefused | ChainUnavailable {
  if (error instanceof ChainUnavailable) return error;
  const refusal = error instanceof NodeRefused && CALLS.includes(method) ? refusalOf(error.told) : null;
  if (refusal !== null) return new ContractRefused(refusal);
  // No cause: it can hold the whole request, the node's address and signed bytes included.
  return new ChainUnavailable(`${method}: ${reasonOf(error)}`);
}

/** The node's own words, or what was wrong with them. */
function reasonOf(error: unknown): string {
  if (error instanceof NodeRefused) return wordsOf(error.told);
  if (error instanceof Error && error.name.includes("Timeout")) return "no answer in time";
  if (error instanceof SyntaxError) return "its answer is no JSON";
  return isRecord(error) && typeof error["shortMessage"] === "string" ? error["shortMessage"] : "it does not answer";
}

function wordsOf({ message }: NodeError): string {
  return typeof message === "string" ? message.slice(0, LONGEST_WORDS) : "it answers an error without a message";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
