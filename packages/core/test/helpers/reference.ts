import { createHash } from "node:crypto";
import { encodeAbiParameters, keccak256, toBytes, type Hex } from "viem";

/*
 * A second implementation of what the vectors fix. It shares no code with the sources: viem and node:crypto instead of
 * ethers, whole ABI signatures instead of words, recursion over leaves instead of an accumulator.
 */

/** keccak-256 of a type's text. */
export const typehash = (type: string): Hex => keccak256(toBytes(type));

/** `keccak256(abi.encode(typehash, ...values))`, with the ABI types read from the type's own text. */
export function hashStruct(type: string, values: readonly unknown[]): Hex {
  const fields = /\((.*)\)/u.exec(type)?.[1] ?? "";
  const types = ["bytes32", ...fields.split(",").map((field) => field.split(" ")[0] ?? "")];
  return keccak256(
    encodeAbiParameters(
      types.map((abiType) => ({ type: abiType })),
      [typehash(type), ...values],
    ),
  );
}

/** A leaf whose struct holds the hash of another one, whose type stands behind it. */
export const hashResultLeaf = (type: string, [delivery, requestId, status, answer]: readonly unknown[]): Hex =>
  keccak256(
    keccak256(
      encodeAbiParameters(
        ["bytes32", "uint8", "uint64", "uint8", "bytes32"].map((abiType) => ({ type: abiType })),
        [typehash(type), delivery, requestId, status, answer],
      ),
    ),
  );

/** Hash of a struct's hash: how leaves are told from nodes. */
export const hashLeaf = (type: string, values: readonly unknown[]): Hex => keccak256(hashStruct(type, values));

const NODE = "AINFTTrainingNode(bytes32 left,bytes32 right)";
const ROOT = "AINFTTrainingRoot(uint64 count,bytes32 peaks)";

/** Root of a training log: mountains by the binary form of the count, bagged from the right. */
export function trainingRoot(leaves: readonly Hex[]): Hex {
  if (leaves.length === 0) return `0x${"00".repeat(32)}`;
  return hashStruct(ROOT, [BigInt(leaves.length), bag(mountains(leaves))]);
}

/** Tops of the mountains, highest first. */
export function mountains(leaves: readonly Hex[]): Hex[] {
  if (leaves.length === 0) return [];
  const size = 2 ** Math.floor(Math.log2(leaves.length));
  return [tree(leaves.slice(0, size)), ...mountains(leaves.slice(size))];
}

function bag([first, ...rest]: readonly Hex[]): Hex {
  if (first === undefined) throw new RangeError("nothing to bag");
  return rest.length === 0 ? first : hashStruct(NODE, [first, bag(rest)]);
}

function tree(leaves: readonly Hex[]): Hex {
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return only;
  const half = leaves.length / 2;
  return hashStruct(NODE, [tree(leaves.slice(0, half)), tree(leaves.slice(half))]);
}

/** Root over the leaves of a report: node i has the children 2i + 1 and 2i + 2, the leaves stand last, backwards. */
export function reportRoot(leaves: readonly Hex[]): Hex {
  const node = (index: number): Hex => {
    const leaf = leaves[2 * leaves.length - 2 - index];
    if (leaf !== undefined) return leaf;
    return pairHash(node(2 * index + 1), node(2 * index + 2));
  };
  return node(0);
}

/** Where a proof leads from a leaf. */
export const climb = (leaf: Hex, proof: readonly Hex[]): Hex => proof.reduce(pairHash, leaf);

function pairHash(one: Hex, other: Hex): Hex {
  const [low, high] = one < other ? [one, other] : [other, one];
  return keccak256(`${low}${high.slice(2)}`);
}

/** sha-256 of UTF-8 text. */
export const sha256Text = (text: string): Hex => `0x${createHash("sha256").update(text, "utf8").digest("hex")}`;

/** CIDv1 of a sha-256 digest, spelled out: prefix `b`, then base32 of version, codec, hash, length and digest. */
export function cid(digest: Hex): string {
  const bytes = [0x01, 0x55, 0x12, 0x20, ...toBytes(digest)];
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(/.{1,5}/gu) ?? [];
  return `b${groups.map((group) => "abcdefghijklmnopqrstuvwxyz234567"[Number.parseInt(group.padEnd(5, "0"), 2)]).join("")}`;
}

/** RFC 8785 by its definition: sorted keys, ECMAScript's own texts for numbers and strings. */
export function jcs(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jcs).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, child]) => `${JSON.stringify(key)}:${jcs(child)}`).join(",")}}`;
}
