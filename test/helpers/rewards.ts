import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { AbiCoder, keccak256, TypedDataEncoder } from "ethers";
import type { HostileTokenMock, RewardDistributor } from "../../typechain-types";
import { chainId, deployContract } from "./chain";
import { type ConfiguredOracle, oracleWithConfig } from "./fixtures";

/** What is rewarded, as the contract numbers it. */
export const Programme = { GPU_TIME: 0n, TRAINING: 1n, ACTIVITY: 2n } as const;
export type Programme = (typeof Programme)[keyof typeof Programme];
export const PROGRAMMES = Object.values(Programme);

export const BUDGET = 10_000n;
export const EPOCH_CAP = 1_000n;
export const INTERVAL = 7n * 86_400n;

/** An account with all that it has earned in one programme. */
export type Earned = readonly [account: { address: string }, cumulativeAmount: bigint];

export interface Posting {
  programme: Programme;
  epoch: bigint;
  root: string;
  total: bigint;
}

/** A tree of rewards by OpenZeppelin's own library. */
export interface RewardTree {
  root: string;
  total: bigint;
  /** The proof of an account's entry. */
  proof(account: { address: string }): string[];
}

export function treeOf(programme: Programme, ...earned: readonly Earned[]): RewardTree {
  const rows = earned.map(([{ address }, amount]): [bigint, string, bigint] => [programme, address, amount]);
  const tree = StandardMerkleTree.of(rows, ["uint8", "address", "uint256"]);
  return {
    root: tree.root,
    total: rows.reduce((total, [, , amount]) => total + amount, 0n),
    proof: ({ address }) => {
      const row = rows.find(([, account]) => account === address);
      if (row === undefined) throw new Error(`${address} is not in the tree.`);
      return tree.getProof(row);
    },
  };
}

/** The posting of a tree. */
export function postingOf(programme: Programme, epoch: bigint, { root, total }: RewardTree): Posting {
  return { programme, epoch, root, total };
}

const postingTypes = {
  RewardPosting: "uint256 chainId,address distributor,uint8 programme,uint64 epoch,bytes32 root,uint256 total"
    .split(",")
    .map((field) => field.split(" "))
    .map(([type = "", name = ""]) => ({ type, name })),
};

/** What reporters sign for a posting, worked out from the type's description. */
export function postingLeaf(chain: bigint, distributor: string, posting: Posting): string {
  const hash = TypedDataEncoder.hashStruct("RewardPosting", postingTypes, { chainId: chain, distributor, ...posting });
  return keccak256(hash);
}

export function rewardLeaf(programme: Programme, account: string, amount: bigint): string {
  const inner = keccak256(
    AbiCoder.defaultAbiCoder().encode(["uint8", "address", "uint256"], [programme, account, amount]),
  );
  return keccak256(inner);
}

/** A distributor without budget, under an oracle of 2 of 3 reporters; its owner and two others have tokens. */
export interface RewardsWorld extends ConfiguredOracle {
  distributor: RewardDistributor;
  distributorAddress: string;
  token: HostileTokenMock;
  tokenAddress: string;
  /** The quorum's attestation of a posting, by the fixture's terms. */
  report(posting: Posting): Promise<{ configVersion: bigint; deadline: bigint; attestation: string }>;
}

export async function freshDistributor(): Promise<RewardsWorld> {
  const configured = await oracleWithConfig(2, 3)();
  const { dao, oracle, attest, creator, stranger } = configured;
  const token = await deployContract("HostileTokenMock");
  const tokenAddress = await token.getAddress();
  const args = [tokenAddress, dao.address, await oracle.getAddress()];
  const distributor = (await deployContract("RewardDistributor", args)).connect(stranger);
  const distributorAddress = await distributor.getAddress();
  for (const person of [dao, creator]) {
    await token.mint(person.address, 10n * BUDGET);
    await token.connect(person).approve(distributorAddress, 10n * BUDGET);
  }
  return {
    ...configured,
    distributor,
    distributorAddress,
    token,
    tokenAddress,
    report: async (posting) => {
      const { configVersion, deadline } = attest.terms;
      const leaf = postingLeaf(await chainId(), distributorAddress, posting);
      return { configVersion, deadline, attestation: attest.leaf(0n, leaf) };
    },
  };
}

/** Every programme has a budget, and reporters may post a tenth of it every week. */
export async function programmesFunded(): Promise<RewardsWorld> {
  const world = await freshDistributor();
  const { distributor, dao } = world;
  for (const programme of PROGRAMMES) {
    await distributor.connect(dao).fund(programme, BUDGET);
    await distributor.connect(dao).setLimits(programme, { epochCap: EPOCH_CAP, interval: INTERVAL });
  }
  return world;
}

/** Posted by vote: 600 to the trainer and 400 to the player for their activity. */
export interface PostedWorld extends RewardsWorld {
  tree: RewardTree;
}

export async function epochPosted(): Promise<PostedWorld> {
  const world = await programmesFunded();
  const { distributor, dao, trainer, player } = world;
  const tree = treeOf(Programme.ACTIVITY, [trainer, 600n], [player, 400n]);
  await distributor.connect(dao).post(postingOf(Programme.ACTIVITY, 1n, tree));
  return { ...world, tree };
}
