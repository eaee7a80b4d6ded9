import { OpenedSuite, readTarget, runOperation, sendToOracle } from "./oracle-command";

/** Takes over the oracle, as the one it was offered to. */
export async function acceptOwnership(suite: OpenedSuite, yes: boolean): Promise<void> {
  await sendToOracle(suite, yes, "acceptOwnership", []);
}

if (require.main === module) {
  const target = readTarget();
  void runOperation(target, (suite) => acceptOwnership(suite, target.yes)).then((code) => (process.exitCode = code));
}
