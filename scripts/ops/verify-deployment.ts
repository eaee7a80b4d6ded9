import { OpenedSuite, OperationError, readTarget, runOperation } from "./oracle-command";

/**
 * Compares a network's record with its chain, and tells who owns the oracle and who signs.
 * Opening the suite verifies every address, transaction and code hash; here comes what may change in time.
 */
export async function reportState({ oracle, record, logger }: OpenedSuite): Promise<void> {
  const owner = String(await oracle.getFunction("owner")());
  const version = BigInt(String(await oracle.getFunction("currentConfig")()));
  logger.info("record and chain agree", { contracts: Object.keys(record.contracts).length });
  logger.info("oracle", { owner, pendingOwner: String(await oracle.getFunction("pendingOwner")()), config: version });
  if (version === 0n) throw new OperationError("The oracle has no reporter config: nobody can answer.");
  if (record.ownership && record.ownership.owner !== owner && record.ownership.pendingOwner !== owner) {
    throw new OperationError(`The oracle belongs to ${owner}, who is not in the record.`);
  }
}

if (require.main === module) {
  void runOperation(readTarget(), reportState).then((code) => (process.exitCode = code));
}
