import { Interface } from "ethers";
import { readArtifact } from "../lib/artifacts";
import { CallRecord } from "../lib/records";
import { DeployContext } from "./context";
import { addressOf } from "./predictions";
import { artifactOf } from "./recorded-names";
import { DeployStep, sendStep, StepOutlook } from "./step";

export interface CallOptions {
  readonly id: string;
  readonly contract: string;
  readonly function: string;
  readonly args: (context: DeployContext) => CallRecord["arguments"];
  readonly inspect: (context: DeployContext) => Promise<StepOutlook>;
}

/** A step that calls the oracle once. */
export function oracleCallStep(options: Omit<CallOptions, "contract">): DeployStep {
  return callStep({ ...options, contract: "InferenceOracle" });
}

/** A step that calls a contract once and records the call. What it achieves is read from the chain, not from the record. */
export function callStep(options: CallOptions): DeployStep {
  return {
    id: options.id,
    inspect: options.inspect,
    execute: async (context, resumeOnly) => {
      const values = options.args(context);
      const to = addressOf(context, options.contract);
      const data = new Interface(readArtifact(artifactOf(options.contract)).abi).encodeFunctionData(
        options.function,
        values,
      );
      const summary = `${options.function}(${values.join(", ")})`;
      const receipt = await sendStep(options.id, summary, { to, data }, context, resumeOnly);
      if (!receipt) return;
      const call: CallRecord = {
        contract: options.contract,
        function: options.function,
        arguments: values,
        transactionHash: receipt.hash,
        blockNumber: BigInt(receipt.blockNumber),
      };
      context.ledger.complete({ calls: { ...context.ledger.record.calls, [options.id]: call } });
    },
  };
}
