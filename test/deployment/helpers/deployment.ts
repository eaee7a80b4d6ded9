import { concat, Contract, getCreate2Address, Interface, keccak256, Signer } from "ethers";
import { DEPLOY_STEPS, DeployedSuite, DeployOptions, DeployProgress, SUITE_SALT } from "../../../scripts/deploy";
import { readArtifact } from "../../../scripts/lib/artifacts";
import { DeploymentRecord, memoryRecordStore, RecordStore } from "../../../scripts/lib/records";
import { getSigners, type Person, setCode } from "../../helpers/chain";

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

/** Steps that send something where the CREATE2 factory is there. */
export const SENDING_STEPS = DEPLOY_STEPS.slice(1);

const FACTORY = "0x4e59b44847b379578588920cA78FbF26c0B4956C";

/** What every chain with the factory has at its address. */
export const FACTORY_CODE =
  "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0" +
  "3601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3";

/** The people of a deployment. */
export interface Crew {
  readonly deployer: Person;
  readonly owner: Person;
  readonly stranger: Person;
  readonly reporters: readonly string[];
}

/** Fixture: a chain on which nothing is deployed, but the CREATE2 factory stands, as on nearly every chain. */
export async function emptyChain(): Promise<Crew> {
  await setCode(FACTORY, FACTORY_CODE);
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

/** Addresses of a suite, worked out from who deploys it for whom, in the order of the steps. */
export function expectedAddresses(deployer: string, owner: string, salt = SUITE_SALT): (string | undefined)[] {
  const places = new Map<string, string>();
  const at = (contract: string): string => places.get(contract) ?? "not worked out yet";
  const put = (contract: string, ...args: string[]): void => {
    const { abi, bytecode } = readArtifact(contract);
    const initCode = concat([bytecode, new Interface(abi).encodeDeploy(args)]);
    places.set(contract, getCreate2Address(FACTORY, salt, keccak256(initCode)));
  };
  for (const free of ["ContributorSplits", "AINTimelock", "AINGovernor", "OnchainMetadata", "ActivityCounters"])
    put(free);
  put("InferenceOracle", deployer);
  for (const standard of ["721", "1155"]) {
    put(`AINFT${standard}Extension`, at("ContributorSplits"));
    for (const kind of ["", "Votes"]) put(`AINFT${standard}${kind}`, at(`AINFT${standard}Extension`));
  }
  put("Governors", at("AINGovernor"), at("AINTimelock"));
  put("AINFTFactory", ...["AINFT721", "AINFT721Votes", "AINFT1155", "AINFT1155Votes"].map(at), owner);
  put("AINFTBinder", owner, at("InferenceOracle"));
  put("Collectives", at("AINFTFactory"), at("Governors"));
  return CREATION_ORDER.map((name) => places.get(name));
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
