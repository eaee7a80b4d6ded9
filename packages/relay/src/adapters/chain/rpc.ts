import { handleWhen, retry, ExponentialBackoff, type IPolicy } from "cockatiel";
import { FetchRequest, JsonRpcProvider } from "ethers";
import { ChainUnavailable } from "../../domain/errors.ts";

const ATTEMPTS = 3;

/** Raw JSON-RPC: every answer is checked by its reader. Reads are repeated a few times, sends are not. */
export class Rpc {
  readonly provider: JsonRpcProvider;
  readonly #reads: IPolicy;

  constructor(url: string, chainId: bigint, timeoutMs: number) {
    const request = new FetchRequest(url);
    request.timeout = timeoutMs;
    // A static network and no cache: ethers must neither ask nor remember anything on its own.
    this.provider = new JsonRpcProvider(request, Number(chainId), {
      staticNetwork: true,
      batchMaxCount: 1,
      cacheTimeout: -1,
    });
    this.#reads = retry(
      handleWhen((error) => error instanceof ChainUnavailable),
      { maxAttempts: ATTEMPTS, backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1_000 }) },
    );
  }

  /** Throws {@link ChainUnavailable}; an error that carries revert data is passed on as it is. */
  async read(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.#reads.execute(async () => this.send(method, params));
  }

  /** One try. Throws as {@link read}. */
  async send(method: string, params: readonly unknown[]): Promise<unknown> {
    try {
      const answer: unknown = await this.provider.send(method, [...params]);
      return answer;
    } catch (cause) {
      if (revertDataOf(cause) !== undefined) throw cause;
      throw new ChainUnavailable(`${method} failed`, { cause });
    }
  }

  close(): void {
    this.provider.destroy();
  }
}

/** Data that a contract reverted with, wherever the node put it. */
export function revertDataOf(error: unknown): string | undefined {
  for (let depth = 0, at: unknown = error; depth < 5 && isRecord(at); depth += 1) {
    const data = at["data"];
    if (typeof data === "string" && data.startsWith("0x")) return data;
    at = at["error"] ?? at["info"] ?? at["data"] ?? at["cause"];
  }
  return undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
