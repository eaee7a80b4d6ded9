import { concat, keccak256 } from "ethers";
import { abiWords, type Address, asAddress, asBytes32, asUint, type Bytes32 } from "../hex.ts";
import { EmptyRewardTree, NoSuchReward, RewardsNotAscending } from "./errors.ts";
import { compareAddresses } from "./order.ts";
import { asProgramme } from "./programme.ts";
import type { EarnedReward, Programme } from "./types.ts";

/** What the contract's `claim` asks for. */
export interface RewardProof extends EarnedReward {
  readonly programme: Programme;
  /** Siblings from the leaf to the root. */
  readonly proof: readonly Bytes32[];
}

/** The leaf of an account's rewards, hashed twice so that no node passes for a leaf. Throws when a field does not fit. */
export function rewardLeaf(programme: Programme, { account, cumulativeAmount }: EarnedReward): Bytes32 {
  const words = abiWords([
    BigInt(asProgramme(programme)),
    asAddress(account, "account"),
    asUint(cumulativeAmount, 256, "cumulativeAmount"),
  ]);
  return keccak256(keccak256(words)) as Bytes32; // keccak-256 is 32 bytes
}

/** Whether a proof leads to a root. Throws when a field does not fit its type. */
export function verifyReward({ programme, proof, ...earned }: RewardProof, root: Bytes32): boolean {
  const reached = proof.reduce(
    (node, sibling) => hashPair(node, asBytes32(sibling, "proof")),
    rewardLeaf(programme, earned),
  );
  return reached === asBytes32(root, "root");
}

/**
 * The rewards of one programme as the Merkle tree that goes on chain: that of OpenZeppelin's StandardMerkleTree over
 * (uint8 programme, address account, uint256 cumulativeAmount). The nodes stand in one list, the root first; the
 * children of the node at i stand at 2i + 1 and 2i + 2, and the leaves at the end, the lowest hash last.
 */
export class RewardTree {
  readonly programme: Programme;
  readonly #nodes: readonly Bytes32[];
  readonly #entries: ReadonlyMap<Address, { readonly earned: EarnedReward; readonly place: number }>;

  /** Entries in ascending order of accounts. Throws {@link EmptyRewardTree} or {@link RewardsNotAscending}. */
  constructor(programme: Programme, entries: readonly EarnedReward[]) {
    if (entries.length === 0) throw new EmptyRewardTree();
    this.programme = asProgramme(programme);
    let previous: Address | undefined;
    const leaves = entries.map((entry) => {
      const account = asAddress(entry.account, "account");
      if (previous !== undefined && compareAddresses(previous, account) >= 0) throw new RewardsNotAscending(account);
      previous = account;
      return { earned: { account, cumulativeAmount: entry.cumulativeAmount }, hash: rewardLeaf(programme, entry) };
    });
    leaves.sort((left, right) => (left.hash < right.hash ? 1 : -1)); // leaves of different accounts differ
    const first = leaves.length - 1;
    this.#entries = new Map(leaves.map(({ earned }, index) => [earned.account, { earned, place: first + index }]));
    this.#nodes = grow(leaves.map(({ hash }) => hash));
  }

  get root(): Bytes32 {
    return nodeAt(this.#nodes, 0);
  }

  /** Proves what an account has earned. Throws {@link NoSuchReward} or `InvalidAddress`. */
  prove(account: Address): RewardProof {
    const address = asAddress(account, "account");
    const entry = this.#entries.get(address);
    if (entry === undefined) throw new NoSuchReward(address);
    const proof: Bytes32[] = [];
    for (let place = entry.place; place > 0; place = (place - 1) >> 1) {
      proof.push(nodeAt(this.#nodes, place % 2 === 1 ? place + 1 : place - 1));
    }
    return { programme: this.programme, ...entry.earned, proof };
  }
}

/** All nodes over the leaves, which stand last. */
function grow(leaves: readonly Bytes32[]): Bytes32[] {
  const nodes = [...leaves.slice(1), ...leaves]; // the inner ones are written over, from below
  for (let place = leaves.length - 2; place >= 0; place -= 1) {
    nodes[place] = hashPair(nodeAt(nodes, 2 * place + 1), nodeAt(nodes, 2 * place + 2));
  }
  return nodes;
}

function nodeAt(nodes: readonly Bytes32[], place: number): Bytes32 {
  const node = nodes[place];
  if (node === undefined) throw new EmptyRewardTree();
  return node;
}

/** Sorted, so that a proof needs no directions. */
function hashPair(left: Bytes32, right: Bytes32): Bytes32 {
  return keccak256(concat(left < right ? [left, right] : [right, left])) as Bytes32; // keccak-256 is 32 bytes
}
