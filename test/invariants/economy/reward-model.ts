import type { Posting, Programme } from "../../helpers/rewards";
import { ACCEPTED, type Refusal, refuse } from "../model/refusal";
import { sum } from "./lives";

const EXPIRY = 730n * 86_400n;

/** The books of one programme, with all that ever came in and went out. */
export class ModelProgramme {
  epoch = 0n;
  postedAt = 0n;
  /** Cumulative amounts of the newest tree; undefined when there is none. */
  tree: ReadonlyMap<string, bigint> | undefined;
  total = 0n;
  claimed = 0n;
  unallocated = 0n;
  funded = 0n;
  reclaimed = 0n;
  epochCap = 0n;
  interval = 0n;
  readonly paid = new Map<string, bigint>();
  /** The most that any tree has promised to each account. */
  readonly promised = new Map<string, bigint>();
}

/** Rewards as the rules tell them. */
export class RewardModel {
  private readonly programmes = new Map<Programme, ModelProgramme>();

  of(programme: Programme): ModelProgramme {
    const known = this.programmes.get(programme);
    if (known !== undefined) return known;
    const fresh = new ModelProgramme();
    this.programmes.set(programme, fresh);
    return fresh;
  }

  /** What the distributor owes: promised and not paid, or not promised. */
  held(): bigint {
    return sum([...this.programmes.values()].map(({ unallocated, total, claimed }) => unallocated + total - claimed));
  }

  judgePosting({ programme, epoch, total }: Posting): Refusal | undefined {
    const books = this.of(programme);
    const added = total - books.total;
    if (epoch !== books.epoch + 1n) return refuse("RewardDistributorWrongEpoch", programme, books.epoch + 1n, epoch);
    if (added < 0n) return refuse("RewardDistributorTotalShrinks", programme, books.total, total);
    return this.judgeSpending(programme, added);
  }

  judgeReport(posting: Posting, time: bigint): Refusal | undefined {
    const { programme, total } = posting;
    const books = this.of(programme);
    if (books.epochCap === 0n) return refuse("RewardDistributorNoReports", programme);
    const earliest = books.postedAt + books.interval;
    if (time < earliest) return refuse("RewardDistributorTooEarly", programme, earliest);
    const refusal = this.judgePosting(posting);
    if (refusal !== undefined) return refusal;
    const added = total - books.total;
    return added > books.epochCap ? refuse("RewardDistributorOverCap", programme, added, books.epochCap) : ACCEPTED;
  }

  judgeSpending(programme: Programme, amount: bigint): Refusal | undefined {
    const { unallocated } = this.of(programme);
    return amount > unallocated ? refuse("RewardDistributorOverBudget", programme, amount, unallocated) : ACCEPTED;
  }

  post({ programme, epoch, total }: Posting, tree: ReadonlyMap<string, bigint>, time: bigint): void {
    const books = this.of(programme);
    books.unallocated -= total - books.total;
    books.total = total;
    books.epoch = epoch;
    books.postedAt = time;
    books.tree = tree;
    for (const [account, amount] of tree) {
      const before = books.promised.get(account) ?? 0n;
      if (amount > before) books.promised.set(account, amount);
    }
  }

  judgeClaim(programme: Programme, account: string, amount: bigint, proves: boolean): Refusal | undefined {
    const books = this.of(programme);
    if (!proves) return refuse("RewardDistributorInvalidProof", programme, account, amount);
    const paid = books.paid.get(account) ?? 0n;
    if (amount <= paid) return refuse("RewardDistributorNothingDue", programme, account, amount, paid);
    if (books.claimed + amount - paid > books.total) {
      return refuse("RewardDistributorOverTotal", programme, books.claimed, books.total);
    }
    return ACCEPTED;
  }

  claim(programme: Programme, account: string, amount: bigint): void {
    const books = this.of(programme);
    books.claimed += amount - (books.paid.get(account) ?? 0n);
    books.paid.set(account, amount);
  }

  judgeExpiry(programme: Programme, time: bigint): Refusal | undefined {
    const { tree, postedAt } = this.of(programme);
    const expiresAt = tree === undefined ? 0n : postedAt + EXPIRY;
    const tooEarly = expiresAt === 0n || time < expiresAt;
    return tooEarly ? refuse("RewardDistributorNotExpired", programme, expiresAt) : ACCEPTED;
  }

  expire(programme: Programme): void {
    const books = this.of(programme);
    books.unallocated += books.total - books.claimed;
    books.total = books.claimed;
    books.tree = undefined;
  }
}
