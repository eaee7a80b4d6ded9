import type { RequestDesk } from "../../../typechain-types";
import { type Callback, MAX_CALLBACK_GAS, type Order, QUESTION } from "../../helpers/desk";
import { keccak256 } from "ethers";
import { type Act, type Choices, GAS, pick, type Prepare, rarely } from "./act";
import type { DeskModel, ModelRequest } from "./model";
import { type Currency, type DeskLife, MANIFEST, TOKENS } from "./world";
import { Delivery, requestHash } from "../../helpers/typed-data";

const LIFETIMES = [60n, 3_600n, 86_400n];

/** Who asks, and by what. */
interface Asker {
  address: string;
  callbackGas: bigint;
  delivery: number;
  send(order: Order, value: bigint): ReturnType<RequestDesk["request"]>;
}

function termsOf(order: Order, delivery: number) {
  return { maxOutputBytes: 1_024n, delivery, agreement: 0, deadline: order.deadline };
}

function askerOf({ desk, askers, consumers, people }: DeskLife, who: number, gas: number): Asker {
  if (who % 2 === 0) {
    const person = pick(askers, who >> 1);
    const delivery = pick([Delivery.DIGEST, Delivery.INLINE], gas);
    return {
      address: person.address,
      callbackGas: 0n,
      delivery,
      send: (order, value) =>
        desk
          .connect(person)
          .request(
            order.collection,
            order.tokenId,
            QUESTION,
            termsOf(order, delivery),
            { currency: order.currency, amount: order.amount },
            0,
            { ...GAS, value },
          ),
    };
  }
  const { contract, address } = pick(consumers, who >> 1);
  const callbackGas = rarely(gas, 8) ? MAX_CALLBACK_GAS + 1n : pick([400_000n, 400_000n, 1n], gas);
  return {
    address,
    callbackGas,
    delivery: Delivery.CALLBACK,
    send: (order, value) =>
      contract
        .connect(people.stranger)
        .ask(
          order.collection,
          order.tokenId,
          QUESTION,
          termsOf(order, Delivery.CALLBACK),
          { currency: order.currency, amount: order.amount },
          callbackGas,
          { ...GAS, value },
        ),
  };
}

/** What a payment's currency refuses; the model holds whatever is checked before it. */
function refusedByCurrency(model: DeskModel, currency: Currency, amount: bigint): string | undefined {
  if (amount === 0n) return undefined;
  // One per cent, rounded down, so that the smallest amounts come in whole.
  if (currency === "taxed") return amount < 100n ? undefined : "RequestDeskWrongReceipt";
  if (currency !== "doubtful" || model.doubt === 0) return undefined;
  return model.doubt === 1 ? "SafeERC20FailedOperation" : "FalseReturnTokenMockRefused";
}

function refusedOrder(model: DeskModel, asker: Asker, expected: bigint, paid: bigint, currency: Currency) {
  if (model.paused) return "RequestDeskPaused";
  if (asker.callbackGas > MAX_CALLBACK_GAS) return "RequestDeskBadCallbackGas";
  if (expected !== paid) return "RequestDeskWrongPayment";
  if (paid !== 0n && model.current() === 0) return "RequestDeskNoConfig";
  return refusedByCurrency(model, currency, paid);
}

/** Opens an order at the program's price, or at another. */
export const open: Prepare = (model, life, [token, who, gas, bent]): Act => {
  const place = token % TOKENS.length;
  const price = model.prices[place];
  const asker = askerOf(life, who, gas);
  const owner = model.owners[place] === 0 ? life.people.owner.address : life.people.friend.address;
  const free = price === undefined || (price.free && asker.address === owner);
  const currency = free ? "ETH" : price.currency;
  const expected = free ? 0n : price.amount;
  const paid = rarely(bent, 12) ? expected + 1n : expected;
  const order: Order = {
    requestId: BigInt(model.requests.length + 1),
    requestHash: "",
    requester: asker.address,
    collection: life.collectionAddress,
    tokenId: BigInt(place + 1),
    version: 1n,
    currency: life.currencies[currency],
    amount: paid,
    deadline: model.time + pick(LIFETIMES, bent),
    configVersion: BigInt(model.current()),
    callbackGas: asker.callbackGas,
    shares: model.shares,
  };
  const asked = { ...termsOf(order, asker.delivery), requester: asker.address, collection: order.collection };
  const content = { manifestDigest: MANIFEST, inputDigest: keccak256(QUESTION), tokenId: order.tokenId };
  order.requestHash = requestHash({ ...asked, ...content });
  return {
    refusal: refusedOrder(model, asker, expected, paid, currency),
    send: () => asker.send(order, currency === "ETH" ? paid : 0n),
    accepted: () => {
      const { requestId: id, requestHash: hash } = order;
      model.requests.push({ id, hash, outcome: "OPEN", delivery: asker.delivery, order, open: true });
      model.takeIn(currency, paid);
    },
  };
};

/** An order, mostly one that is open, as it was opened or bent. */
export function orderFor(
  model: DeskModel,
  which: number,
  bent: number,
): { request: ModelRequest; order: Order } | undefined {
  const open = model.requests.filter((request) => request.open);
  const candidates = open.length > 0 && !rarely(bent, 5) ? open : model.requests;
  if (candidates.length === 0) return undefined;
  const request = pick(candidates, which);
  return { request, order: rarely(bent, 9) ? { ...request.order, amount: request.order.amount + 1n } : request.order };
}

export function isOpen({ request, order }: { request: ModelRequest; order: Order }): boolean {
  return request.open && order === request.order;
}

export const settle: Prepare = (model, { desk }, [which, bent]) => {
  const target = orderFor(model, which, bent);
  if (target === undefined) return undefined;
  const { request, order } = target;
  const refused = isOpen(target) ? "RequestDeskNotEnded" : "RequestDeskUnknownOrder";
  return {
    refusal: isOpen(target) && request.outcome !== "OPEN" ? undefined : refused,
    send: () => desk.settle(order, GAS),
    accepted: () => model.close(request),
  };
};

export const cancel: Prepare = (model, { desk }, [which, bent]) => {
  const target = orderFor(model, which, bent);
  if (target === undefined) return undefined;
  const { request, order } = target;
  const early = model.time <= order.deadline;
  const refused = early ? "RequestDeskTooEarly" : "RequestDeskEnded";
  const fits = isOpen(target) && !early && request.outcome === "OPEN";
  return {
    refusal: fits ? undefined : isOpen(target) ? refused : "RequestDeskUnknownOrder",
    send: () => desk.cancel(order, GAS),
    accepted: () => model.close(request),
  };
};

/** Tries a callback again: one that failed, or one that did not. */
export const retry: Prepare = (model, { desk }, [which, bent]) => {
  const failed = model.requests.filter((request) => request.failed !== undefined);
  const request = failed.length > 0 && !rarely(bent, 4) ? pick(failed, which) : model.requests[which % 64];
  if (request === undefined) return undefined;
  const { requestId, requestHash, requester, callbackGas } = request.order;
  const made: Callback = { requestId, requestHash, requester, callbackGas, status: 0 };
  const callback = request.failed?.callback ?? made;
  const output = rarely(bent, 6) ? "0xbad0" : (request.failed?.output ?? "0x");
  const known = request.failed?.output === output;
  const refused = known ? "RequestDeskCallbackFailed" : "RequestDeskUnknownCallback";
  return {
    refusal: known && model.takes(requester, 400_000n) ? undefined : refused,
    send: () => desk.retry(callback, output, GAS),
    accepted: () => void delete request.failed,
  };
};

/** Everybody who could be owed something. */
export function accountsOf({ people, splits, askers, consumers, reporterSets }: DeskLife): string[] {
  const named = [people.owner, people.dao, ...askers, ...consumers, ...reporterSets.flat()];
  return [...new Set([...named.map(({ address }) => address), ...splits])];
}

function refusedPayment(model: DeskModel, currency: Currency, account: string): string | undefined {
  if (model.owedTo(currency, account) === 0n) return "RequestDeskNothingOwed";
  if (currency === "policed" && model.blacklist.has(account)) return "BlacklistTokenMockRefused";
  return refusedByCurrency(model, currency, 1n);
}

/** Pays an account out, whoever asks: mostly one that is owed something. */
export const withdraw: Prepare = (model, life, [who, what]: Choices): Act => {
  const names = Object.keys(life.currencies) as Currency[]; // the keys of the record
  const pairs = accountsOf(life).flatMap((account) => names.map((name) => ({ account, name })));
  const owed = pairs.filter(({ account, name }) => model.owedTo(name, account) > 0n);
  const { account, name } = pick(owed.length > 0 && !rarely(what, 5) ? owed : pairs, who * 64 + what);
  return {
    refusal: refusedPayment(model, name, account),
    send: () => life.desk.withdrawFor(life.currencies[name], account, GAS),
    accepted: () => model.payOut(name, account),
  };
};

/** Every place in every config's pool of every currency, one too many of each config among them. */
function partsOfPools(model: DeskModel, life: DeskLife) {
  const names = Object.keys(life.currencies) as Currency[]; // the keys of the record
  return model.configs.flatMap(({ set }, index) => {
    const reporters = life.reporterSets[set] ?? [];
    return names.flatMap((name) =>
      [...reporters, undefined].map((reporter, place) => ({ version: index + 1, name, place, reporter })),
    );
  });
}

/** Collects a reporter's part of a pool: mostly where something is due. */
export const collect: Prepare = (model, life, [which, what]) => {
  const parts = partsOfPools(model, life).map((part) => {
    const due = part.reporter === undefined ? 0n : model.dueTo(part.version, part.name, part.place);
    return { ...part, due };
  });
  const due = parts.filter((part) => part.due > 0n);
  const part = pick(due.length > 0 && !rarely(what, 4) ? due : parts, which);
  const { version, name, place, reporter } = part;
  const refused = reporter === undefined ? "RequestDeskUnknownReporter" : "RequestDeskNothingOwed";
  return {
    refusal: part.due > 0n ? undefined : refused,
    send: () => life.desk.collect(version, life.currencies[name], place, GAS),
    accepted: () => model.collect(version, name, place, reporter?.address ?? ""),
  };
};
