import { type Terms, TERMS } from "../../helpers/providers";
import { ACCEPTED, type Refusal, refuse } from "../model/refusal";
import { sum } from "./lives";

const MAX_UNBONDINGS = 16;

/** Stake on its way out. */
export interface ModelUnbonding {
  amount: bigint;
  startedAt: bigint;
  delay: bigint;
}

export interface ModelProvider {
  bonded: bigint;
  unbondings: ModelUnbonding[];
  jailed: boolean;
  key: string | undefined;
  heartbeatAt: bigint;
  evidence: Set<string>;
  /** All that was ever bonded, withdrawn and slashed. */
  deposited: bigint;
  withdrawn: bigint;
  slashed: bigint;
}

/** Stake as the rules tell it, with numbers that never forget what went where. */
export class StakeModel {
  terms: Terms = TERMS;
  readonly listed: string[] = [];
  /** Whom each key ever consented to. */
  readonly served = new Map<string, string>();
  readonly uses = new Map<string, bigint>();
  collected = 0n;
  private readonly providers = new Map<string, ModelProvider>();

  of(address: string): ModelProvider {
    const known = this.providers.get(address);
    if (known !== undefined) return known;
    const fresh: ModelProvider = {
      bonded: 0n,
      unbondings: [],
      jailed: false,
      key: undefined,
      heartbeatAt: 0n,
      evidence: new Set(),
      deposited: 0n,
      withdrawn: 0n,
      slashed: 0n,
    };
    this.providers.set(address, fresh);
    return fresh;
  }

  all(): ModelProvider[] {
    return [...this.providers.values()];
  }

  totalStake(): bigint {
    return sum(this.all().map((provider) => provider.bonded + unbondingOf(provider)));
  }

  /** Slashed and not collected. */
  slashedStake(): bigint {
    return sum(this.all().map(({ slashed }) => slashed)) - this.collected;
  }

  isActive(address: string, time: bigint): boolean {
    const { jailed, bonded, heartbeatAt } = this.of(address);
    const { minimumStake, heartbeatWindow } = this.terms;
    return this.listed.includes(address) && !jailed && bonded >= minimumStake && time - heartbeatAt <= heartbeatWindow;
  }

  isOver({ startedAt, delay }: ModelUnbonding, time: bigint): boolean {
    const shorter = delay < this.terms.unbondingDelay ? delay : this.terms.unbondingDelay;
    return time >= startedAt + shorter;
  }

  judgeRegister(who: string, amount: bigint, key: string): Refusal | undefined {
    const { jailed, bonded } = this.of(who);
    const { minimumStake, maxProviders } = this.terms;
    if (this.listed.includes(who)) return refuse("ProviderRegistryAlreadyListed", who);
    if (jailed) return refuse("ProviderRegistryJailed", who);
    if (bonded + amount < minimumStake) return refuse("ProviderRegistryStakeTooLow", bonded + amount, minimumStake);
    if (BigInt(this.listed.length) >= maxProviders) return refuse("ProviderRegistryFull", maxProviders);
    return this.judgeKey(who, key);
  }

  judgeRotation(who: string, key: string): Refusal | undefined {
    return this.of(who).jailed ? refuse("ProviderRegistryJailed", who) : this.judgeKey(who, key);
  }

  private judgeKey(who: string, key: string): Refusal | undefined {
    const served = this.served.get(key) ?? who;
    const isFree = served === who && this.of(who).key !== key;
    return isFree ? ACCEPTED : refuse("ProviderRegistryKeyTaken", key, served);
  }

  register(who: string, amount: bigint, key: string, time: bigint): void {
    this.listed.push(who);
    this.of(who).heartbeatAt = time;
    this.setKey(who, key);
    this.bond(who, amount);
  }

  setKey(who: string, key: string): void {
    this.of(who).key = key;
    this.served.set(key, who);
    this.uses.set(key, (this.uses.get(key) ?? 0n) + 1n);
  }

  bond(who: string, amount: bigint): void {
    this.of(who).bonded += amount;
    this.of(who).deposited += amount;
  }

  judgeUnbonding(who: string, amount: bigint): Refusal | undefined {
    const { bonded, unbondings } = this.of(who);
    const { minimumStake } = this.terms;
    const left = bonded - amount;
    if (amount === 0n) return refuse("ProviderRegistryZeroAmount");
    if (left < 0n) return refuse("ProviderRegistryNotBonded", amount, bonded);
    if (left > 0n && left < minimumStake) return refuse("ProviderRegistryStakeTooLow", left, minimumStake);
    if (unbondings.length === MAX_UNBONDINGS) return refuse("ProviderRegistryTooManyUnbondings", MAX_UNBONDINGS);
    return ACCEPTED;
  }

  startUnbonding(who: string, amount: bigint, time: bigint): void {
    const provider = this.of(who);
    provider.bonded -= amount;
    provider.unbondings.push({ amount, startedAt: time, delay: this.terms.unbondingDelay });
    if (provider.bonded === 0n) this.delist(who);
  }

  delist(who: string): void {
    const place = this.listed.indexOf(who);
    if (place === -1) return;
    const last = this.listed.pop();
    if (last !== undefined && last !== who) this.listed[place] = last;
    this.of(who).key = undefined;
  }

  /** What could be withdrawn at a time. */
  withdrawable(who: string, time: bigint): bigint {
    const over = this.of(who).unbondings.filter((unbonding) => this.isOver(unbonding, time));
    return sum(over.map(({ amount }) => amount));
  }

  withdraw(who: string, time: bigint): void {
    const provider = this.of(who);
    provider.withdrawn += this.withdrawable(who, time);
    provider.unbondings = provider.unbondings.filter((unbonding) => !this.isOver(unbonding, time));
  }

  /** Oldest unbonding first, bonded stake last. */
  slash(who: string, amount: bigint, evidence: string): void {
    const provider = this.of(who);
    let left = amount;
    const take = (from: bigint): bigint => {
      const part = from < left ? from : left;
      left -= part;
      return from - part;
    };
    for (const unbonding of provider.unbondings) unbonding.amount = take(unbonding.amount);
    provider.unbondings = provider.unbondings.filter((unbonding) => unbonding.amount > 0n);
    provider.bonded = take(provider.bonded);
    provider.slashed += amount - left;
    provider.jailed = true;
    provider.evidence.add(evidence);
  }
}

export function unbondingOf({ unbondings }: ModelProvider): bigint {
  return sum(unbondings.map(({ amount }) => amount));
}
