import { Interface, toBeHex } from "ethers";
import { readArtifact, readBuildInfo } from "../lib/artifacts";
import { INTERFACES } from "./deployables";
import type { AstNode } from "./natspec";

/** Ids of standards that collections also advertise. They are given by their EIPs, not computed from our code. */
const STANDARDS: readonly [string, string][] = [
  ["IERC165", "0x01ffc9a7"],
  ["IERC1155", "0xd9b67a26"],
  ["IERC1155MetadataURI", "0x0e89341c"],
  ["IERC2981", "0x2a55205a"],
  ["IERC4906", "0x49064906"],
  ["IERC4907", "0xad092b5c"],
  ["IERC5192", "0xb45a3c0e"],
  ["IERC5267", "0x84b0196e"],
  ["IERC6372", "0xda287a1d"],
  ["IERC7007", "0x702c55a6"],
  ["IERC721", "0x80ac58cd"],
  ["IERC721Metadata", "0x5b5e139f"],
  ["IERC721Receiver", "0x150b7a02"],
  ["IERC7496", "0xaf332f3e"],
  ["IERC7572", "0xe8a3d485"],
  ["IVotes", "0xe90fb3f6"],
];

/** ERC-165 id of every interface, by name. */
export function interfaceIds(): [string, string][] {
  const own = INTERFACES.map((name): [string, string] => [name, interfaceId(name)]);
  return [...own, ...STANDARDS].sort(([left], [right]) => (left < right ? -1 : 1));
}

/**
 * The xor of the selectors of the functions that an interface declares itself, as `type(I).interfaceId`; for an interface
 * that only joins others, of all their functions.
 */
function interfaceId(name: string): string {
  const source = readBuildInfo(`interfaces/${name}`).output.sources[`contracts/interfaces/${name}.sol`];
  const unit = source?.ast as AstNode | undefined; // the compiler's own tree
  const contract = unit?.nodes?.find((node) => node.nodeType === "ContractDefinition" && node.name === name);
  if (!contract?.nodes) throw new Error(`The compiler's tree has no interface ${name}.`);
  const selectors = contract.nodes.flatMap(({ functionSelector }) => (functionSelector ? [functionSelector] : []));
  return selectors.length > 0 ? xor(selectors.map((selector) => `0x${selector}`)) : xor(selectorsOf(name));
}

function selectorsOf(name: string): string[] {
  const selectors: string[] = [];
  new Interface(readArtifact(`interfaces/${name}`).abi).forEachFunction(({ selector }) => selectors.push(selector));
  return selectors;
}

function xor(selectors: readonly string[]): string {
  return toBeHex(
    selectors.reduce((id, selector) => id ^ BigInt(selector), 0n),
    4,
  );
}
