import { asUint } from "../hex.ts";
import { InvalidBoosts } from "./errors.ts";
import type { BoostTier } from "./types.ts";

/** Once: what units count for whoever reaches no tier. */
export const NO_BOOST_BPS = 10_000n;
/** Ten times: the highest boost. */
export const MAX_BOOST_BPS = 100_000n;
/** Longest boost table. */
export const MAX_BOOST_TIERS = 16;

/**
 * Checks a boost table: at most 16 tiers, with ever higher minimums and ever higher boosts, from once to ten times.
 * Throws {@link InvalidBoosts} or `UintOutOfRange`.
 */
export function checkBoosts(tiers: readonly BoostTier[]): void {
  if (tiers.length > MAX_BOOST_TIERS) throw new InvalidBoosts(`it has more than ${MAX_BOOST_TIERS} tiers`);
  let previous: BoostTier = { minimum: -1n, bps: NO_BOOST_BPS - 1n };
  for (const [index, tier] of tiers.entries()) {
    asUint(tier.minimum, 256, `boosts[${index}].minimum`);
    if (tier.minimum <= previous.minimum) throw new InvalidBoosts(`tier ${index} needs no more than the one before it`);
    if (tier.bps <= previous.bps) throw new InvalidBoosts(`tier ${index} boosts no more than the one before it`);
    if (tier.bps > MAX_BOOST_BPS) throw new InvalidBoosts(`tier ${index} boosts more than ${MAX_BOOST_BPS}`);
    previous = tier;
  }
}

/** The boost of a holding under a checked table, in hundredths of a per cent. */
export function boostOf(tiers: readonly BoostTier[], holding: bigint): bigint {
  return tiers.findLast(({ minimum }) => holding >= minimum)?.bps ?? NO_BOOST_BPS;
}
