import { type Address, asAddress } from "../hex.ts";
import { InvalidReporterSet } from "./errors.ts";

/** Most reporters a config can name: the mask has one bit for each. */
export const MAX_REPORTERS = 32;

/** A reporter at its place of the config's list. */
export interface IndexedReporter {
  /** 0 to 31. */
  readonly index: number;
  readonly address: Address;
}

/** Reads a reporter list as a config holds it. Throws {@link InvalidReporterSet} or `InvalidAddress`. */
export function asReporterSet(reporters: readonly Address[]): Address[] {
  if (reporters.length === 0) throw new InvalidReporterSet("it is empty");
  if (reporters.length > MAX_REPORTERS) throw new InvalidReporterSet(`it names more than ${MAX_REPORTERS}`);
  let previous = 0n;
  return reporters.map((reporter, index) => {
    const address = asAddress(reporter, `reporters[${index}]`);
    const value = BigInt(address);
    if (value <= previous) throw new InvalidReporterSet(`reporters[${index}] is not above the one before it`);
    previous = value;
    return address;
  });
}
