import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { mineBlock, now, type Person } from "../helpers/chain";
import { type Collective, collectiveKinds } from "../helpers/collectives";
import { itRandomly, type Random } from "../helpers/random";
import { ACTS } from "./acts";

/** Commands between two looks at everybody's votes; each look costs as much as many commands. */
const LOOK_EVERY = 25;

for (const [name, open] of collectiveKinds) {
  describe(`votes of ${name}`, function () {
    this.timeout(60_000 + ACTS * 20);
    itRandomly(`[peers E36] add up to the supply through ${ACTS} random commands`, async (seed) => {
      const world = await open();
      const random = seed.fork(name);
      const people = [world.player, world.friend, world.owner, world.trainer, world.stranger];
      const model = new Model(people);

      for (let command = 1; command <= ACTS; command++) {
        await model.act(world, random);
        if (command % LOOK_EVERY === 0) {
          const seen = await Promise.all(
            people.map(async ({ address }) => Number(await world.votes.getVotes(address))),
          );
          expect(seen, `after command ${command}`).to.deep.equal(model.votes());
          expect(sum(seen)).to.equal(model.supply());
        }
      }
      const end = await now();
      await mineBlock();
      expect(await world.votes.getPastTotalSupply(end)).to.equal(BigInt(model.supply()));
    });
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Who holds how much and trusts whom, the obvious way. */
class Model {
  private readonly people: readonly Person[];
  private readonly units = new Map<Person, number>();
  private readonly delegates = new Map<Person, Person>();

  constructor(people: readonly Person[]) {
    this.people = people;
  }

  /** One random command, here and on the chain. */
  async act(world: Collective, random: Random): Promise<void> {
    const one = random.pick(this.people);
    const other = random.pick(this.people);
    const held = this.units.get(one) ?? 0;
    const amount = 1 + random.below(3);
    const command = random.pick(["give", "move", "burn", "delegate", "delegate to zero"] as const);
    if (command === "delegate") {
      await world.votes.connect(one).delegate(other.address);
      this.delegates.set(one, other);
    } else if (command === "delegate to zero") {
      await world.votes.connect(one).delegate(ZeroAddress);
      this.delegates.delete(one);
    } else if (command === "give" || held < amount) {
      await world.give(one, amount);
      this.add(one, amount);
    } else if (command === "move") {
      await world.move(one, other, amount);
      this.add(one, -amount);
      this.add(other, amount);
    } else {
      await world.burn(one, amount);
      this.add(one, -amount);
    }
  }

  votes(): number[] {
    return this.people.map((delegatee) =>
      sum(this.people.map((one) => ((this.delegates.get(one) ?? one) === delegatee ? (this.units.get(one) ?? 0) : 0))),
    );
  }

  supply(): number {
    return sum([...this.units.values()]);
  }

  private add(one: Person, amount: number): void {
    this.units.set(one, (this.units.get(one) ?? 0) + amount);
  }
}
