import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { IChallenges__factory } from "../../typechain-types";
import {
  BOND,
  challengesDeployed,
  ChallengeState,
  DAY,
  evidence,
  isFulfilled,
  openChallengeable,
  PERIOD,
  poolFunded,
  readChallenge,
  REST,
  resultsKnown,
  REWARD,
  second,
  terms,
  times,
  TREASURY,
  verdict,
  versionChallenged,
} from "../helpers/challenges";
import { deployContract, loadFixture, nextBlockAt, now } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { declarations } from "../helpers/interfaces";
import { word } from "../helpers/traits";
import { digestOf } from "../helpers/typed-data";

describe("Challenges", () => {
  it("has every function, event and error of IChallenges, letter by letter", async () => {
    const { challenges } = await loadFixture(challengesDeployed);

    expect(declarations(challenges.interface)).to.include.members(declarations(IChallenges__factory.createInterface()));
  });

  describe("constructor", () => {
    const deployed = async (changed: Partial<Record<"asset" | "treasury" | "slasher" | "owner", string>> = {}) => {
      const { token, slasher, dao } = await loadFixture(challengesDeployed);
      const given = {
        asset: await token.getAddress(),
        treasury: TREASURY,
        slasher: await slasher.getAddress(),
        owner: dao.address,
        ...changed,
      };
      return [given.asset, given.treasury, given.slasher, given.owner] as const;
    };

    it("keeps what it was given", async () => {
      const { challenges, token, slasher, dao, arbiter } = await loadFixture(challengesDeployed);

      expect(await challenges.asset()).to.equal(await token.getAddress());
      expect(await challenges.treasury()).to.equal(TREASURY);
      expect(await challenges.slasher()).to.equal(await slasher.getAddress());
      expect(await challenges.owner()).to.equal(dao.address);
      expect(await challenges.resolver()).to.equal(arbiter.address);
      expect([await challenges.period(), await challenges.rest()]).to.deep.equal([PERIOD, REST]);
      expect(Array.from(await challenges.terms())).to.deep.equal([BOND, REWARD]);
      expect(await challenges.challengeCount()).to.equal(0n);
    });

    it("wants an asset, a treasury, a registry and an owner", async () => {
      const { challenges, stranger } = await loadFixture(challengesDeployed);
      for (const [changed, error, args] of [
        [{ asset: stranger.address }, "PayoutsNoAsset", [stranger.address]],
        [{ treasury: ZeroAddress }, "PayoutsNoTreasury", []],
        [{ slasher: stranger.address }, "ChallengesNoSlasher", [stranger.address]],
        [{ owner: ZeroAddress }, "OwnableInvalidOwner", [ZeroAddress]],
      ] as const) {
        await expect(deployContract("Challenges", [...(await deployed(changed)), times, terms]))
          .to.be.revertedWithCustomError(challenges, error)
          .withArgs(...args);
      }
    });

    it("takes the shortest and the longest times, and none beyond", async () => {
      const { challenges } = await loadFixture(challengesDeployed);
      const given = await deployed();
      for (const [period, rest] of [
        [DAY, 0n],
        [90n * DAY, 30n * DAY],
      ] as const) {
        const made = await deployContract("Challenges", [...given, { period, rest }, terms]);
        expect([await made.period(), await made.rest()]).to.deep.equal([period, rest]);
      }
      for (const [period, rest] of [
        [DAY - 1n, 0n],
        [90n * DAY + 1n, 0n],
        [DAY, 30n * DAY + 1n],
      ] as const) {
        await expect(deployContract("Challenges", [...given, { period, rest }, terms]))
          .to.be.revertedWithCustomError(challenges, "ChallengesBadTimes")
          .withArgs(period, rest);
      }
    });

    it("wants a bond", async () => {
      const { challenges } = await loadFixture(challengesDeployed);

      await expect(
        deployContract("Challenges", [...(await deployed()), times, { minimumBond: 0, reward: 1 }]),
      ).to.be.revertedWithCustomError(challenges, "ChallengesNoBond");
    });
  });

  describe("challengeVersion", () => {
    it("locks the token, takes the bond and sets the reward aside, and says all of it", async () => {
      const world = await loadFixture(poolFunded);
      const { challenges, address, token, collection, collectionAddress, tokenId, requester } = world;
      const time = (await now()) + 10n;
      await nextBlockAt(time);

      const seen = await eventsOf(world.challenge(), challenges, token, collection);

      expect(seen).to.deep.equal([
        ["VersionChallenged", 1n, collectionAddress, tokenId, 2n, second],
        ["ChallengeOpened", 1n, requester.address, evidence, BOND, REWARD, time + PERIOD],
        ["Transfer", requester.address, address, BOND],
        ["DisputeLock", tokenId, true],
        ["Locked", tokenId],
      ]);
      expect(await collection.locked(tokenId)).to.equal(true);
      expect(await readChallenge(challenges, 1n)).to.deep.equal({
        challenger: requester.address,
        version: 2n,
        state: ChallengeState.OPEN,
        bond: BOND,
        reward: REWARD,
        tokenId,
        oracle: ZeroAddress,
        requestId: 0n,
      });
      expect(await challenges.openChallengeOf(collectionAddress, tokenId)).to.equal(1n);
      expect(await challenges.held()).to.equal(BOND + REWARD);
      expect(await challenges.pool()).to.equal(2n * REWARD);
    });

    it("sets aside what there is when the pool is too small", async () => {
      const { challenges, challenge, friend } = await loadFixture(challengesDeployed);
      await challenges.connect(friend).fundPool(REWARD - 1n);

      await challenge();

      expect((await challenges.challengeOf(1n)).reward).to.equal(REWARD - 1n);
      expect(await challenges.pool()).to.equal(0n);
    });

    it("[peers F47] challenges a token once at a time", async () => {
      const { challenges, challenge, player, collectionAddress, tokenId } = await loadFixture(versionChallenged);

      for (const version of [1, 2]) {
        await expect(challenge({ by: player, version }))
          .to.be.revertedWithCustomError(challenges, "ChallengesTokenChallenged")
          .withArgs(collectionAddress, tokenId, 1n);
      }
    });

    it("challenges another token of the collection meanwhile", async () => {
      const { challenges, challenge, collection, creator, owner } = await loadFixture(versionChallenged);
      await collection.connect(creator).mint(owner.address, second);

      await challenge({ tokenId: 2n, version: 1 });

      expect(await challenges.challengeCount()).to.equal(2n);
      expect([await collection.locked(1n), await collection.locked(2n)]).to.deep.equal([true, true]);
    });

    it("wants the least bond, and takes more", async () => {
      const { challenges, challenge } = await loadFixture(challengesDeployed);
      await expect(challenge({ bond: BOND - 1n }))
        .to.be.revertedWithCustomError(challenges, "ChallengesBondTooLow")
        .withArgs(BOND - 1n, BOND);

      await challenge({ bond: BOND + 1n });

      expect(await challenges.held()).to.equal(BOND + 1n);
    });

    it("wants evidence", async () => {
      const { challenges, requester, collectionAddress, tokenId } = await loadFixture(challengesDeployed);

      await expect(
        challenges.connect(requester).challengeVersion(collectionAddress, tokenId, 2, ZeroHash, BOND),
      ).to.be.revertedWithCustomError(challenges, "ChallengesNoEvidence");
    });

    it("knows no version that was never published", async () => {
      const { challenge, collection, tokenId } = await loadFixture(challengesDeployed);

      await expect(challenge({ version: 3 }))
        .to.be.revertedWithCustomError(collection, "AINFTUnknownVersion")
        .withArgs(tokenId, 3n, 2n);
    });

    it("knows no token that was burned", async () => {
      const { challenge, collection, tokenId } = await loadFixture(challengesDeployed);
      await collection.burn(tokenId);

      await expect(challenge()).to.be.revertedWithCustomError(collection, "ERC721NonexistentToken").withArgs(tokenId);
    });

    it("does not challenge what was retired", async () => {
      const { challenges, arbiter, challenge } = await loadFixture(versionChallenged);
      await challenges.connect(arbiter).uphold(1n, 1, verdict, []);

      await expect(challenge()).to.be.revertedWithCustomError(challenges, "ChallengesSettled").withArgs(1n);
    });

    it("works in no collection that chose another arbiter", async () => {
      const world = await loadFixture(challengesDeployed);
      const { challenges, address, requester, arbiter, oracleAccount } = world;
      const other = await openChallengeable(world, arbiter.address, oracleAccount.address);

      await expect(challenges.connect(requester).challengeVersion(await other.getAddress(), 1n, 2, evidence, BOND))
        .to.be.revertedWithCustomError(other, "AINFTNotArbiter")
        .withArgs(address, arbiter.address);
    });
  });

  describe("challengeResult", () => {
    it("locks the token that the result is said to come from, and names the request", async () => {
      const world = await loadFixture(resultsKnown);
      const { challenges, oracleAddress, requester, collection, collectionAddress, tokenId } = world;
      const time = (await now()) + 10n;
      await nextBlockAt(time);

      const sent = challenges
        .connect(requester)
        .challengeResult(oracleAddress, 7n, collectionAddress, tokenId, evidence, BOND);

      expect((await eventsOf(sent, challenges, world.token, collection)).slice(0, 2)).to.deep.equal([
        ["ResultChallenged", 1n, collectionAddress, tokenId, oracleAddress, 7n],
        ["ChallengeOpened", 1n, requester.address, evidence, BOND, REWARD, time + PERIOD],
      ]);
      expect(await collection.locked(tokenId)).to.equal(true);
      expect(await readChallenge(challenges, 1n)).to.deep.equal({
        challenger: requester.address,
        version: 0n,
        state: ChallengeState.OPEN,
        bond: BOND,
        reward: REWARD,
        tokenId,
        oracle: oracleAddress,
        requestId: 7n,
      });
    });

    it("knows no result that the oracle does not know", async () => {
      const { challenges, oracle, oracleAddress, challengeResult } = await loadFixture(resultsKnown);
      await oracle.answerTo(isFulfilled, word(0n));

      await expect(challengeResult())
        .to.be.revertedWithCustomError(challenges, "ChallengesNoResult")
        .withArgs(oracleAddress, 7n);
    });

    it("[peers F47] waits for the open challenge of a version of the same token", async () => {
      const world = await loadFixture(resultsKnown);
      const { challenges, player, collectionAddress, tokenId } = world;
      await world.challenge();

      await expect(world.challengeResult({ by: player }))
        .to.be.revertedWithCustomError(challenges, "ChallengesTokenChallenged")
        .withArgs(collectionAddress, tokenId, 1n);
    });

    it("retires no version when it is upheld, takes no fallback, and rests under its own name when it is not", async () => {
      const world = await loadFixture(resultsKnown);
      const { challenges, arbiter, collection, collectionAddress, challengeResult } = world;
      await challengeResult({ requestId: 7n });
      await expect(challenges.connect(arbiter).uphold(1n, 1, verdict, []))
        .to.be.revertedWithCustomError(challenges, "ChallengesNothingToReplace")
        .withArgs(1n, 1n);
      await challenges.connect(arbiter).uphold(1n, 0, verdict, []);
      expect(await collection.activeVersion(world.tokenId)).to.deep.equal([2n, second]);
      expect(await collection.isRetired(world.tokenId, 2)).to.equal(false);

      await challengeResult({ requestId: 8n });
      await challenges.connect(arbiter).reject(2n, verdict);
      const until = (await now()) + REST;

      expect(await challenges.resultsRestUntil(collectionAddress, world.tokenId)).to.equal(until);
      for (const requestId of [8n, 9n]) {
        await expect(challengeResult({ requestId }))
          .to.be.revertedWithCustomError(challenges, "ChallengesSubjectRests")
          .withArgs(until);
      }
      await nextBlockAt(until + 1n);
      await challengeResult({ requestId: 8n });
      expect(await collection.locked(world.tokenId)).to.equal(true);
    });
  });

  describe("what the owner sets", () => {
    it("changes the terms of later challenges, and of no open one", async () => {
      const { challenges, dao, challenge, arbiter } = await loadFixture(versionChallenged);
      const changed = { minimumBond: 2n * BOND, reward: 1n };
      const seen = await eventsOf(challenges.connect(dao).setTerms(changed), challenges);
      expect(seen).to.deep.equal([["TermsChanged", 2n * BOND, 1n]]);
      await challenges.connect(arbiter).uphold(1n, 1, verdict, []);

      await expect(challenge({ version: 1 }))
        .to.be.revertedWithCustomError(challenges, "ChallengesBondTooLow")
        .withArgs(BOND, 2n * BOND);
      await challenge({ version: 1, bond: 2n * BOND });

      expect((await challenges.challengeOf(1n)).reward).to.equal(REWARD);
      expect((await challenges.challengeOf(2n)).reward).to.equal(1n);
    });

    it("wants a bond at all times", async () => {
      const { challenges, dao } = await loadFixture(challengesDeployed);

      await expect(challenges.connect(dao).setTerms({ minimumBond: 0, reward: 0 })).to.be.revertedWithCustomError(
        challenges,
        "ChallengesNoBond",
      );
    });

    it("appoints another resolver, and the one before it judges no more", async () => {
      const { challenges, dao, arbiter, friend } = await loadFixture(versionChallenged);
      const seen = await eventsOf(challenges.connect(dao).setResolver(friend.address), challenges);
      expect(seen).to.deep.equal([["ResolverChanged", friend.address]]);

      await expect(challenges.connect(arbiter).reject(1n, verdict))
        .to.be.revertedWithCustomError(challenges, "ChallengesNotJudge")
        .withArgs(arbiter.address);
      await challenges.connect(friend).reject(1n, verdict);
      expect((await challenges.challengeOf(1n)).state).to.equal(ChallengeState.REJECTED);
    });

    for (const role of ["arbiter", "requester", "owner", "stranger"] as const) {
      it(`is not for the ${role} to set`, async () => {
        const world = await loadFixture(poolFunded);
        const challenges = world.challenges.connect(world[role]);

        for (const act of [
          () => challenges.setTerms(terms),
          () => challenges.setResolver(world[role].address),
          () => challenges.reclaimPool(1n),
        ]) {
          await expect(act())
            .to.be.revertedWithCustomError(challenges, "OwnableUnauthorizedAccount")
            .withArgs(world[role].address);
        }
      });
    }

    it("is handed over in two steps", async () => {
      const { challenges, dao, friend } = await loadFixture(challengesDeployed);
      await challenges.connect(dao).transferOwnership(friend.address);
      expect(await challenges.owner()).to.equal(dao.address);

      await challenges.connect(friend).acceptOwnership();

      expect(await challenges.owner()).to.equal(friend.address);
      await expect(challenges.connect(dao).setResolver(dao.address))
        .to.be.revertedWithCustomError(challenges, "OwnableUnauthorizedAccount")
        .withArgs(dao.address);
    });
  });

  it("knows no challenge that was never opened", async () => {
    const { challenges, arbiter } = await loadFixture(challengesDeployed);

    expect((await challenges.challengeOf(1n)).state).to.equal(ChallengeState.NONE);
    for (const act of [
      () => challenges.connect(arbiter).uphold(1n, 0, digestOf("verdict"), []),
      () => challenges.connect(arbiter).reject(1n, verdict),
      () => challenges.expire(1n),
    ]) {
      await expect(act())
        .to.be.revertedWithCustomError(challenges, "ChallengesNotOpen")
        .withArgs(1n, ChallengeState.NONE);
    }
  });
});
