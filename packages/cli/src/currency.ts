import { ainTokenAbi } from "ainft-contracts";
import { type Address, asAddress } from "ainft-core";
import { formatUnits, Interface, type JsonRpcProvider, parseUnits, ZeroAddress } from "ethers";
import { read } from "./chain.ts";
import { CallRefused, UsageError } from "./errors.ts";
import type { Settings } from "./settings.ts";

export const ERC20 = new Interface(ainTokenAbi);
/** Zero stands for it, as at the desk. */
export const ETH = asAddress(ZeroAddress);
const MOST_DECIMALS = 77;

/** What fees are paid in. */
export interface Currency {
  /** ERC-20 contract, or zero for ETH. */
  readonly address: Address;
  readonly decimals: number;
  /** What it is told as. A token's own name for itself is not believed. */
  readonly name: string;
}

/** A currency by its address. A token that says nothing of decimals is counted in its smallest unit. */
export async function currencyOf(provider: JsonRpcProvider, settings: Settings, address: Address): Promise<Currency> {
  if (address === ETH) return { address, decimals: 18, name: "ETH" };
  const name = settings.deployed().get("AINToken") === address ? "AIN" : `of ${address}`;
  return { address, decimals: await decimalsOf(provider, address), name };
}

async function decimalsOf(provider: JsonRpcProvider, to: Address): Promise<number> {
  try {
    const [decimals] = await read(provider, { to, abi: ERC20, name: "decimals", args: [] });
    return Number(decimals) <= MOST_DECIMALS ? Number(decimals) : 0;
  } catch (error) {
    if (error instanceof CallRefused) return 0;
    throw error;
  }
}

/** An amount in a currency's smallest unit, for a person. */
export function amountText({ decimals, name }: Currency, amount: bigint): string {
  return `${formatUnits(amount, decimals).replace(/\.0$/u, "")} ${name}`;
}

/** Reads an amount from the command line, before it is known in what it is. Throws {@link UsageError}. */
export function decimalAmount(given: string, what: string): string {
  if (/^(0|[1-9]\d{0,38})(\.\d{1,77})?$/u.test(given)) return given;
  throw new UsageError(`${what} must be an amount, for example 20 or 0.5, got "${given.slice(0, 80)}".`);
}

/** That amount in the smallest unit. Throws {@link UsageError}. */
export function unitsOf({ decimals, name }: Currency, given: string, what: string): bigint {
  try {
    return parseUnits(given, decimals);
  } catch (cause) {
    throw new UsageError(`${what} has more than the ${decimals} decimals ${name}.`, { cause });
  }
}
