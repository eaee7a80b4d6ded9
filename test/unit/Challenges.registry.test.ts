import { expect } from "chai";
import { BOND, deployChallenges, evidence, openChallengeable, REWARD, verdict } from "../helpers/challenges";
import { loadFixture } from "../helpers/chain";
import { MINIMUM_STAKE, providerRegistered } from "../helpers/providers";

describe("Challenges before the suite's own registry", () => {
  /** A registered provider, half of whose stake is leaving, and an open challenge of a version that it signed for. */
  async function challengedBeforeRegistry() {
    const world = await providerRegistered();
    const { registry, token, provider, player, dao, oracleAccount } = world;
    const challenges = await deployChallenges(world, token, registry);
    const address = await challenges.getAddress();
    await registry.connect(dao).setSlasher(address);
    await registry.connect(provider).startUnbonding(MINIMUM_STAKE);
    const collection = await openChallengeable(world, address, oracleAccount.address);
    await token.mint(player.address, BOND + REWARD);
    await token.connect(player).approve(address, BOND);
    const collectionAddress = await collection.getAddress();
    await challenges.connect(player).challengeVersion(collectionAddress, 1n, 2, evidence, BOND);
    return { ...world, challenges, collection };
  }

  it("slash a provider's bonded and leaving stake as the verdict says, under evidence of this challenge alone", async () => {
    const { challenges, registry, provider, arbiter } = await loadFixture(challengedBeforeRegistry);
    const penalty = { provider: provider.address, amount: MINIMUM_STAKE + 1n };

    const upheld = challenges.connect(arbiter).uphold(1n, 1, verdict, [penalty]);

    await expect(upheld)
      .to.emit(challenges, "PenaltyDone")
      .withArgs(1n, provider.address, MINIMUM_STAKE + 1n);
    await expect(upheld)
      .to.emit(registry, "ProviderSlashed")
      .withArgs(
        provider.address,
        await challenges.penaltyEvidence(1n),
        await challenges.getAddress(),
        MINIMUM_STAKE + 1n,
        MINIMUM_STAKE + 1n,
      );
    expect(await registry.totalStake()).to.equal(MINIMUM_STAKE - 1n);
  });

  it("say what was taken when a provider has less than the verdict names", async () => {
    const { challenges, registry, provider, arbiter } = await loadFixture(challengedBeforeRegistry);
    const penalty = { provider: provider.address, amount: 5n * MINIMUM_STAKE };

    await expect(challenges.connect(arbiter).uphold(1n, 1, verdict, [penalty]))
      .to.emit(challenges, "PenaltyDone")
      .withArgs(1n, provider.address, 2n * MINIMUM_STAKE);
    expect(await registry.totalStake()).to.equal(0n);
  });

  it("cannot be upheld with so little gas that the slashing fails, and with it the challenger's reward", async () => {
    const { challenges, provider, arbiter } = await loadFixture(challengedBeforeRegistry);
    const penalty = { provider: provider.address, amount: MINIMUM_STAKE + 1n };
    const judged = challenges.connect(arbiter);
    const outcomes = new Set<string>();

    for (let gasLimit = 150_000n; gasLimit <= 400_000n && !outcomes.has("slashed"); gasLimit += 500n) {
      const sent = await judged.uphold.staticCall(1n, 1, verdict, [penalty], { gasLimit }).then(
        () => true,
        () => false,
      );
      outcomes.add(sent ? "slashed" : "refused");
      if (!sent) continue;
      await expect(judged.uphold(1n, 1, verdict, [penalty], { gasLimit }))
        .to.emit(challenges, "PenaltyDone")
        .withArgs(1n, provider.address, MINIMUM_STAKE + 1n);
    }

    expect([...outcomes]).to.deep.equal(["refused", "slashed"]);
  });

  it("keep the penalty of somebody who has no stake, until there is some", async () => {
    const { challenges, registry, stranger, arbiter } = await loadFixture(challengedBeforeRegistry);
    const penalty = { provider: stranger.address, amount: 1n };

    await expect(challenges.connect(arbiter).uphold(1n, 1, verdict, [penalty]))
      .to.emit(challenges, "PenaltyPending")
      .withArgs(1n, stranger.address, 1n);
    await expect(challenges.retryPenalty(1n, stranger.address))
      .to.be.revertedWithCustomError(registry, "ProviderRegistryNothingToSlash")
      .withArgs(stranger.address);
  });

  it("release no token that is challenged", async () => {
    const { challenges, collection, arbiter } = await loadFixture(challengedBeforeRegistry);
    const address = await collection.getAddress();

    await expect(challenges.releaseToken(address, 1n))
      .to.be.revertedWithCustomError(challenges, "ChallengesTokenChallenged")
      .withArgs(address, 1n, 1n);
    await challenges.connect(arbiter).reject(1n, verdict);
    await expect(challenges.releaseToken(address, 1n))
      .to.be.revertedWithCustomError(collection, "AINFTLockUnchanged")
      .withArgs(1n, false);
  });
});
