import { oracleCallStep } from "./call-step";
import { SuiteSetup } from "./context";
import { SetupMismatchError } from "./errors";
import { readOracle } from "./oracle";

const GAS = 300_000n;

/** Installs the first reporter config. A later one is a rotation, which only the oracle's owner may do. */
export const reporterConfigStep = oracleCallStep({
  id: "05-reporter-config",
  function: "setConfig",
  args: ({ setup }) => [setup.reporters, String(setup.threshold), "0"],
  inspect: async (context) => {
    const oracle = await readOracle(context);
    const wanted = described(context.setup);
    if (oracle?.config) {
      const actual = described(oracle.config);
      if (actual !== wanted) throw new SetupMismatchError("reporter config", wanted, actual);
      return { kind: "done", summary: `the oracle obeys ${actual}` };
    }
    if (oracle && oracle.owner !== context.deployer) {
      throw new SetupMismatchError("reporter config", wanted, `unset, and only ${oracle.owner} can set it`);
    }
    return { kind: "send", summary: `let the oracle obey ${wanted}`, gas: GAS };
  },
});

function described({ threshold, reporters }: Pick<SuiteSetup, "threshold" | "reporters">): string {
  return `${threshold} of ${reporters.length} reporters (${reporters.join(", ")})`;
}
