import { type TypedDataDomain, Wallet } from "ethers";
import type { HostileTokenMock, ProviderRegistry } from "../../typechain-types";
import { ProviderRegistry__factory } from "../../typechain-types";
import { chainId, deployContract, now, passTime, type Person } from "./chain";
import { everybody, type People } from "./people";
import { Random } from "./random";

export const DAY = 86_400n;
export const HOUR = 3_600n;
export const MINIMUM_STAKE = 1_000n;
export const UNBONDING_DELAY = 14n * DAY;
export const HEARTBEAT_WINDOW = DAY;
export const MAX_PROVIDERS = 4n;
export const ENDPOINT = "https://relay.example/v1";

/** What kind of machine a provider says it has, as the contract numbers it. */
export const CapacityClass = { CPU: 0n, SMALL_GPU: 1n, LARGE_GPU: 2n, MULTI_GPU: 3n } as const;

/** The terms of the tests, in the order of the contract's struct. */
export const TERMS = {
  minimumStake: MINIMUM_STAKE,
  unbondingDelay: UNBONDING_DELAY,
  heartbeatWindow: HEARTBEAT_WINDOW,
  maxProviders: MAX_PROVIDERS,
};
export type Terms = typeof TERMS;

export const consentTypes = {
  ReporterKeyConsent: [
    { name: "provider", type: "address" },
    { name: "reporterKey", type: "address" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint48" },
  ],
};

/** A reporter key with its consent, as the contract takes it. */
export interface ReporterKey {
  account: string;
  deadline: bigint;
  signature: string;
}

/** A registry that nobody has registered with, and people who have tokens and allowed it to take them. */
export interface RegistryWorld extends People {
  registry: ProviderRegistry;
  registryAddress: string;
  token: HostileTokenMock;
  tokenAddress: string;
  domain: TypedDataDomain;
  /** Provides computing power. */
  provider: Person;
  /** Provides it as well. */
  rival: Person;
  /** Gets what is slashed. */
  treasury: Person;
  /** The provider's reporter key. */
  key: Wallet;
  /** Signs a key's consent to sign for a provider, under the key's next nonce, for an hour. */
  consent(key: Wallet, provider: { address: string }, changed?: Partial<Consent>): Promise<ReporterKey>;
}

/** What a key consents to; a test may bend any part. */
export interface Consent {
  provider: string;
  nonce: bigint;
  deadline: bigint;
  domain: TypedDataDomain;
  by: Wallet;
}

export const PURSE = 1_000_000n;

export function keyOf(label: string): Wallet {
  return new Wallet(new Random(`reporter key of ${label}`).bytes32());
}

export function registryDomain(chain: bigint, verifyingContract: string): TypedDataDomain {
  return { name: "AINFT Provider Registry", version: "1", chainId: chain, verifyingContract };
}

/** A proxy before the implementation, initialised by its constructor. */
export async function deployRegistry(
  token: string,
  owner: string,
  beneficiary: string,
  terms: Terms = TERMS,
): Promise<ProviderRegistry> {
  const implementation = await deployContract("ProviderRegistry");
  const call = implementation.interface.encodeFunctionData("initialize", [token, owner, beneficiary, terms]);
  const proxy = await deployContract("ProxyMock", [await implementation.getAddress(), call]);
  return ProviderRegistry__factory.connect(await proxy.getAddress(), (await everybody()).stranger);
}

export async function freshRegistry(): Promise<RegistryWorld> {
  const people = await everybody();
  const { dao, owner: provider, friend: rival, creator: treasury, player } = people;
  const token = await deployContract("HostileTokenMock");
  const tokenAddress = await token.getAddress();
  const registry = await deployRegistry(tokenAddress, dao.address, treasury.address);
  const registryAddress = await registry.getAddress();
  for (const person of [provider, rival, player]) {
    await token.mint(person.address, PURSE);
    await token.connect(person).approve(registryAddress, PURSE);
  }
  const domain = registryDomain(await chainId(), registryAddress);
  return {
    ...people,
    registry,
    registryAddress,
    token,
    tokenAddress,
    domain,
    provider,
    rival,
    treasury,
    key: keyOf("the provider"),
    consent: (key, by, changed = {}) => consentOf(registry, domain, key, by.address, changed),
  };
}

async function consentOf(
  registry: ProviderRegistry,
  domain: TypedDataDomain,
  key: Wallet,
  provider: string,
  changed: Partial<Consent>,
): Promise<ReporterKey> {
  const defaults = { provider, nonce: await registry.nonces(key.address), deadline: (await now()) + HOUR };
  const { domain: signedDomain = domain, by = key, ...message } = { ...defaults, ...changed };
  const signature = await by.signTypedData(signedDomain, consentTypes, { ...message, reporterKey: key.address });
  return { account: key.address, deadline: message.deadline, signature };
}

/** The terms that count now. */
export async function termsOf(registry: ProviderRegistry): Promise<Terms> {
  const { minimumStake, unbondingDelay, heartbeatWindow, maxProviders } = await registry.terms();
  return { minimumStake, unbondingDelay, heartbeatWindow, maxProviders };
}

/** The provider is registered with twice the minimum. */
export async function providerRegistered(): Promise<RegistryWorld> {
  const world = await freshRegistry();
  await registerAs(world, world.provider, world.key, 2n * MINIMUM_STAKE);
  return world;
}

/** Registers somebody with a key, the rest as the tests have it. */
export async function registerAs(world: RegistryWorld, who: Person, key: Wallet, amount: bigint): Promise<void> {
  const { registry, consent } = world;
  await registry.connect(who).register(amount, CapacityClass.LARGE_GPU, ENDPOINT, await consent(key, who));
}

/** Two unbondings, a day apart, and stake that is still bonded. */
export async function unbondingTwice(): Promise<RegistryWorld & { firstAt: bigint; secondAt: bigint }> {
  const world = await providerRegistered();
  const { registry, provider } = world;
  await registry.connect(provider).increaseStake(2n * MINIMUM_STAKE);
  await registry.connect(provider).startUnbonding(300);
  const firstAt = await now();
  await passTime(DAY);
  await registry.connect(provider).startUnbonding(500);
  return { ...world, firstAt, secondAt: await now() };
}
