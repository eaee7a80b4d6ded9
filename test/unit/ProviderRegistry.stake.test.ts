import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { chainId, deployContract, loadFixture, nextBlockAt, now, passTime } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import {
  CapacityClass,
  consentTypes,
  DAY,
  deployRegistry,
  ENDPOINT,
  keyOf,
  MINIMUM_STAKE,
  providerRegistered,
  PURSE,
  registerAs,
  registryDomain,
  TERMS,
  UNBONDING_DELAY,
  unbondingTwice,
} from "../helpers/providers";
import { digestOf } from "../helpers/typed-data";

const BONDED = 2n * MINIMUM_STAKE;
const EVIDENCE = digestOf("two answers to one request, both signed");
const MORE_EVIDENCE = digestOf("an answer that no container gave");

describe("ProviderRegistry", () => {
  describe("increaseStake", () => {
    it("bonds more", async () => {
      const { registry, token, registryAddress, provider } = await loadFixture(providerRegistered);

      expect(await eventsOf(registry.connect(provider).increaseStake(5), registry, token)).to.deep.equal([
        ["StakeBonded", provider.address, 5n, BONDED + 5n],
        ["Transfer", provider.address, registryAddress, 5n],
      ]);
      expect(await registry.totalStake()).to.equal(BONDED + 5n);
    });

    it("refuses nothing at all", async () => {
      const { registry, provider } = await loadFixture(providerRegistered);

      await expect(registry.connect(provider).increaseStake(0)).to.be.revertedWithCustomError(
        registry,
        "ProviderRegistryZeroAmount",
      );
    });
  });

  describe("startUnbonding", () => {
    it("takes stake out of what counts, and pays it after the delay, not a second earlier", async () => {
      const { registry, token, registryAddress, provider, friend } = await loadFixture(providerRegistered);
      const start = (await now()) + 10n;
      await nextBlockAt(start);

      expect(await eventsOf(registry.connect(provider).startUnbonding(MINIMUM_STAKE), registry)).to.deep.equal([
        ["UnbondingStarted", provider.address, MINIMUM_STAKE, MINIMUM_STAKE, start + UNBONDING_DELAY],
      ]);
      expect(await registry.unbondingsOf(provider.address)).to.deep.equal([[MINIMUM_STAKE, start, UNBONDING_DELAY]]);
      expect(await registry.isActive(provider.address)).to.equal(true);

      await nextBlockAt(start + UNBONDING_DELAY - 1n);
      await expect(registry.connect(provider).withdraw(friend.address))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryNothingToWithdraw")
        .withArgs(provider.address);
      await nextBlockAt(start + UNBONDING_DELAY);
      expect(await eventsOf(registry.connect(provider).withdraw(friend.address), registry, token)).to.deep.equal([
        ["StakeWithdrawn", provider.address, friend.address, MINIMUM_STAKE],
        ["Transfer", registryAddress, friend.address, MINIMUM_STAKE],
      ]);
      expect(await registry.totalStake()).to.equal(MINIMUM_STAKE);
      expect(await registry.unbondingsOf(provider.address)).to.deep.equal([]);
    });

    it("of everything delists at once, and the key signs for nobody until its provider comes back", async () => {
      const world = await loadFixture(providerRegistered);
      const { registry, provider, key } = world;

      const seen = await eventsOf(registry.connect(provider).startUnbonding(BONDED), registry);

      expect(seen[1]).to.deep.equal(["ProviderDelisted", provider.address, key.address]);
      expect(await registry.isActive(provider.address)).to.equal(false);
      expect(await registry.providerOfKey(key.address)).to.equal(ZeroAddress);
      await registerAs(world, provider, key, MINIMUM_STAKE);
      expect(await registry.reporterSet()).to.deep.equal([key.address]);
    });

    it("leaves the minimum or nothing, and takes no more than there is", async () => {
      const { registry, provider, stranger } = await loadFixture(providerRegistered);

      await expect(registry.connect(provider).startUnbonding(MINIMUM_STAKE + 1n))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryStakeTooLow")
        .withArgs(MINIMUM_STAKE - 1n, MINIMUM_STAKE);
      await expect(registry.connect(provider).startUnbonding(BONDED + 1n))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryNotBonded")
        .withArgs(BONDED + 1n, BONDED);
      await expect(registry.connect(stranger).startUnbonding(1))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryNotBonded")
        .withArgs(1, 0);
      await expect(registry.connect(provider).startUnbonding(0)).to.be.revertedWithCustomError(
        registry,
        "ProviderRegistryZeroAmount",
      );
    });

    it("lets an evicted provider take out all it has", async () => {
      const { registry, provider, dao } = await loadFixture(providerRegistered);
      await registry.connect(dao).setTerms({ ...TERMS, minimumStake: BONDED + 1n });
      await registry.evict(provider.address);

      await registry.connect(provider).startUnbonding(BONDED);

      expect(await registry.unbondingsOf(provider.address)).to.have.length(1);
    });

    it("goes on sixteen times at once, and not seventeen", async () => {
      const { registry, provider } = await loadFixture(providerRegistered);
      for (let time = 0; time < 16; time++) await registry.connect(provider).startUnbonding(1);

      await expect(registry.connect(provider).startUnbonding(1))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryTooManyUnbondings")
        .withArgs(16);
      await passTime(UNBONDING_DELAY);
      await registry.connect(provider).withdraw(provider.address);
      await registry.connect(provider).startUnbonding(1);
    });

    it("[peers F46] pays each unbonding once, and keeps those that are not over", async () => {
      const { registry, token, provider, friend, firstAt, secondAt } = await loadFixture(unbondingTwice);
      await nextBlockAt(firstAt + UNBONDING_DELAY);

      await registry.connect(provider).withdraw(friend.address);

      expect(await token.balanceOf(friend.address)).to.equal(PURSE + 300n);
      expect(await registry.unbondingsOf(provider.address)).to.deep.equal([[500n, secondAt, UNBONDING_DELAY]]);
      await expect(registry.connect(provider).withdraw(friend.address))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryNothingToWithdraw")
        .withArgs(provider.address);
    });
  });

  describe("slash", () => {
    it("[peers F47] takes what could leave soonest first: the oldest unbonding, the next, then what is bonded", async () => {
      const { registry, dao, provider, secondAt } = await loadFixture(unbondingTwice);
      const bonded = 2n * BONDED - 800n;

      expect(await eventsOf(registry.connect(dao).slash(provider.address, 400, EVIDENCE), registry)).to.deep.equal([
        ["ProviderSlashed", provider.address, EVIDENCE, dao.address, 400n, 400n],
      ]);
      expect(await registry.unbondingsOf(provider.address)).to.deep.equal([[400n, secondAt, UNBONDING_DELAY]]);
      expect((await registry.providerOf(provider.address)).bonded).to.equal(bonded);

      await registry.connect(dao).slash(provider.address, 401, MORE_EVIDENCE);

      expect(await registry.unbondingsOf(provider.address)).to.deep.equal([]);
      expect((await registry.providerOf(provider.address)).bonded).to.equal(bonded - 1n);
      expect(await registry.slashedStake()).to.equal(801n);
      expect(await registry.totalStake()).to.equal(bonded - 1n);
      expect(await registry.isEvidenceUsed(provider.address, EVIDENCE)).to.equal(true);
      expect(await registry.isEvidenceUsed(provider.address, ZeroHash)).to.equal(false);
    });

    it("[peers F47] reaches whoever left, until the stake is paid out", async () => {
      const { registry, dao, provider } = await loadFixture(providerRegistered);
      await registry.connect(provider).startUnbonding(BONDED);
      await passTime(UNBONDING_DELAY + DAY);

      await registry.connect(dao).slash(provider.address, BONDED - 1n, EVIDENCE);

      expect(await registry.withdrawable(provider.address)).to.equal(1n);
      await registry.connect(provider).withdraw(provider.address);
      await expect(registry.connect(dao).slash(provider.address, 1, MORE_EVIDENCE))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryNothingToSlash")
        .withArgs(provider.address);
    });

    it("[peers F47] takes all there is when that is less, so that nobody escapes by leaving a little too little", async () => {
      const { registry, dao, provider } = await loadFixture(unbondingTwice);

      expect(
        await eventsOf(registry.connect(dao).slash(provider.address, 2n ** 96n - 1n, EVIDENCE), registry),
      ).to.deep.equal([["ProviderSlashed", provider.address, EVIDENCE, dao.address, 2n ** 96n - 1n, 2n * BONDED]]);
      expect(await registry.totalStake()).to.equal(0n);
      const { bonded, unbonding, listed } = await registry.providerOf(provider.address);
      expect([bonded, unbonding, listed]).to.deep.equal([0n, 0n, true]);
      await registry.evict(provider.address);
    });

    it("jails: neither active nor let in again until it is pardoned, and the stake does not come back", async () => {
      const world = await loadFixture(providerRegistered);
      const { registry, dao, provider, key, consent } = world;
      await registry.connect(dao).slash(provider.address, 1, EVIDENCE);
      expect(await registry.isActive(provider.address)).to.equal(false);
      await registry.connect(provider).startUnbonding(BONDED - 1n);

      await expect(
        registry.connect(provider).register(BONDED, CapacityClass.CPU, ENDPOINT, await consent(key, provider)),
      )
        .to.be.revertedWithCustomError(registry, "ProviderRegistryJailed")
        .withArgs(provider.address);
      expect(await eventsOf(registry.connect(dao).pardon(provider.address), registry)).to.deep.equal([
        ["ProviderPardoned", provider.address],
      ]);
      await registerAs(world, provider, key, MINIMUM_STAKE);

      expect(await registry.isActive(provider.address)).to.equal(true);
      expect(await registry.slashedStake()).to.equal(1n);
      await expect(registry.connect(dao).pardon(provider.address))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryNotJailed")
        .withArgs(provider.address);
    });

    it("[peers F47] counts the same evidence once against one provider, and against another as well", async () => {
      const world = await loadFixture(providerRegistered);
      const { registry, dao, provider, rival } = world;
      await registerAs(world, rival, keyOf("the rival"), BONDED);
      await registry.connect(dao).slash(provider.address, 1, EVIDENCE);

      await expect(registry.connect(dao).slash(provider.address, 1, EVIDENCE))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryEvidenceUsed")
        .withArgs(provider.address, EVIDENCE);
      await registry.connect(dao).slash(rival.address, 1, EVIDENCE);
    });

    it("needs an amount and evidence", async () => {
      const { registry, dao, provider } = await loadFixture(providerRegistered);

      await expect(registry.connect(dao).slash(provider.address, 0, EVIDENCE)).to.be.revertedWithCustomError(
        registry,
        "ProviderRegistryZeroAmount",
      );
      await expect(registry.connect(dao).slash(provider.address, 1, ZeroHash)).to.be.revertedWithCustomError(
        registry,
        "ProviderRegistryNoEvidence",
      );
    });

    it("is for the owner and the slasher it named, and no longer for one it named before", async () => {
      const { registry, dao, provider, arbiter, stranger } = await loadFixture(providerRegistered);
      await registry.connect(dao).setSlasher(arbiter.address);

      expect(await registry.connect(arbiter).slash.staticCall(provider.address, BONDED + 1n, EVIDENCE)).to.equal(
        BONDED,
      );
      await registry.connect(arbiter).slash(provider.address, 1, EVIDENCE);
      await registry.connect(dao).setSlasher(stranger.address);
      for (const caller of [arbiter, provider]) {
        await expect(registry.connect(caller).slash(provider.address, 1, MORE_EVIDENCE))
          .to.be.revertedWithCustomError(registry, "ProviderRegistryNotSlasher")
          .withArgs(caller.address);
      }
    });
  });

  describe("collectSlashed", () => {
    it("[peers F45] pays what was slashed to the beneficiary of that moment, whoever asks, and once", async () => {
      const { registry, token, registryAddress, dao, provider, friend, stranger } =
        await loadFixture(providerRegistered);
      await registry.connect(dao).slash(provider.address, 400, EVIDENCE);
      await registry.connect(dao).setBeneficiary(friend.address);

      expect(await eventsOf(registry.connect(stranger).collectSlashed(), registry, token)).to.deep.equal([
        ["SlashedStakeCollected", friend.address, 400n],
        ["Transfer", registryAddress, friend.address, 400n],
      ]);
      await expect(registry.collectSlashed()).to.be.revertedWithCustomError(
        registry,
        "ProviderRegistryNothingToCollect",
      );
      expect(await token.balanceOf(registryAddress)).to.equal(await registry.totalStake());
    });
  });

  describe("when the token is hostile", () => {
    it("[peers F44] refuses stake of which a fee is taken", async () => {
      const { registry, token, provider } = await loadFixture(providerRegistered);
      await token.takeFee(100);

      await expect(registry.connect(provider).increaseStake(1000))
        .to.be.revertedWithCustomError(registry, "ProviderRegistryWrongTransfer")
        .withArgs(1000, 990);
    });

    it("[peers F44] refuses a transfer that answers no", async () => {
      const { registry, token, tokenAddress, dao, provider } = await loadFixture(providerRegistered);
      await registry.connect(dao).slash(provider.address, 1, EVIDENCE);
      await registry.connect(provider).startUnbonding(BONDED - 1n);
      await passTime(UNBONDING_DELAY);
      await token.refuse(true);

      for (const call of [
        () => registry.collectSlashed(),
        () => registry.connect(provider).withdraw(provider.address),
      ]) {
        await expect(call()).to.be.revertedWithCustomError(registry, "SafeERC20FailedOperation").withArgs(tokenAddress);
      }
      expect(await registry.totalStake()).to.equal(BONDED - 1n);
      expect(await registry.slashedStake()).to.equal(1n);
    });

    it("[peers F44] works with a token that answers nothing", async () => {
      const { dao, treasury, provider, key } = await loadFixture(providerRegistered);
      const token = await deployContract("SilentTokenMock");
      await token.mint(provider.address, BONDED);
      const registry = await deployRegistry(await token.getAddress(), dao.address, treasury.address);
      const deadline = (await now()) + DAY;
      const domain = registryDomain(await chainId(), await registry.getAddress());
      const message = { provider: provider.address, reporterKey: key.address, nonce: 0, deadline };
      const signature = await key.signTypedData(domain, consentTypes, message);

      await registry
        .connect(provider)
        .register(BONDED, CapacityClass.CPU, ENDPOINT, { account: key.address, deadline, signature });
      await registry.connect(provider).startUnbonding(BONDED);
      await passTime(UNBONDING_DELAY);
      await registry.connect(provider).withdraw(provider.address);

      expect(await token.balanceOf(provider.address)).to.equal(BONDED);
    });

    it("[peers F44] lets a provider whom the token shuts out withdraw to somebody else, and the others as ever", async () => {
      const world = await loadFixture(providerRegistered);
      const { registry, token, provider, rival, trainer } = world;
      await registerAs(world, rival, keyOf("the rival"), BONDED);
      await registry.connect(provider).startUnbonding(BONDED);
      await registry.connect(rival).startUnbonding(BONDED);
      await passTime(UNBONDING_DELAY);
      await token.blacklist(provider.address, true);

      await expect(registry.connect(provider).withdraw(provider.address))
        .to.be.revertedWithCustomError(token, "HostileTokenMockRefused")
        .withArgs(provider.address);
      await registry.connect(rival).withdraw(rival.address);
      await registry.connect(provider).withdraw(trainer.address);

      expect(await token.balanceOf(trainer.address)).to.equal(BONDED);
      expect(await token.balanceOf(rival.address)).to.equal(PURSE);
    });

    it("[peers F44] refuses every call that moves stake from inside a transfer", async () => {
      const { registry, registryAddress, token, tokenAddress, dao, provider } = await loadFixture(providerRegistered);
      await registry.connect(dao).setSlasher(tokenAddress);
      await registry.connect(provider).startUnbonding(BONDED);
      await passTime(UNBONDING_DELAY);
      const { interface: abi } = registry;
      const key = { account: tokenAddress, deadline: 0, signature: "0x" };
      const calls = [
        abi.encodeFunctionData("register", [0, CapacityClass.CPU, ENDPOINT, key]),
        abi.encodeFunctionData("increaseStake", [1]),
        abi.encodeFunctionData("startUnbonding", [1]),
        abi.encodeFunctionData("withdraw", [tokenAddress]),
        abi.encodeFunctionData("collectSlashed"),
        abi.encodeFunctionData("slash", [provider.address, 1, EVIDENCE]),
      ];
      await token.callDuringTransfer(registryAddress, calls);

      await registry.connect(provider).withdraw(provider.address);

      const refusal = abi.encodeErrorResult("ReentrancyGuardReentrantCall");
      for (const index of calls.keys()) expect(await token.answers(index)).to.equal(refusal);
      expect(await token.balanceOf(provider.address)).to.equal(PURSE);
    });

    it("keeps what was sent to it by mistake out of everybody's stake", async () => {
      const { registry, registryAddress, token, dao, provider } = await loadFixture(providerRegistered);
      await token.mint(registryAddress, 77);

      expect(await registry.totalStake()).to.equal(BONDED);
      await registry.connect(dao).slash(provider.address, 2n ** 96n - 1n, EVIDENCE);
      expect(await registry.slashedStake()).to.equal(BONDED);
    });
  });
});
