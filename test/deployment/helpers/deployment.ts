import { Contract, getCreateAddress, Signer } from "ethers";
import { DeployedSuite, DeployOptions, DeployProgress } from "../../../scripts/deploy";
import { readArtifact } from "../../../scripts/lib/artifacts";
import { DeploymentRecord, memoryRecordStore, RecordStore } from "../../../scripts/lib/records";
import { getSigners, type Person } from "../../helpers/chain";

/** Contracts in the order of the steps that create them. */
export const CREATION_ORDER = [
  "InferenceOracle",
  "ContributorSplits",
  "AINFT721Extension",
  "AINFT1155Extension",
  "AINFT721",
  "AINFT721Votes",
  "AINFT1155",
  "AINFT1155Votes",
  "AINTimelock",
  "AINGovernor",
  "Governors",
  "AINFTFactory",
  "AINFTBinder",
  "OnchainMetadata",
  "ActivityCounters",
  "Collectives",
] as const;

/** The people of a deployment. */
export interface Crew {
  readonly deployer: Person;
  readonly owner: Person;
  readonly stranger: Person;
  readonly reporters: readonly string[];
}

/** Fixture: a chain on which nothing is deployed. */
export async function emptyChain(): Promise<Crew> {
  const [deployer, owner, stranger, ...others] = await getSigners();
  if (!deployer || !owner || !stranger) throw new Error("The test chain has too few accounts.");
  return { deployer, owner, stranger, reporters: others.slice(0, 3).map(({ address }) => address) };
}

/** Arguments of an ordinary deployment on Hardhat's own chain. */
export function deploymentOf(
  crew: Crew,
  changes: Partial<DeployOptions> = {},
): DeployOptions & { records: RecordStore } {
  return {
    signer: crew.deployer,
    network: "hardhat",
    reporters: crew.reporters,
    threshold: 2,
    owner: crew.owner.address,
    ...changes,
    records: changes.records ?? memoryRecordStore(),
  };
}

/** Arguments of a deployment whose DAO owns everything. The stranger gets the first AIN. */
export function daoDeploymentOf(
  crew: Crew,
  changes: Partial<DeployOptions> = {},
): DeployOptions & { records: RecordStore } {
  const { owner: _nobody, ...options } = deploymentOf(crew, changes);
  return { ...options, dao: changes.dao ?? { holder: crew.stranger.address } };
}

/** Addresses that the first transactions of an account create. */
export function expectedAddresses(deployer: string, firstNonce: number): string[] {
  return CREATION_ORDER.map((_, index) => getCreateAddress({ from: deployer, nonce: firstNonce + index }));
}

/** Addresses of a record, in the order of the steps. */
export function recordedAddresses(record: DeploymentRecord): (string | undefined)[] {
  return CREATION_ORDER.map((name) => record.contracts[name]?.address);
}

export function contractsOf(suite: DeployedSuite, signer: Signer): { oracle: Contract; factory: Contract } {
  return {
    oracle: new Contract(suite.oracle, readArtifact("InferenceOracle").abi, signer),
    factory: new Contract(suite.factory, readArtifact("AINFTFactory").abi, signer),
  };
}

/** The process died: what `killAt` throws. */
export class Killed extends Error {}

/** Listener that dies the first time the step gets there, and hears everything else. */
export function killAt(step: string, kind: DeployProgress["kind"], occurrence = 1): (progress: DeployProgress) => void {
  let seen = 0;
  return (progress) => {
    if (progress.step !== step || progress.kind !== kind) return;
    seen += 1;
    if (seen === occurrence) throw new Killed();
  };
}

/** The error that a promise rejects with. Fails when it resolves, or rejects with another class. */
export async function failureOf<E extends Error>(
  promise: Promise<unknown>,
  kind: abstract new (...args: never[]) => E,
): Promise<E> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof kind) return outcome;
  throw new Error(`Expected ${kind.name}, got ${outcome instanceof Error ? outcome.stack : String(outcome)}`);
}
