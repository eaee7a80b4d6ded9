import { getAddress } from "ethers";
import { OpenedSuite, OperationError, readTarget, runOperation, sendToOracle } from "./oracle-command";

export interface ConfigOptions {
  /** Addresses with commas between, in any order. */
  readonly reporters?: string | undefined;
  readonly threshold?: string | undefined;
  /** Seconds; an hour when absent. */
  readonly grace?: string | undefined;
}

/** Arguments of `setConfig`: reporters ascending, threshold, and seconds for which the old config still counts. */
export function configArguments(options: ConfigOptions): [string[], string, string] {
  const { reporters = "", threshold = "", grace = "3600" } = options;
  const ascending = reporters
    .split(",")
    .filter((part) => part !== "")
    .map((part) => getAddress(part.trim()))
    .sort((left, right) => (BigInt(left) < BigInt(right) ? -1 : 1));
  if (ascending.length === 0) throw new OperationError("--reporters is missing: addresses with commas between.");
  if (!/^\d+$/.test(threshold)) throw new OperationError("--threshold is missing: how many reporters have to sign.");
  if (!/^\d+$/.test(grace)) throw new OperationError("--grace is a number of seconds.");
  return [ascending, threshold, grace];
}

/** Installs a new reporter config; the old one still counts for the grace period. */
export async function setConfig(suite: OpenedSuite, yes: boolean, options: ConfigOptions): Promise<void> {
  await sendToOracle(suite, yes, "setConfig", configArguments(options));
}

if (require.main === module) {
  const target = readTarget(["reporters", "threshold", "grace"]);
  void runOperation(target, (suite) => setConfig(suite, target.yes, target)).then((code) => (process.exitCode = code));
}
