import { callStep } from "./call-step";
import { CallRecord } from "../lib/records";
import { DeployContext } from "./context";
import { DAO_NAME, DAO_SALT, governorOf, timelockOf } from "./dao";
import { SetupMismatchError } from "./errors";
import { oracleInterface } from "./oracle";

const ID = "08-dao";
const GAS = 1_100_000n;

/**
 * Opens the governor over AIN, and its timelock, which accepts the oracle in the same transaction. Everything else
 * belongs to the timelock's address already, so from here on the deployer has no role anywhere.
 */
export const daoStep = callStep({
  id: ID,
  contract: "Governors",
  function: "openGovernor",
  args: argumentsOf,
  inspect: async (context) => {
    const governor = governorOf(context);
    const isOpen = governor !== undefined && (await context.provider.getCode(governor)) !== "0x";
    if (!isOpen) return { kind: "send", summary: "open the DAO, whose timelock accepts the oracle", gas: GAS };
    const recorded = context.ledger.record.calls[ID]?.arguments.join(", ");
    const wanted = argumentsOf(context).join(", ");
    if (recorded !== undefined && recorded !== wanted) throw new SetupMismatchError("DAO", wanted, recorded);
    return { kind: "done", summary: `the DAO's governor is ${governor}` };
  },
});

function argumentsOf(context: DeployContext): CallRecord["arguments"] {
  const { ledger, setup } = context;
  const rules = setup.dao?.rules;
  if (rules === undefined) throw new Error(`${ID} is a step of deployments with a DAO.`);
  const settings = [
    rules.votingDelay,
    rules.votingPeriod,
    rules.lateQuorumExtension,
    rules.quorumBps,
    rules.proposalThreshold,
    rules.timelockDelay,
  ];
  const accept = oracleInterface().encodeFunctionData("acceptOwnership");
  const [token = "", oracle = ""] = [ledger.addressOf("AINToken"), ledger.addressOf("InferenceOracle")];
  return [DAO_SALT, DAO_NAME, token, settings.map(String), [oracle], [accept]];
}

/** Writes where the DAO is into the record, when that is not there yet. */
export function recordDao(context: DeployContext): void {
  const [governor, timelock] = [governorOf(context), timelockOf(context)];
  if (context.setup.dao === undefined || governor === undefined || timelock === undefined) return;
  const recorded = context.ledger.record.dao;
  if (recorded?.governor === governor && recorded.timelock === timelock) return;
  context.ledger.update({ dao: { governor, timelock } });
}
