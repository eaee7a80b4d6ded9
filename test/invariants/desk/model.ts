import { ZeroAddress } from "ethers";
import { type Callback, type FeeShares, hashOfCallback, type Order, partsOf, SHARES } from "../../helpers/desk";
import { CURRENCIES, type Currency, type DeskLife, FIRST_AMOUNT, FIRST_CONFIG, TOKENS } from "./world";

/** A request of a life, and what has become of it. */
export interface ModelRequest {
  id: bigint;
  hash: string;
  outcome: "OPEN" | "ANSWERED" | "FAILED";
  /** Where its result goes, as the contract numbers it. */
  delivery: number;
  /** As it was opened; closed orders are kept, to be tried again. */
  order: Order;
  open: boolean;
  /** A callback that failed, with the bytes of its answer. */
  failed?: { callback: Callback; output: string };
}

export interface ModelConfig {
  set: number;
  threshold: number;
  revoked: boolean;
  /** Unix seconds until which it counts; undefined while it is the newest. */
  until: bigint | undefined;
}

interface ModelPrice {
  currency: Currency;
  amount: bigint;
  free: boolean;
}

interface Pool {
  earned: bigint;
  collected: bigint[];
}

/** What the desk and its oracle should say. */
export class DeskModel {
  time: bigint;
  readonly configs: ModelConfig[] = [{ ...FIRST_CONFIG, revoked: false, until: undefined }];
  readonly requests: ModelRequest[] = [];
  /** Config by the root that was committed under it. */
  readonly roots = new Map<string, number>();
  readonly prices = TOKENS.map((currency): ModelPrice | undefined =>
    currency === undefined ? undefined : { currency, amount: FIRST_AMOUNT(currency), free: false },
  );
  /** Places of the actors who own the tokens: 0 is `owner`, 1 is `friend`. */
  readonly owners: number[] = TOKENS.map(() => 0);
  readonly blacklist = new Set<string>();
  readonly manners = [0, 0];
  shares: FeeShares = SHARES;
  paused = false;
  doubt = 0;
  sequence = 0n;
  private readonly accounts = new Map<string, bigint>();
  private readonly pools = new Map<string, Pool>();
  private readonly taken = new Map<Currency, bigint>();
  private readonly paid = new Map<Currency, bigint>();

  constructor(private readonly life: DeskLife) {
    this.time = life.time;
  }

  /** Whether a config's signatures count; config numbers are from 1. */
  counts(version: number): boolean {
    const config = this.configs[version - 1];
    if (config === undefined || config.revoked) return false;
    if (config.until === undefined) return true;
    return version === this.configs.length - 1 && this.time < config.until;
  }

  /** The config that new reports should use; 0 when there is none. */
  current(): number {
    return this.counts(this.configs.length) ? this.configs.length : 0;
  }

  setConfig(set: number, threshold: number, grace: bigint): void {
    const last = this.configs.at(-1);
    if (last !== undefined) last.until = last.revoked ? 0n : this.time + grace;
    this.configs.push({ set, threshold, revoked: false, until: undefined });
  }

  request(id: bigint): ModelRequest | undefined {
    return this.requests[Number(id) - 1];
  }

  nameOf(currency: string): Currency {
    const name = CURRENCIES.find((each) => this.life.currencies[each] === currency);
    if (name === undefined) throw new Error(`${currency} is no currency of this life.`);
    return name;
  }

  owedTo(currency: Currency, account: string): bigint {
    return this.accounts.get(`${currency} ${account}`) ?? 0n;
  }

  poolOf(version: number, currency: Currency): Pool {
    const key = `${version} ${currency}`;
    const pool = this.pools.get(key) ?? { earned: 0n, collected: [0n, 0n, 0n, 0n] };
    this.pools.set(key, pool);
    return pool;
  }

  takeIn(currency: Currency, amount: bigint): void {
    this.taken.set(currency, (this.taken.get(currency) ?? 0n) + amount);
  }

  payOut(currency: Currency, account: string): void {
    this.paid.set(currency, (this.paid.get(currency) ?? 0n) + this.owedTo(currency, account));
    this.accounts.delete(`${currency} ${account}`);
  }

  collect(version: number, currency: Currency, index: number, reporter: string): void {
    const pool = this.poolOf(version, currency);
    const due = this.dueTo(version, currency, index);
    pool.collected[index] = (pool.collected[index] ?? 0n) + due;
    this.credit(currency, reporter, due);
  }

  dueTo(version: number, currency: Currency, index: number): bigint {
    const { earned, collected } = this.poolOf(version, currency);
    const set = this.life.reporterSets[this.configs[version - 1]?.set ?? 0] ?? [];
    return earned / BigInt(set.length) - (collected[index] ?? 0n);
  }

  /** What came in less what went out: all that the desk must hold. */
  held(currency: Currency): bigint {
    return (this.taken.get(currency) ?? 0n) - (this.paid.get(currency) ?? 0n);
  }

  /** The same, added up from where it is. */
  heldInParts(currency: Currency): bigint {
    const orders = this.requests.filter(({ open, order }) => open && this.nameOf(order.currency) === currency);
    let total = orders.reduce((sum, { order }) => sum + order.amount, 0n);
    for (const [key, amount] of this.accounts) if (key.startsWith(`${currency} `)) total += amount;
    for (const [key, { earned, collected }] of this.pools) {
      if (key.endsWith(` ${currency}`)) total += earned - collected.reduce((sum, part) => sum + part, 0n);
    }
    return total;
  }

  /** Closes an order by what has become of its request: OPEN is cancelled. */
  close(request: ModelRequest): void {
    const { order } = request;
    request.open = false;
    const currency = this.nameOf(order.currency);
    if (request.outcome !== "ANSWERED") return this.credit(currency, order.requester, order.amount);
    const { people, splits } = this.life;
    const parts = partsOf(order.amount, order.shares);
    const split = splits[Number(order.tokenId) - 1];
    const owner = this.owners[Number(order.tokenId) - 1] === 0 ? people.owner : people.friend;
    if (order.amount > 0n) this.poolOf(Number(order.configVersion), currency).earned += parts.providers;
    this.credit(currency, owner.address, parts.owner);
    this.credit(currency, split ?? owner.address, parts.contributors);
    this.credit(currency, people.dao.address, parts.treasury);
  }

  /** What the contributors' and the owner's parts make together is rounded once each, as the desk does. */
  private credit(currency: Currency, account: string, amount: bigint): void {
    if (amount > 0n) this.accounts.set(`${currency} ${account}`, this.owedTo(currency, account) + amount);
  }

  /** Whether a contract that asks takes a call with so much gas. */
  takes(requester: string, callbackGas: bigint): boolean {
    const place = this.life.consumers.findIndex(({ address }) => address === requester);
    const manner = this.manners[place] ?? 0;
    return callbackGas > 1n && ![1, 2, 4].includes(manner);
  }

  /** What the desk keeps of a failed callback. */
  failedHash({ failed }: ModelRequest): string {
    return failed === undefined ? ZERO_HASH : hashOfCallback(failed.callback, failed.output);
  }
}

export const ZERO_HASH = `${ZeroAddress}${"0".repeat(24)}`;
