import type { ContributorSplit, ContributorSplits, FeeOnTransferTokenMock } from "../../typechain-types";
import { ContributorSplit__factory } from "../../typechain-types";
import { deployContract } from "./chain";
import { everybody, type People } from "./people";
import { Random } from "./random";

/** One entry of a share table. */
export interface Share {
  account: string;
  bps: bigint;
}

/** A table of these accounts and parts, in the order that splits want. */
export function tableOf(...entries: readonly (readonly [account: { address: string }, bps: bigint])[]): Share[] {
  const shares = entries.map(([{ address }, bps]) => ({ account: address, bps }));
  return shares.sort((left, right) => (BigInt(left.account) < BigInt(right.account) ? -1 : 1));
}

/** A table of so many accounts, as even as whole hundredths of a per cent allow; the last takes the rest. */
export function evenTable(count: number): Share[] {
  const random = new Random(`table of ${count}`);
  const part = 10_000n / BigInt(count);
  const parts = Array.from({ length: count }, (_, index) => (index === 0 ? 10_000n - part * BigInt(count - 1) : part));
  return tableOf(...parts.map((bps) => [{ address: random.address() }, bps] as const));
}

/** Where splits are opened, and nobody has opened one. */
export interface SplitsWorld extends People {
  splits: ContributorSplits;
}

export async function splitsDeployed(): Promise<SplitsWorld> {
  return { ...(await everybody()), splits: await deployContract("ContributorSplits") };
}

/** A split of trainer 50 %, owner 33.33 %, friend 16.67 %, and an ordinary token. */
export interface SplitWorld extends SplitsWorld {
  split: ContributorSplit;
  address: string;
  table: Share[];
  token: FeeOnTransferTokenMock;
  tokenAddress: string;
}

export async function splitOpened(): Promise<SplitWorld> {
  const world = await splitsDeployed();
  const table = tableOf([world.trainer, 5000n], [world.owner, 3333n], [world.friend, 1667n]);
  const split = await openSplit(world, table);
  const token = await deployContract("FeeOnTransferTokenMock", [0]);
  return {
    ...world,
    split,
    address: await split.getAddress(),
    table,
    token,
    tokenAddress: await token.getAddress(),
  };
}

/** Opens a split; the connection is a stranger's, since nobody needs a right. */
export async function openSplit({ splits, stranger }: SplitsWorld, table: Share[]): Promise<ContributorSplit> {
  await splits.connect(stranger).openSplit(table);
  return ContributorSplit__factory.connect(await splits.splitAddress(table), stranger);
}
