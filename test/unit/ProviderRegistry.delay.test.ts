import { expect } from "chai";
import { loadFixture, nextBlockAt, passTime } from "../helpers/chain";
import { DAY, TERMS, UNBONDING_DELAY, unbondingTwice } from "../helpers/providers";

describe("ProviderRegistry", () => {
  describe("a delay that changes", () => {
    it("and is raised neither frees nor holds what is on its way", async () => {
      const { registry, provider, dao, firstAt } = await loadFixture(unbondingTwice);
      await registry.connect(dao).setTerms({ ...TERMS, unbondingDelay: 60n * DAY });

      await nextBlockAt(firstAt + UNBONDING_DELAY - 1n);
      await expect(registry.connect(provider).withdraw(provider.address)).to.be.revertedWithCustomError(
        registry,
        "ProviderRegistryNothingToWithdraw",
      );
      await nextBlockAt(firstAt + UNBONDING_DELAY);
      await registry.connect(provider).withdraw(provider.address);
      expect(await registry.unbondingsOf(provider.address)).to.have.length(1);
    });

    it("and is lowered frees what is on its way earlier, as long as it is low", async () => {
      const { registry, provider, dao, firstAt, secondAt } = await loadFixture(unbondingTwice);
      await registry.connect(dao).setTerms({ ...TERMS, unbondingDelay: 7n * DAY });
      await nextBlockAt(firstAt + 7n * DAY);
      await registry.connect(provider).startUnbonding(700);
      expect(await registry.withdrawable(provider.address)).to.equal(300n);

      await registry.connect(dao).setTerms(TERMS);
      expect(await registry.withdrawable(provider.address)).to.equal(0n);

      // What began under the short delay ends before what began under the long one.
      await passTime(7n * DAY);
      expect(await registry.withdrawable(provider.address)).to.equal(300n + 700n);
      await registry.connect(provider).withdraw(provider.address);
      expect(await registry.unbondingsOf(provider.address)).to.deep.equal([[500n, secondAt, UNBONDING_DELAY]]);
    });
  });
});
