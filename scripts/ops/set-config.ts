import { parseArgs } from "node:util";
import { getAddress } from "ethers";
import { OperationError, runOperation, sendToOracle } from "./oracle-command";

/** Arguments of `setConfig`: reporters ascending, threshold, and seconds for which the old config still counts. */
export function configArguments(reporters = "", threshold = "", grace = "3600"): [string[], string, string] {
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

if (require.main === module) {
  const value = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      network: value,
      reporters: value,
      threshold: value,
      grace: value,
      yes: { type: "boolean", default: false },
    },
  });
  void runOperation(values.network, async (suite) => {
    const args = configArguments(values.reporters, values.threshold, values.grace);
    await sendToOracle(suite, values.yes, "setConfig", args);
  }).then((code) => (process.exitCode = code));
}
