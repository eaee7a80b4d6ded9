import type { Address } from "../hex.ts";

/** Ascending by the number that an address is: the one order of everything that is published. */
export function byAccount(left: { readonly account: Address }, right: { readonly account: Address }): number {
  return compareAddresses(left.account, right.account);
}

/** Negative when the first is lower, positive when it is higher, 0 for the same address. */
export function compareAddresses(left: Address, right: Address): number {
  // Digits of one case and one length are in the order of the numbers they write.
  const [first, second] = [left.toLowerCase(), right.toLowerCase()];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}
