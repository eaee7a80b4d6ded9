import { type Address, asAddress } from "ainft-core";
import type { JsonRpcProvider } from "ethers";
import { type Call, read } from "./chain.ts";
import { amountText, type Currency, currencyOf, decimalAmount, ERC20, ETH, unitsOf } from "./currency.ts";
import { InputRefused, NotConfirmed } from "./errors.ts";
import { addressOf } from "./inputs.ts";
import { DESK } from "./oracle.ts";
import type { Settings } from "./settings.ts";

/** What somebody is ready to pay for an answer, as they said it. */
export interface Offer {
  /** The most, in the currency; undefined when nothing was said. */
  readonly fee: string | undefined;
  readonly currency: Address;
}

/** What an answer costs. */
export interface Fee {
  readonly currency: Currency;
  /** In the currency's smallest unit; 0 for nothing. */
  readonly amount: bigint;
}

/** Reads `--fee` and `--currency`. Throws `UsageError`. */
export function offerIn(settings: Settings): Offer {
  const [fee, currency] = [settings.text("fee"), settings.text("currency")];
  return {
    fee: fee === undefined ? undefined : decimalAmount(fee, "--fee"),
    currency: currency === undefined ? ETH : addressOf(currency, "--currency"),
  };
}

/** What a program asks of somebody now. Throws as `read` does. */
export async function feeOf(
  provider: JsonRpcProvider,
  settings: Settings,
  desk: Address,
  tokenId: bigint,
  account: Address,
): Promise<Fee> {
  const args = [settings.collection, tokenId, account];
  const [quote] = await read(provider, { to: desk, abi: DESK, name: "quote", args });
  const { currency, amount } = quote as { readonly currency: string; readonly amount: bigint }; // the ABI's names
  return { currency: await currencyOf(provider, settings, asAddress(currency, "currency")), amount };
}

/**
 * Makes sure that somebody wants to pay this: by `--fee`, or by a word to a question; on a local chain nobody is asked. The
 * desk takes no other fee than this one. Throws {@link InputRefused} or {@link NotConfirmed}.
 */
export async function expectAgreed(settings: Settings, { fee, currency: offered }: Offer, price: Fee): Promise<void> {
  const { currency, amount } = price;
  const wanted = amountText(currency, amount);
  if (fee !== undefined) {
    if (currency.address !== offered)
      throw new InputRefused(`An answer costs ${wanted}, and --fee is in ${nameOf(offered)}: see --currency.`);
    if (amount > unitsOf(currency, fee, "--fee"))
      throw new InputRefused(`An answer costs ${wanted}, and --fee allows ${fee}.`);
    return;
  }
  if (settings.isLocal || settings.flag("unsigned") || settings.flag("dryRun")) return;
  // --yes is said before the price is known.
  if (!settings.io.interactive || settings.flag("yes"))
    throw new NotConfirmed(`An answer costs ${wanted}. Say --fee to pay it.`);
  const answer = await settings.io.ask(`An answer costs ${wanted}. Pay it? [y/N] `, false);
  if (!/^y(es)?$/iu.test(answer.trim())) throw new NotConfirmed("Nothing was sent.");
}

/** The call that lets the desk take a fee in an ERC-20; undefined when it may already. */
export async function approvalOf(
  provider: JsonRpcProvider,
  desk: Address,
  { currency, amount }: Fee,
  account: Address,
): Promise<Call | undefined> {
  if (currency.address === ETH) return undefined;
  const token = { to: currency.address, abi: ERC20 };
  const [allowed] = await read(provider, { ...token, name: "allowance", args: [account, desk] });
  if (BigInt(String(allowed)) >= amount) return undefined;
  return { ...token, name: "approve", args: [desk, amount] };
}

function nameOf(currency: Address): string {
  return currency === ETH ? "ETH" : currency;
}
