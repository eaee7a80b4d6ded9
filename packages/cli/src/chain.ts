import { ainft1155Abi, ainft721Abi, ainftFactoryAbi } from "ainft-contracts";
import { FetchRequest, Interface, isError, JsonRpcProvider, type Result } from "ethers";
import { CallRefused, ChainUnavailable, CliError } from "./errors.ts";
import { ask, endpointOf, TIMEOUT_MS } from "./node.ts";
import type { Settings } from "./settings.ts";

/** Collections of both standards: what they share, and what one of them has. */
export const COLLECTION = new Interface([...ainft721Abi, ...ainft1155Abi]);
export const FACTORY = new Interface(ainftFactoryAbi);
/** The interface id that ERC-1155 fixes. */
const ERC1155 = "0xd9b67a26";

/** One contract call. */
export interface Call {
  readonly to: string;
  readonly abi: Interface;
  readonly name: string;
  readonly args: readonly unknown[];
  /** Block of the state that answers; the newest when it is left out. */
  readonly block?: number;
  /** Wei that a transaction pays; nothing when it is left out. */
  readonly value?: bigint;
}

/** The function's name, where an overload is named by its whole signature. */
export function nameOf({ name }: Call): string {
  return name.replace(/\(.*/u, "");
}

/** Connects, and makes sure that the node is of the chain that was asked for. Throws {@link ChainUnavailable}. */
export async function connect(settings: Settings): Promise<JsonRpcProvider> {
  const { rpc, chain, isLocal } = settings;
  const actual = await chainIdOf(settings);
  if (actual !== chain) {
    throw new ChainUnavailable(`${settings.node} is of chain ${actual}, expected ${chain}. Check --rpc and --chain.`);
  }
  const { url, headers } = endpointOf(rpc);
  const request = new FetchRequest(url);
  request.timeout = TIMEOUT_MS;
  for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
  return new JsonRpcProvider(request, Number(chain), {
    staticNetwork: true,
    batchMaxCount: 1,
    cacheTimeout: -1,
    ...(isLocal ? { pollingInterval: 50 } : {}),
  });
}

/** Runs something with a connection that is closed afterwards. */
export async function withChain<T>(settings: Settings, run: (provider: JsonRpcProvider) => Promise<T>): Promise<T> {
  const provider = await connect(settings);
  try {
    return await run(provider);
  } finally {
    provider.destroy();
  }
}

/** Answers of a view. Throws {@link CallRefused} or {@link ChainUnavailable}. */
export async function read(provider: JsonRpcProvider, call: Call): Promise<Result> {
  const data = call.abi.encodeFunctionData(call.name, [...call.args]);
  const answer = await asked(call, async () => provider.call({ to: call.to, data, blockTag: call.block ?? "latest" }));
  try {
    return call.abi.decodeFunctionResult(call.name, answer);
  } catch (cause) {
    throw new CallRefused(`${call.to} does not answer ${nameOf(call)}: it is no contract of this kind.`, { cause });
  }
}

/** Whether a collection is of ERC-1155, whose tokens are editions. Throws as {@link read}. */
export async function isEdition(provider: JsonRpcProvider, to: string): Promise<boolean> {
  const [answer] = await read(provider, { to, abi: COLLECTION, name: "supportsInterface", args: [ERC1155] });
  return answer === true;
}

/** A transaction to an address without code succeeds, and does nothing. */
export async function expectCode(provider: JsonRpcProvider, to: string): Promise<void> {
  const code = await asked(undefined, async () => provider.getCode(to));
  if (code === "0x") throw new CallRefused(`There is no contract at ${to} on this chain.`);
}

/** Runs a request to the node, and tells its failure in our words. */
export async function asked<T>(call: Call | undefined, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw cause instanceof CliError ? cause : told(call, cause);
  }
}

function told(call: Call | undefined, cause: unknown): CliError {
  if (isError(cause, "CALL_EXCEPTION")) {
    return new CallRefused(
      `${call === undefined ? "The call" : nameOf(call)} is refused: ${reasonOf(call, cause.data)}.`,
      { cause },
    );
  }
  if (isError(cause, "INSUFFICIENT_FUNDS")) return new CallRefused("The account can't pay for this.", { cause });
  const reason = cause instanceof Error && "shortMessage" in cause ? String(cause.shortMessage) : "no readable answer";
  return new ChainUnavailable(`The node failed: ${reason}.`, { cause });
}

function reasonOf(call: Call | undefined, data: string | null | undefined): string {
  const error = data == null || data === "0x" ? null : call?.abi.parseError(data);
  if (error == null) return data == null || data === "0x" ? "without a reason" : `error ${data.slice(0, 10)}`;
  return `${error.name}(${error.args.map(String).join(", ")})`;
}

async function chainIdOf(settings: Settings): Promise<bigint> {
  const answer = await ask(settings, "eth_chainId", []);
  if (typeof answer === "string" && /^0x[0-9a-f]{1,16}$/iu.test(answer)) return BigInt(answer);
  throw new ChainUnavailable(`No node answers at ${settings.node}. Check --rpc.`);
}
