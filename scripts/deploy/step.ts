import { TransactionReceipt } from "ethers";
import { NetworkSettings } from "../lib/networks";
import { Call, sendCall, SendOptions } from "../lib/transactions";
import { DeployContext } from "./context";
import { Creation } from "./predictions";

/** What a step would do if it ran now. */
export type StepOutlook =
  | { readonly kind: "done"; readonly summary: string; readonly address?: string }
  /** It is on the chain, but not in the record: nothing has to be sent. */
  | { readonly kind: "found"; readonly summary: string; readonly address: string }
  | {
      readonly kind: "send";
      readonly summary: string;
      /** Gas that the transaction takes at most, roughly. */
      readonly gas: bigint;
      /** Wei that it hands over beside what the gas costs. */
      readonly value?: bigint;
      /** Where what it makes will stand. */
      readonly address?: string;
    };

/** One numbered part of a deployment. Running it twice changes nothing the second time. */
export interface DeployStep {
  readonly id: string;
  /** The contract that it creates. */
  readonly creation?: Creation;
  /** Looks at the record and the chain, and sends nothing. Throws when what it finds can't be gone on with. */
  inspect(context: DeployContext): Promise<StepOutlook>;
  /**
   * Sends the step's transaction, or finds the one that a killed run sent, and records it. With `resumeOnly`, because
   * the chain is already as it should be, nothing is sent.
   */
  execute(context: DeployContext, resumeOnly: boolean): Promise<void>;
}

/** Runs one step. Resolves with whether it had anything to do. */
export async function runStep(step: DeployStep, context: DeployContext): Promise<boolean> {
  const resumed = context.ledger.record.pending?.step === step.id;
  const outlook = await step.inspect(context);
  if (outlook.kind === "done" && !resumed) {
    context.onProgress({ step: step.id, kind: "unchanged", summary: outlook.summary });
    return false;
  }
  await step.execute(context, outlook.kind !== "send");
  context.onProgress({ step: step.id, kind: "recorded", summary: outlook.summary });
  return true;
}

/** How deep a transaction has to be, and how often the chain is asked whether it is. */
export function sendOptions({ kind, confirmations }: NetworkSettings): SendOptions {
  return { confirmations, pollMs: kind === "local" ? 20 : 2_000 };
}

/** Sends the one transaction of a step, noting it in the record first. */
export async function sendStep(
  step: string,
  summary: string,
  call: Call,
  context: DeployContext,
  resumeOnly: boolean,
): Promise<TransactionReceipt | undefined> {
  const { ledger, network, onProgress } = context;
  const pending = ledger.record.pending;
  const journal = {
    intent: pending?.step === step ? pending : undefined,
    note: (intent: { nonce: bigint; transactionHash?: string }) => {
      ledger.setPending({ step, ...intent });
      onProgress({ step, kind: "noted", summary });
    },
    forget: () => ledger.setPending(undefined),
    sent: (transactionHash: string) => onProgress({ step, kind: "sent", summary, transactionHash }),
  };
  const options = { ...sendOptions(network), resumeOnly };
  const receipt = await sendCall(context.signer, context.provider, call, journal, options);
  if (receipt) onProgress({ step, kind: "mined", summary, transactionHash: receipt.hash, gasUsed: receipt.gasUsed });
  return receipt;
}
