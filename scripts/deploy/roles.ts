import { Contract, id, Interface, Provider, ZeroAddress, ZeroHash } from "ethers";
import { readArtifact } from "../lib/artifacts";
import { DeploymentRecord } from "../lib/records";
import { DeployContext } from "./context";
import { REGISTRY } from "./recorded-names";

const OWNED = ["InferenceOracle", "AINFTBinder", "AINToken", REGISTRY, "RewardDistributor", "Challenges"];
const KINDS = [0, 1, 2, 3];

/** The slot in which an ERC-1967 proxy keeps its code. */
const CODE_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

/** Every right in the suite by its name, with who holds it, or whether somebody does: `true` or `false`. */
export type Roles = Readonly<Record<string, string>>;

/** Reads from the chain who holds which right in the contracts of a record. */
export async function readRoles(record: DeploymentRecord, provider: Provider): Promise<Roles> {
  return {
    ...(await owners(record, provider)),
    ...(await beacons(record, provider)),
    ...(await registry(record, provider)),
    ...(await timelock(record, provider)),
  };
}

/** Writes who holds which right into the record, when that changed. */
export async function recordRoles({ ledger, provider }: DeployContext): Promise<void> {
  const roles = await readRoles(ledger.record, provider);
  const recorded = ledger.record.roles ?? {};
  const names = Object.keys({ ...roles, ...recorded });
  if (names.some((name) => roles[name] !== recorded[name])) ledger.update({ roles });
}

async function owners(record: DeploymentRecord, provider: Provider): Promise<Roles> {
  const roles: Record<string, string> = {};
  for (const name of OWNED) {
    const address = record.contracts[name]?.address;
    if (address === undefined) continue;
    for (const right of ["owner", "pendingOwner"]) {
      roles[`${name}.${right}`] = await asked(address, "IOwnable2Step", right, [], provider);
    }
  }
  return roles;
}

async function beacons(record: DeploymentRecord, provider: Provider): Promise<Roles> {
  const factory = record.contracts["AINFTFactory"]?.address;
  const roles: Record<string, string> = {};
  for (const kind of factory === undefined ? [] : KINDS) {
    const beacon = await asked(factory ?? "", "IAINFTFactory", "beacon", [kind], provider);
    roles[`AINFTFactory.beacon(${kind}).owner`] = await asked(beacon, "IOwnable2Step", "owner", [], provider);
    const code = new Contract(beacon, ["function implementation() view returns (address)"], provider);
    roles[`AINFTFactory.beacon(${kind}).implementation`] = String(await code.getFunction("implementation")());
  }
  return roles;
}

async function registry(record: DeploymentRecord, provider: Provider): Promise<Roles> {
  const address = record.contracts[REGISTRY]?.address;
  if (address === undefined) return {};
  const [slot] = new Interface(["function code() returns (address)"]).decodeFunctionResult(
    "code",
    await provider.getStorage(address, CODE_SLOT),
  ) as unknown as [string]; // the slot holds an address
  return {
    [`${REGISTRY}.implementation`]: slot,
    [`${REGISTRY}.slasher`]: await asked(address, "IProviderRegistry", "slasher", [], provider),
    [`${REGISTRY}.beneficiary`]: await asked(address, "IProviderRegistry", "beneficiary", [], provider),
  };
}

async function timelock({ dao, deployer }: DeploymentRecord, provider: Provider): Promise<Roles> {
  if (dao === undefined) return {};
  const holders = { governor: dao.governor, timelock: dao.timelock, deployer, everybody: ZeroAddress };
  const rights = {
    admin: ZeroHash,
    proposer: id("PROPOSER_ROLE"),
    canceller: id("CANCELLER_ROLE"),
    executor: id("EXECUTOR_ROLE"),
  };
  const access = new Contract(dao.timelock, ["function hasRole(bytes32,address) view returns (bool)"], provider);
  const roles: Record<string, string> = {};
  for (const [right, role] of Object.entries(rights)) {
    for (const [holder, account] of Object.entries(holders)) {
      roles[`timelock.${right}.${holder}`] = String(await access.getFunction("hasRole")(role, account));
    }
  }
  return roles;
}

async function asked(
  address: string,
  contractInterface: string,
  right: string,
  args: readonly unknown[],
  provider: Provider,
): Promise<string> {
  const { abi } = readArtifact(`interfaces/${contractInterface}`);
  return String(await new Contract(address, abi, provider).getFunction(right)(...args));
}
