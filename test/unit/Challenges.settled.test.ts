import { expect } from "chai";
import {
  BOND,
  evidence,
  first,
  isFulfilled,
  openChallengeable,
  resultsKnown,
  second,
  verdict,
  versionChallenged,
} from "../helpers/challenges";
import { deployContract, loadFixture } from "../helpers/chain";
import { word } from "../helpers/traits";

describe("Challenges: what was upheld is settled", () => {
  describe("a version", () => {
    it("tells by which challenge it was upheld to be bad, and nothing of any other", async () => {
      const { challenges, arbiter, collectionAddress, tokenId } = await loadFixture(versionChallenged);
      expect(await challenges.versionUpheldBy(collectionAddress, tokenId, 2)).to.equal(0n);

      await challenges.connect(arbiter).uphold(1n, 1, verdict, []);

      expect(await challenges.versionUpheldBy(collectionAddress, tokenId, 2)).to.equal(1n);
      expect(await challenges.versionUpheldBy(collectionAddress, tokenId, 1)).to.equal(0n);
      expect(await challenges.versionUpheldBy(collectionAddress, 2n, 2)).to.equal(0n);
    });

    it("of a frozen program is not upheld again, though it is never retired", async () => {
      const { challenges, arbiter, collection, challenge, tokenId } = await loadFixture(resultsKnown);
      await collection.freeze(tokenId);
      await challenge();
      await challenges.connect(arbiter).uphold(1n, 0, verdict, []);
      expect(await collection.isRetired(tokenId, 2)).to.equal(false);

      await expect(challenge()).to.be.revertedWithCustomError(challenges, "ChallengesSettled").withArgs(1n);

      expect(await collection.activeVersion(tokenId)).to.deep.equal([2n, second]);
    });

    it("that was rejected is not settled, nor is one that nobody judged", async () => {
      const { challenges, arbiter, collectionAddress, tokenId } = await loadFixture(versionChallenged);

      await challenges.connect(arbiter).reject(1n, verdict);

      expect(await challenges.versionUpheldBy(collectionAddress, tokenId, 2)).to.equal(0n);
    });

    it("with the same manifest is another version, which is challenged anew", async () => {
      const { challenges, arbiter, collection, challenge, tokenId } = await loadFixture(versionChallenged);
      await challenges.connect(arbiter).uphold(1n, 1, verdict, []);
      await collection.publishManifest(tokenId, second);

      await challenge({ version: 3 });
      await challenges.connect(arbiter).uphold(2n, 1, verdict, []);

      expect(await collection.activeVersion(tokenId)).to.deep.equal([1n, first]);
    });
  });

  describe("a result", () => {
    it("is not challenged again, by nobody and under no token", async () => {
      const world = await loadFixture(resultsKnown);
      const { challenges, arbiter, collection, creator, owner, player, oracleAddress, challengeResult } = world;
      await collection.connect(creator).mint(owner.address, second);
      await challengeResult();
      await challenges.connect(arbiter).uphold(1n, 0, verdict, []);

      for (const tokenId of [1n, 2n]) {
        await expect(challengeResult({ by: player, tokenId }))
          .to.be.revertedWithCustomError(challenges, "ChallengesSettled")
          .withArgs(1n);
      }

      expect(await challenges.resultUpheldBy(oracleAddress, 7n)).to.equal(1n);
      expect(await challenges.challengeCount()).to.equal(1n);
    });

    it("is not settled in another collection either", async () => {
      const world = await loadFixture(resultsKnown);
      const { challenges, arbiter, requester, address, oracleAddress, challengeResult } = world;
      const other = await openChallengeable({ ...world, creator: world.player }, address, oracleAddress);
      const otherAddress = await other.getAddress();
      await challengeResult();
      await challenges.connect(arbiter).uphold(1n, 0, verdict, []);

      await expect(challenges.connect(requester).challengeResult(oracleAddress, 7n, otherAddress, 1n, evidence, BOND))
        .to.be.revertedWithCustomError(challenges, "ChallengesSettled")
        .withArgs(1n);
    });

    it("settles no other request, and none of another oracle", async () => {
      const { challenges, arbiter, oracleAddress, challengeResult } = await loadFixture(resultsKnown);
      const other = await deployContract("RestlessMock");
      const otherAddress = await other.getAddress();
      await other.answerTo(isFulfilled, word(1n));
      await challengeResult();
      await challenges.connect(arbiter).uphold(1n, 0, verdict, []);

      await challengeResult({ requestId: 8n });
      await challenges.connect(arbiter).uphold(2n, 0, verdict, []);
      await challengeResult({ oracle: otherAddress });

      expect(await challenges.resultUpheldBy(oracleAddress, 8n)).to.equal(2n);
      expect(await challenges.resultUpheldBy(otherAddress, 7n)).to.equal(0n);
    });

    it("that is challenged under two tokens at once is upheld once: the other challenge can fail alone", async () => {
      const world = await loadFixture(resultsKnown);
      const { challenges, arbiter, collection, creator, owner, player, challengeResult } = world;
      await collection.connect(creator).mint(owner.address, second);
      await challengeResult();
      await challengeResult({ by: player, tokenId: 2n });
      await challenges.connect(arbiter).uphold(1n, 0, verdict, []);

      await expect(challenges.connect(arbiter).uphold(2n, 0, verdict, []))
        .to.be.revertedWithCustomError(challenges, "ChallengesSettled")
        .withArgs(1n);

      await challenges.connect(arbiter).reject(2n, verdict);
      expect(await collection.locked(2n)).to.equal(false);
    });

    it("is another thing than a version: the one settles nothing of the other", async () => {
      const { challenges, arbiter, challenge, challengeResult, oracleAddress } = await loadFixture(resultsKnown);
      await challengeResult();
      await challenges.connect(arbiter).uphold(1n, 0, verdict, []);

      await challenge();
      await challenges.connect(arbiter).uphold(2n, 1, verdict, []);

      expect(await challenges.resultUpheldBy(oracleAddress, 7n)).to.equal(1n);
    });
  });

  it("of a token that was burned cannot be challenged at all: nothing of it can be locked", async () => {
    const { collection, tokenId, challengeResult } = await loadFixture(resultsKnown);
    await collection.burn(tokenId);

    await expect(challengeResult())
      .to.be.revertedWithCustomError(collection, "ERC721NonexistentToken")
      .withArgs(tokenId);
  });
});
