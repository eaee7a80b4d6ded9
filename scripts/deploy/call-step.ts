import { CallRecord } from "../lib/records";
import { DeployContext } from "./context";
import { oracleInterface } from "./oracle";
import { DeployStep, sendStep, StepOutlook } from "./step";

export interface OracleCallOptions {
  readonly id: string;
  readonly function: string;
  readonly args: (context: DeployContext) => CallRecord["arguments"];
  readonly inspect: (context: DeployContext) => Promise<StepOutlook>;
}

/** A step that calls the oracle once and records the call. What it achieves is read from the chain, not from the record. */
export function oracleCallStep(options: OracleCallOptions): DeployStep {
  return {
    id: options.id,
    inspect: options.inspect,
    execute: async (context, resumeOnly) => {
      const values = options.args(context);
      const to = context.ledger.addressOf("InferenceOracle");
      if (to === undefined) throw new Error(`${options.id} ran before the oracle's step.`);
      const data = oracleInterface().encodeFunctionData(options.function, values);
      const summary = `${options.function}(${values.join(", ")})`;
      const receipt = await sendStep(options.id, summary, { to, data }, context, resumeOnly);
      if (!receipt) return;
      const call: CallRecord = {
        contract: "InferenceOracle",
        function: options.function,
        arguments: values,
        transactionHash: receipt.hash,
        blockNumber: BigInt(receipt.blockNumber),
      };
      context.ledger.complete({ calls: { ...context.ledger.record.calls, [options.id]: call } });
    },
  };
}
