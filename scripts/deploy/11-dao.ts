import { Interface } from "ethers";
import { readArtifact } from "../lib/artifacts";
import { CallRecord } from "../lib/records";
import { callStep } from "./call-step";
import { DeployContext } from "./context";
import { DAO_NAME, DAO_SALT, daoOf, governorOf, timelockOf } from "./dao";
import { SetupMismatchError } from "./errors";
import { oracleInterface } from "./oracle";
import { addressOf } from "./predictions";
import { artifactOf, REGISTRY, REGISTRY_CODE } from "./recorded-names";

const ID = "11-dao";
const GAS = 700_000n;
const SUMMARY =
  "open the DAO, whose timelock accepts the oracle and lets Challenges slash; " +
  "votes then fund rewards, set their limits and fund challenges";

/**
 * Opens the governor over AIN, and its timelock, which in the same transaction accepts the oracle and lets the judges of
 * challenges slash: the deployer could do neither, and no vote is needed for it. Everything else belongs to the timelock's
 * address already, so from here on the deployer has no role anywhere.
 */
export const daoStep = callStep({
  id: ID,
  contract: "Governors",
  function: "openGovernor",
  args: argumentsOf,
  inspect: async (context) => {
    const governor = governorOf(context);
    const address = governor;
    const isOpen = (await context.provider.getCode(governor)) !== "0x";
    if (!isOpen) return { kind: "send", summary: SUMMARY, gas: GAS, address };
    const recorded = context.ledger.record.calls[ID]?.arguments.join(", ");
    const wanted = argumentsOf(context).join(", ");
    if (recorded !== undefined && recorded !== wanted) throw new SetupMismatchError("DAO", wanted, recorded);
    return { kind: "done", summary: `the DAO's governor is ${governor}`, address };
  },
});

function argumentsOf(context: DeployContext): CallRecord["arguments"] {
  const { rules } = daoOf(context);
  const settings = [
    rules.votingDelay,
    rules.votingPeriod,
    rules.lateQuorumExtension,
    rules.quorumBps,
    rules.proposalThreshold,
    rules.timelockDelay,
  ];
  const [token, oracle] = [addressOf(context, "AINToken"), addressOf(context, "InferenceOracle")];
  const [registry, challenges] = [addressOf(context, REGISTRY), addressOf(context, "Challenges")];
  const accept = oracleInterface().encodeFunctionData("acceptOwnership");
  const letSlash = new Interface(readArtifact(artifactOf(REGISTRY_CODE)).abi).encodeFunctionData("setSlasher", [
    challenges,
  ]);
  return [DAO_SALT, DAO_NAME, token, settings.map(String), [oracle, registry], [accept, letSlash]];
}

/** Writes where the DAO is into the record, when that is not there yet. */
export function recordDao(context: DeployContext): void {
  if (context.setup.dao === undefined) return;
  const [governor, timelock] = [governorOf(context), timelockOf(context)];
  const recorded = context.ledger.record.dao;
  if (recorded?.governor === governor && recorded.timelock === timelock) return;
  context.ledger.update({ dao: { governor, timelock } });
}
