import { parseArgs } from "node:util";

/** How long and how much a soak is. */
export interface SoakOptions {
  /** Draws the questions and, plus one, the faults. */
  readonly seed: number;
  /** The short form: about so long. Without it, until `count` requests and as many events are asked for. */
  readonly minutes: number | undefined;
  /** Requests, and at least as many events of activity. */
  readonly count: number;
}

/** An option that cannot be. Says which, and what it may be. */
export class WrongOption extends Error {}

export const HELP = `Usage: npm run soak -- [--count 2000] [--minutes 3] [--seed 7]

Lets five relays work while things break, and asks the chain whether all of it came out right.

  --count <number>    requests, and at least as many events of activity; 2000 unless it is said
  --minutes <number>  the short form: asks for a third of the time, and ends when all has come to its end
  --seed <number>     draws the same questions and faults again; a new one unless it is said

Exit codes: 0 all came out right, 1 something did not, 2 wrong options, 130 interrupted.
`;

const SEEDS = 1_000_000;
const COUNT = 2_000;

/** Reads what stands after `npm run soak --`. Throws {@link WrongOption}. */
export function readOptions(args: readonly string[]): SoakOptions | "help" {
  const { seed, minutes, count, help } = parse(args);
  if (help === true) return "help";
  return {
    seed: numberOf("seed", seed, 0) ?? Date.now() % SEEDS,
    minutes: numberOf("minutes", minutes, 1),
    count: numberOf("count", count, 1) ?? COUNT,
  };
}

function parse(args: readonly string[]): { seed?: string; minutes?: string; count?: string; help?: boolean } {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { seed: text, minutes: text, count: text, help: { type: "boolean" } },
    }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new WrongOption(`${message.replace(/\.?$/u, ".")} See --help.`, { cause });
  }
}

function numberOf(name: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/u.test(value) || Number(value) < least) {
    throw new WrongOption(`--${name} is "${value}", which is not a whole number from ${least} up. See --help.`);
  }
  return Number(value);
}
