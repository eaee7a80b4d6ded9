import { type Anvil, startAnvil } from "../deployment/helpers/anvil";
import { Collective, type GasAtSize } from "./collective";
import { openEditions, openTokens, type OpenUnits } from "./opening";
import { readCollective, type ReadingAtSize } from "./reading";

/** A figure may differ between the smallest and the largest size by one part in a hundred. */
export const TOLERANCE_PER_CENT = 1n;

/** What was measured at each size. */
export interface Measurement {
  /** Tokens of an ERC-721 collective. */
  tokens: GasAtSize[];
  /** Editions of an ERC-1155 collective. */
  editions: GasAtSize[];
  reading: ReadingAtSize[];
  /** What the node calls itself. */
  node: string;
}

type Progress = (line: string) => void;

/** Grows one collective of each standard through the sizes, each on a chain of its own, and measures it at each. */
export async function measureCollectives(
  sizes: readonly number[],
  progress: Progress = () => undefined,
): Promise<Measurement> {
  const reading: ReadingAtSize[] = [];
  let node = "";
  const tokens = await grow(openTokens, sizes, progress, async (anvil, address, size) => {
    node = String(await anvil.provider.send("web3_clientVersion", []));
    // The reader's code is compiled while it runs: the first reading is not a figure.
    if (reading.length === 0) await readCollective(anvil.url, address, size);
    reading.push(await readCollective(anvil.url, address, size));
    progress(`${size} tokens: read`);
  });
  const editions = await grow(openEditions, sizes, progress, async () => undefined);
  return { tokens, editions, reading, node };
}

async function grow(
  openUnits: OpenUnits,
  sizes: readonly number[],
  progress: Progress,
  read: (anvil: Anvil, address: string, size: number) => Promise<void>,
): Promise<GasAtSize[]> {
  const accounts = Collective.actorsFor(sizes.length);
  const anvil = await startAnvil("--hardfork", "osaka", "--accounts", String(accounts), "--balance", "1000000");
  try {
    const collective = await Collective.open(anvil.provider, openUnits, sizes.length);
    const { name, address } = collective.units;
    const gas: GasAtSize[] = [];
    for (const size of sizes) {
      gas.push(await collective.growTo(size));
      progress(`${size} units of ${name}: minted, moved, delegated, voted`);
      await read(anvil, address, size);
    }
    return gas;
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
