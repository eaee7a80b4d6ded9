import { expect } from "chai";
import { ZeroAddress } from "ethers";
import type { ContributorSplit, FeeOnTransferTokenMock } from "../../typechain-types";
import { ContributorSplit__factory } from "../../typechain-types";
import { deployContract, loadFixture, type Person, provider } from "../helpers/chain";
import { itRandomly, type Random } from "../helpers/random";
import { type Share, splitsDeployed, type SplitsWorld } from "../helpers/shares";
import { ACCEPTED, type Refusal, refuse } from "./model/refusal";

const TABLES = 300;
const PAID_TABLES = 25;
const ACTS_OF_A_SPLIT = 24;
const MOST_SHARES = 64;
const WHOLE = 10_000n;

describe("share tables", () => {
  itRandomly(`are opened exactly when they are whole, through ${TABLES} random tables`, async (random) => {
    const world = await loadFixture(splitsDeployed);
    const counts = { accepted: 0, refused: new Set<string>() };
    for (let table = 0; table < TABLES; table++) {
      const shares = spoil(random, wholeTable(random, 1 + random.below(MOST_SHARES)));
      const refusal = judge(shares);
      if (refusal === ACCEPTED) {
        counts.accepted += 1;
        expectSame(await openedTable(world, shares), shares);
        continue;
      }
      counts.refused.add(refusal.error);
      await expect(world.splits.openSplit(shares), refusal.error)
        .to.be.revertedWithCustomError(world.splits, refusal.error)
        .withArgs(...refusal.args);
    }
    expect(counts.accepted).to.be.greaterThan(0);
    expect([...counts.refused].sort()).to.deep.equal(EVERY_REFUSAL);
  });

  itRandomly(`never owe more than came in, through ${PAID_TABLES} random splits`, async (random) => {
    const world = await loadFixture(splitsAndToken);
    const { creator, owner, friend, trainer, player, arbiter } = world;
    for (let table = 0; table < PAID_TABLES; table++) {
      const people = [creator, owner, friend, trainer, player, arbiter].slice(0, 1 + random.below(6));
      const shares = wholeTable(
        random,
        people.length,
        people.map(({ address }) => address),
      );
      await livePaidSplit(world, random, { shares, people });
    }
  });
});

const EVERY_REFUSAL = [
  "ContributorSplitsEmptyTable",
  "ContributorSplitsNotAscending",
  "ContributorSplitsTooManyShares",
  "ContributorSplitsWrongSum",
  "ContributorSplitsZeroAccount",
  "ContributorSplitsZeroShare",
];

/** The rules of a table, one after the other. */
function judge(shares: readonly Share[]): Refusal | undefined {
  if (shares.length === 0) return refuse("ContributorSplitsEmptyTable");
  if (shares.length > MOST_SHARES) return refuse("ContributorSplitsTooManyShares", shares.length, MOST_SHARES);
  let previous = ZeroAddress;
  for (const [index, { account, bps }] of shares.entries()) {
    if (account === ZeroAddress) return refuse("ContributorSplitsZeroAccount", index);
    if (BigInt(account) <= BigInt(previous)) return refuse("ContributorSplitsNotAscending", index, previous, account);
    if (bps === 0n) return refuse("ContributorSplitsZeroShare", index, account);
    previous = account;
  }
  const total = sum(shares.map(({ bps }) => bps));
  return total === WHOLE ? ACCEPTED : refuse("ContributorSplitsWrongSum", total, WHOLE);
}

/** A table that may be opened: the whole cut at random places. */
function wholeTable(random: Random, count: number, accounts = random.list(count, () => random.address())): Share[] {
  const cuts = new Set([0, Number(WHOLE)]);
  while (cuts.size < count + 1) cuts.add(1 + random.below(Number(WHOLE) - 1));
  const places = [...cuts].sort((left, right) => left - right);
  const sorted = [...accounts].sort((left, right) => (BigInt(left) < BigInt(right) ? -1 : 1));
  return sorted.map((account, index) => ({ account, bps: BigInt((places[index + 1] ?? 0) - (places[index] ?? 0)) }));
}

/** The same table, or one that somebody got wrong in one way. */
function spoil(random: Random, whole: readonly Share[]): Share[] {
  const shares = whole.map((share) => ({ ...share }));
  const one = random.pick(shares);
  const ways: (() => Share[])[] = [
    () => shares,
    () => shares,
    () => shares,
    () => [],
    () => shares.reverse(),
    () => [...shares, ...wholeTable(random, MOST_SHARES)],
    () => shares.filter((share) => share !== one),
    () => shares.flatMap((share) => (share === one ? [share, share] : [share])),
    () => ((one.account = ZeroAddress), shares),
    () => ((one.bps = 0n), shares),
    () => ((one.bps += 1n), shares),
    () => ((one.bps = 65_535n), shares),
  ];
  return random.pick(ways)();
}

async function openedTable({ splits, stranger }: SplitsWorld, shares: Share[]): Promise<Share[]> {
  await splits.connect(stranger).openSplit(shares);
  const split = ContributorSplit__factory.connect(await splits.splitAddress(shares), stranger);
  return (await split.shares()).map(({ account, bps }) => ({ account, bps }));
}

function expectSame(opened: readonly Share[], shares: readonly Share[]): void {
  expect(opened).to.deep.equal(shares);
  expect(sum(opened.map(({ bps }) => bps))).to.equal(WHOLE);
}

interface PaidWorld extends SplitsWorld {
  token: FeeOnTransferTokenMock;
}

async function splitsAndToken(): Promise<PaidWorld> {
  return { ...(await splitsDeployed()), token: await deployContract("FeeOnTransferTokenMock", [0]) };
}

/** Money comes in and goes out in any order; after every act the books are held against what came in. */
async function livePaidSplit(
  world: PaidWorld,
  random: Random,
  { shares, people }: { shares: Share[]; people: readonly Person[] },
): Promise<void> {
  await world.splits.openSplit(shares);
  const address = await world.splits.splitAddress(shares);
  const split = ContributorSplit__factory.connect(address, world.stranger);
  const assets = [ZeroAddress, await world.token.getAddress()];
  const received = new Map(assets.map((asset) => [asset, 0n]));
  // A split of the same table may stand there, with money, from before.
  for (const asset of assets)
    received.set(asset, (await split.totalReleased(asset)) + (await balanceOf(world, asset, address)));
  for (let act = 0; act < ACTS_OF_A_SPLIT; act++) {
    const asset = random.pick(assets);
    if (random.below(2) === 0) {
      const amount = random.uint(60);
      if (asset === ZeroAddress) await world.requester.sendTransaction({ to: address, value: amount });
      else await world.token.mint(address, amount);
      received.set(asset, (received.get(asset) ?? 0n) + amount);
    } else {
      const { address: account } = random.pick(people);
      if ((await split.due(asset, account)) > 0n) await split.release(asset, account);
    }
    await expectCovered(split, asset, { shares, received: received.get(asset) ?? 0n });
  }
}

/** What is owed and what was paid never exceed what came in, and miss it by less than a unit for each account. */
async function expectCovered(
  split: ContributorSplit,
  asset: string,
  { shares, received }: { shares: readonly Share[]; received: bigint },
): Promise<void> {
  const due = sum(await Promise.all(shares.map(({ account }) => split.due(asset, account))));
  const released = await Promise.all(shares.map(({ account }) => split.released(asset, account)));
  expect(await split.totalReleased(asset)).to.equal(sum(released));
  expect(due + sum(released) <= received, "more is owed than came in").to.equal(true);
  expect(received - due - sum(released) < BigInt(shares.length), "money is lost").to.equal(true);
  for (const [index, { bps }] of shares.entries()) {
    expect((released[index] ?? 0n) * WHOLE <= received * bps, "somebody has more than their part").to.equal(true);
  }
}

async function balanceOf({ token }: PaidWorld, asset: string, account: string): Promise<bigint> {
  return asset === ZeroAddress ? provider.getBalance(account) : token.balanceOf(account);
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
