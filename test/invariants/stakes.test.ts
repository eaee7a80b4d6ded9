import { expect } from "chai";
import { id, type Wallet } from "ethers";
import { loadFixture, now, type Person } from "../helpers/chain";
import {
  CapacityClass,
  consentTypes,
  DAY,
  ENDPOINT,
  freshRegistry,
  HOUR,
  keyOf,
  type RegistryWorld,
  TERMS,
} from "../helpers/providers";
import {
  type Attempt,
  type Choice,
  type EconomyLife,
  holdThroughEconomy,
  pick,
  sum,
  type Weights,
} from "./economy/lives";
import { StakeModel, unbondingOf } from "./economy/stake-model";
import { ACCEPTED, refuse } from "./model/refusal";

/** More than anybody can stake in a life. */
const RICHES = 10n ** 9n;
const MAX_MINIMUM = 10n ** 27n;
const KEYS_EACH = 2;

type Kind =
  | "register"
  | "increaseStake"
  | "startUnbonding"
  | "withdraw"
  | "slash"
  | "pardon"
  | "collectSlashed"
  | "evict"
  | "heartbeat"
  | "rotateKey"
  | "setTerms";

const WEIGHTS: Weights<Kind> = {
  register: 8,
  increaseStake: 3,
  startUnbonding: 8,
  withdraw: 6,
  slash: 4,
  pardon: 4,
  collectSlashed: 2,
  evict: 2,
  heartbeat: 3,
  rotateKey: 2,
  setTerms: 2,
};

interface StakeWorld extends RegistryWorld {
  people: Person[];
}

async function richPeople(): Promise<StakeWorld> {
  const world = await freshRegistry();
  const { registry, registryAddress, token, dao, arbiter, provider, rival, player, trainer, requester } = world;
  const people = [provider, rival, player, trainer, requester];
  for (const person of people) {
    await token.mint(person.address, RICHES - (await token.balanceOf(person.address)));
    await token.connect(person).approve(registryAddress, RICHES);
  }
  await registry.connect(dao).setSlasher(arbiter.address);
  return { ...world, people };
}

describe("Stake", () => {
  holdThroughEconomy(
    "[peers F45] is neither lost nor made, and is slashed wherever it stands",
    "seeds-stakes.json",
    WEIGHTS,
    async () => {
      return new StakeLife(await loadFixture(richPeople), await now());
    },
  );
});

class StakeLife implements EconomyLife<Kind> {
  readonly contract: RegistryWorld["registry"];
  private readonly model = new StakeModel();
  private readonly world: StakeWorld;
  /** Some of each person's, who may try anybody's. */
  private readonly keys: Wallet[];
  private cases = 0;
  time: bigint;

  constructor(world: StakeWorld, time: bigint) {
    this.world = world;
    this.contract = world.registry;
    this.time = time;
    this.keys = Array.from({ length: KEYS_EACH * world.people.length }, (_, place) => keyOf(`key ${place}`));
  }

  async prepare(choice: Choice<Kind>): Promise<Attempt> {
    const who = pick(this.world.people, choice.who);
    const other = pick(this.world.people, choice.other);
    switch (choice.kind) {
      case "register":
        return this.register(who, choice);
      case "rotateKey":
        return this.rotateKey(who, choice);
      case "increaseStake":
        return this.increaseStake(who, BigInt(choice.amount % 50));
      case "startUnbonding":
        return this.startUnbonding(who, choice);
      case "withdraw":
        return this.withdraw(who);
      case "slash":
        return this.slash(other, choice);
      case "pardon":
        return this.pardon(other);
      case "collectSlashed":
        return this.collect(who);
      case "evict":
        return this.evict(who, other);
      case "heartbeat":
        return this.heartbeat(choice.way % 3 === 0 ? who : other, other);
      case "setTerms":
        return this.setTerms(choice);
    }
  }

  /** [F45] What came in is what is held, withdrawn and collected, for all together and for each. */
  async expectConserved(): Promise<void> {
    const { registry, registryAddress, token, treasury } = this.world;
    const [held, total, slashed, collected] = await Promise.all([
      token.balanceOf(registryAddress),
      registry.totalStake(),
      registry.slashedStake(),
      token.balanceOf(treasury.address),
    ]);
    expect(held, "what is owed is not what is held").to.equal(total + slashed);
    expect(total).to.equal(this.model.totalStake());
    expect(slashed + collected, "slashed stake came back").to.equal(
      sum(this.model.all().map((provider) => provider.slashed)),
    );
  }

  async expectAsModelled(): Promise<void> {
    const { registry, token, people } = this.world;
    const time = await now();
    for (const { address } of people) {
      const model = this.model.of(address);
      const [seen, unbondings, active, withdrawable, wallet] = await Promise.all([
        registry.providerOf(address),
        registry.unbondingsOf(address),
        registry.isActive(address),
        registry.withdrawable(address),
        token.balanceOf(address),
      ]);
      expect([seen.bonded, seen.unbonding, seen.jailed, seen.listed]).to.deep.equal([
        model.bonded,
        unbondingOf(model),
        model.jailed,
        this.model.listed.includes(address),
      ]);
      expect(unbondings.map(({ amount, startedAt, delay }) => ({ amount, startedAt, delay }))).to.deep.equal(
        model.unbondings,
      );
      expect([active, withdrawable]).to.deep.equal([
        this.model.isActive(address, time),
        this.model.withdrawable(address, time),
      ]);
      // In, less out, less slashed, is what is left: nothing that was slashed is ever paid to whom it was taken from.
      expect(wallet).to.equal(RICHES - model.deposited + model.withdrawn);
      expect(model.deposited).to.equal(model.bonded + unbondingOf(model) + model.withdrawn + model.slashed);
    }
    await this.expectLists(time);
  }

  private async expectLists(time: bigint): Promise<void> {
    const { registry } = this.world;
    const active = this.model.listed.filter((address) => this.model.isActive(address, time));
    const keys = active.map((address) => this.model.of(address).key ?? "");
    expect(await registry.providers(0, 99)).to.deep.equal(this.model.listed);
    expect(await registry.activeReporters(0, 99)).to.deep.equal(keys);
    expect(await registry.reporterSet()).to.deep.equal(
      [...keys].sort((left, right) => (BigInt(left) < BigInt(right) ? -1 : 1)),
    );
  }

  private async consent(key: Wallet, provider: Person) {
    const deadline = this.time + HOUR;
    const message = {
      provider: provider.address,
      reporterKey: key.address,
      nonce: this.model.uses.get(key.address) ?? 0n,
      deadline,
    };
    const signature = await key.signTypedData(this.world.domain, consentTypes, message);
    return { account: key.address, deadline, signature };
  }

  private keyFor(who: Person, { other, way }: Choice<Kind>): Wallet {
    const own = KEYS_EACH * this.world.people.indexOf(who) + (way % KEYS_EACH);
    return pick(this.keys, other === 0 ? way : own);
  }

  private async register(who: Person, choice: Choice<Kind>): Promise<Attempt> {
    const { amount, way } = choice;
    const key = this.keyFor(who, choice);
    const { minimumStake } = this.model.terms;
    const bonding = pick([minimumStake, BigInt(amount), minimumStake - 1n, 0n, minimumStake + BigInt(amount)], way);
    const proof = await this.consent(key, who);
    return {
      refusal: this.model.judgeRegister(who.address, bonding, key.address),
      send: () => this.contract.connect(who).register(bonding, CapacityClass.CPU, ENDPOINT, proof),
      accept: () => this.model.register(who.address, bonding, key.address, this.time),
    };
  }

  private async rotateKey(who: Person, choice: Choice<Kind>): Promise<Attempt> {
    const key = this.keyFor(who, choice);
    const proof = await this.consent(key, who);
    return {
      refusal: this.unlisted(who) ?? this.model.judgeRotation(who.address, key.address),
      send: () => this.contract.connect(who).rotateKey(proof),
      accept: () => this.model.setKey(who.address, key.address),
    };
  }

  private increaseStake(who: Person, amount: bigint): Attempt {
    return {
      refusal: amount === 0n ? refuse("ProviderRegistryZeroAmount") : this.unlisted(who),
      send: () => this.contract.connect(who).increaseStake(amount),
      accept: () => this.model.bond(who.address, amount),
    };
  }

  private startUnbonding(who: Person, { amount, way }: Choice<Kind>): Attempt {
    const { bonded } = this.model.of(who.address);
    const free = bonded - this.model.terms.minimumStake;
    const part = pick([bonded, BigInt(amount % 100), free > 0n ? free : 0n, bonded + 1n, BigInt(amount % 7)], way);
    return {
      refusal: this.model.judgeUnbonding(who.address, part),
      send: () => this.contract.connect(who).startUnbonding(part),
      accept: () => this.model.startUnbonding(who.address, part, this.time),
    };
  }

  private withdraw(who: Person): Attempt {
    const owed = this.model.withdrawable(who.address, this.time);
    return {
      refusal: owed === 0n ? refuse("ProviderRegistryNothingToWithdraw", who.address) : ACCEPTED,
      send: () => this.contract.connect(who).withdraw(who.address),
      accept: () => this.model.withdraw(who.address, this.time),
    };
  }

  private slash(provider: Person, { who, amount, way }: Choice<Kind>): Attempt {
    const { dao, arbiter, stranger } = this.world;
    const by = pick([dao, arbiter, arbiter, stranger], who);
    const taken = way % 10 === 0 ? 10n ** 20n : BigInt(amount % 1_500);
    const evidence = id(`case ${way % 7 === 0 ? 0 : ++this.cases}`);
    const model = this.model.of(provider.address);
    const judge = () => {
      if (by === stranger) return refuse("ProviderRegistryNotSlasher", stranger.address);
      if (taken === 0n) return refuse("ProviderRegistryZeroAmount");
      if (model.evidence.has(evidence)) return refuse("ProviderRegistryEvidenceUsed", provider.address, evidence);
      const nothing = model.bonded + unbondingOf(model) === 0n;
      return nothing ? refuse("ProviderRegistryNothingToSlash", provider.address) : ACCEPTED;
    };
    return {
      refusal: judge(),
      send: () => this.contract.connect(by).slash(provider.address, taken, evidence),
      accept: () => this.model.slash(provider.address, taken, evidence),
    };
  }

  private pardon(provider: Person): Attempt {
    const { jailed } = this.model.of(provider.address);
    return {
      refusal: jailed ? ACCEPTED : refuse("ProviderRegistryNotJailed", provider.address),
      send: () => this.contract.connect(this.world.dao).pardon(provider.address),
      accept: () => {
        this.model.of(provider.address).jailed = false;
      },
    };
  }

  private collect(who: Person): Attempt {
    return {
      refusal: this.model.slashedStake() === 0n ? refuse("ProviderRegistryNothingToCollect") : ACCEPTED,
      send: () => this.contract.connect(who).collectSlashed(),
      accept: () => {
        this.model.collected += this.model.slashedStake();
      },
    };
  }

  private evict(who: Person, provider: Person): Attempt {
    const { bonded } = this.model.of(provider.address);
    const { minimumStake } = this.model.terms;
    const suffices = refuse("ProviderRegistryStakeSuffices", provider.address, bonded, minimumStake);
    return {
      refusal: this.unlisted(provider) ?? (bonded >= minimumStake ? suffices : ACCEPTED),
      send: () => this.contract.connect(who).evict(provider.address),
      accept: () => this.model.delist(provider.address),
    };
  }

  private heartbeat(who: Person, provider: Person): Attempt {
    const foreign = refuse("ProviderRegistryNotOfProvider", provider.address, who.address);
    return {
      refusal: this.unlisted(provider) ?? (who === provider ? ACCEPTED : foreign),
      send: () => this.contract.connect(who).heartbeat(provider.address),
      accept: () => {
        this.model.of(provider.address).heartbeatAt = this.time;
      },
    };
  }

  private setTerms({ amount, way, other }: Choice<Kind>): Attempt {
    const terms = {
      ...TERMS,
      minimumStake: pick([1_000n, 1_500n, BigInt(amount % 1_000), 0n], way),
      unbondingDelay: pick([7n, 14n, 30n], other) * DAY,
      maxProviders: 2n + BigInt(other),
    };
    const outside = refuse("ProviderRegistryTermOutOfBounds", 0, 0, 1, MAX_MINIMUM);
    return {
      refusal: terms.minimumStake === 0n ? outside : ACCEPTED,
      send: () => this.contract.connect(this.world.dao).setTerms(terms),
      accept: () => {
        this.model.terms = terms;
      },
    };
  }

  private unlisted({ address }: Person) {
    return this.model.listed.includes(address) ? ACCEPTED : refuse("ProviderRegistryNotListed", address);
  }
}
