import { oracleCallStep } from "./call-step";
import { DeployContext } from "./context";
import { ownerOf } from "./dao";
import { SetupMismatchError } from "./errors";
import { OracleState, readOracle } from "./oracle";
import { StepOutlook } from "./step";

const GAS = 60_000n;

/**
 * Offers the oracle to its owner, who has to accept: the timelock of a DAO does so when step 11 opens it. Until then the
 * deployer could take the offer back, so the record says that acceptance is pending; afterwards the deployer keeps no role.
 */
export const ownershipStep = oracleCallStep({
  id: "06-ownership",
  function: "transferOwnership",
  args: (context) => [ownerOf(context)],
  inspect: async (context) => {
    const oracle = await readOracle(context);
    return oracle ? outlook(oracle, context) : offered(context);
  },
});

/** Writes who owns the oracle now into the record, when that changed. */
export async function recordOwnership(context: DeployContext): Promise<void> {
  const oracle = await readOracle(context);
  if (!oracle) return;
  const { owner, pendingOwner } = oracle;
  const recorded = context.ledger.record.ownership;
  if (recorded?.owner === owner && recorded.pendingOwner === pendingOwner) return;
  context.ledger.update({ ownership: pendingOwner === undefined ? { owner } : { owner, pendingOwner } });
}

function outlook({ owner, pendingOwner }: OracleState, context: DeployContext): StepOutlook {
  const wanted = ownerOf(context);
  if (owner === wanted) return { kind: "done", summary: `the oracle belongs to ${wanted}` };
  if (pendingOwner === wanted) return { kind: "done", summary: `the oracle waits for ${wanted} to accept it` };
  if (owner !== context.deployer) throw new SetupMismatchError("owner", wanted, owner);
  return offered(context);
}

function offered(context: DeployContext): StepOutlook {
  const { deployer } = context;
  const wanted = ownerOf(context);
  if (wanted === deployer) return { kind: "done", summary: `the oracle stays with its deployer ${deployer}` };
  return { kind: "send", summary: `offer the oracle to ${wanted}`, gas: GAS };
}
