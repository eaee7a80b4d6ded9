import { parseArgs } from "node:util";
import { runOperation, sendToOracle } from "./oracle-command";

if (require.main === module) {
  const { values } = parseArgs({ options: { network: { type: "string" }, yes: { type: "boolean", default: false } } });
  void runOperation(values.network, async (suite) => sendToOracle(suite, values.yes, "acceptOwnership", [])).then(
    (code) => (process.exitCode = code),
  );
}
