import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import {
  BOND,
  booksOf,
  challengesDeployed,
  ChallengeState,
  first,
  REST,
  REWARD,
  second,
  signedByRemoved,
  STAKE,
  TREASURY,
  verdict,
  versionChallenged,
} from "../helpers/challenges";
import { loadFixture, mineBlock, nextBlockAt, now } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { digestOf } from "../helpers/typed-data";

describe("Challenges", () => {
  describe("uphold", () => {
    it("[peers F47] puts another version in the place of the challenged one, and touches that version alone", async () => {
      const { challenges, dao, collection, tokenId } = await loadFixture(versionChallenged);

      await challenges.connect(dao).uphold(1n, 1, verdict, []);

      expect(await collection.activeVersion(tokenId)).to.deep.equal([1n, first]);
      expect(await collection.isRetired(tokenId, 1)).to.equal(false);
      expect(await collection.isRetired(tokenId, 2)).to.equal(true);
      expect(await collection.locked(tokenId)).to.equal(false);
      expect((await challenges.challengeOf(1n)).state).to.equal(ChallengeState.UPHELD);
    });

    it("owes the challenger the bond and what was slashed of the reward, and says in order what it did", async () => {
      const world = await loadFixture(versionChallenged);
      const { challenges, arbiter, collection, slasher, token, tokenId, requester, trainer } = world;
      const penalty = { provider: trainer.address, amount: 300n };

      const seen = await eventsOf(
        challenges.connect(arbiter).uphold(1n, 1, verdict, [penalty]),
        challenges,
        collection,
        slasher,
      );

      expect(seen).to.deep.equal([
        ["ChallengeEnded", 1n, ChallengeState.UPHELD, arbiter.address, verdict],
        ["PenaltyNamed", 1n, trainer.address, 300n],
        ["VersionRetired", tokenId, 2n, 1n, verdict],
        ["VersionActivated", tokenId, 1n, 2n, verdict, world.address],
        ["MetadataUpdate", tokenId],
        ["DisputeLock", tokenId, false],
        ["Unlocked", tokenId],
        ["Slashed", trainer.address, 300n, await challenges.penaltyEvidence(1n)],
        ["PenaltyDone", 1n, trainer.address, 300n],
        ["Owed", requester.address, BOND + 300n],
      ]);
      await expect(challenges.withdraw(requester.address)).to.changeTokenBalances(
        token,
        [requester, challenges],
        [BOND + 300n, -(BOND + 300n)],
      );
      expect(await challenges.held()).to.equal(0n);
    });

    it("suspends a program when nothing takes the version's place, until its controller publishes another", async () => {
      const { challenges, dao, collection, owner, tokenId } = await loadFixture(versionChallenged);

      await challenges.connect(dao).uphold(1n, 0, verdict, []);

      expect(await collection.mayAsk(tokenId, owner.address)).to.equal(false);
      await collection.publishManifest(tokenId, digestOf("third manifest"));
      expect(await collection.mayAsk(tokenId, owner.address)).to.equal(true);
    });

    it("upholds a challenge of a version that is not active: the active one stays", async () => {
      const { challenges, dao, collection, challenge, tokenId } = await loadFixture(challengesDeployed);
      await challenge({ version: 1 });

      await challenges.connect(dao).uphold(1n, 0, verdict, []);

      expect(await collection.activeVersion(tokenId)).to.deep.equal([2n, second]);
      expect(await collection.isRetired(tokenId, 1)).to.equal(true);
    });

    it("changes nothing of a frozen program, whatever the verdict is worth besides", async () => {
      const { challenges, dao, collection, challenge, requester, tokenId } = await loadFixture(challengesDeployed);
      await collection.freeze(tokenId);
      await challenge();
      await expect(challenges.connect(dao).uphold(1n, 1, verdict, []))
        .to.be.revertedWithCustomError(challenges, "ChallengesNothingToReplace")
        .withArgs(1n, 1n);

      await challenges.connect(dao).uphold(1n, 0, verdict, []);

      expect(await collection.activeVersion(tokenId)).to.deep.equal([2n, second]);
      expect(await collection.isRetired(tokenId, 2)).to.equal(false);
      expect(await collection.locked(tokenId)).to.equal(false);
      expect(await challenges.owedTo(requester.address)).to.equal(BOND);
    });

    it("leaves everything open when the collection refuses the fallback", async () => {
      const { challenges, dao, collection, tokenId, requester } = await loadFixture(versionChallenged);

      await expect(challenges.connect(dao).uphold(1n, 2, verdict, []))
        .to.be.revertedWithCustomError(collection, "AINFTVersionRetired")
        .withArgs(tokenId, 2n);

      expect((await challenges.challengeOf(1n)).state).to.equal(ChallengeState.OPEN);
      expect(await challenges.owedTo(requester.address)).to.equal(0n);
    });

    it("does not rest afterwards: another version can be challenged at once", async () => {
      const { challenges, dao, challenge, collectionAddress, tokenId } = await loadFixture(versionChallenged);
      await challenges.connect(dao).uphold(1n, 1, verdict, []);
      expect(await challenges.versionRestsUntil(collectionAddress, tokenId, 2)).to.equal(0n);

      await challenge({ version: 1 });

      expect(await challenges.openChallengeOf(collectionAddress, tokenId)).to.equal(2n);
    });
  });

  describe("penalties", () => {
    it("[peers F47] slash the signer of a config that is gone", async () => {
      const world = await loadFixture(signedByRemoved);
      const { challenges, arbiter, slasher, signer } = world;

      await challenges.connect(arbiter).uphold(1n, 0, verdict, [{ provider: signer, amount: 77n }]);

      expect(await slasher.stakeOf(signer)).to.equal(STAKE - 77n);
    });

    it("stay named when the registry refuses them, and slash all the others", async () => {
      const { challenges, arbiter, slasher, trainer, relayer } = await loadFixture(versionChallenged);
      await slasher.setStake(trainer.address, 10n);
      const penalties = [
        { provider: trainer.address, amount: 11n },
        { provider: relayer.address, amount: STAKE },
      ];

      const seen = await eventsOf(challenges.connect(arbiter).uphold(1n, 1, verdict, penalties), challenges);

      const ofPenalties = seen.filter(([name]) => name.startsWith("Penalty"));
      expect(ofPenalties).to.deep.equal([
        ["PenaltyNamed", 1n, trainer.address, 11n],
        ["PenaltyNamed", 1n, relayer.address, STAKE],
        ["PenaltyPending", 1n, trainer.address, 11n],
        ["PenaltyDone", 1n, relayer.address, STAKE],
      ]);
      expect(await slasher.stakeOf(relayer.address)).to.equal(0n);
      expect(await challenges.penaltyOf(1n, trainer.address)).to.equal(11n);
      expect(await challenges.penaltyOf(1n, relayer.address)).to.equal(0n);
    });

    it("are tried again by anybody, until they are done, and once", async () => {
      const { challenges, arbiter, slasher, trainer, stranger } = await loadFixture(versionChallenged);
      await slasher.setStake(trainer.address, 10n);
      await challenges.connect(arbiter).uphold(1n, 1, verdict, [{ provider: trainer.address, amount: 11n }]);
      const again = () => challenges.connect(stranger).retryPenalty(1n, trainer.address);
      await expect(again())
        .to.be.revertedWithCustomError(slasher, "StakeSlasherMockTooLittle")
        .withArgs(trainer.address, 10n, 11n);
      await slasher.setStake(trainer.address, 11n);

      const seen = await eventsOf(again(), challenges, slasher);

      expect(seen).to.deep.equal([
        ["Slashed", trainer.address, 11n, await challenges.penaltyEvidence(1n)],
        ["PenaltyDone", 1n, trainer.address, 11n],
      ]);
      await expect(again())
        .to.be.revertedWithCustomError(challenges, "ChallengesNoPenalty")
        .withArgs(1n, trainer.address);
    });

    it("cannot be tried again when a verdict never named them", async () => {
      const { challenges, trainer } = await loadFixture(versionChallenged);

      await expect(challenges.retryPenalty(1n, trainer.address))
        .to.be.revertedWithCustomError(challenges, "ChallengesNoPenalty")
        .withArgs(1n, trainer.address);
    });

    it("are 32 at most", async () => {
      const { challenges, arbiter } = await loadFixture(versionChallenged);
      const of = (count: number) =>
        Array.from({ length: count }, (_, index) => ({
          provider: `0x${(index + 1).toString(16).padStart(40, "0")}`,
          amount: 1n,
        }));
      await expect(challenges.connect(arbiter).uphold(1n, 1, verdict, of(33)))
        .to.be.revertedWithCustomError(challenges, "ChallengesTooManyPenalties")
        .withArgs(33n, 32n);

      const seen = await eventsOf(challenges.connect(arbiter).uphold(1n, 1, verdict, of(32)), challenges);

      expect(seen.filter(([name]) => name === "PenaltyPending")).to.have.length(32);
    });

    it("are never of nothing, and name nobody twice", async () => {
      const { challenges, arbiter, trainer } = await loadFixture(versionChallenged);
      const one = { provider: trainer.address, amount: 5n };

      for (const [penalties, amount] of [
        [[{ ...one, amount: 0n }], 0n],
        [[one, { ...one, amount: 6n }], 6n],
      ] as const) {
        await expect(challenges.connect(arbiter).uphold(1n, 1, verdict, [...penalties]))
          .to.be.revertedWithCustomError(challenges, "ChallengesBadPenalty")
          .withArgs(1n, trainer.address, amount);
      }
    });
  });

  describe("reject", () => {
    it("owes the bond to the treasury, puts the reward back, and lets the token go as it was", async () => {
      const world = await loadFixture(versionChallenged);
      const { challenges, arbiter, collection, token, tokenId } = world;

      const seen = await eventsOf(challenges.connect(arbiter).reject(1n, verdict), challenges, collection);

      expect(seen).to.deep.equal([
        ["ChallengeEnded", 1n, ChallengeState.REJECTED, arbiter.address, verdict],
        ["Owed", TREASURY, BOND],
        ["DisputeLock", tokenId, false],
        ["Unlocked", tokenId],
      ]);
      expect(await challenges.pool()).to.equal(3n * REWARD);
      expect(await collection.activeVersion(tokenId)).to.deep.equal([2n, second]);
      await challenges.withdraw(TREASURY);
      expect(await token.balanceOf(TREASURY)).to.equal(BOND);
    });

    it("lets the same version rest until the end of the last second, and no other version", async () => {
      const { challenges, arbiter, challenge, collectionAddress, tokenId } = await loadFixture(versionChallenged);
      await challenges.connect(arbiter).reject(1n, verdict);
      const until = (await now()) + REST;
      expect(await challenges.versionRestsUntil(collectionAddress, tokenId, 2)).to.equal(until);
      await challenge({ version: 1 });
      await challenges.connect(arbiter).reject(2n, verdict);

      await nextBlockAt(until);
      await expect(challenge()).to.be.revertedWithCustomError(challenges, "ChallengesSubjectRests").withArgs(until);
      await nextBlockAt(until + 1n);
      await challenge();

      expect(await challenges.openChallengeOf(collectionAddress, tokenId)).to.equal(3n);
    });
  });

  describe("expire", () => {
    it("[peers F47] is for anybody once nobody judged in time: bond back, token free, reward back in the pool", async () => {
      const { challenges, stranger, requester, collection, tokenId, deadline } = await loadFixture(versionChallenged);
      await nextBlockAt(deadline + 1n);

      const seen = await eventsOf(challenges.connect(stranger).expire(1n), challenges, collection);

      expect(seen).to.deep.equal([
        ["ChallengeEnded", 1n, ChallengeState.EXPIRED, stranger.address, ZeroHash],
        ["Owed", requester.address, BOND],
        ["DisputeLock", tokenId, false],
        ["Unlocked", tokenId],
      ]);
      expect(await challenges.pool()).to.equal(3n * REWARD);
      expect(await collection.activeVersion(tokenId)).to.deep.equal([2n, second]);
    });

    it("lets the version rest as a rejection does", async () => {
      const { challenges, challenge, deadline } = await loadFixture(versionChallenged);
      await nextBlockAt(deadline + 1n);
      await challenges.expire(1n);

      await expect(challenge())
        .to.be.revertedWithCustomError(challenges, "ChallengesSubjectRests")
        .withArgs(deadline + 1n + REST);
    });

    it("[peers F47] begins where judging ends: at the window's edge exactly one of the two is possible", async () => {
      const { challenges, arbiter, deadline } = await loadFixture(versionChallenged);
      await nextBlockAt(deadline);
      await mineBlock();
      const at = { blockTag: "latest" };
      await expect(challenges.expire.staticCall(1n, at))
        .to.be.revertedWithCustomError(challenges, "ChallengesNotOverdue")
        .withArgs(1n, deadline);
      await challenges.connect(arbiter).reject.staticCall(1n, verdict, at);

      await nextBlockAt(deadline + 1n);
      await mineBlock();

      await challenges.expire.staticCall(1n, at);
      for (const judge of [
        () => challenges.connect(arbiter).uphold(1n, 1, verdict, []),
        () => challenges.connect(arbiter).reject(1n, verdict),
      ]) {
        await expect(judge()).to.be.revertedWithCustomError(challenges, "ChallengesOverdue").withArgs(1n, deadline);
      }
    });

    it("does not need an owner: a DAO that is gone locks nothing for ever", async () => {
      const { challenges, dao, deadline, collection, tokenId } = await loadFixture(versionChallenged);
      await challenges.connect(dao).setResolver(ZeroAddress);
      await challenges.connect(dao).renounceOwnership();
      await nextBlockAt(deadline + 1n);

      await challenges.expire(1n);

      expect(await collection.locked(tokenId)).to.equal(false);
    });
  });

  it("[peers F47] ends every challenge once, whichever way it ended", async () => {
    for (const [state, end] of [
      [ChallengeState.UPHELD, "uphold"],
      [ChallengeState.REJECTED, "reject"],
      [ChallengeState.EXPIRED, "expire"],
    ] as const) {
      const world = await loadFixture(versionChallenged);
      const { arbiter, deadline } = world;
      const challenges = world.challenges.connect(arbiter);
      if (end === "uphold") await challenges.uphold(1n, 1, verdict, []);
      if (end === "reject") await challenges.reject(1n, verdict);
      if (end === "expire") {
        await nextBlockAt(deadline + 1n);
        await challenges.expire(1n);
      }
      for (const act of [
        () => challenges.uphold(1n, 1, verdict, []),
        () => challenges.reject(1n, verdict),
        () => challenges.expire(1n),
      ]) {
        await expect(act()).to.be.revertedWithCustomError(challenges, "ChallengesNotOpen").withArgs(1n, state);
      }
      const [has, owes] = await booksOf(world);
      expect(has).to.equal(owes);
    }
  });

  for (const role of ["requester", "owner", "creator", "stranger"] as const) {
    it(`is not for the ${role} to judge`, async () => {
      const world = await loadFixture(versionChallenged);
      const challenges = world.challenges.connect(world[role]);

      for (const act of [() => challenges.uphold(1n, 1, verdict, []), () => challenges.reject(1n, verdict)]) {
        await expect(act())
          .to.be.revertedWithCustomError(challenges, "ChallengesNotJudge")
          .withArgs(world[role].address);
      }
    });
  }

  it("judges nothing by nobody: the zero address is no resolver", async () => {
    const { challenges, dao, stranger } = await loadFixture(versionChallenged);
    await challenges.connect(dao).setResolver(ZeroAddress);

    await expect(challenges.connect(stranger).reject(1n, verdict))
      .to.be.revertedWithCustomError(challenges, "ChallengesNotJudge")
      .withArgs(stranger.address);
  });
});
