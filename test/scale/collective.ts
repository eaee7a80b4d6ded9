import { id, type JsonRpcProvider, type JsonRpcSigner } from "ethers";
import { gasOf } from "./gas";
import type { OpenUnits, Units } from "./opening";

/** How often each operation is measured at each size. */
export const SAMPLES = 5;
/** Tokens in one batch; each of its receivers gets so many of them. */
const BATCH = 60;
const UNITS_OF_A_HOLDER = 3;
/** Tokens that those who act begin with. */
const UNITS_OF_A_VOTER = 2;
/** One more than is measured: the first vote on a proposal opens its counters. */
const VOTERS = SAMPLES + 1;
/** How `castVote` counts support. */
const FOR = 1;
/** A proposal can be voted on once this has passed. */
const VOTING_DELAY_SECONDS = 61;

/** Gas of one transaction of each kind, at one size of the collection. */
export interface GasAtSize {
  size: number;
  mint: bigint;
  /** A token of a batch. */
  mintInBatch: bigint;
  transfer: bigint;
  delegate: bigint;
  vote: bigint;
  /** A view: what asking for the quorum of the newest proposal would cost. */
  quorum: bigint;
}

/** A collective that grows, with those who trade, delegate and vote in it, and its governor. */
export class Collective {
  size = 0;
  private holders = 0;
  /** Delegators are used up: everybody is measured when delegating for the first time. */
  private delegations = 0;

  /** At every second size, what was moved at the size before comes back. */
  private isMovedBack = true;

  private constructor(
    private readonly provider: JsonRpcProvider,
    readonly units: Units,
    private readonly people: People,
  ) {}

  /** Opens a collective through the factory; so many sizes will be measured. */
  static async open(provider: JsonRpcProvider, openUnits: OpenUnits, sizes: number): Promise<Collective> {
    // A second a block: two blocks of one second would share a checkpoint, which costs less.
    await provider.send("anvil_setBlockTimestampInterval", [1]);
    const creator = await provider.getSigner(0);
    const people = await everybody(provider, sizes);
    const collective = new Collective(provider, await openUnits(creator), people);
    for (const person of [...people.voters, ...people.traders, ...people.delegators, people.delegate]) {
      await collective.mintTo(new Array<string>(UNITS_OF_A_VOTER).fill(person.address));
    }
    return collective;
  }

  /** How many accounts act in a collective that is measured at so many sizes. */
  static actorsFor(sizes: number): number {
    return 1 + VOTERS + 2 * SAMPLES + SAMPLES * sizes + 1;
  }

  /** Mints batches for new holders up to the size, the last of it token by token, and measures everything there. */
  async growTo(size: number): Promise<GasAtSize> {
    let mintInBatch = 0n;
    while (this.size < size - SAMPLES) {
      const count = Math.min(BATCH, size - SAMPLES - this.size);
      const gas = await this.mintTo(Array.from({ length: count }, (_, place) => this.holder(place)));
      this.holders += Math.ceil(count / UNITS_OF_A_HOLDER);
      if (count === BATCH) mintInBatch = gas / BigInt(count);
    }
    const mint = await this.sample(async () => this.mintOne());
    this.isMovedBack = !this.isMovedBack;
    const transfer = await this.sample(async (round) => this.move(round));
    const delegate = await this.sample(async () => this.delegate());
    return { size, mint, mintInBatch, transfer, delegate, ...(await this.vote(size)) };
  }

  /** A holder of the next batch. */
  private holder(place: number): string {
    const number = this.holders + Math.floor(place / UNITS_OF_A_HOLDER);
    return `0x${id(`holder ${number}`).slice(-40)}`;
  }

  private async mintTo(to: string[]): Promise<bigint> {
    const gas = await gasOf(this.units.giveEach(to, this.size + 1));
    this.size += to.length;
    return gas;
  }

  private async mintOne(): Promise<bigint> {
    this.size += 1;
    this.holders += 1;
    return gasOf(this.units.give(this.holder(0), this.size));
  }

  /** A trader gives their first unit to the trader next to them, who has others; or takes it back. */
  private async move(round: number): Promise<bigint> {
    const { traders, voters } = this.people;
    const [one, other] = [at(traders, 2 * round), at(traders, 2 * round + 1)];
    const unit = UNITS_OF_A_VOTER * (voters.length + 2 * round) + 1;
    const [from, to] = this.isMovedBack ? [other, one] : [one, other];
    return gasOf(this.units.move(from, to.address, unit));
  }

  private async delegate(): Promise<bigint> {
    const delegator = at(this.people.delegators, this.delegations);
    this.delegations += 1;
    return gasOf(this.units.votes.connect(delegator).delegate(this.people.delegate.address));
  }

  /** A proposal at this size, and the votes on it. */
  private async vote(size: number): Promise<Pick<GasAtSize, "vote" | "quorum">> {
    const { governor, votes, address } = this.units;
    const call = votes.interface.encodeFunctionData("setMintingPaused", [true]);
    const targets = [address];
    const description = `Stop minting at ${size} tokens`;
    await gasOf(governor.propose(targets, [0n], [call], description));
    const proposalId = await governor.getProposalId(targets, [0n], [call], id(description));
    const proposedAt = await governor.clock();
    await this.provider.send("evm_setNextBlockTimestamp", [Number(proposedAt) + VOTING_DELAY_SECONDS]);
    await this.provider.send("evm_mine", []);

    const gas: bigint[] = [];
    for (const voter of this.people.voters) {
      gas.push(await gasOf(governor.connect(voter).castVote(proposalId, FOR)));
    }
    const { forVotes } = await governor.proposalVotes(proposalId);
    if (forVotes !== BigInt(VOTERS * UNITS_OF_A_VOTER)) throw new Error(`${forVotes} votes were counted.`);
    const quorum = await governor.quorum.estimateGas(await governor.proposalSnapshot(proposalId));
    return { vote: median(gas.slice(1)), quorum };
  }

  private async sample(measure: (round: number) => Promise<bigint>): Promise<bigint> {
    const gas: bigint[] = [];
    for (let round = 0; round < SAMPLES; round++) gas.push(await measure(round));
    return median(gas);
  }
}

interface People {
  voters: readonly JsonRpcSigner[];
  traders: readonly JsonRpcSigner[];
  delegators: readonly JsonRpcSigner[];
  delegate: JsonRpcSigner;
}

async function everybody(provider: JsonRpcProvider, sizes: number): Promise<People> {
  let next = 1; // account 0 is the creator
  const take = async (count: number): Promise<JsonRpcSigner[]> => {
    const taken: JsonRpcSigner[] = [];
    while (taken.length < count) taken.push(await provider.getSigner(next++));
    return taken;
  };
  const voters = await take(VOTERS);
  const traders = await take(2 * SAMPLES);
  const delegators = await take(SAMPLES * sizes);
  return { voters, traders, delegators, delegate: at(await take(1), 0) };
}

function median(values: readonly bigint[]): bigint {
  const sorted = [...values].sort((left, right) => (left < right ? -1 : 1));
  return at(sorted, Math.floor(sorted.length / 2));
}

function at<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new Error(`There is nothing at ${index}.`);
  return value;
}
