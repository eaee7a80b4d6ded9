import {
  ainGovernorAbi,
  ainTimelockAbi,
  ainTokenAbi,
  ainftBinderAbi,
  ainftFactoryAbi,
  activityCountersAbi,
  challengesAbi,
  collectivesAbi,
  governorsAbi,
  inferenceOracleAbi,
  onchainMetadataAbi,
  providerRegistryAbi,
  requestDeskAbi,
  rewardDistributorAbi,
} from "ainft-contracts";
import { type Address, asAddress, type KnownContract } from "ainft-core";
import { InputRefused } from "./errors.ts";
import { readObject } from "./inputs.ts";

type Abi = KnownContract["abi"];

/** Contracts that a proposal may name, and how each is called. Templates that nobody calls are left out. */
const ABIS: Readonly<Record<string, Abi>> = {
  AINFTBinder: ainftBinderAbi,
  AINFTFactory: ainftFactoryAbi,
  AINGovernor: ainGovernorAbi,
  AINTimelock: ainTimelockAbi,
  AINToken: ainTokenAbi,
  ActivityCounters: activityCountersAbi,
  Challenges: challengesAbi,
  Collectives: collectivesAbi,
  Governors: governorsAbi,
  InferenceOracle: inferenceOracleAbi,
  OnchainMetadata: onchainMetadataAbi,
  ProviderRegistry: providerRegistryAbi,
  RequestDesk: requestDeskAbi,
  RewardDistributor: rewardDistributorAbi,
};

/** Addresses by contract name, as a deployment's record has them; the DAO's own governor and timelock by their kinds. */
export function recordedAddresses(cwd: string, path: string, chain: bigint): ReadonlyMap<string, Address> {
  const { chainId, contracts, made, dao } = readObject(cwd, path);
  if (chainId !== Number(chain)) throw new InputRefused(`${path} is not a deployment record of chain ${chain}.`);
  const found = new Map<string, Address>();
  const add = (name: string, address: unknown): void => {
    if (typeof address !== "string") throw new InputRefused(`${path} records no address of ${name}.`);
    found.set(name, asAddress(address, `${name} in ${path}`));
  };
  for (const [name, entry] of entriesOf(contracts)) add(name, (entry as { address?: unknown } | null)?.address);
  for (const [name, address] of entriesOf(made)) add(name, address);
  const { governor, timelock } = Object.fromEntries(entriesOf(dao));
  if (governor !== undefined) add("AINGovernor", governor);
  if (timelock !== undefined) add("AINTimelock", timelock);
  return found;
}

/** The contracts that can be called, for proposals to be read by. */
export function knownContracts(addresses: ReadonlyMap<string, Address>): KnownContract[] {
  return [...addresses].flatMap(([name, address]) => {
    const abi = ABIS[name];
    return abi === undefined ? [] : [{ name, address, abi }];
  });
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
