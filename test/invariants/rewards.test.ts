import { expect } from "chai";
import { chainId, loadFixture, now, type Person } from "../helpers/chain";
import {
  freshDistributor,
  type Posting,
  postingLeaf,
  postingOf,
  Programme,
  PROGRAMMES,
  type RewardsWorld,
  type RewardTree,
  treeOf,
} from "../helpers/rewards";
import {
  type Attempt,
  type Choice,
  type EconomyLife,
  holdThroughEconomy,
  pick,
  sum,
  type Weights,
} from "./economy/lives";
import { RewardModel } from "./economy/reward-model";
import { ACCEPTED, refuse } from "./model/refusal";

const RICHES = 10n ** 12n;
const YEAR = 365n * 86_400n;

type Kind = "fund" | "post" | "postByReport" | "claim" | "claimOld" | "reclaim" | "expire" | "setLimits";

const WEIGHTS: Weights<Kind> = {
  fund: 6,
  post: 6,
  postByReport: 6,
  claim: 16,
  claimOld: 3,
  reclaim: 3,
  expire: 3,
  setLimits: 3,
};

interface RichWorld extends RewardsWorld {
  accounts: Person[];
}

/** One funder with more than a life can spend, and a quorum of two of three whose config never changes. */
async function richDistributor(): Promise<RichWorld> {
  const world = await freshDistributor();
  const { token, creator, distributorAddress, trainer, player, friend, owner, relayer } = world;
  await token.mint(creator.address, RICHES - (await token.balanceOf(creator.address)));
  await token.connect(creator).approve(distributorAddress, RICHES);
  return { ...world, accounts: [trainer, player, friend, owner, relayer] };
}

describe("Rewards", () => {
  holdThroughEconomy(
    "[peers F46] never exceed a cumulative total, and are neither lost nor made,",
    "seeds-rewards.json",
    WEIGHTS,
    async () => new RewardLife(await loadFixture(richDistributor), await now()),
  );
});

/** A tree with what is in it, as whoever published it knows. */
interface PublishedTree {
  tree: RewardTree;
  amounts: ReadonlyMap<string, bigint>;
}

class RewardLife implements EconomyLife<Kind> {
  readonly contract: RewardsWorld["distributor"];
  private readonly model = new RewardModel();
  private readonly world: RichWorld;
  private readonly published = new Map<Programme, PublishedTree[]>();
  time: bigint;

  constructor(world: RichWorld, time: bigint) {
    this.world = world;
    this.contract = world.distributor;
    this.time = time;
  }

  async prepare(choice: Choice<Kind>): Promise<Attempt> {
    const programme = pick(PROGRAMMES, choice.other);
    switch (choice.kind) {
      case "fund":
        return this.fund(programme, BigInt(choice.amount % 500));
      case "post":
        return this.post(programme, choice);
      case "postByReport":
        return this.postByReport(programme, choice);
      case "claim":
        return this.claim(programme, choice);
      case "claimOld":
        return this.claimOld(programme, choice);
      case "reclaim":
        return this.reclaim(programme, choice);
      case "expire":
        return this.expire(programme, choice);
      case "setLimits":
        return this.setLimits(programme, choice);
    }
  }

  /** [F45] What came in is what is held, claimed and reclaimed. */
  async expectConserved(): Promise<void> {
    const { token, distributorAddress } = this.world;
    const books = PROGRAMMES.map((programme) => this.model.of(programme));
    const came = sum(books.map(({ funded }) => funded));
    const went = sum(books.map(({ claimed, reclaimed }) => claimed + reclaimed));

    expect(await token.balanceOf(distributorAddress)).to.equal(came - went);
    expect(this.model.held(), "what is owed is not what is held").to.equal(came - went);
  }

  async expectAsModelled(): Promise<void> {
    const { distributor, token, accounts } = this.world;
    for (const programme of PROGRAMMES) {
      const model = this.model.of(programme);
      const books = await distributor.booksOf(programme);
      expect([books.epoch, books.postedAt, books.total, books.claimed, books.unallocated]).to.deep.equal([
        model.epoch,
        model.postedAt,
        model.total,
        model.claimed,
        model.unallocated,
      ]);
      expect(books.claimed <= books.total, "more was claimed than was posted").to.equal(true);
      for (const { address } of accounts) {
        const paid = await distributor.claimedBy(programme, address);
        expect(paid).to.equal(model.paid.get(address) ?? 0n);
        expect(paid <= (model.promised.get(address) ?? 0n), "paid more than any tree promised").to.equal(true);
      }
    }
    for (const { address } of accounts) {
      const paid = PROGRAMMES.map((programme) => this.model.of(programme).paid.get(address) ?? 0n);
      expect(await token.balanceOf(address)).to.equal(sum(paid));
    }
  }

  private fund(programme: Programme, amount: bigint): Attempt {
    return {
      refusal: amount === 0n ? refuse("RewardDistributorZeroAmount") : ACCEPTED,
      send: () => this.contract.connect(this.world.creator).fund(programme, amount),
      accept: () => {
        this.model.of(programme).unallocated += amount;
        this.model.of(programme).funded += amount;
      },
    };
  }

  /** The next epoch: honest, or with a total or an epoch that is wrong, or a tree that lies about others. */
  private nextPosting(programme: Programme, { amount, who, way }: Choice<Kind>) {
    const { accounts } = this.world;
    const { epoch, tree: before, paid, total, unallocated } = this.model.of(programme);
    const amounts = new Map(before ?? paid);
    const share = unallocated === 0n ? 0n : BigInt(amount) % (unallocated + 1n);
    for (const [index, part] of [share / 3n, share - share / 3n].entries()) {
      const { address } = pick(accounts, who + index);
      amounts.set(address, (amounts.get(address) ?? 0n) + part);
    }
    if (way % 11 === 0) amounts.set(pick(accounts, who).address, BigInt(amount));
    const tree = treeOf(programme, ...[...amounts].map(([address, earned]) => [{ address }, earned] as const));
    const honest = postingOf(programme, epoch + 1n, tree);
    const wrong = [
      { ...honest, epoch: epoch + BigInt(way % 3) },
      { ...honest, total: total + unallocated + 1n },
      { ...honest, total: total === 0n ? 0n : total - 1n },
      { ...honest, total: total + unallocated / 2n },
    ];
    const posting: Posting = way % 4 === 0 ? pick(wrong, way >> 2) : honest;
    return { posting, published: { tree, amounts } };
  }

  private accepted({ programme, ...posting }: Posting, published: PublishedTree): void {
    this.model.post({ programme, ...posting }, published.amounts, this.time);
    this.published.set(programme, [...(this.published.get(programme) ?? []), published]);
  }

  private post(programme: Programme, choice: Choice<Kind>): Attempt {
    const { posting, published } = this.nextPosting(programme, choice);
    return {
      refusal: this.model.judgePosting(posting),
      send: () => this.contract.connect(this.world.dao).post(posting),
      accept: () => this.accepted(posting, published),
    };
  }

  private async postByReport(programme: Programme, choice: Choice<Kind>): Promise<Attempt> {
    const { attest, distributorAddress, relayer } = this.world;
    const { posting, published } = this.nextPosting(programme, choice);
    const deadline = this.time + 60n;
    const leaf = postingLeaf(await chainId(), distributorAddress, posting);
    const tooFew = choice.way % 10 === 0;
    const attestation = attest.leaf(0n, leaf, { deadline, by: tooFew ? [2] : [0, 2] });
    const early = this.model.judgeReport(posting, this.time);
    const beforeSignatures = ["RewardDistributorNoReports", "RewardDistributorTooEarly"].includes(early?.error ?? "");
    const unsigned = beforeSignatures ? early : refuse("RewardDistributorNotReported", leaf);
    return {
      refusal: tooFew ? unsigned : early,
      send: () =>
        this.contract.connect(relayer).postByReport(posting, attest.terms.configVersion, deadline, attestation),
      accept: () => this.accepted(posting, published),
    };
  }

  /** By the newest tree, sometimes for another amount than it has. */
  private claim(programme: Programme, { who, way, amount }: Choice<Kind>): Attempt {
    const account = pick(this.world.accounts, who);
    const newest = this.published.get(programme)?.at(-1);
    const promised = newest?.amounts.get(account.address);
    const asked = promised === undefined || way % 8 === 0 ? BigInt(amount) : promised;
    const proof = promised === undefined ? [] : (newest?.tree.proof(account) ?? []);
    const proves = this.model.of(programme).tree !== undefined && promised === asked;
    return this.claiming(programme, account.address, asked, proof, proves);
  }

  /** By a tree that was replaced since; it proves something only where the newest tree is the same. */
  private claimOld(programme: Programme, { who, amount }: Choice<Kind>): Attempt {
    const account = pick(this.world.accounts, who);
    const trees = this.published.get(programme) ?? [];
    const old = trees.length === 0 ? undefined : pick(trees, amount);
    const promised = old?.amounts.get(account.address) ?? 1n;
    const proof = old?.amounts.has(account.address) === true ? old.tree.proof(account) : [];
    const isNewest = this.model.of(programme).tree !== undefined && old?.tree.root === trees.at(-1)?.tree.root;
    const proves = isNewest && old?.amounts.has(account.address) === true;
    return this.claiming(programme, account.address, promised, proof, proves);
  }

  private claiming(programme: Programme, account: string, amount: bigint, proof: string[], proves: boolean): Attempt {
    return {
      refusal: this.model.judgeClaim(programme, account, amount, proves),
      send: () => this.contract.claim(programme, account, amount, proof),
      accept: () => this.model.claim(programme, account, amount),
    };
  }

  private reclaim(programme: Programme, { way, amount }: Choice<Kind>): Attempt {
    const { unallocated } = this.model.of(programme);
    const asked = pick([BigInt(amount % 100), unallocated + 1n, BigInt(amount % 20)], way);
    return {
      refusal: asked === 0n ? refuse("RewardDistributorZeroAmount") : this.model.judgeSpending(programme, asked),
      send: () => this.contract.connect(this.world.dao).reclaim(programme, asked, this.world.arbiter.address),
      accept: () => {
        this.model.of(programme).unallocated -= asked;
        this.model.of(programme).reclaimed += asked;
      },
    };
  }

  /** Sometimes after the two years that it takes. */
  private expire(programme: Programme, { way }: Choice<Kind>): Attempt {
    if (way % 4 === 0) this.time += 2n * YEAR;
    return {
      refusal: this.model.judgeExpiry(programme, this.time),
      send: () => this.contract.connect(this.world.dao).expire(programme),
      accept: () => this.model.expire(programme),
    };
  }

  private setLimits(programme: Programme, { way, amount }: Choice<Kind>): Attempt {
    const interval = pick([0n, 86_400n, 7n * 86_400n, YEAR + 1n], way);
    const epochCap = BigInt(amount);
    return {
      refusal: interval > YEAR ? refuse("RewardDistributorIntervalTooLong", interval, YEAR) : ACCEPTED,
      send: () => this.contract.connect(this.world.dao).setLimits(programme, { epochCap, interval }),
      accept: () => {
        this.model.of(programme).interval = interval;
        this.model.of(programme).epochCap = epochCap;
      },
    };
  }
}
