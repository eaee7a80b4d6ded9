import { expect } from "chai";
import { type ContractTransactionReceipt, Interface } from "ethers";
import { IERC20__factory } from "../../../typechain-types";
import { answersTo, type Question } from "../../helpers/batches";
import { provider } from "../../helpers/chain";
import { hashOfOrder, type Order, Outcome } from "../../helpers/desk";
import { type DeskModel, type ModelRequest, ZERO_HASH } from "./model";
import { accountsOf } from "./order-acts";
import { CURRENCIES, type DeskLife } from "./world";

const REPORTERS_AT_MOST = 4;

/** Reads the chain after every act, and holds it against its own past and against the model. */
export class DeskObserver {
  /** How often each request was ended, each order closed, and each update applied, by the events. */
  private readonly seen = new Map<string, number>();
  private outcomes: bigint[] = [];
  private readonly hashes = new WeakMap<Order, string>();
  private readonly speaking: ReadonlyMap<string, Interface>;

  constructor(private readonly life: DeskLife) {
    const { oracle, oracleAddress, desk, deskAddress, collection, collectionAddress } = life;
    this.speaking = new Map<string, Interface>([
      [oracleAddress, oracle.interface],
      [deskAddress, desk.interface],
      [collectionAddress, collection.interface],
    ]);
  }

  /** No request is final twice, no order closed twice, no update of a sequence applied twice. */
  hear(receipt: ContractTransactionReceipt): void {
    const skipped = new Set<bigint>();
    for (const { name, args } of this.parsed(receipt)) if (name === "ResultSkipped") skipped.add(args[0] as bigint); // by the oracle's ABI
    for (const { name, args } of this.parsed(receipt)) {
      if (name === "ResultDelivered" || name === "RequestFailed") this.once(`request ${String(args[0])}`);
      if (name === "OrderClosed") this.once(`order ${String(args[0])}`);
      if (name === "CallbackDelivered") this.once(`callback ${String(args[0])}`);
      if (name === "StateUpdated") this.once(`update ${String(args["tokenId"])} ${String(args["sequence"])}`);
      if (name !== "BatchDelivered") continue;
      const [firstId, count] = [args[0] as bigint, (args[2] as string[]).length]; // by the oracle's ABI
      for (let id = firstId; id < firstId + BigInt(count); id++) if (!skipped.has(id)) this.once(`request ${id}`);
    }
  }

  /** What is cheap is read after every act; all the books now and then. */
  async look(model: DeskModel, everything: boolean): Promise<void> {
    await this.lookAtRequests(model);
    await this.lookAtMoney(model);
    if (!everything) return;
    await this.lookAtBalances(model);
    await this.lookAtBooks(model);
  }

  private async lookAtRequests(model: DeskModel): Promise<void> {
    const { batch, oracle, desk } = this.life;
    const ids = model.requests.map(({ id }) => id);
    const outcomes = await answersTo(batch, oracle, [
      ...ids.map((id): Question => ["outcomeOf", id]),
      ...ids.map((id): Question => ["isFulfilled", id]),
      ["requestCount"],
    ]);
    const now = outcomes.slice(0, ids.length).map(([outcome]) => BigInt(String(outcome)));
    const bits = outcomes.slice(ids.length, 2 * ids.length).map(([done]) => done === true);
    for (const [index, before] of this.outcomes.entries()) {
      if (before !== Outcome.OPEN) expect(now[index], `the outcome of request ${index + 1} changed`).to.equal(before);
    }
    this.outcomes = now;
    expect(bits).to.deep.equal(now.map((outcome) => outcome !== Outcome.OPEN));
    expect(now).to.deep.equal(model.requests.map(({ outcome }) => Outcome[outcome]));
    expect(outcomes.at(-1)?.[0]).to.equal(BigInt(ids.length));
    const kept = await answersTo(batch, desk, [
      ...ids.map((id): Question => ["orderHashOf", id]),
      ...ids.map((id): Question => ["failedCallbackOf", id]),
    ]);
    const hashes = (hash: (request: ModelRequest) => string): string[] => model.requests.map(hash);
    expect(kept.map(([hash]) => String(hash))).to.deep.equal([
      ...hashes(({ open, order }) => (open ? this.hashOf(order) : ZERO_HASH)),
      ...hashes((request) => model.failedHash(request)),
    ]);
  }

  /** Escrow: in = out + held for every currency, and what is held is orders, accounts and pools. */
  private async lookAtMoney(model: DeskModel): Promise<void> {
    const { desk, batch, currencies } = this.life;
    const held = await answersTo(
      batch,
      desk,
      CURRENCIES.map((name): Question => ["held", currencies[name]]),
    );
    for (const [index, name] of CURRENCIES.entries()) {
      expect(held[index]?.[0], `held in ${name}`).to.equal(model.held(name));
      expect(model.heldInParts(name), `parts of ${name}`).to.equal(model.held(name));
    }
  }

  private async lookAtBalances(model: DeskModel): Promise<void> {
    const { deskAddress, currencies } = this.life;
    for (const name of CURRENCIES) {
      const token = IERC20__factory.connect(currencies[name], provider);
      const balance = name === "ETH" ? await provider.getBalance(deskAddress) : await token.balanceOf(deskAddress);
      expect(balance, `balance in ${name}`).to.equal(model.held(name));
    }
  }

  private async lookAtBooks(model: DeskModel): Promise<void> {
    const { desk, batch, currencies } = this.life;
    const [questions, answers]: [Question[], bigint[]] = [[], []];
    for (const name of CURRENCIES) {
      for (const account of accountsOf(this.life)) {
        questions.push(["owedTo", currencies[name], account]);
        answers.push(model.owedTo(name, account));
      }
      for (const version of model.configs.keys()) {
        const { earned, collected } = model.poolOf(version + 1, name);
        questions.push(["earnedBy", version + 1, currencies[name]]);
        answers.push(earned);
        for (let index = 0; index < REPORTERS_AT_MOST; index++) {
          questions.push(["collectedBy", version + 1, currencies[name], index]);
          answers.push(collected[index] ?? 0n);
        }
      }
    }
    expect((await answersTo(batch, desk, questions)).map(([value]) => BigInt(String(value)))).to.deep.equal(answers);
  }

  /** An order stands there for many acts, and is hashed once. */
  private hashOf(order: Order): string {
    const known = this.hashes.get(order) ?? hashOfOrder(order);
    this.hashes.set(order, known);
    return known;
  }

  private once(what: string): void {
    const times = (this.seen.get(what) ?? 0) + 1;
    expect(times, `${what} came twice`).to.equal(1);
    this.seen.set(what, times);
  }

  private parsed(receipt: ContractTransactionReceipt) {
    return receipt.logs.flatMap((log) => {
      const event = this.speaking.get(log.address)?.parseLog(log) ?? null;
      return event === null ? [] : [event];
    });
  }
}
