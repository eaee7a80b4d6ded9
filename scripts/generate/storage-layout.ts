import { dataSlice, id, keccak256, toBeHex } from "ethers";
import { readBuildInfo } from "../lib/artifacts";
import { DEPLOYABLES, sourceOf } from "./deployables";

interface AstNode {
  readonly id: number;
  readonly nodeType: string;
  readonly name?: string;
  readonly canonicalName?: string;
  readonly nodes?: readonly AstNode[];
  readonly members?: readonly AstNode[];
  readonly documentation?: { readonly text?: string };
  readonly linearizedBaseContracts?: readonly number[];
  readonly typeDescriptions?: { readonly typeString?: string };
  readonly value?: { readonly value?: string };
}

interface StorageLayout {
  readonly storage: readonly { label: string; offset: number; slot: string; type: string; contract: string }[];
  readonly types: Readonly<Record<string, { label: string; numberOfBytes: string }>> | null;
}

/** One variable or struct member, as a reviewer reads it. */
interface Member {
  readonly label: string;
  readonly type: string;
}

/** Where a contract keeps what, in a form whose difference can be reviewed. */
export interface StorageSnapshot {
  /** Ordinary variables, by slot and byte offset. */
  readonly variables: readonly (Member & { slot: string; offset: number; bytes: string; contract: string })[];
  /** ERC-7201 namespaces of the contract and its bases. */
  readonly namespaces: Readonly<Record<string, { slot: string; contract: string; members: readonly Member[] }>>;
  /** Every struct that these mention, with its members in order. */
  readonly structs: Readonly<Record<string, readonly Member[]>>;
}

/** Slot of an ERC-7201 namespace: the formula of the EIP. */
export function erc7201Slot(namespace: string): string {
  const inner = toBeHex(BigInt(id(namespace)) - 1n, 32);
  return `${dataSlice(keccak256(inner), 0, 31)}00`;
}

/** Storage of a deployable contract, read from the compiler's own output. */
export function storageSnapshot(contract: (typeof DEPLOYABLES)[number]): StorageSnapshot {
  const source = sourceOf(contract);
  const { output } = readBuildInfo(source);
  const compiled = output.contracts[`contracts/${source}.sol`]?.[contract] as { storageLayout: StorageLayout };
  const contracts = Object.values(output.sources)
    .flatMap(({ ast }) => (ast as AstNode).nodes ?? []) // the compiler's own tree
    .filter(({ nodeType }) => nodeType === "ContractDefinition");
  const own = contracts.find(({ name }) => name === contract);
  const bases = contracts.filter((node) => own?.linearizedBaseContracts?.includes(node.id));
  const variables = ordinaryVariables(compiled.storageLayout);
  const namespaces = Object.fromEntries(bases.flatMap((base) => namespacesOf(base)).sort(byKey));
  const structs = mentionedStructs(contracts, [
    ...variables,
    ...Object.values(namespaces).flatMap(({ members }) => members),
  ]);
  return { variables, namespaces, structs };
}

function ordinaryVariables({ storage, types }: StorageLayout): StorageSnapshot["variables"] {
  return storage.map(({ label, slot, offset, type, contract }) => ({
    slot,
    offset,
    label,
    type: types?.[type]?.label ?? type,
    bytes: types?.[type]?.numberOfBytes ?? "?",
    contract: contract.slice(contract.lastIndexOf(":") + 1),
  }));
}

function namespacesOf(contract: AstNode): [string, StorageSnapshot["namespaces"][string]][] {
  return structsOf(contract).flatMap((struct) => {
    const namespace = /@custom:storage-location erc7201:(\S+)/.exec(struct.documentation?.text ?? "")?.[1];
    if (namespace === undefined) return [];
    return [[namespace, { slot: erc7201Slot(namespace), contract: contract.name ?? "", members: membersOf(struct) }]];
  });
}

/** Structs named in the types of these members, and in theirs, and so on. */
function mentionedStructs(contracts: readonly AstNode[], members: readonly Member[]): StorageSnapshot["structs"] {
  const all = new Map(contracts.flatMap(structsOf).map((struct) => [struct.canonicalName ?? "", membersOf(struct)]));
  const found = new Map<string, readonly Member[]>();
  const open = members.flatMap(structNames);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const inner = all.get(name);
    if (!inner || found.has(name)) continue;
    found.set(name, inner);
    open.push(...inner.flatMap(structNames));
  }
  return Object.fromEntries([...found].sort(byKey));
}

function structNames({ type }: Member): string[] {
  return [...type.matchAll(/struct ([\w.]+)/g)].map(([, name]) => name ?? "");
}

function structsOf(contract: AstNode): AstNode[] {
  return (contract.nodes ?? []).filter(({ nodeType }) => nodeType === "StructDefinition");
}

function membersOf(struct: AstNode): Member[] {
  return (struct.members ?? []).map(({ name, typeDescriptions }) => ({
    label: name ?? "",
    type: typeDescriptions?.typeString ?? "?",
  }));
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
