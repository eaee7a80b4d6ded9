import fc from "fast-check";
import type { Address, BoostTier, EarnedReward, Holding, RewardRow } from "../../src/index.ts";
import { asAddress, Programme } from "../../src/index.ts";
import { anyAddress, anyUint } from "./random.ts";

/** A short address with a number in its last bytes. */
export function account(number: number): Address {
  return asAddress(`0x${number.toString(16).padStart(40, "0")}`);
}

/** Accounts that meet each other often. */
const anyAccount = fc.oneof(
  fc.integer({ min: 1, max: 12 }).map(account),
  anyAddress.filter((address) => BigInt(address) !== 0n),
);

export const anyRows: fc.Arbitrary<RewardRow[]> = fc.array(
  fc.record({ programme: fc.constantFrom(...Object.values(Programme)), account: anyAccount, units: anyUint(64) }),
  { maxLength: 40 },
);

export const anyHoldings: fc.Arbitrary<Holding[]> = fc.uniqueArray(
  fc.record({ account: anyAccount, amount: fc.oneof(anyUint(256), fc.bigInt({ min: 0n, max: 3_000n })) }),
  { selector: (holding) => holding.account, maxLength: 20 },
);

/** The table of the tests: 1.2 times from 100 on, 2 times from 1000 on. */
export const BOOSTS: readonly BoostTier[] = [
  { minimum: 100n, bps: 12_000n },
  { minimum: 1_000n, bps: 20_000n },
];

export const anyEntries: fc.Arbitrary<EarnedReward[]> = fc
  .uniqueArray(anyAddress, { minLength: 1, maxLength: 40 })
  .chain((accounts) =>
    fc.tuple(
      ...accounts.map((address) =>
        fc.record({ account: fc.constant(address), cumulativeAmount: anyUint(256) }, { noNullPrototype: true }),
      ),
    ),
  )
  .map((entries) => entries.sort((left, right) => (BigInt(left.account) < BigInt(right.account) ? -1 : 1)));
