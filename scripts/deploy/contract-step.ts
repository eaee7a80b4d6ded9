import { dataLength, getBytes, isError, keccak256, TransactionReceipt } from "ethers";
import { compilerDigestOf } from "../lib/artifacts";
import { creationCall } from "../lib/create2-factory";
import { ConstructorArgument, ContractRecord } from "../lib/records";
import { TransactionRevertedError } from "../lib/transactions";
import { DeployContext } from "./context";
import { SourceDriftError } from "./errors";
import { Creation, Predicted } from "./predictions";
import { artifactOf } from "./recorded-names";
import { DeployStep, sendStep } from "./step";

export interface ContractStepOptions extends Creation {
  readonly id: string;
  /** Gas of the contracts that the constructor makes itself. */
  readonly constructorGas?: bigint;
}

/**
 * A step that has the CREATE2 factory create one contract, and records it. Whoever was quicker created the very same
 * contract, for its address commits to its code and its arguments: then nothing is left but to record it.
 */
export function contractStep({ id, contract, args, constructorGas = 0n }: ContractStepOptions): DeployStep {
  const gasOf = (predicted: Predicted): bigint => creationGas(predicted) + constructorGas;
  return {
    id,
    creation: { contract, args },
    inspect: async (context) => {
      const predicted = context.predictions.of(contract, context);
      const { address } = predicted;
      const recorded = context.ledger.record.contracts[contract];
      if (recorded) {
        if (predicted.initCodeHash !== recorded.initCodeHash) throw new SourceDriftError(contract, recorded.address);
        return { kind: "done", summary: `${contract} is at ${address}`, address };
      }
      if ((await context.provider.getCode(address)) !== "0x") {
        return { kind: "found", summary: `${contract} is at ${address} already, and not in the record`, address };
      }
      return { kind: "send", summary: summaryOf(contract, predicted), address, gas: gasOf(predicted) };
    },
    execute: async (context, resumeOnly) => {
      const predicted = context.predictions.of(contract, context);
      const receipt = await created(id, contract, predicted, context, resumeOnly, gasOf(predicted));
      const record = await contractRecord(contract, context, predicted, receipt);
      const { contracts } = context.ledger.record;
      context.ledger.complete({ contracts: { ...contracts, [contract]: record } });
    },
  };
}

function summaryOf(contract: string, { address, constructorArguments }: Predicted): string {
  const described = (value: ConstructorArgument): string =>
    typeof value === "string" ? value : `[${value.join(", ")}]`;
  return `deploy ${contract}(${constructorArguments.map(described).join(", ")}) to ${address}`;
}

/** The transaction of ours that created the contract; undefined when somebody else's did. */
async function created(
  id: string,
  contract: string,
  predicted: Predicted,
  context: DeployContext,
  resumeOnly: boolean,
  gas: bigint,
): Promise<TransactionReceipt | undefined> {
  const call = { ...creationCall(context.salt, predicted.initCode), gasLimit: (gas * 21n) / 20n };
  try {
    return await sendStep(id, summaryOf(contract, predicted), call, context, resumeOnly);
  } catch (error) {
    const failed = error instanceof TransactionRevertedError || isError(error, "CALL_EXCEPTION");
    if (!failed || (await context.provider.getCode(predicted.address)) === "0x") throw error;
    return undefined;
  }
}

async function contractRecord(
  contract: string,
  { provider, sourceCommit }: DeployContext,
  { address, artifact, constructorArguments, initCodeHash }: Predicted,
  receipt: TransactionReceipt | undefined,
): Promise<ContractRecord> {
  const code = await provider.getCode(address);
  if (code === "0x") throw new Error(`${receipt?.hash} is mined, but the node does not show what it made.`);
  return {
    address,
    ...(receipt ? { transactionHash: receipt.hash, blockNumber: BigInt(receipt.blockNumber) } : {}),
    constructorArguments,
    creationCodeHash: keccak256(artifact.bytecode),
    initCodeHash,
    codeHash: keccak256(code),
    compilerDigest: compilerDigestOf(artifactOf(contract)),
    sourceCommit,
  };
}

/**
 * Gas of a creation through the factory by the rules of the EVM, with a twentieth on top for what the constructor does.
 * The code is sent as data, copied, hashed for its address, and paid for by its size.
 */
function creationGas({ initCode, artifact }: Predicted): bigint {
  const bytes = BigInt(dataLength(initCode));
  const words = (bytes + 31n) / 32n;
  const nonZero = BigInt(getBytes(initCode).filter((byte) => byte !== 0).length);
  const data = 16n * (nonZero + 32n) + 4n * (bytes - nonZero);
  const memory = 3n * words + (words * words) / 512n;
  const deposit = 200n * BigInt(dataLength(artifact.deployedBytecode));
  return ((53_000n + data + memory + (3n + 2n + 6n) * words + deposit) * 21n) / 20n;
}
