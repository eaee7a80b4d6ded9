import { getCreateAddress, Interface, Provider } from "ethers";
import { readArtifact } from "../lib/artifacts";
import { ConstructorArgument, DeploymentRecord } from "../lib/records";
import { knownChainId } from "../lib/networks";
import { DAO_RULES, daoClone, DaoSetup } from "./dao";
import { DESK } from "./desk";
import { RecordIncompleteError, RolesChangedError, SourceDriftError } from "./errors";
import { Predictions } from "./predictions";
import { readRoles } from "./roles";
import { REGISTRY } from "./recorded-names";
import { creationsOf } from "./suite";
import {
  checkChainId,
  Expect,
  expecter,
  genesisHashOf,
  isOfPresentSource,
  verifyPrediction,
  verifyRecord,
} from "./verify";

/** How a record stands to the present source. */
export type SourceVerdict = "present source" | "other source";

/**
 * Checks everything about a record that needs no chain: it is whole, and every address follows from the salt, the present
 * source and the arguments that the steps would take. With `allowDrift`, what was created from other source is only held to
 * its own hashes. Throws `RecordIncompleteError`, `RecordMismatchError` and `SourceDriftError`.
 */
export function checkOffline(record: DeploymentRecord, place: string, allowDrift: boolean): SourceVerdict {
  const expect = expecter(place, "the record");
  expect("chainId", record.chainId, knownChainId(record.network) ?? record.chainId);
  checkWhole(record, place);
  let drifted = false;
  for (const [name, contract] of Object.entries(record.contracts)) {
    verifyPrediction(expecter(place, `contracts.${name}`), name, contract, record.salt);
    if (isOfPresentSource(name, contract)) continue;
    if (!allowDrift) throw new SourceDriftError(name, contract.address);
    drifted = true;
  }
  checkMade(expect, record);
  if (!drifted) checkArguments(record, place);
  return drifted ? "other source" : "present source";
}

/**
 * Compares a record with its chain: chain id, first block, code, transactions, arguments, and who holds which right.
 * Throws `WrongChainError`, `RecordMismatchError` and `RolesChangedError`.
 */
export async function checkOnline(record: DeploymentRecord, place: string, provider: Provider): Promise<void> {
  await checkChainId(provider, record.chainId);
  expecter(place, "the record")("genesisHash", record.genesisHash, await genesisHashOf(provider));
  await verifyRecord(record, provider, place);
  const roles = await readRoles(record, provider);
  const recorded = record.roles ?? {};
  for (const name of Object.keys({ ...roles, ...recorded })) {
    const [told = "nothing", actual = "nothing"] = [recorded[name], roles[name]];
    if (told !== actual) throw new RolesChangedError(place, name, told, actual);
  }
}

/** Every contract of the suite is in the record, and no other. */
function checkWhole(record: DeploymentRecord, place: string): void {
  const wanted = creationsOf(record.dao !== undefined).map(({ contract }) => contract);
  const missing = wanted.find((contract) => record.contracts[contract] === undefined);
  if (missing !== undefined) throw new RecordIncompleteError(place, `lacks contracts.${missing}`);
  const unknown = Object.keys(record.contracts).find((contract) => !wanted.includes(contract));
  if (unknown !== undefined) throw new RecordIncompleteError(place, `has contracts.${unknown}, which no step creates`);
  for (const part of ["made", "ownership", "roles"] as const) {
    if (record[part] === undefined) throw new RecordIncompleteError(place, `lacks ${part}`);
  }
  if (record.pending !== undefined) throw new RecordIncompleteError(place, `waits for step ${record.pending.step}`);
}

/** What contracts of ours made stands where it has to. */
function checkMade(expect: Expect, { contracts, made, dao, deployer, ownership, roles }: DeploymentRecord): void {
  const at = (contract: string): string => contracts[contract]?.address ?? "";
  expect(`made.${DESK}`, made?.[DESK], getCreateAddress({ from: at("InferenceOracle"), nonce: 1 }));
  expect("ownership.owner", ownership?.owner, roles?.["InferenceOracle.owner"]);
  if (dao === undefined) return;
  expect("dao.governor", dao.governor, daoClone(at("Governors"), at("AINGovernor"), deployer));
  expect("dao.timelock", dao.timelock, daoClone(at("Governors"), at("AINTimelock"), deployer));
}

/** The arguments are those that the steps would take, so contracts name one another and the owner rightly. */
function checkArguments(record: DeploymentRecord, place: string): void {
  const { dao, deployer, salt, contracts } = record;
  const setup = {
    owner: dao === undefined ? String(contracts["AINFTFactory"]?.constructorArguments.at(-1)) : undefined,
    dao: dao === undefined ? undefined : daoSetupOf(record),
  };
  const predictions = new Predictions(creationsOf(dao !== undefined));
  const scene = { deployer, salt, setup, predictions };
  for (const [name, { constructorArguments }] of Object.entries(contracts)) {
    const wanted = predictions.of(name, scene).constructorArguments.join(", ");
    expecter(place, `contracts.${name}`)("constructorArguments", constructorArguments.join(", "), wanted);
  }
}

/** The setup of the DAO as the arguments of its contracts tell it. The rules are in no argument. */
function daoSetupOf({ contracts }: DeploymentRecord): DaoSetup {
  const of = (contract: string): readonly ConstructorArgument[] => contracts[contract]?.constructorArguments ?? [];
  const [, cap = "0", holder = "", supply = "0"] = of("AINToken").map(String);
  const [times = [], terms = []] = of("Challenges").slice(4);
  const registry = new Interface(readArtifact("ProviderRegistry").abi);
  const decoded = registry.decodeFunctionData("initialize", String(of(REGISTRY)[1]));
  const first = decoded[3] as readonly bigint[]; // the registry's own ABI says so
  const [minimumStake = 0n, unbondingDelay = 0n, heartbeatWindow = 0n, maxProviders = 0n] = first;
  return {
    holder,
    supply: BigInt(supply),
    cap: BigInt(cap),
    rules: DAO_RULES,
    providers: { minimumStake, unbondingDelay, heartbeatWindow, maxProviders },
    challenges: {
      period: BigInt(times[0] ?? 0),
      rest: BigInt(times[1] ?? 0),
      minimumBond: BigInt(terms[0] ?? 0),
      reward: BigInt(terms[1] ?? 0),
    },
  };
}
