import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { IProviderRegistry__factory, ProviderRegistryUpgradeMock__factory } from "../../typechain-types";
import { deployContract, getContractAt, loadFixture, passTime } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { declarations, functionsOf } from "../helpers/interfaces";
import {
  DAY,
  deployRegistry,
  freshRegistry,
  HOUR,
  keyOf,
  MINIMUM_STAKE,
  providerRegistered,
  registerAs,
  type RegistryWorld,
  TERMS,
  termsOf,
} from "../helpers/providers";
import { digestOf } from "../helpers/typed-data";

const EVIDENCE = digestOf("two answers to one request, both signed");

/** A registry with something in every place of its storage. */
async function fullRegistry(): Promise<RegistryWorld> {
  const world = await providerRegistered();
  const { registry, dao, provider, rival, arbiter, player } = world;
  await registry.connect(provider).startUnbonding(MINIMUM_STAKE);
  await registerAs(world, rival, keyOf("the rival"), 3n * MINIMUM_STAKE);
  await registry.connect(dao).setSlasher(arbiter.address);
  await registry.connect(arbiter).slash(rival.address, 10, EVIDENCE);
  await registry.connect(dao).transferOwnership(player.address);
  return world;
}

/** Everything that the registry answers. */
async function everythingOf({ registry, provider, rival, key, arbiter }: RegistryWorld) {
  const ofProviders = await Promise.all(
    [provider, rival, arbiter].map(async ({ address }) => [
      [...(await registry.providerOf(address))],
      [...(await registry.unbondingsOf(address))].map((unbonding) => [...unbonding]),
      await registry.isActive(address),
      await registry.isEvidenceUsed(address, EVIDENCE),
    ]),
  );
  return {
    ofProviders,
    terms: await termsOf(registry),
    rest: await Promise.all([
      registry.stakeToken(),
      registry.slasher(),
      registry.beneficiary(),
      registry.totalStake(),
      registry.slashedStake(),
      registry.providerCount(),
      registry.owner(),
      registry.pendingOwner(),
      registry.providerOfKey(key.address),
      registry.nonces(key.address),
    ]),
    lists: [await registry.providers(0, 9), await registry.reporterSet(), await registry.activeReporters(0, 9)],
    domain: [...(await registry.eip712Domain())],
  };
}

describe("ProviderRegistry", () => {
  it("has every function, event and error of IProviderRegistry, letter by letter", async () => {
    const { registry } = await loadFixture(freshRegistry);

    expect(declarations(registry.interface)).to.include.members(
      declarations(IProviderRegistry__factory.createInterface()),
    );
  });

  it("[peers F45] takes no ether, but for an upgrade's own call", async () => {
    const { registry } = await loadFixture(freshRegistry);
    const paid = functionsOf(registry.interface).filter(({ payable }) => payable);

    expect(paid.map(({ name }) => name)).to.deep.equal(["upgradeToAndCall"]);
    expect([registry.interface.receive, registry.interface.fallback]).to.deep.equal([false, null]);
  });

  describe("initialize", () => {
    it("[peers D30] refuses everybody on the implementation", async () => {
      const { tokenAddress, dao, treasury } = await loadFixture(freshRegistry);
      const implementation = await deployContract("ProviderRegistry");

      await expect(
        implementation.connect(dao).initialize(tokenAddress, dao.address, treasury.address, TERMS),
      ).to.be.revertedWithCustomError(implementation, "InvalidInitialization");
    });

    it("[peers D30] refuses a second call, even by the owner", async () => {
      const { registry, tokenAddress, dao, treasury } = await loadFixture(freshRegistry);

      await expect(
        registry.connect(dao).initialize(tokenAddress, dao.address, treasury.address, TERMS),
      ).to.be.revertedWithCustomError(registry, "InvalidInitialization");
    });

    it("sets up what the proxy's constructor says", async () => {
      const { registry, tokenAddress, dao, treasury } = await loadFixture(freshRegistry);

      expect(await registry.stakeToken()).to.equal(tokenAddress);
      expect(await registry.owner()).to.equal(dao.address);
      expect(await registry.beneficiary()).to.equal(treasury.address);
      expect(await termsOf(registry)).to.deep.equal(TERMS);
      expect(await registry.slasher()).to.equal(ZeroAddress);
      expect([
        await registry.MAX_REPORTERS(),
        await registry.MAX_UNBONDINGS(),
        await registry.MAX_ENDPOINT_BYTES(),
      ]).to.deep.equal([32n, 16n, 256n]);
      expect(await registry.reporterSet()).to.deep.equal([]);
    });

    it("refuses a token without code, no owner, no beneficiary and terms out of bounds", async () => {
      const { registry, tokenAddress, dao, treasury, stranger } = await loadFixture(freshRegistry);

      await expect(deployRegistry(stranger.address, dao.address, treasury.address))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryNotAToken")
        .withArgs(stranger.address);
      await expect(deployRegistry(tokenAddress, ZeroAddress, treasury.address))
        .to.be.revertedWithCustomError(registry, "OwnableInvalidOwner")
        .withArgs(ZeroAddress);
      await expect(deployRegistry(tokenAddress, dao.address, ZeroAddress))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryBadBeneficiary")
        .withArgs(ZeroAddress);
      await expect(deployRegistry(tokenAddress, dao.address, treasury.address, { ...TERMS, minimumStake: 0n }))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryTermOutOfBounds")
        .withArgs(0, 0, 1, 10n ** 27n);
    });

    it("leaves no proxy that somebody else could initialise", async () => {
      const implementation = await (await deployContract("ProviderRegistry")).getAddress();

      await expect(deployContract("ProxyMock", [implementation, "0x"])).to.be.revertedWithCustomError(
        await getContractAt("ProxyMock", implementation),
        "ERC1967ProxyUninitialized",
      );
    });
  });

  describe("setTerms", () => {
    const bounds = [
      ["minimumStake", 1n, 10n ** 27n],
      ["unbondingDelay", 7n * DAY, 60n * DAY],
      ["heartbeatWindow", HOUR, 30n * DAY],
      ["maxProviders", 1n, 256n],
    ] as const;

    for (const [place, [term, least, most]] of bounds.entries()) {
      it(`takes ${term} from ${least} to ${most}, and nothing beyond`, async () => {
        const { registry, dao } = await loadFixture(freshRegistry);
        for (const value of [least, most]) {
          await registry.connect(dao).setTerms({ ...TERMS, [term]: value });
          expect(await termsOf(registry)).to.deep.equal({ ...TERMS, [term]: value });
        }

        for (const value of [least - 1n, most + 1n]) {
          await expect(registry.connect(dao).setTerms({ ...TERMS, [term]: value }))
            .to.be.revertedWithCustomError(registry, "ProviderRegistryTermOutOfBounds")
            .withArgs(place, value, least, most);
        }
      });
    }

    it("tells the terms before and after", async () => {
      const { registry, dao } = await loadFixture(freshRegistry);
      const next = { ...TERMS, maxProviders: 9n };

      expect(await eventsOf(registry.connect(dao).setTerms(next), registry)).to.deep.equal([
        ["ProviderTermsSet", Object.values(TERMS), Object.values(next)],
      ]);
    });
  });

  describe("the owner's other settings", () => {
    it("name the slasher and the beneficiary, and tell whom they replace", async () => {
      const { registry, dao, arbiter, treasury, friend } = await loadFixture(freshRegistry);

      expect(await eventsOf(registry.connect(dao).setSlasher(arbiter.address), registry)).to.deep.equal([
        ["SlasherSet", ZeroAddress, arbiter.address],
      ]);
      expect(await eventsOf(registry.connect(dao).setBeneficiary(friend.address), registry)).to.deep.equal([
        ["BeneficiarySet", treasury.address, friend.address],
      ]);
    });

    it("refuse to send slashed stake nowhere, or round in a circle", async () => {
      const { registry, registryAddress, dao } = await loadFixture(freshRegistry);

      for (const nobody of [ZeroAddress, registryAddress]) {
        await expect(registry.connect(dao).setBeneficiary(nobody))
          .to.be.revertedWithCustomError(registry, "ProviderRegistryBadBeneficiary")
          .withArgs(nobody);
      }
    });

    it("[peers D28] are the owner's alone", async () => {
      const { registry, registryAddress, provider } = await loadFixture(providerRegistered);
      const by = registry.connect(provider);

      for (const call of [
        () => by.setTerms(TERMS),
        () => by.setSlasher(provider.address),
        () => by.setBeneficiary(provider.address),
        () => by.pardon(provider.address),
        () => by.transferOwnership(provider.address),
        () => by.renounceOwnership(),
        () => by.upgradeToAndCall(registryAddress, "0x"),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(registry, "OwnableUnauthorizedAccount")
          .withArgs(provider.address);
      }
    });

    it("[peers D32] go over in two steps, and cannot be renounced", async () => {
      const { registry, dao, friend } = await loadFixture(freshRegistry);
      await registry.connect(dao).transferOwnership(friend.address);
      expect(await registry.owner()).to.equal(dao.address);

      await expect(registry.connect(dao).renounceOwnership()).to.be.revertedWithCustomError(
        registry,
        "ProviderRegistryOwnerNeeded",
      );
      await registry.connect(friend).acceptOwnership();
      expect(await registry.owner()).to.equal(friend.address);
    });
  });

  describe("an upgrade", () => {
    it("[peers D31] keeps every stored value", async () => {
      const world = await loadFixture(fullRegistry);
      const { registry, registryAddress, dao } = world;
      const before = await everythingOf(world);
      const next = await deployContract("ProviderRegistryUpgradeMock");

      await registry.connect(dao).upgradeToAndCall(await next.getAddress(), "0x");

      expect(await everythingOf(world)).to.deep.equal(before);
      const upgraded = ProviderRegistryUpgradeMock__factory.connect(registryAddress, dao);
      expect(await upgraded.generation()).to.equal(2n);
    });

    it("[peers D31] leaves stake on its way to its end", async () => {
      const world = await loadFixture(fullRegistry);
      const { registry, token, dao, provider, trainer } = world;
      const next = await deployContract("ProviderRegistryUpgradeMock");
      await registry.connect(dao).upgradeToAndCall(await next.getAddress(), "0x");
      await passTime(TERMS.unbondingDelay);

      await registry.connect(provider).withdraw(trainer.address);

      expect(await token.balanceOf(trainer.address)).to.equal(MINIMUM_STAKE);
    });

    it("goes to nothing that could not be upgraded further, and keeps no ether", async () => {
      const { registry, registryAddress, dao, tokenAddress } = await loadFixture(freshRegistry);
      const next = await (await deployContract("ProviderRegistryUpgradeMock")).getAddress();
      const errors = await getContractAt("ProxyMock", registryAddress);

      await expect(registry.connect(dao).upgradeToAndCall(tokenAddress, "0x"))
        .to.be.revertedWithCustomError(errors, "ERC1967InvalidImplementation")
        .withArgs(tokenAddress);
      await expect(registry.connect(dao).upgradeToAndCall(next, "0x", { value: 1 })).to.be.revertedWithCustomError(
        errors,
        "ERC1967NonPayable",
      );
    });

    it("is nothing that the implementation itself would do", async () => {
      const { dao } = await loadFixture(freshRegistry);
      const implementation = await deployContract("ProviderRegistry");
      const address = await implementation.getAddress();

      await expect(implementation.connect(dao).upgradeToAndCall(address, "0x")).to.be.revertedWithCustomError(
        implementation,
        "UUPSUnauthorizedCallContext",
      );
    });
  });
});
