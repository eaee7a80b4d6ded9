import { expect } from "chai";
import { type HDNodeWallet, id } from "ethers";
import {
  ProviderRegistry__factory,
  ProviderRegistryUpgradeMock__factory,
  type ProviderRegistry,
} from "../../../typechain-types";
import { mined } from "../../../scripts/lib/mined";
import { CapacityClass, consentTypes, ENDPOINT, HOUR, keyOf, registryDomain } from "../../helpers/providers";
import { codeBehind } from "../../helpers/proxies";
import { type Act, callOf } from "./act";
import { type World } from "./world";

const STAKE = 50n;
const ON_ITS_WAY = 20n;
const FINE = 30n;
const EVIDENCE = id("two answers of one deterministic program that differ");

/** Provides computing power; has no vote. */
const providerOf = ({ chain }: World): HDNodeWallet => chain.account(8);

function registryOf({ suite }: World, by: HDNodeWallet): ProviderRegistry {
  return ProviderRegistry__factory.connect(suite.dao?.providerRegistry ?? "", by);
}

/** Registers the provider with stake, of which some is on its way out. */
async function register(world: World): Promise<ProviderRegistry> {
  const { chain, token } = world;
  const provider = providerOf(world);
  const registry = registryOf(world, provider);
  const address = await registry.getAddress();
  const key = keyOf("a provider under a vote");
  const deadline = (await chain.now()) + HOUR;
  const consent = { provider: provider.address, reporterKey: key.address, nonce: 0n, deadline };
  const signature = await key.signTypedData(registryDomain(chain.network.chainId, address), consentTypes, consent);

  await mined(token.transfer(provider.address, STAKE));
  await mined(token.connect(provider).approve(address, STAKE));
  const { SMALL_GPU } = CapacityClass;
  await mined(registry.register(STAKE, SMALL_GPU, ENDPOINT, { account: key.address, deadline, signature }));
  await mined(registry.startUnbonding(ON_ITS_WAY));
  return registry;
}

async function stakeOf(world: World) {
  const registry = registryOf(world, world.stranger);
  const { bonded, unbonding, jailed } = await registry.providerOf(providerOf(world).address);
  return { bonded, unbonding, jailed, slashed: await registry.slashedStake(), total: await registry.totalStake() };
}

export const slash: Act = {
  title: "slash a provider for what a digest of evidence shows, and collect what it lost",
  dao: ({ network }) => network,
  prepare: async (world) => {
    const registry = await register(world);
    const fine = callOf(registry, "slash", [providerOf(world).address, FINE, EVIDENCE]);
    return [fine, callOf(registry, "collectSlashed", [])];
  },
  before: async (world) => {
    const { network, token, stranger } = world;
    expect(await stakeOf(world)).to.deep.equal({
      bonded: STAKE - ON_ITS_WAY,
      unbonding: ON_ITS_WAY,
      jailed: false,
      slashed: 0n,
      total: STAKE,
    });
    expect(await registryOf(world, stranger).isEvidenceUsed(providerOf(world).address, EVIDENCE)).to.equal(false);
    expect(await token.balanceOf(network.timelockAddress)).to.equal(0n);
  },
  after: async (world) => {
    const { network, suite, token, stranger } = world;
    const rest = STAKE - FINE;
    expect(await stakeOf(world)).to.deep.equal({ bonded: rest, unbonding: 0n, jailed: true, slashed: 0n, total: rest });
    const registry = registryOf(world, stranger);
    expect(await registry.isEvidenceUsed(providerOf(world).address, EVIDENCE)).to.equal(true);
    expect(await token.balanceOf(network.timelockAddress)).to.equal(FINE);
    expect(await token.balanceOf(suite.dao?.providerRegistry ?? "")).to.equal(rest);
  },
};

/** Everything that an upgrade has to leave as it is. */
async function storedIn(world: World) {
  const registry = registryOf(world, world.stranger);
  const provider = providerOf(world).address;
  const key = keyOf("a provider under a vote").address;
  return {
    provider: [...(await registry.providerOf(provider))],
    unbondings: (await registry.unbondingsOf(provider)).map((unbonding) => [...unbonding]),
    listed: await registry.providers(0, 10),
    ofKey: await registry.providerOfKey(key),
    nonce: await registry.nonces(key),
    terms: [...(await registry.terms())],
    owner: await registry.owner(),
    slasher: await registry.slasher(),
    beneficiary: await registry.beneficiary(),
    token: await registry.stakeToken(),
    total: await registry.totalStake(),
  };
}

let kept: unknown;
let nextCode = "";

const codeOf = ({ suite, chain }: World): Promise<string> =>
  codeBehind(suite.dao?.providerRegistry ?? "", chain.provider);

export const upgradeRegistry: Act = {
  title: "upgrade the registry of providers, which keeps its state",
  dao: ({ network }) => network,
  prepare: async (world) => {
    const registry = await register(world);
    kept = await storedIn(world);
    const next = await new ProviderRegistryUpgradeMock__factory(world.creator).deploy();
    nextCode = await (await next.waitForDeployment()).getAddress();
    return [callOf(registry, "upgradeToAndCall", [nextCode, "0x"])];
  },
  before: async (world) => {
    const { ProviderRegistryImplementation: first } = world.suite.record.contracts;
    expect(await codeOf(world)).to.equal(first?.address);
    expect(await storedIn(world)).to.deep.equal(kept);
  },
  after: async (world) => {
    const address = world.suite.dao?.providerRegistry ?? "";
    expect(await codeOf(world)).to.equal(nextCode);
    expect(await ProviderRegistryUpgradeMock__factory.connect(address, world.stranger).generation()).to.equal(2n);
    expect(await storedIn(world)).to.deep.equal(kept);
  },
};
