import { OpenedSuite, OperationError, readTarget, runOperation, sendToOracle } from "./oracle-command";

/** Makes a live config count no more, at once. */
export async function revokeConfig(suite: OpenedSuite, yes: boolean, config: string | undefined): Promise<void> {
  if (config === undefined) throw new OperationError("--config is missing: the version to revoke.");
  await sendToOracle(suite, yes, "revokeConfig", [config]);
}

if (require.main === module) {
  const target = readTarget(["config"]);
  void runOperation(target, (suite) => revokeConfig(suite, target.yes, target.config)).then(
    (code) => (process.exitCode = code),
  );
}
