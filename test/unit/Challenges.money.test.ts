import { expect } from "chai";
import { ERC20__factory, IAINFTDisputes__factory, IAINFTRecords__factory } from "../../typechain-types";
import {
  BOND,
  booksOf,
  challengesDeployed,
  type ChallengeWorld,
  deployChallenges,
  evidence,
  openChallengeable,
  poolFunded,
  REWARD,
  TREASURY,
  verdict,
  versionChallenged,
} from "../helpers/challenges";
import { deployContract, impersonated, loadFixture, nextBlockAt } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { word } from "../helpers/traits";

const disputes = IAINFTDisputes__factory.createInterface();
const records = IAINFTRecords__factory.createInterface();

describe("Challenges", () => {
  describe("the pool of rewards", () => {
    it("is filled by anybody, who says so", async () => {
      const { challenges, address, token, friend } = await loadFixture(challengesDeployed);

      const seen = await eventsOf(challenges.connect(friend).fundPool(700n), challenges, token);

      expect(seen).to.deep.equal([
        ["PoolFunded", friend.address, 700n],
        ["Transfer", friend.address, address, 700n],
      ]);
      expect(await challenges.pool()).to.equal(700n);
    });

    it("gives back to the treasury what is free, and no unit that is set aside", async () => {
      const { challenges, dao } = await loadFixture(versionChallenged);
      await expect(challenges.connect(dao).reclaimPool(2n * REWARD + 1n))
        .to.be.revertedWithCustomError(challenges, "ChallengesPoolTooSmall")
        .withArgs(2n * REWARD + 1n, 2n * REWARD);

      const seen = await eventsOf(challenges.connect(dao).reclaimPool(2n * REWARD), challenges);

      expect(seen).to.deep.equal([
        ["PoolReclaimed", 2n * REWARD],
        ["Owed", TREASURY, 2n * REWARD],
      ]);
      expect(await challenges.pool()).to.equal(0n);
      expect(await challenges.held()).to.equal(BOND + REWARD);
    });

    it("moves nothing when nothing is paid in or taken out", async () => {
      const { challenges, dao, friend } = await loadFixture(challengesDeployed);

      expect(await eventsOf(challenges.connect(friend).fundPool(0n), challenges)).to.deep.equal([
        ["PoolFunded", friend.address, 0n],
      ]);
      expect(await eventsOf(challenges.connect(dao).reclaimPool(0n), challenges)).to.deep.equal([
        ["PoolReclaimed", 0n],
      ]);
    });
  });

  describe("withdraw", () => {
    it("[peers F47] pays bond and reward out exactly once, whoever asks", async () => {
      const world = await loadFixture(versionChallenged);
      const { challenges, arbiter, requester, stranger, token, trainer } = world;
      await challenges.connect(arbiter).uphold(1n, 1, verdict, [{ provider: trainer.address, amount: REWARD }]);
      expect(await challenges.withdraw.staticCall(requester.address)).to.equal(BOND + REWARD);

      const sent = challenges.connect(stranger).withdraw(requester.address);

      expect(await eventsOf(sent, challenges, token)).to.deep.equal([
        ["Paid", requester.address, BOND + REWARD],
        ["Transfer", world.address, requester.address, BOND + REWARD],
      ]);
      await expect(challenges.withdraw(requester.address))
        .to.be.revertedWithCustomError(challenges, "PayoutsNothingOwed")
        .withArgs(requester.address);
      expect(await challenges.totalOwed()).to.equal(0n);
    });

    it("adds up what somebody is owed by several challenges", async () => {
      const { challenges, arbiter, requester, challenge, trainer } = await loadFixture(versionChallenged);
      const penalty = { provider: trainer.address, amount: REWARD };
      await challenges.connect(arbiter).uphold(1n, 1, verdict, [penalty]);
      await challenge({ version: 1 });
      await challenges.connect(arbiter).uphold(2n, 0, verdict, [penalty]);

      expect(await challenges.owedTo(requester.address)).to.equal(2n * (BOND + REWARD));
      expect(await challenges.totalOwed()).to.equal(2n * (BOND + REWARD));
    });

    it("pays everybody else when the asset shuts one account out", async () => {
      const people = await loadFixture(challengesDeployed);
      const token = await deployContract("BlacklistTokenMock");
      const world = await openedIn(people, token);
      const { challenges, arbiter, requester } = world;
      await challenges.connect(arbiter).uphold(1n, 1, verdict, []);
      await token.blacklist(requester.address);

      await expect(challenges.withdraw(requester.address))
        .to.be.revertedWithCustomError(token, "BlacklistTokenMockRefused")
        .withArgs(requester.address);

      expect(await challenges.owedTo(requester.address)).to.equal(BOND);
    });

    it("answers no call from inside the asset's transfer, were the asset owner and judge", async () => {
      const people = await loadFixture(challengesDeployed);
      const token = await deployContract("ReentrantTokenMock");
      const { challenges, arbiter, dao, requester, collectionAddress: collection } = await openedIn(people, token);
      const tokenAddress = await token.getAddress();
      await challenges.connect(arbiter).uphold(1n, 1, verdict, []);
      await challenges.connect(dao).transferOwnership(tokenAddress);
      await challenges.connect(await impersonated(tokenAddress)).acceptOwnership();
      const abi = challenges.interface;
      const calls = [
        abi.encodeFunctionData("withdraw", [requester.address]),
        abi.encodeFunctionData("challengeVersion", [collection, 1n, 1, evidence, BOND]),
        abi.encodeFunctionData("challengeResult", [tokenAddress, 1n, collection, 1n, evidence, BOND]),
        abi.encodeFunctionData("uphold", [1n, 0, verdict, []]),
        abi.encodeFunctionData("reject", [1n, verdict]),
        abi.encodeFunctionData("expire", [1n]),
        abi.encodeFunctionData("releaseToken", [collection, 1n]),
        abi.encodeFunctionData("retryPenalty", [1n, requester.address]),
        abi.encodeFunctionData("fundPool", [1n]),
        abi.encodeFunctionData("reclaimPool", [0n]),
      ];
      await token.callBack(calls);

      await challenges.withdraw(requester.address);

      const refusal = abi.encodeErrorResult("ReentrancyGuardReentrantCall");
      const answers = await Promise.all(calls.map((_, index) => token.answers(index)));
      expect(answers).to.deep.equal(calls.map(() => refusal));
      expect(await token.balanceOf(requester.address)).to.equal(BOND);
    });
  });

  describe("when the asset is hostile", () => {
    it("refuses a bond that does not arrive in full", async () => {
      const people = await loadFixture(challengesDeployed);
      const token = await deployContract("FeeOnTransferTokenMock", [100]);
      const challenges = await deployChallenges(people, token, people.slasher);
      const address = await challenges.getAddress();
      const collection = await openChallengeable(people, address, people.oracleAccount.address);
      await token.mint(people.requester.address, BOND);
      await token.connect(people.requester).approve(address, BOND);

      await expect(
        challenges.connect(people.requester).challengeVersion(await collection.getAddress(), 1n, 2, evidence, BOND),
      )
        .to.be.revertedWithCustomError(challenges, "PayoutsWrongBalance")
        .withArgs(BOND, (BOND * 99n) / 100n);
    });

    it("takes a bond that was not approved from nobody", async () => {
      const { challenges, collectionAddress, stranger, token, address } = await loadFixture(challengesDeployed);

      await expect(challenges.connect(stranger).challengeVersion(collectionAddress, 1n, 2, evidence, BOND))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
        .withArgs(address, 0n, BOND);
    });

    it("counts nothing that is sent without a call", async () => {
      const world = await loadFixture(poolFunded);
      await world.token.mint(world.address, 55n);

      const [has, owes] = await booksOf(world);

      expect(has - owes).to.equal(55n);
    });
  });

  describe("when a collection or the registry is hostile", () => {
    it("answers no call from a collection while it is told to lock or to unlock", async () => {
      const world = await loadFixture(poolFunded);
      const { challenges, requester, arbiter, collectionAddress, tokenId } = world;
      const hostile = await deployContract("RestlessMock");
      const address = await hostile.getAddress();
      await hostile.answerTo(records.getFunction("manifestOf").selector, evidence);
      await hostile.answerTo(disputes.getFunction("isRetired").selector, word(0n));
      const inside = challenges.interface.encodeFunctionData("challengeVersion", [
        collectionAddress,
        tokenId,
        2,
        evidence,
        BOND,
      ]);
      const refusal = challenges.interface.encodeErrorResult("ReentrancyGuardReentrantCall");

      await hostile.callBackOn(disputes.getFunction("lock").selector, inside);
      await challenges.connect(requester).challengeVersion(address, 1n, 1, evidence, BOND);
      expect([await hostile.callCount(), await hostile.answer()]).to.deep.equal([1n, refusal]);

      await hostile.callBackOn(disputes.getFunction("unlock").selector, inside);
      await challenges.connect(arbiter).reject(1n, verdict);
      expect([await hostile.callCount(), await hostile.answer()]).to.deep.equal([2n, refusal]);
    });

    it("loses no bond but its own challenger's when it refuses to let go", async () => {
      const world = await loadFixture(poolFunded);
      const { challenges, requester, arbiter } = world;
      const hostile = await deployContract("AnswerMock");
      await hostile.answerTo(records.getFunction("manifestOf").selector, false, evidence);
      await hostile.answerTo(disputes.getFunction("isRetired").selector, false, word(0n));
      await hostile.answerTo(disputes.getFunction("lock").selector, false, "0x");
      await challenges.connect(requester).challengeVersion(await hostile.getAddress(), 1n, 1, evidence, BOND);
      const { deadline } = await challenges.challengeOf(1n);

      await challenges.connect(requester).challengeVersion(await hostile.getAddress(), 2n, 1, evidence, BOND);
      const pool = await challenges.pool();

      await expect(challenges.connect(arbiter).reject(1n, verdict))
        .to.emit(challenges, "TokenNotReleased")
        .withArgs(1n, await hostile.getAddress(), 1n);
      await nextBlockAt(deadline + 10n);
      await expect(challenges.expire(2n)).to.emit(challenges, "TokenNotReleased");
      await expect(challenges.releaseToken(await hostile.getAddress(), 1n)).to.be.revertedWithoutReason();
      await hostile.answerTo(disputes.getFunction("unlock").selector, false, "0x");
      await challenges.releaseToken(await hostile.getAddress(), 1n);

      expect(await challenges.held()).to.equal(0n);
      expect(await challenges.pool()).to.equal(pool + 2n * REWARD);
    });

    it("answers no call from the registry while it slashes", async () => {
      const { challenges, arbiter, slasher, trainer } = await loadFixture(versionChallenged);
      const retry = challenges.interface.encodeFunctionData("retryPenalty", [1n, trainer.address]);
      await slasher.callBack(retry);

      await challenges.connect(arbiter).uphold(1n, 1, verdict, [{ provider: trainer.address, amount: 5n }]);

      expect(await slasher.answer()).to.equal(challenges.interface.encodeErrorResult("ReentrancyGuardReentrantCall"));
      expect(await challenges.penaltyOf(1n, trainer.address)).to.equal(0n);
    });
  });
});

interface Mintable {
  getAddress(): Promise<string>;
  mint(to: string, amount: bigint): Promise<unknown>;
}

/** A challenge by `requester` under a bond in another asset; no reward is set aside. */
async function openedIn(people: ChallengeWorld, token: Mintable): Promise<ChallengeWorld> {
  const { requester, slasher, oracleAccount } = people;
  const challenges = await deployChallenges(people, token, slasher);
  const address = await challenges.getAddress();
  const collection = await openChallengeable(people, address, oracleAccount.address);
  const collectionAddress = await collection.getAddress();
  await token.mint(requester.address, BOND);
  await ERC20__factory.connect(await token.getAddress(), requester).approve(address, BOND);
  await challenges.connect(requester).challengeVersion(collectionAddress, 1n, 2, evidence, BOND);
  return { ...people, challenges, address, collection, collectionAddress };
}
