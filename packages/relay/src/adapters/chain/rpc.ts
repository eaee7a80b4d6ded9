import { ExponentialBackoff, handleType, type IPolicy, retry } from "cockatiel";
import { FetchRequest, isCallException, isError, JsonRpcProvider, Network } from "ethers";
import { ChainUnavailable, ContractRefused } from "../../domain/errors.ts";
import { errorName } from "./decode.ts";

const RETRIES = 2;

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
    this.#provider = new JsonRpcProvider(requestTo(settings), network, {
      staticNetwork: network,
      batchMaxCount: 1,
      cacheTimeout: -1,
    });
    this.#reads = retry(handleType(ChainUnavailable), {
      maxAttempts: RETRIES,
      backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1_000 }),
    });
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

function failureOf(method: string, error: unknown): ContractRefused | ChainUnavailable {
  if (isCallException(error)) return new ContractRefused(errorName(error.data ?? "0x"));
  // No cause: ethers puts the whole request into its errors, the node's address and signed bytes included.
  return new ChainUnavailable(`${method}: ${reasonOf(error)}`);
}

function requestTo({ url, timeoutMs }: RpcSettings): FetchRequest {
  const address = new URL(url);
  const { username, password } = address;
  address.username = "";
  address.password = "";
  const request = new FetchRequest(address.href);
  request.timeout = timeoutMs;
  request.setThrottleParams({ maxAttempts: 1 });
  if (username !== "") {
    request.allowInsecureAuthentication = true;
    request.setCredentials(decodeURIComponent(username), decodeURIComponent(password));
  }
  return request;
}

/** The node's own words, from wherever ethers put them. */
function reasonOf(error: unknown): string {
  if (isError(error, "TIMEOUT")) return "no answer in time";
  for (let depth = 0, at: unknown = error; depth < 6 && isRecord(at); depth += 1) {
    const inner = at["error"];
    if (isRecord(inner) && typeof inner["message"] === "string") return inner["message"].slice(0, 200);
    at = at["info"] ?? at["cause"];
  }
  return isRecord(error) && typeof error["shortMessage"] === "string" ? error["shortMessage"] : "it does not answer";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
