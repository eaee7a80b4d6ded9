import { HDNodeWallet } from "ethers";
import type { Address } from "../../src/index.ts";

/** The phrase every Hardhat and anvil chain funds. Public, so worth nothing anywhere else. */
const TEST_PHRASE = "test test test test test test test test test test test junk";

/** Accounts of the public test phrase, first to last. */
export const accounts: readonly HDNodeWallet[] = Array.from({ length: 6 }, (_, index) =>
  HDNodeWallet.fromPhrase(TEST_PHRASE, "", `m/44'/60'/0'/0/${index}`),
);

/** The account at a place of the test phrase. */
export function account(index: number): HDNodeWallet {
  const wallet = accounts[index];
  if (wallet === undefined) throw new RangeError(`no test account ${index}`);
  return wallet;
}

/** An account's address. */
export function addressOf(wallet: HDNodeWallet): Address {
  return wallet.address as Address; // ethers answers a checksummed address
}

/** The first five accounts as a config lists them: strictly ascending by address. */
export const reporters: readonly HDNodeWallet[] = accounts
  .slice(0, 5)
  .sort((left, right) => (BigInt(left.address) < BigInt(right.address) ? -1 : 1));
