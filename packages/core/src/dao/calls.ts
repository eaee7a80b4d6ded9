import { AbiCoder, Interface, keccak256 } from "ethers";
import { type Address, asAddress, asHex, asUint, type Bytes32, type Hex } from "../hex.ts";
import { AmbiguousContract, NoProposedCalls } from "./errors.ts";
import type { KnownContract, ProposedCall } from "./types.ts";
import { argumentLines, code } from "./values.ts";

/** How deep a call's own lines stand below its number. */
const DEPTH = 1;
const SELECTOR_BYTES = 4;

/**
 * What calls do, as Markdown: each with its contract, its function and every argument by name and value. What is not
 * known, or does not decode to exactly its bytes, is shown raw and called unknown.
 * Throws `NoProposedCalls`, `AmbiguousContract`, `InvalidAddress`, `InvalidHex` and `UintOutOfRange`.
 */
export function describeCalls(calls: readonly ProposedCall[], contracts: readonly KnownContract[]): string {
  if (calls.length === 0) throw new NoProposedCalls();
  const book = bookOf(contracts);
  return calls.map((call, index) => describeCall(checked(call), index + 1, book).join("\n")).join("\n");
}

/** keccak-256 of targets, values and call data, ABI-encoded: what a proposal does, in 32 bytes. */
export function callsDigest(calls: readonly ProposedCall[]): Bytes32 {
  return keccak256(AbiCoder.defaultAbiCoder().encode(["address[]", "uint256[]", "bytes[]"], columns(calls))) as Bytes32;
}

/** The id that a governor gives to a proposal of these calls under this description. */
export function proposalId(calls: readonly ProposedCall[], descriptionHash: Bytes32): bigint {
  const types = ["address[]", "uint256[]", "bytes[]", "bytes32"];
  return BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(types, [...columns(calls), descriptionHash])));
}

function columns(calls: readonly ProposedCall[]): [Address[], bigint[], Hex[]] {
  const all = calls.map(checked);
  return [all.map(({ target }) => target), all.map(({ value }) => value), all.map(({ data }) => data)];
}

function checked({ target, value, data }: ProposedCall): ProposedCall {
  return { target: asAddress(target, "target"), value: asUint(value, 256, "value"), data: asHex(data, "data") };
}

type Book = ReadonlyMap<Address, { readonly name: string; readonly abi: Interface }>;

function bookOf(contracts: readonly KnownContract[]): Book {
  const book = new Map<Address, { name: string; abi: Interface }>();
  for (const { address, name, abi } of contracts) {
    const checksummed = asAddress(address, "contract");
    if (book.has(checksummed)) throw new AmbiguousContract(checksummed);
    book.set(checksummed, { name, abi: new Interface(abi) });
  }
  return book;
}

function describeCall({ target, value, data }: ProposedCall, number: number, book: Book): string[] {
  const contract = book.get(target);
  const place = contract === undefined ? "an unknown contract" : code(contract.name);
  const sent = value === 0n ? [] : [line(`sends ${code(value.toString())} wei`)];
  const known = contract === undefined ? undefined : decoded(contract.abi, data);
  if (known !== undefined) {
    return [`${number}. ${code(known.name)} of ${place} at ${code(target)}`, ...sent, ...known.lines];
  }
  const act = data === "0x" ? "plain payment" : "unknown function";
  const raw = data === "0x" ? [] : [line(`raw data: ${code(data)}`)];
  return [`${number}. ${act} to ${place} at ${code(target)}`, ...sent, ...raw];
}

function line(text: string): string {
  return `${"  ".repeat(DEPTH)}- ${text}`;
}

/** The call as the ABI reads it; undefined when it does not know the function, or other bytes would read the same. */
function decoded(abi: Interface, data: Hex): { name: string; lines: string[] } | undefined {
  if (data.length < 2 + 2 * SELECTOR_BYTES) return undefined;
  const fragment = abi.getFunction(data.slice(0, 2 + 2 * SELECTOR_BYTES));
  if (fragment === null) return undefined;
  try {
    const values = abi.decodeFunctionData(fragment, data);
    if (abi.encodeFunctionData(fragment, values) !== data) return undefined;
    return { name: fragment.name, lines: argumentLines(fragment.inputs, values.toArray(), DEPTH) };
  } catch {
    return undefined; // bytes that do not decode are shown as they are
  }
}
