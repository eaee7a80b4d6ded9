import { toBeHex } from "ethers";
import { readBuildInfo } from "../lib/artifacts";
import { INTERFACES } from "./deployables";

interface AstNode {
  readonly nodeType: string;
  readonly name?: string;
  readonly functionSelector?: string;
  readonly nodes?: readonly AstNode[];
}

/** Ids of standards that collections also advertise. They are given by their EIPs, not computed from our code. */
const STANDARDS: readonly [string, string][] = [
  ["IERC165", "0x01ffc9a7"],
  ["IERC4906", "0x49064906"],
  ["IERC5267", "0x84b0196e"],
  ["IERC721", "0x80ac58cd"],
  ["IERC721Metadata", "0x5b5e139f"],
  ["IERC721Receiver", "0x150b7a02"],
  ["IERC7007", "0x702c55a6"],
];

/** ERC-165 id of every interface, by name. */
export function interfaceIds(): [string, string][] {
  const own = INTERFACES.map((name): [string, string] => [name, interfaceId(name)]);
  return [...own, ...STANDARDS].sort(([left], [right]) => (left < right ? -1 : 1));
}

/** The xor of the selectors of the functions that an interface declares itself, as `type(I).interfaceId`. */
function interfaceId(name: string): string {
  const source = readBuildInfo(`interfaces/${name}`).output.sources[`contracts/interfaces/${name}.sol`];
  const unit = source?.ast as AstNode | undefined; // the compiler's own tree
  const contract = unit?.nodes?.find((node) => node.nodeType === "ContractDefinition" && node.name === name);
  if (!contract?.nodes) throw new Error(`The compiler's tree has no interface ${name}.`);
  const selectors = contract.nodes.flatMap(({ functionSelector }) => (functionSelector ? [functionSelector] : []));
  return toBeHex(
    selectors.reduce((id, selector) => id ^ BigInt(`0x${selector}`), 0n),
    4,
  );
}
