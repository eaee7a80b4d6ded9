import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { Contract, JsonRpcProvider, Wallet, HDNodeWallet } from "ethers";
import { checkChainId, genesisHashOf, verifyRecord } from "../deploy/verify";
import { oracleInterface } from "../deploy/oracle";
import { WrongChainError } from "../deploy/errors";
import { deployerFor, providerFor } from "../lib/accounts";
import { PermanentError, ScriptError } from "../lib/errors";
import { lineLogger, Logger } from "../lib/logger";
import { Environment, NetworkSettings, networkSettings } from "../lib/networks";
import { DeploymentRecord, fileRecordStore, recordStoreFor } from "../lib/records";

/** The suite of one network, verified against its record, and somebody who may act on it. */
export interface OpenedSuite {
  readonly network: NetworkSettings;
  readonly provider: JsonRpcProvider;
  readonly signer: Wallet | HDNodeWallet;
  readonly record: DeploymentRecord;
  readonly oracle: Contract;
  readonly logger: Logger;
}

/** An operation can't be done with these arguments, or by this account. */
export class OperationError extends PermanentError {
  readonly code = "OPERATION";
}

/** Which suite to work on. */
export interface Target {
  readonly network: string | undefined;
  /** Record file, when it is not the network's own. */
  readonly record?: string | undefined;
  readonly yes: boolean;
}

/** Reads the options that every operation takes, and its own. */
export function readTarget<Names extends string>(
  names: readonly Names[] = [],
): Target & Partial<Record<Names, string>> {
  const value = { type: "string" } as const;
  const own = Object.fromEntries(names.map((name) => [name, value]));
  const options = { ...own, network: value, record: value, yes: { type: "boolean", default: false } } as const;
  return parseArgs({ options }).values as Target & Partial<Record<Names, string>>; // the options above give this form
}

/** Runs one operation on a suite. Resolves with the exit code; says in one line why it failed. */
export async function runOperation(target: Target, work: (suite: OpenedSuite) => Promise<void>): Promise<number> {
  const logger = lineLogger();
  try {
    await withSuite(target, logger, work);
    return 0;
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    logger.warn(`${error.message} [${error.code}]`);
    return 1;
  }
}

/** Says what is sent, asks on a public network, sends it and waits until it is deep enough. */
export async function sendToOracle(
  suite: OpenedSuite,
  yes: boolean,
  name: string,
  args: readonly unknown[],
): Promise<void> {
  const { network, oracle, signer, logger } = suite;
  const method = oracle.getFunction(name);
  const gas = await method.estimateGas(...args).catch((cause: unknown) => {
    throw new OperationError(`${name}(${args.join(", ")}) by ${signer.address} would fail.`, { cause });
  });
  logger.info(`${name}(${args.join(", ")})`, {
    network: network.name,
    oracle: await oracle.getAddress(),
    by: signer.address,
    gas,
  });
  if (network.kind === "public" && !yes && !(await asked(network.name))) {
    throw new OperationError("Nothing was sent: not confirmed.");
  }
  const transaction = await method.send(...args);
  logger.info("sent", { transaction: transaction.hash });
  const receipt = await transaction.wait(network.confirmations);
  logger.info("mined", { block: receipt?.blockNumber, gas: receipt?.gasUsed });
}

/** Opens the suite that a record names, and verifies the record against the chain before anything else. */
export async function withSuite(
  target: Target,
  logger: Logger,
  work: (suite: OpenedSuite) => Promise<void>,
  env: Environment = process.env,
): Promise<void> {
  if (target.network === undefined) throw new OperationError("--network is missing.");
  const network = networkSettings(target.network, env);
  const store = target.record === undefined ? recordStoreFor(network) : fileRecordStore(target.record);
  const record = store.load();
  const address = record?.contracts["InferenceOracle"]?.address;
  if (!record || address === undefined) throw new OperationError(`${store.place} has no oracle. Deploy first.`);
  const provider = providerFor(network);
  try {
    await checkChainId(provider, network.chainId);
    const genesis = await genesisHashOf(provider);
    if (genesis !== record.genesisHash) throw new WrongChainError("genesis block", record.genesisHash, genesis);
    await verifyRecord(record, provider, store.place);
    const signer = await deployerFor(network, provider, env);
    await work({ network, provider, signer, record, oracle: new Contract(address, oracleInterface(), signer), logger });
  } finally {
    provider.destroy();
  }
}

async function asked(network: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new OperationError("Nobody can be asked here. Confirm with --yes.");
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await prompt.question(`Type "${network}" to send this transaction: `)) === network;
  } finally {
    prompt.close();
  }
}
