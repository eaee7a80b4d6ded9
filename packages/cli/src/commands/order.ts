import { type Address, ZERO_BYTES32 } from "ainft-core";
import type { LogDescription } from "ethers";
import { read, withChain } from "../chain.ts";
import { amountText, type Currency, currencyOf, decimalAmount, ETH, unitsOf } from "../currency.ts";
import { InputRefused } from "../errors.ts";
import { addressOf, wholeNumber } from "../inputs.ts";
import { booksOf, DESK, deskOf } from "../oracle.ts";
import { type Outcome, outcome } from "../outcome.ts";
import { type FoundOrder, orderOf, requestOf } from "../requests.ts";
import { sendCall } from "../send.ts";
import type { Settings } from "../settings.ts";
import { senderOf } from "../wallet.ts";

/** Sets what a program asks for an answer; 0 for nothing. */
export async function setPrice(settings: Settings, [token = "", given = ""]: readonly string[]): Promise<Outcome> {
  const tokenId = wholeNumber(token, "token", 256);
  const asked = decimalAmount(given, "price");
  const chosen = currencyIn(settings);
  const oracle = settings.contract("oracle");
  const { desk, currency } = await withChain(settings, async (provider) => ({
    desk: await deskOf(provider, oracle),
    currency: await currencyOf(provider, settings, chosen),
  }));
  const amount = unitsOf(currency, asked, "price");
  const args = [settings.collection, tokenId, chosen, amount, settings.flag("freeForController")];
  return sendCall(settings, { to: desk, abi: DESK, name: "setPrice", args }, (events) => {
    expectEvent(events, "PriceChanged", desk);
    const price = amount === 0n ? "nothing" : amountText(currency, amount);
    return outcome([`token ${tokenId} asks ${price} for an answer`], { tokenId, currency: chosen, amount });
  });
}

/** Closes an order whose deadline passed without a result: its fee goes back to who asked. */
export async function cancelOrder(settings: Settings, [given = ""]: readonly string[]): Promise<Outcome> {
  return closeOrder(settings, wholeNumber(given, "request", 64), "cancel");
}

/** Closes an order that has its result: divides its fee when it was answered, and gives it back when it failed. */
export async function settleOrder(settings: Settings, [given = ""]: readonly string[]): Promise<Outcome> {
  return closeOrder(settings, wholeNumber(given, "request", 64), "settle");
}

async function closeOrder(settings: Settings, requestId: bigint, name: "cancel" | "settle"): Promise<Outcome> {
  const oracle = settings.contract("oracle");
  const { desk, opened, currency } = await withChain(settings, async (provider) => {
    const found = await requestOf(provider, settings, oracle, requestId);
    const opened = await orderOf(provider, found);
    if (opened === undefined) throw new InputRefused(`Request ${requestId} is no order: nothing was paid for it.`);
    if ((await booksOf(provider, found.at).orderHashOf(requestId)) === ZERO_BYTES32)
      throw new InputRefused(`Order ${requestId} is closed already.`);
    return { desk: found.at.desk, opened, currency: await currencyOf(provider, settings, opened.order.currency) };
  });
  return sendCall(settings, { to: desk, abi: DESK, name, args: [opened.fields] }, (events) => {
    expectEvent(events, "OrderClosed", desk);
    return closed(events, opened, currency);
  });
}

function closed(events: readonly LogDescription[], { order }: FoundOrder, currency: Currency): Outcome {
  const { requestId, requester } = order;
  const credits = events.filter(({ name }) => name === "AccountCredited");
  const back = credits.find(({ args }) => args.getValue("account") === requester)?.args.getValue("amount") as
    bigint | undefined; // uint256, by the ABI
  const paid = events.some(({ name }) => name === "PoolCredited");
  const refunded = paid ? 0n : (back ?? 0n);
  const fee = amountText(currency, order.amount);
  const option = currency.address === ETH ? "" : ` --currency ${currency.address}`;
  const line = paid
    ? `order ${requestId} is closed: its fee of ${fee} is divided`
    : `order ${requestId} is closed: ${fee} wait for ${requester}; to take them: ainft order withdraw${option}`;
  return outcome([line], { request: requestId, requester, currency: currency.address, refunded });
}

/** Has an account paid all that the desk owes it: the sender's, unless another is named. */
export async function withdrawOwed(settings: Settings): Promise<Outcome> {
  const chosen = currencyIn(settings);
  const oracle = settings.contract("oracle");
  const given = settings.text("for");
  const account = given === undefined ? await senderOf(settings) : addressOf(given, "--for");
  const { desk, currency } = await withChain(settings, async (provider) => {
    const at = await deskOf(provider, oracle);
    const [owed] = await read(provider, { to: at, abi: DESK, name: "owedTo", args: [chosen, account] });
    const found = await currencyOf(provider, settings, chosen);
    if (owed === 0n) throw new InputRefused(`The desk owes ${account} nothing in ${nameOf(found)}.`);
    return { desk: at, currency: found };
  });
  const call = { to: desk, abi: DESK, name: "withdrawFor", args: [chosen, account] };
  return sendCall(settings, call, (events) => {
    const amount = expectEvent(events, "Withdrawn", desk).args.getValue("amount") as bigint; // uint256, by the ABI
    return outcome([`${account} is paid ${amountText(currency, amount)}`], { account, currency: chosen, amount });
  });
}

function expectEvent(events: readonly LogDescription[], name: string, desk: Address): LogDescription {
  const found = events.find((event) => event.name === name);
  if (found === undefined) throw new InputRefused(`${desk} did nothing: it is no desk.`);
  return found;
}

function currencyIn(settings: Settings): Address {
  const given = settings.text("currency");
  return given === undefined ? ETH : addressOf(given, "--currency");
}

function nameOf({ address, name }: Currency): string {
  return address === ETH ? "ETH" : name.replace(/^of /u, "");
}
