import { toQuantity } from "ethers";
import { ChainUnavailable } from "../../domain/errors.ts";
import { errorName } from "./decode.ts";
import type { Rpc } from "./rpc.ts";

/** What a node answers when it answers no result. */
export interface NodeError {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly data?: unknown;
}

/** JSON-RPC's code for a call that was carried out and reverted. */
const REVERTED = 3;

/** Words that nodes put before what the EVM says. */
const LEAD = /^(?:err(?:or)?:\s*)?(?:vm exception while processing transaction:\s*|evm error:?\s*)?/i;

/** Says only that the EVM says something; what it is, is in the data. Nethermind and OpenEthereum. */
const SEE_DATA = /^vm execution error\b/i;

/**
 * How what the EVM itself says begins, in lower case and without anything but letters and digits: geth and Erigon write
 * `out of gas`, revm (Reth, anvil) `OutOfGas`. Besu says the same for a call that halts as for its own faults, which is
 * therefore waited out.
 */
const EVM_SAYS: readonly string[] = [
  ...["revert", "executionrevert", "transactionrevert", "transactionranoutofgas"],
  ...["outofgas", "memoryoog", "memorylimitoog", "precompileoog", "invalidoperandoog", "gasuint64overflow"],
  ...["gasrequiredexceedsallowance", "invalidopcode", "invalidfeopcode", "opcodenotfound", "badinstruction"],
  ...["notactivated", "invalidjump", "badjump", "stackunderflow", "stackoverflow", "stacklimitreached", "outofstack"],
  ...["writeprotection", "statechangeduringstaticcall", "callnotallowedinsidestatic", "staticcallviolation"],
  ...["mutablecallinstaticcontext", "returndataoutofbounds", "outofoffset", "accessviolation", "maxcalldepthexceeded"],
  ...["calltoodeep", "insufficientbalancefortransfer"],
];

const LONGEST_REASON = 80;
const DEEPEST_DATA = 3;

/**
 * Why a contract refuses a call: the name of its error, or what the EVM says. Null when the node's error is no word of the
 * EVM, however it is worded: then nothing is known about the contract.
 */
export function refusalOf({ code, message, data }: NodeError): string | null {
  const text = typeof message === "string" ? message : "";
  const seeData = SEE_DATA.test(text);
  const returned = revertDataOf(data);
  if ((seeData || /revert/i.test(text)) && (returned !== null || code === REVERTED)) return errorName(returned ?? "0x");
  const said = seeData && typeof data === "string" ? data : text;
  const isBare = seeData && said === text;
  return isBare || saysEvm(said) ? said.slice(0, LONGEST_REASON) : null;
}

/**
 * A contract's no ends things for good, so it counts only when the node has the block that was asked about: one that lags
 * behind may answer about an older one. Throws {@link ChainUnavailable}.
 */
export async function mustHaveBlock(rpc: Pick<Rpc, "read">, number: bigint): Promise<void> {
  const block = await rpc.read("eth_getBlockByNumber", [toQuantity(number), false]);
  if (block === null) throw new ChainUnavailable(`it has not got block ${number}`);
}

function saysEvm(text: string): boolean {
  const said = text
    .replace(LEAD, "")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
  return EVM_SAYS.some((words) => said.startsWith(words));
}

/** Bytes that a contract reverted with, from wherever the node put them. */
function revertDataOf(data: unknown, depth = 0): string | null {
  if (typeof data === "string") return /^(?:reverted )?(0x(?:[0-9a-f]{2})*)$/i.exec(data)?.[1] ?? null;
  if (typeof data !== "object" || data === null || depth >= DEEPEST_DATA) return null;
  const { data: inner, result } = data as { readonly data?: unknown; readonly result?: unknown };
  return revertDataOf(inner, depth + 1) ?? revertDataOf(result, depth + 1);
}
