import { parseArgs } from "node:util";
import { OperationError, runOperation, sendToOracle } from "./oracle-command";

if (require.main === module) {
  const { values } = parseArgs({
    options: { network: { type: "string" }, config: { type: "string" }, yes: { type: "boolean", default: false } },
  });
  void runOperation(values.network, async (suite) => {
    if (values.config === undefined) throw new OperationError("--config is missing: the version to revoke.");
    await sendToOracle(suite, values.yes, "revokeConfig", [values.config]);
  }).then((code) => (process.exitCode = code));
}
