import { startAnvil } from "../deployment/helpers/anvil";
import { Collective, type GasAtSize } from "./collective";
import { readCollective, type ReadingAtSize } from "./reading";

/** A figure may differ between the smallest and the largest size by one part in a hundred. */
export const TOLERANCE_PER_CENT = 1n;

/** What was measured at each size. */
export interface Measurement {
  gas: GasAtSize[];
  reading: ReadingAtSize[];
  /** What the node calls itself. */
  node: string;
}

/** Grows one collective through the sizes on a chain of its own, and measures it at each. */
export async function measureCollective(
  sizes: readonly number[],
  progress: (line: string) => void = () => undefined,
): Promise<Measurement> {
  const accounts = Collective.actorsFor(sizes.length);
  const anvil = await startAnvil("--hardfork", "osaka", "--accounts", String(accounts), "--balance", "1000000");
  try {
    const node = String(await anvil.provider.send("web3_clientVersion", []));
    const collective = await Collective.open(anvil.provider, sizes.length);
    const address = await collective.collection.getAddress();
    const gas: GasAtSize[] = [];
    const reading: ReadingAtSize[] = [];
    for (const size of sizes) {
      gas.push(await collective.growTo(size));
      progress(`${size} tokens: minted, moved, delegated, voted`);
      // The reader's code is compiled while it runs: the first reading is not a figure.
      if (reading.length === 0) await readCollective(anvil.url, address, size);
      reading.push(await readCollective(anvil.url, address, size));
      progress(`${size} tokens: read`);
    }
    return { gas, reading, node };
  } finally {
    await anvil.stop();
  }
}

/** The operations whose gas must not depend on the size of the collection. */
export const FLAT_OPERATIONS = ["mint", "mintInBatch", "transfer", "delegate", "vote"] as const;

/** By how much the gas of an operation differs between sizes, in per cent of the least. */
export function spreadOf(gas: readonly GasAtSize[], operation: (typeof FLAT_OPERATIONS)[number]): number {
  const figures = gas.map((at) => Number(at[operation]));
  return (Math.max(...figures) / Math.min(...figures) - 1) * 100;
}

/** The operations that were not measured, or cost more at one size than at another. */
export function operationsThatGrow(gas: readonly GasAtSize[]): string[] {
  return FLAT_OPERATIONS.filter((operation) => {
    const figures = gas.map((at) => at[operation]).sort((left, right) => (left < right ? -1 : 1));
    const [least = 0n, most = 0n] = [figures[0], figures[figures.length - 1]];
    return least === 0n || most * 100n > least * (100n + TOLERANCE_PER_CENT);
  });
}
