import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { loadFixture, nextBlockAt, now, passTime } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import {
  CapacityClass,
  ENDPOINT,
  freshRegistry,
  HEARTBEAT_WINDOW,
  keyOf,
  MAX_PROVIDERS,
  MINIMUM_STAKE,
  providerRegistered,
  registerAs,
  TERMS,
} from "../helpers/providers";
import { Random } from "../helpers/random";

const ENOUGH = 2n * MINIMUM_STAKE;

describe("ProviderRegistry", () => {
  describe("register", () => {
    it("lists an account with its stake, its service and its key", async () => {
      const { registry, token, registryAddress, provider, key, consent } = await loadFixture(freshRegistry);
      const proof = await consent(key, provider);

      const seen = await eventsOf(
        registry.connect(provider).register(ENOUGH, CapacityClass.MULTI_GPU, ENDPOINT, proof),
        registry,
        token,
      );

      expect(seen).to.deep.equal([
        ["ProviderRegistered", provider.address, key.address, CapacityClass.MULTI_GPU, ENDPOINT],
        ["StakeBonded", provider.address, ENOUGH, ENOUGH],
        ["Transfer", provider.address, registryAddress, ENOUGH],
      ]);
      const known = [key.address, CapacityClass.MULTI_GPU, true, false, await now(), ENOUGH, 0n, ENDPOINT];
      expect([...(await registry.providerOf(provider.address))]).to.deep.equal(known);
      expect(await registry.providerOfKey(key.address)).to.equal(provider.address);
      expect(await registry.providers(0, 10)).to.deep.equal([provider.address]);
      expect(await registry.totalStake()).to.equal(ENOUGH);
      expect(await registry.isActive(provider.address)).to.equal(true);
    });

    it("takes exactly the minimum, and one less not", async () => {
      const { registry, provider, key, consent } = await loadFixture(freshRegistry);
      const proof = await consent(key, provider);

      await expect(registry.connect(provider).register(MINIMUM_STAKE - 1n, CapacityClass.CPU, ENDPOINT, proof))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryStakeTooLow")
        .withArgs(MINIMUM_STAKE - 1n, MINIMUM_STAKE);
      await registry.connect(provider).register(MINIMUM_STAKE, CapacityClass.CPU, ENDPOINT, proof);
      expect(await registry.isActive(provider.address)).to.equal(true);
    });

    it("refuses who is listed already", async () => {
      const { registry, provider, consent } = await loadFixture(providerRegistered);
      const proof = await consent(keyOf("another"), provider);

      await expect(registry.connect(provider).register(ENOUGH, CapacityClass.CPU, ENDPOINT, proof))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryAlreadyListed")
        .withArgs(provider.address);
    });

    it("refuses one provider more than there may be, and takes them when somebody left", async () => {
      const world = await loadFixture(freshRegistry);
      const { registry, provider, rival, player, trainer, requester, token, registryAddress, dao, consent } = world;
      for (const person of [trainer, requester]) {
        await token.mint(person.address, ENOUGH);
        await token.connect(person).approve(registryAddress, ENOUGH);
      }
      for (const person of [provider, rival, player, trainer])
        await registerAs(world, person, keyOf(person.address), ENOUGH);
      const proof = await consent(keyOf("one more"), requester);
      const oneMore = () => registry.connect(requester).register(ENOUGH, CapacityClass.CPU, ENDPOINT, proof);

      await expect(oneMore()).to.be.revertedWithCustomError(registry, "ProviderRegistryFull").withArgs(MAX_PROVIDERS);
      await registry.connect(rival).startUnbonding(ENOUGH);
      await oneMore();
      // The last of the list has taken the place of the one who left.
      expect(await registry.providers(0, 10)).to.deep.equal(
        [provider, trainer, player, requester].map(({ address }) => address),
      );
      await registry.connect(dao).setTerms({ ...TERMS, maxProviders: 1n });
      expect(await registry.providerCount()).to.equal(4n);
    });

    it("takes an endpoint of 1 byte and of 256, and none of 0 or 257", async () => {
      const { registry, provider, key, consent } = await loadFixture(freshRegistry);
      const proof = await consent(key, provider);

      for (const length of [0, 257]) {
        await expect(registry.connect(provider).register(ENOUGH, CapacityClass.CPU, "e".repeat(length), proof))
          .to.be.revertedWithCustomError(registry, "ProviderRegistryBadEndpoint")
          .withArgs(length, 256);
      }
      await registry.connect(provider).register(ENOUGH, CapacityClass.CPU, "e".repeat(256), proof);
      await registry.connect(provider).setService(CapacityClass.CPU, "e");
      expect((await registry.providerOf(provider.address)).endpoint).to.equal("e");
    });

    it("takes a provider back who left, with stake that unbonds not counted", async () => {
      const world = await loadFixture(providerRegistered);
      const { registry, provider, key, consent } = world;
      await registry.connect(provider).startUnbonding(ENOUGH);

      const proof = await consent(key, provider);
      await expect(registry.connect(provider).register(0, CapacityClass.CPU, ENDPOINT, proof))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryStakeTooLow")
        .withArgs(0, MINIMUM_STAKE);
      await registry.connect(provider).register(MINIMUM_STAKE, CapacityClass.CPU, ENDPOINT, proof);

      const { bonded, unbonding } = await registry.providerOf(provider.address);
      expect([bonded, unbonding]).to.deep.equal([MINIMUM_STAKE, ENOUGH]);
    });
  });

  describe("the consent of a key", () => {
    it("is refused when another key signed, or over anything else", async () => {
      const { registry, provider, rival, key, consent, domain } = await loadFixture(freshRegistry);
      const registering = (proof: Awaited<ReturnType<typeof consent>>) =>
        registry.connect(provider).register(ENOUGH, CapacityClass.CPU, ENDPOINT, proof);

      await expect(registering(await consent(key, provider, { by: keyOf("a thief") })))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryBadConsent")
        .withArgs(key.address, keyOf("a thief").address);
      const bent = [
        await consent(key, rival),
        await consent(key, provider, { nonce: 1n }),
        await consent(key, provider, { domain: { ...domain, chainId: 1 } }),
        await consent(key, provider, { domain: { ...domain, verifyingContract: rival.address } }),
        { ...(await consent(key, provider)), deadline: 2n ** 48n - 1n },
      ];
      for (const proof of bent) {
        await expect(registering(proof)).to.be.revertedWithCustomError(registry, "ProviderRegistryBadConsent");
      }
    });

    it("is refused when its signature recovers nobody, for the key zero too", async () => {
      const { registry, provider, key, consent } = await loadFixture(freshRegistry);
      const proof = await consent(key, provider);

      for (const account of [key.address, ZeroAddress]) {
        for (const signature of ["0x", "0x1234", `0x${"00".repeat(65)}`]) {
          await expect(
            registry.connect(provider).register(ENOUGH, CapacityClass.CPU, ENDPOINT, { ...proof, account, signature }),
          )
            .to.be.revertedWithCustomError(registry, "ProviderRegistryBadConsent")
            .withArgs(account, ZeroAddress);
        }
      }
    });

    it("counts up to its deadline, and not after it", async () => {
      const { registry, provider, rival, key, consent } = await loadFixture(freshRegistry);
      const deadline = (await now()) + 100n;
      const proof = await consent(key, provider, { deadline });
      const late = await consent(keyOf("the rival"), rival, { deadline });

      await nextBlockAt(deadline);
      await registry.connect(provider).register(ENOUGH, CapacityClass.CPU, ENDPOINT, proof);
      await nextBlockAt(deadline + 1n);
      await expect(registry.connect(rival).register(ENOUGH, CapacityClass.CPU, ENDPOINT, late))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryConsentExpired")
        .withArgs(deadline, deadline + 1n);
    });

    it("is good for one use: a key that was left comes back by a new consent alone", async () => {
      const { registry, provider, key, consent } = await loadFixture(freshRegistry);
      const used = await consent(key, provider);
      await registry.connect(provider).register(ENOUGH, CapacityClass.CPU, ENDPOINT, used);
      await registry.connect(provider).rotateKey(await consent(keyOf("next"), provider));

      await expect(registry.connect(provider).rotateKey(used)).to.be.revertedWithCustomError(
        registry,
        "ProviderRegistryBadConsent",
      );
      await registry.connect(provider).rotateKey(await consent(key, provider));
      expect(await registry.providerOfKey(key.address)).to.equal(provider.address);
      expect(await registry.nonces(key.address)).to.equal(2n);
    });

    it("[peers F47] says for ever who answers for what a key signed, though its provider left and came back", async () => {
      const world = await loadFixture(providerRegistered);
      const { registry, provider, key } = world;
      const first = await now();
      await passTime(10n);
      await registry.connect(provider).startUnbonding(ENOUGH);
      const left = await now();
      await passTime(10n);
      await registerAs(world, provider, key, ENOUGH);
      const again = await now();
      await registry.connect(provider).startUnbonding(ENOUGH);

      const answering = async (timestamp: bigint) => registry.providerOfKeyAt(key.address, timestamp);
      expect(await answering(first - 1n)).to.equal(ZeroAddress);
      for (const timestamp of [first, left, again, 2n ** 48n - 1n]) {
        expect(await answering(timestamp)).to.equal(provider.address);
      }
      expect(await registry.providerOfKey(key.address)).to.equal(ZeroAddress);
    });

    it("gives no key to a second provider, nor one to its own that it has", async () => {
      const { registry, provider, rival, key, consent } = await loadFixture(providerRegistered);

      await expect(registry.connect(rival).register(ENOUGH, CapacityClass.CPU, ENDPOINT, await consent(key, rival)))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryKeyTaken")
        .withArgs(key.address, provider.address);
      await expect(registry.connect(provider).rotateKey(await consent(key, provider)))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryKeyTaken")
        .withArgs(key.address, provider.address);
    });
  });

  describe("setService and rotateKey", () => {
    it("change what is known of the caller", async () => {
      const { registry, provider, key, consent } = await loadFixture(providerRegistered);
      const next = keyOf("next");

      expect(
        await eventsOf(registry.connect(provider).setService(CapacityClass.SMALL_GPU, "ipfs://elsewhere"), registry),
      ).to.deep.equal([["ServiceChanged", provider.address, CapacityClass.SMALL_GPU, "ipfs://elsewhere"]]);
      expect(
        await eventsOf(registry.connect(provider).rotateKey(await consent(next, provider)), registry),
      ).to.deep.equal([["ReporterKeyRotated", provider.address, key.address, next.address]]);

      const { capacityClass, endpoint, reporterKey } = await registry.providerOf(provider.address);
      expect([capacityClass, endpoint, reporterKey]).to.deep.equal([
        CapacityClass.SMALL_GPU,
        "ipfs://elsewhere",
        next.address,
      ]);
      expect(await registry.providerOfKey(key.address)).to.equal(ZeroAddress);
      expect(await registry.reporterSet()).to.deep.equal([next.address]);
    });

    it("are for listed providers only, as is a heartbeat or more stake", async () => {
      const { registry, stranger, key, consent } = await loadFixture(freshRegistry);
      const proof = await consent(key, stranger);

      for (const call of [
        () => registry.setService(CapacityClass.CPU, ENDPOINT),
        () => registry.rotateKey(proof),
        () => registry.heartbeat(stranger.address),
        () => registry.increaseStake(1),
        () => registry.evict(stranger.address),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(registry, "ProviderRegistryNotListed")
          .withArgs(stranger.address);
      }
    });
  });

  describe("heartbeat", () => {
    it("keeps a provider active for the window, to its last second", async () => {
      const { registry, provider } = await loadFixture(providerRegistered);
      await passTime(HEARTBEAT_WINDOW + 1n);
      expect(await registry.isActive(provider.address)).to.equal(false);
      expect(await registry.reporterSet()).to.deep.equal([]);

      expect(await eventsOf(registry.connect(provider).heartbeat(provider.address), registry)).to.deep.equal([
        ["Heartbeat", provider.address],
      ]);

      expect(await registry.isActive(provider.address)).to.equal(true);
      await passTime(HEARTBEAT_WINDOW);
      expect(await registry.isActive(provider.address)).to.equal(true);
      await passTime(1n);
      expect(await registry.isActive(provider.address)).to.equal(false);
    });

    it("is given by the provider or its key, and by nobody else", async () => {
      const world = await loadFixture(providerRegistered);
      const { registry, provider, rival, requester, key, token } = world;
      await registerAs(world, rival, keyOf("the rival"), ENOUGH);
      await requester.sendTransaction({ to: key.address, value: 10n ** 18n });

      await registry.connect(key.connect(token.runner?.provider ?? null)).heartbeat(provider.address);

      expect((await registry.providerOf(provider.address)).heartbeatAt).to.equal(await now());
      await expect(registry.connect(rival).heartbeat(provider.address))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryNotOfProvider")
        .withArgs(provider.address, rival.address);
    });
  });

  describe("evict", () => {
    it("takes the place of who has less than the minimum, whoever asks, and leaves the stake bonded", async () => {
      const { registry, provider, key, dao, stranger, consent } = await loadFixture(providerRegistered);
      await registry.connect(dao).setTerms({ ...TERMS, minimumStake: ENOUGH + 1n });
      expect(await registry.isActive(provider.address)).to.equal(false);

      expect(await eventsOf(registry.connect(stranger).evict(provider.address), registry)).to.deep.equal([
        ["ProviderDelisted", provider.address, key.address],
      ]);

      expect(await registry.providerCount()).to.equal(0n);
      expect((await registry.providerOf(provider.address)).bonded).to.equal(ENOUGH);
      await registry.connect(provider).register(1, CapacityClass.CPU, ENDPOINT, await consent(key, provider));
      expect((await registry.providerOf(provider.address)).bonded).to.equal(ENOUGH + 1n);
    });

    it("lists an evicted provider again without more stake once the minimum is lowered", async () => {
      const { registry, provider, key, dao, consent } = await loadFixture(providerRegistered);
      await registry.connect(dao).setTerms({ ...TERMS, minimumStake: ENOUGH + 1n });
      await registry.evict(provider.address);
      await registry.connect(dao).setTerms(TERMS);

      const proof = await consent(key, provider);
      const seen = await eventsOf(registry.connect(provider).register(0, CapacityClass.CPU, ENDPOINT, proof), registry);

      expect(seen).to.deep.equal([["ProviderRegistered", provider.address, key.address, CapacityClass.CPU, ENDPOINT]]);
    });

    it("refuses to take the place of who has the minimum", async () => {
      const { registry, provider, dao, stranger } = await loadFixture(providerRegistered);
      await registry.connect(dao).setTerms({ ...TERMS, minimumStake: ENOUGH });

      await expect(registry.connect(stranger).evict(provider.address))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryStakeSuffices")
        .withArgs(provider.address, ENOUGH, ENOUGH);
    });
  });

  describe("the lists", () => {
    /** 40 providers of different and equal stakes. */
    async function manyProviders() {
      const world = await freshRegistry();
      const { registry, token, registryAddress, dao } = world;
      await registry.connect(dao).setTerms({ ...TERMS, maxProviders: 256n });
      const random = new Random("many providers");
      const providers: { wallet: string; key: string; stake: bigint }[] = [];
      for (let index = 0; index < 40; index++) {
        const wallet = keyOf(`account ${index}`).connect(world.provider.provider);
        await world.requester.sendTransaction({ to: wallet.address, value: 10n ** 17n });
        const stake = MINIMUM_STAKE + BigInt(random.below(12));
        await token.mint(wallet.address, stake);
        await token.connect(wallet).approve(registryAddress, stake);
        const key = keyOf(`key ${index}`);
        const proof = await world.consent(key, wallet);
        await registry.connect(wallet).register(stake, CapacityClass.CPU, ENDPOINT, proof);
        providers.push({ wallet: wallet.address, key: key.address, stake });
      }
      return { ...world, all: providers };
    }

    it("name the 32 with most stake, of equal ones those with lower keys, in ascending order", async () => {
      const { registry, all } = await loadFixture(manyProviders);
      const ranked = [...all].sort(
        (left, right) => Number(right.stake - left.stake) || (BigInt(left.key) < BigInt(right.key) ? -1 : 1),
      );
      const expected = ranked
        .slice(0, 32)
        .map(({ key }) => key)
        .sort((left, right) => (BigInt(left) < BigInt(right) ? -1 : 1));

      expect(ranked[31]?.stake, "the last place is not contested").to.equal(ranked[32]?.stake);
      expect(await registry.reporterSet()).to.deep.equal(expected);
    });

    it("are read page by page, and leave out who is not active", async () => {
      const { registry, all, dao } = await loadFixture(manyProviders);
      const jailed = all[1];
      await registry.connect(dao).slash(jailed?.wallet ?? "", 1, `0x${"11".repeat(32)}`);
      const keys = all.filter((one) => one !== jailed).map(({ key }) => key);

      const pages = [await registry.activeReporters(0, 15), await registry.activeReporters(15, 100)];

      expect(pages.map(({ length }) => length)).to.deep.equal([14, 25]);
      expect(pages.flat()).to.deep.equal(keys);
      expect(await registry.activeReporters(1, 1)).to.deep.equal([]);
      expect(await registry.providers(39, 5)).to.deep.equal([all[39]?.wallet]);
      expect(await registry.providers(40, 5)).to.deep.equal([]);
      expect(await registry.providers(2n ** 256n - 1n, 2n ** 256n - 1n)).to.deep.equal([]);
    });
  });
});
