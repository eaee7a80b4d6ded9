import { getAddress, isAddress, isHexString, Provider, Signer } from "ethers";
import { DeploymentRecord, RecordStore, recordStoreFor } from "../lib/records";
import { NetworkSettings, networkSettings } from "../lib/networks";
import { sourceCommit } from "../lib/source";
import { create2FactoryStep } from "./00-create2-factory";
import { oracleStep } from "./01-oracle";
import { extensionSteps, governorSteps, implementationSteps, splitsStep } from "./02-implementation";
import { factoryStep } from "./03-factory";
import { companionSteps } from "./04-companions";
import { reporterConfigStep } from "./05-reporter-config";
import { ownershipStep, recordOwnership } from "./06-ownership";
import { tokenStep } from "./07-token";
import { providerSteps } from "./08-providers";
import { rewardStep } from "./09-rewards";
import { challengeStep } from "./10-challenges";
import { daoStep, recordDao } from "./11-dao";
import { DeployContext, DeployProgress, Ledger, SuiteSetup } from "./context";
import { recordDesk } from "./desk";
import { DaoSetup, daoSetup, governorOf, timelockOf } from "./dao";
import {
  DeployArgumentError,
  DeployRefusedError,
  MissingContractError,
  WrongChainError,
  WrongDeployerError,
} from "./errors";
import { Creation, freshSalt, Predictions, SUITE_SALT } from "./predictions";
import { recordRoles } from "./roles";
import { REGISTRY } from "./recorded-names";
import { DeployStep, runStep, StepOutlook } from "./step";
import { writeVerification } from "./verification";
import { checkChainId, genesisHashOf, verifyRecord } from "./verify";

/** Every step of a deployment for an account, in order. */
export const DEPLOY_STEPS: readonly DeployStep[] = [
  create2FactoryStep,
  oracleStep,
  splitsStep,
  ...extensionSteps,
  ...implementationSteps,
  ...governorSteps,
  factoryStep,
  ...companionSteps,
  reporterConfigStep,
  ownershipStep,
];

/** Every step of a deployment for a DAO, in order. */
export const DAO_DEPLOY_STEPS: readonly DeployStep[] = [
  ...DEPLOY_STEPS,
  tokenStep,
  ...providerSteps,
  rewardStep,
  challengeStep,
  daoStep,
];

/** Every contract that a deployment creates, with or without a DAO. */
export function creationsOf(withDao: boolean): Creation[] {
  return (withDao ? DAO_DEPLOY_STEPS : DEPLOY_STEPS).flatMap(({ creation }) => creation ?? []);
}

/** What a run would do, before it does anything. */
export interface DeployPlan {
  readonly network: NetworkSettings;
  readonly deployer: string;
  readonly place: string;
  readonly steps: readonly { readonly id: string; readonly outlook: StepOutlook }[];
  /** Gas of all steps that would send, at most, roughly. */
  readonly gas: bigint;
  /** Wei that the transactions hand over beside what gas costs. */
  readonly value: bigint;
  /** Wei a unit of gas costs at most now. */
  readonly gasPrice: bigint;
  /** Wei the deployer has. */
  readonly balance: bigint;
}

export interface DeployOptions {
  /** Deployer, connected to a provider. */
  readonly signer: Signer;
  /** A network's name, or its settings. */
  readonly network: string | NetworkSettings;
  /** Signing keys of the reporters, in any order. */
  readonly reporters: readonly string[];
  /** Signatures that a report needs. */
  readonly threshold: number;
  /** Who owns the suite in the end; has to accept the oracle unless it is the deployer. Left out with a DAO. */
  readonly owner?: string;
  /** Opens a DAO whose timelock owns the suite in the end. What is left out is as `daoSetup` has it. */
  readonly dao?: Pick<DaoSetup, "holder"> & Partial<DaoSetup>;
  /** Asked before anything is sent. Required on public networks. */
  readonly confirm?: (plan: DeployPlan) => boolean | Promise<boolean>;
  readonly onProgress?: (progress: DeployProgress) => void;
  /** Where to remember; by default the network's file under deployments/. */
  readonly records?: RecordStore;
  /** Start anew although a record exists; its contracts are left alone. Takes a salt that is not used here yet. */
  readonly fresh?: boolean;
  /** 32 bytes that all addresses follow from; by default the record's, else `SUITE_SALT`. */
  readonly salt?: string;
  /** Put the CREATE2 factory onto a public chain that lacks it, for 0.01 ETH. */
  readonly placeFactory?: boolean;
  /** Write the sources that explorers verify the contracts by; by default on public networks only. */
  readonly verification?: boolean;
}

export interface DeployedSuite {
  readonly record: DeploymentRecord;
  readonly oracle: string;
  readonly implementation: string;
  readonly factory: string;
  /** The DAO, where one was asked for. */
  readonly dao?: DeployedDao;
  /** Steps that had something to do in this run. */
  readonly stepsRun: number;
}

export interface DeployedDao {
  readonly token: string;
  readonly governor: string;
  readonly timelock: string;
  /** The registry of providers: its proxy. */
  readonly providerRegistry: string;
  readonly rewardDistributor: string;
  readonly challenges: string;
}

/**
 * Deploys the suite, or finishes what a killed run began, or finds that there is nothing to do.
 * Throws `DeployArgumentError`, `WrongChainError`, `WrongDeployerError`, `RecordFormatError`, `RecordMismatchError`,
 * `SourceDriftError`, `SetupMismatchError`, `DeployRefusedError`, `FactoryMissingError`, `FactoryRefusedError`,
 * `FactoryCodeMismatchError`, and what sending a transaction throws.
 */
export async function deploySuite(options: DeployOptions): Promise<DeployedSuite> {
  const { context, store } = await openDeployment(options);
  const { place, verificationFolder } = store;
  const ask = options.confirm;
  if (!ask && context.network.kind === "public") {
    throw new DeployArgumentError(`A deployment to the public network "${context.network.name}" needs a confirmation.`);
  }
  if (ask && !(await ask(await planOf(context, place)))) throw new DeployRefusedError();
  let stepsRun = 0;
  for (const step of stepsOf(context)) if (await runStep(step, context)) stepsRun += 1;
  await recordDesk(context);
  await recordOwnership(context);
  recordDao(context);
  await recordRoles(context);
  const wanted = options.verification ?? context.network.kind === "public";
  if (wanted && verificationFolder !== undefined) writeVerification(context.ledger.record, verificationFolder);
  const dao = deployedDao(context);
  return {
    record: context.ledger.record,
    oracle: deployed(context, "InferenceOracle"),
    implementation: deployed(context, "AINFT721"),
    factory: deployed(context, "AINFTFactory"),
    ...(dao === undefined ? {} : { dao }),
    stepsRun,
  };
}

/** What `deploySuite` would do. Sends and writes nothing. Throws as `deploySuite`. */
export async function planSuite(options: DeployOptions): Promise<DeployPlan> {
  const { context, store } = await openDeployment(options);
  return planOf(context, store.place);
}

async function planOf(context: DeployContext, place: string): Promise<DeployPlan> {
  const steps: { id: string; outlook: StepOutlook }[] = [];
  for (const step of stepsOf(context)) steps.push({ id: step.id, outlook: await step.inspect(context) });
  const { maxFeePerGas, gasPrice } = await context.provider.getFeeData();
  return {
    network: context.network,
    deployer: context.deployer,
    place,
    steps,
    gas: steps.reduce((sum, { outlook }) => (outlook.kind === "send" ? sum + outlook.gas : sum), 0n),
    value: steps.reduce((sum, { outlook }) => (outlook.kind === "send" ? sum + (outlook.value ?? 0n) : sum), 0n),
    gasPrice: maxFeePerGas ?? gasPrice ?? 0n,
    balance: await context.provider.getBalance(context.deployer),
  };
}

/** Checks arguments, chain, deployer and record, before anything is sent. */
async function openDeployment(options: DeployOptions): Promise<{ context: DeployContext; store: RecordStore }> {
  const network = typeof options.network === "string" ? networkSettings(options.network) : options.network;
  const { signer } = options;
  const provider = signer.provider;
  if (!provider) throw new DeployArgumentError("The signer is not connected to a node.");
  const setup = checkedSetup(options);
  const deployer = await signer.getAddress();
  await checkChainId(provider, network.chainId);
  const store = options.records ?? recordStoreFor(network);
  const record = await openRecord(store, network, deployer, provider, options);
  const context: DeployContext = {
    signer,
    provider,
    deployer,
    salt: record.salt,
    network,
    setup,
    ledger: new Ledger(store, record),
    predictions: new Predictions(creationsOf(setup.dao !== undefined)),
    placeFactory: options.placeFactory ?? false,
    sourceCommit: sourceCommit(),
    onProgress: options.onProgress ?? (() => undefined),
  };
  return { context, store };
}

/** The record to go on with: the stored one when it is of this chain and true, else an empty one. */
async function openRecord(
  store: RecordStore,
  network: NetworkSettings,
  deployer: string,
  provider: Provider,
  options: Pick<DeployOptions, "fresh" | "salt">,
): Promise<DeploymentRecord> {
  const genesisHash = await genesisHashOf(provider);
  const fresh = options.fresh ?? false;
  const salt = checkedSalt(options) ?? (fresh ? await freshSalt(deployer, provider) : SUITE_SALT);
  const empty: DeploymentRecord = {
    schema: "ainft-deployment/2",
    network: network.name,
    chainId: network.chainId,
    genesisHash,
    deployer,
    salt,
    contracts: {},
    calls: {},
  };
  const record = fresh ? undefined : store.load();
  if (!record) return empty;
  if (record.chainId !== network.chainId) {
    throw new WrongChainError("chain id", record.chainId.toString(), network.chainId.toString());
  }
  if (network.kind === "local" && (await wasRestarted(record, genesisHash, provider))) return empty;
  if (record.genesisHash !== genesisHash) throw new WrongChainError("genesis block", record.genesisHash, genesisHash);
  if (record.deployer !== deployer) throw new WrongDeployerError(record.deployer, deployer);
  if (options.salt !== undefined && record.salt !== salt) {
    throw new DeployArgumentError(
      `The suite stands under the salt ${record.salt}, not ${salt}. Add --fresh for another.`,
    );
  }
  await verifyRecord(record, provider, store.place);
  return record;
}

/** A local chain that was restarted has another first block, or, started twice in one second, no code anywhere. */
async function wasRestarted(record: DeploymentRecord, genesisHash: string, provider: Provider): Promise<boolean> {
  if (record.genesisHash !== genesisHash) return true;
  const codes = await Promise.all(Object.values(record.contracts).map(({ address }) => provider.getCode(address)));
  return codes.length > 0 && codes.every((code) => code === "0x");
}

/** Throws `DeployArgumentError`. */
function checkedSalt({ salt }: Pick<DeployOptions, "salt">): string | undefined {
  if (salt === undefined || isHexString(salt, 32)) return salt?.toLowerCase();
  throw new DeployArgumentError(`The salt "${salt}" is not 0x and 64 hexadecimal digits.`);
}

/** The setup as the oracle will take it: reporters ascending. Throws `DeployArgumentError`. */
function checkedSetup({ reporters, threshold, owner, dao }: DeployOptions): SuiteSetup {
  const receiver = owner ?? dao?.holder;
  if (receiver === undefined || (owner !== undefined && dao !== undefined)) {
    throw new DeployArgumentError("The suite belongs either to an owner or to a DAO: name one of them.");
  }
  const bad = [...reporters, receiver].find((address) => !isAddress(address) || BigInt(address) === 0n);
  if (bad !== undefined) throw new DeployArgumentError(`"${bad}" is not an address that can hold a role.`);
  const ascending = reporters.map((reporter) => getAddress(reporter)).sort((left, right) => compare(left, right));
  const twice = ascending.find((reporter, index) => reporter === ascending[index + 1]);
  if (twice !== undefined) throw new DeployArgumentError(`Reporter ${twice} is named twice.`);
  if (ascending.length < 1 || ascending.length > 32) {
    throw new DeployArgumentError(`An oracle has 1 to 32 reporters, not ${ascending.length}.`);
  }
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > ascending.length) {
    throw new DeployArgumentError(`The threshold ${threshold} is not between 1 and ${ascending.length} reporters.`);
  }
  const setup = { reporters: ascending, threshold };
  if (dao === undefined) return { ...setup, owner: getAddress(receiver), dao: undefined };
  return { ...setup, owner: undefined, dao: daoSetup({ ...dao, holder: getAddress(receiver) }) };
}

function stepsOf({ setup }: DeployContext): readonly DeployStep[] {
  return setup.dao === undefined ? DEPLOY_STEPS : DAO_DEPLOY_STEPS;
}

function deployedDao(context: DeployContext): DeployedDao | undefined {
  if (context.setup.dao === undefined) return undefined;
  const [governor, timelock] = [governorOf(context), timelockOf(context)];
  return {
    token: deployed(context, "AINToken"),
    governor,
    timelock,
    providerRegistry: deployed(context, REGISTRY),
    rewardDistributor: deployed(context, "RewardDistributor"),
    challenges: deployed(context, "Challenges"),
  };
}

function compare(left: string, right: string): number {
  return BigInt(left) < BigInt(right) ? -1 : 1;
}

function deployed(context: DeployContext, contract: string): string {
  const address = context.ledger.record.contracts[contract]?.address;
  if (address === undefined) throw new MissingContractError(contract);
  return address;
}
