import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { loadFixture } from "../helpers/chain";
import {
  CapacityClass,
  ENDPOINT,
  keyOf,
  MINIMUM_STAKE,
  providerRegistered,
  registerAs,
  type RegistryWorld,
} from "../helpers/providers";
import { digestOf } from "../helpers/typed-data";

describe("ProviderRegistry: a key serves one provider", () => {
  /** Somebody else registers with the provider's key, or names it later. */
  const takings: Record<string, (world: RegistryWorld) => Promise<unknown>> = {
    "registers with it": async ({ registry, rival, key, consent }) =>
      registry.connect(rival).register(MINIMUM_STAKE, CapacityClass.CPU, ENDPOINT, await consent(key, rival)),
    "names it later": async (world) => {
      const { registry, rival, key, consent } = world;
      await registerAs(world, rival, keyOf("the rival"), MINIMUM_STAKE);
      return registry.connect(rival).rotateKey(await consent(key, rival));
    },
  };

  /** What the provider does before, so that the key signs for nobody. */
  const leavings: Record<string, (world: RegistryWorld) => Promise<unknown>> = {
    "named another": async ({ registry, provider, consent }) =>
      registry.connect(provider).rotateKey(await consent(keyOf("next"), provider)),
    "left with all of its stake": async ({ registry, provider }) =>
      registry.connect(provider).startUnbonding(2n * MINIMUM_STAKE),
    "was slashed, and evicted": async ({ registry, provider, dao, stranger }) => {
      await registry.connect(dao).slash(provider.address, MINIMUM_STAKE + 1n, digestOf("a fault"));
      await registry.connect(stranger).evict(provider.address);
    },
  };

  for (const [taking, take] of Object.entries(takings)) {
    for (const [leaving, leave] of Object.entries(leavings)) {
      it(`though it signs for nobody any more: its provider ${leaving}, and somebody else ${taking}`, async () => {
        const world = await loadFixture(providerRegistered);
        const { registry, provider, key } = world;
        await leave(world);
        expect(await registry.providerOfKey(key.address)).to.equal(ZeroAddress);

        await expect(take(world))
          .to.be.revertedWithCustomError(registry, "ProviderRegistryKeyTaken")
          .withArgs(key.address, provider.address);
      });
    }
  }

  it("and goes back to it, by a new consent, after another key or after it left", async () => {
    const world = await loadFixture(providerRegistered);
    const { registry, provider, key, consent } = world;
    await registry.connect(provider).rotateKey(await consent(keyOf("next"), provider));
    await registry.connect(provider).rotateKey(await consent(key, provider));
    expect(await registry.providerOfKey(key.address)).to.equal(provider.address);
    await registry.connect(provider).startUnbonding(2n * MINIMUM_STAKE);

    await registerAs(world, provider, key, MINIMUM_STAKE);

    expect(await registry.providerOfKey(key.address)).to.equal(provider.address);
  });

  it("while it is jailed, too: it names no other key until it is pardoned", async () => {
    const { registry, provider, dao, key, consent } = await loadFixture(providerRegistered);
    const next = keyOf("next");
    await registry.connect(dao).slash(provider.address, 1n, digestOf("a fault"));
    await expect(registry.connect(provider).rotateKey(await consent(next, provider)))
      .to.be.revertedWithCustomError(registry, "ProviderRegistryJailed")
      .withArgs(provider.address);
    expect(await registry.providerOfKey(key.address)).to.equal(provider.address);

    await registry.connect(dao).pardon(provider.address);
    await registry.connect(provider).rotateKey(await consent(next, provider));

    expect(await registry.providerOfKey(next.address)).to.equal(provider.address);
  });
});
