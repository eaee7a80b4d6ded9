import { ainTokenAbi, inferenceOracleAbi, requestDeskAbi } from "ainft-contracts";
import {
  type Address,
  asAddress,
  asBytes32,
  type AskedAt,
  asRequestOutcome,
  readLogs,
  type RequestBooks,
  TokenRequests,
} from "ainft-core";
import { Interface, type JsonRpcProvider, ZeroAddress } from "ethers";
import { COLLECTION, read } from "./chain.ts";
import { CallRefused } from "./errors.ts";
import { sourceOf } from "./logs.ts";
import type { Settings } from "./settings.ts";

const TOKEN_ERRORS = ainTokenAbi.filter(({ type }) => type === "error");
/** The desk, with the errors that come through from the token that is paid in and from the oracle that is asked. */
export const DESK = new Interface([
  ...requestDeskAbi,
  ...inferenceOracleAbi.filter(({ type }) => type === "error"),
  ...TOKEN_ERRORS,
]);
export const ORACLE = new Interface(inferenceOracleAbi);

/** The desk that an oracle made. Throws as `read` does. */
export async function deskOf(provider: JsonRpcProvider, oracle: Address, block?: number): Promise<Address> {
  const at = block === undefined ? {} : { block };
  const [desk] = await read(provider, { to: oracle, abi: ORACLE, name: "desk", args: [], ...at });
  return asAddress(String(desk), "desk");
}

/** What an oracle and its desk keep at a block; at the newest when it is left out. */
export function booksOf(provider: JsonRpcProvider, { oracle, desk }: AskedAt, block?: number): RequestBooks {
  const at = block === undefined ? {} : { block };
  return {
    outcomeOf: async (requestId) => {
      const [outcome] = await read(provider, { to: oracle, abi: ORACLE, name: "outcomeOf", args: [requestId], ...at });
      return asRequestOutcome(BigInt(String(outcome)));
    },
    orderHashOf: async (requestId) => {
      const [hash] = await read(provider, { to: desk, abi: DESK, name: "orderHashOf", args: [requestId], ...at });
      return asBytes32(String(hash), "orderHash");
    },
  };
}

/** An oracle that a collection obeys or obeyed, and what is found out about a token there. */
export interface KnownOracle {
  /** What its verdicts end with: nothing for the one that the collection obeys now. */
  readonly name: string;
  readonly at: AskedAt;
  readonly books: RequestBooks;
  readonly requests: TokenRequests;
}

/** Every oracle that a collection obeys or obeyed since the first block that is read; with a note of each that is none of ours. */
export async function oraclesOf(
  provider: JsonRpcProvider,
  settings: Settings,
  { collection, block }: { readonly collection: Address; readonly block: number },
): Promise<{ known: KnownOracle[]; unknown: { aspect: string; agrees: boolean; detail: string }[] }> {
  const known: KnownOracle[] = [];
  const unknown: { aspect: string; agrees: boolean; detail: string }[] = [];
  for (const oracle of await obeyed(provider, settings, collection, block)) {
    const name = known.length + unknown.length === 0 ? "" : ` at ${oracle}`;
    try {
      const at = { oracle, desk: await deskOf(provider, oracle, block) };
      known.push({ name, at, books: booksOf(provider, at, block), requests: new TokenRequests() });
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error;
      const detail = `not looked at: ${oracle} is no oracle of this kind`;
      unknown.push({ aspect: `results${name}`, agrees: true, detail });
    }
  }
  return { known, unknown };
}

/** The oracle of now first. */
async function obeyed(
  provider: JsonRpcProvider,
  settings: Settings,
  collection: Address,
  block: number,
): Promise<Set<Address>> {
  const [oracle] = await read(provider, { to: collection, abi: COLLECTION, name: "oracle", args: [], block });
  const found = new Set([asAddress(String(oracle), "oracle")]);
  const changed = asBytes32(COLLECTION.getEvent("OracleChanged")?.topicHash ?? "");
  const range = { fromBlock: BigInt(settings.fromBlock), toBlock: BigInt(block) };
  for await (const { topics } of readLogs(sourceOf(settings), { address: collection, topics: [[changed]], ...range }))
    found.add(asAddress(`0x${(topics[2] ?? "").slice(-40)}`, "oracle"));
  found.delete(asAddress(ZeroAddress));
  return found;
}
