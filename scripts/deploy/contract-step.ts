import { ContractFactory, dataLength, getBytes, keccak256, TransactionReceipt } from "ethers";
import { Artifact, readArtifact } from "../lib/artifacts";
import { ConstructorArgument, ContractRecord } from "../lib/records";
import { DeployContext } from "./context";
import { SourceDriftError } from "./errors";
import { artifactOf } from "./recorded-names";
import { DeployStep, sendStep } from "./step";

export interface ContractStepOptions {
  readonly id: string;
  /** Its name in the record. */
  readonly contract: string;
  /** Constructor arguments; an argument that an earlier step has yet to make is undefined. */
  readonly args: (context: DeployContext) => readonly (ConstructorArgument | undefined)[];
  /** Gas of the contracts that the constructor makes itself. */
  readonly constructorGas?: bigint;
}

/** A step that deploys one contract and records it. */
export function contractStep({ id, contract, args, constructorGas = 0n }: ContractStepOptions): DeployStep {
  const summaryOf = (context: DeployContext): string => {
    const values = args(context).map((value = "(from an earlier step)") =>
      typeof value === "string" ? value : `[${value.join(", ")}]`,
    );
    return `deploy ${contract}(${values.join(", ")})`;
  };
  return {
    id,
    inspect: async (context) => {
      const recorded = context.ledger.record.contracts[contract];
      const artifact = readArtifact(artifactOf(contract));
      if (!recorded) {
        return { kind: "send", summary: summaryOf(context), gas: creationGas(artifact) + constructorGas };
      }
      const initCode = await creationCode(artifact, known(args(context)));
      if (keccak256(initCode) !== recorded.initCodeHash) throw new SourceDriftError(contract, recorded.address);
      return { kind: "done", summary: `${contract} is at ${recorded.address}` };
    },
    execute: async (context, resumeOnly) => {
      const artifact = readArtifact(artifactOf(contract));
      const values = known(args(context));
      const initCode = await creationCode(artifact, values);
      const receipt = await sendStep(id, summaryOf(context), { data: initCode }, context, resumeOnly);
      if (!receipt) return;
      const record = await contractRecord(context, artifact, values, initCode, receipt);
      const { contracts } = context.ledger.record;
      context.ledger.complete({ contracts: { ...contracts, [contract]: record } });
    },
  };
}

async function creationCode(artifact: Artifact, values: readonly ConstructorArgument[]): Promise<string> {
  const factory = new ContractFactory(artifact.abi, artifact.bytecode);
  return (await factory.getDeployTransaction(...values)).data;
}

async function contractRecord(
  context: DeployContext,
  artifact: Artifact,
  constructorArguments: readonly ConstructorArgument[],
  initCode: string,
  receipt: TransactionReceipt,
): Promise<ContractRecord> {
  const [transaction, address] = [await context.provider.getTransaction(receipt.hash), receipt.contractAddress];
  if (!transaction || !address) throw new Error(`${receipt.hash} is mined, but the node does not show what it made.`);
  return {
    address,
    transactionHash: receipt.hash,
    blockNumber: BigInt(receipt.blockNumber),
    deployer: receipt.from,
    nonce: BigInt(transaction.nonce),
    constructorArguments,
    initCodeHash: keccak256(initCode),
    codeHash: keccak256(await context.provider.getCode(address)),
    compilerDigest: artifact.compilerDigest,
    sourceCommit: context.sourceCommit,
  };
}

function known(values: readonly (ConstructorArgument | undefined)[]): ConstructorArgument[] {
  return values.map((value) => {
    if (value === undefined) throw new Error("A step ran before the step that it builds on.");
    return value;
  });
}

/** Gas of a contract creation by the rules of the EVM, with a twentieth on top for what the constructor does. */
function creationGas(artifact: Artifact): bigint {
  const words = BigInt(Math.ceil(dataLength(artifact.bytecode) / 32));
  const nonZero = BigInt(getBytes(artifact.bytecode).filter((byte) => byte !== 0).length);
  const zero = BigInt(dataLength(artifact.bytecode)) - nonZero;
  const deposit = 200n * BigInt(dataLength(artifact.deployedBytecode));
  return ((53_000n + 16n * nonZero + 4n * zero + 2n * words + deposit) * 21n) / 20n;
}
