import { expect } from "chai";
import { ZeroAddress } from "ethers";
import type { AINToken } from "../../typechain-types";
import { deployContract, mineBlock, now, type Person } from "../helpers/chain";
import { everybody } from "../helpers/people";
import { itRandomly, type Random } from "../helpers/random";
import { ACTS } from "./acts";

/** Commands between two looks at everybody's votes; each look costs as much as many commands. */
const LOOK_EVERY = 25;
const CAP = 5_000n;
const SUPPLY = 1_000n;
const MOST_IN_A_BATCH = 4;

describe("votes of AINToken", function () {
  this.timeout(60_000 + ACTS * 20);

  itRandomly(
    `[peers E36] are what was delegated, and with the rest the supply, through ${ACTS} random commands`,
    async (random) => {
      const { dao, owner, player, friend, trainer, stranger } = await everybody();
      const token = await deployContract("AINToken", [dao.address, CAP, owner.address, SUPPLY]);
      const people = [owner, player, friend, trainer, stranger];
      const model = new Model(people, owner);
      const refused = { mint: 0, transfer: 0 };

      for (let command = 1; command <= ACTS; command++) {
        await model.act(token, dao, random, refused);
        if (command % LOOK_EVERY !== 0) continue;
        const votes = await Promise.all(people.map(async ({ address }) => token.getVotes(address)));
        const balances = await Promise.all(people.map(async ({ address }) => token.balanceOf(address)));
        expect(votes, `votes after command ${command}`).to.deep.equal(model.votes());
        expect(balances, `balances after command ${command}`).to.deep.equal(model.balances());
        expect(sum(votes) + model.undelegated()).to.equal(await token.totalSupply());
      }
      const end = await now();
      await mineBlock();
      expect(await token.getPastTotalSupply(end)).to.equal(model.supply());
      expect(
        Object.values(refused).every((times) => times > 0),
        "every refusal was met",
      ).to.equal(true);
    },
  );
});

const sum = (numbers: readonly bigint[]): bigint => numbers.reduce((total, number) => total + number, 0n);

/** Who holds how much and whom they named, the obvious way. */
class Model {
  private readonly people: readonly Person[];
  private readonly held = new Map<Person, bigint>();
  private readonly delegates = new Map<Person, Person>();

  constructor(people: readonly Person[], first: Person) {
    this.people = people;
    this.held.set(first, SUPPLY);
  }

  /** One random command, here and on the chain. */
  async act(
    token: AINToken,
    minter: Person,
    random: Random,
    refused: { mint: number; transfer: number },
  ): Promise<void> {
    const [one, other] = [random.pick(this.people), random.pick(this.people)];
    const command = random.pick(["mint", "transfer", "batch", "delegate", "undelegate"] as const);
    const amount = BigInt(random.below(120));
    if (command === "delegate") {
      await token.connect(one).delegate(other.address);
      this.delegates.set(one, other);
    } else if (command === "undelegate") {
      await token.connect(one).delegate(ZeroAddress);
      this.delegates.delete(one);
    } else if (command === "mint") {
      if (this.supply() + amount > CAP) refused.mint += 1;
      await this.attempt(token.connect(minter).mint(other.address, amount), this.supply() + amount <= CAP);
      if (this.supply() + amount <= CAP) this.add(other, amount);
    } else {
      const receivers =
        command === "batch" ? random.list(1 + random.below(MOST_IN_A_BATCH), () => random.pick(this.people)) : [other];
      await this.send(token, one, receivers, amount, refused);
    }
  }

  votes(): bigint[] {
    return this.people.map((delegatee) =>
      sum(this.people.map((one) => (this.delegates.get(one) === delegatee ? this.balanceOf(one) : 0n))),
    );
  }

  balances(): bigint[] {
    return this.people.map((one) => this.balanceOf(one));
  }

  undelegated(): bigint {
    return sum(this.people.map((one) => (this.delegates.has(one) ? 0n : this.balanceOf(one))));
  }

  supply(): bigint {
    return sum([...this.held.values()]);
  }

  /** One amount to each, in one transaction, or to nobody when it is not all there. */
  private async send(
    token: AINToken,
    from: Person,
    to: readonly Person[],
    amount: bigint,
    refused: { transfer: number },
  ) {
    // What somebody sends to themselves has to be there, but does not leave.
    let left = this.balanceOf(from);
    const isThere = to.every((receiver) => {
      const enough = left >= amount;
      if (receiver !== from) left -= amount;
      return enough;
    });
    if (!isThere) refused.transfer += 1;
    const addresses = to.map(({ address }) => address);
    const amounts = to.map(() => amount);
    await this.attempt(token.connect(from).transferBatch(addresses, amounts), isThere);
    if (!isThere) return;
    for (const receiver of to) {
      this.add(from, -amount);
      this.add(receiver, amount);
    }
  }

  private async attempt(sent: Promise<unknown>, isAllowed: boolean): Promise<void> {
    const failure = await sent.then(
      () => undefined,
      (error: unknown) => error,
    );
    const text = failure instanceof Error ? failure.message : "";
    if (isAllowed && failure !== undefined) throw new Error(`A command was refused: ${text}`, { cause: failure });
    if (!isAllowed) expect(text).to.match(/ERC20ExceededCap|ERC20InsufficientBalance/u);
  }

  private balanceOf(one: Person): bigint {
    return this.held.get(one) ?? 0n;
  }

  private add(one: Person, amount: bigint): void {
    this.held.set(one, this.balanceOf(one) + amount);
  }
}
