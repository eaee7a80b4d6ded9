import { expect } from "chai";
import { attest as attestReport } from "../helpers/attestation";
import { chainId, deployContract, loadFixture, nextBlockAt, passTime } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { Random } from "../helpers/random";
import {
  BUDGET,
  EPOCH_CAP,
  epochPosted,
  freshDistributor,
  INTERVAL,
  type Posting,
  postingLeaf,
  postingOf,
  Programme,
  PROGRAMMES,
  programmesFunded,
  rewardLeaf,
  type RewardsWorld,
  treeOf,
} from "../helpers/rewards";
import { Delivery, digestOf, Status } from "../helpers/typed-data";

const { ACTIVITY, GPU_TIME, TRAINING } = Programme;
const MAX_INTERVAL = 365n * 86_400n;

/** Submits what the quorum signed; `signed` may be another posting than the one that is submitted. */
async function postReported(world: RewardsWorld, posting: Posting, signed: Posting = posting) {
  const { configVersion, deadline, attestation } = await world.report(signed);
  return world.distributor.connect(world.relayer).postByReport(posting, configVersion, deadline, attestation);
}

/** An attestation of any leaf, as the fixture's quorum signs it, submitted for a posting. */
async function postAttested(world: RewardsWorld, posting: Posting, attestation: string) {
  const { configVersion, deadline } = world.attest.terms;
  return world.distributor.postByReport(posting, configVersion, deadline, attestation);
}

describe("RewardDistributor", () => {
  describe("setLimits", () => {
    it("lets reporters go so far and no further, and tells what changed", async () => {
      const { distributor, dao } = await loadFixture(freshDistributor);
      await distributor.connect(dao).setLimits(TRAINING, { epochCap: 5, interval: MAX_INTERVAL });

      expect(
        await eventsOf(distributor.connect(dao).setLimits(TRAINING, { epochCap: 7, interval: 0 }), distributor),
      ).to.deep.equal([["RewardLimitsSet", TRAINING, [5n, MAX_INTERVAL], [7n, 0n]]]);
      expect([...(await distributor.limitsOf(TRAINING))]).to.deep.equal([7n, 0n]);
    });

    it("waits a year at most", async () => {
      const { distributor, dao } = await loadFixture(freshDistributor);

      await expect(distributor.connect(dao).setLimits(TRAINING, { epochCap: 5, interval: MAX_INTERVAL + 1n }))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorIntervalTooLong")
        .withArgs(MAX_INTERVAL + 1n, MAX_INTERVAL);
    });
  });

  describe("postByReport", () => {
    it("posts what a quorum signed, whoever submits it", async () => {
      const world = await loadFixture(programmesFunded);
      const { distributor, trainer, player } = world;
      const tree = treeOf(GPU_TIME, [trainer, 600n], [player, 400n]);

      expect(await eventsOf(postReported(world, postingOf(GPU_TIME, 1n, tree)), distributor)).to.deep.equal([
        ["EpochPosted", GPU_TIME, 1n, tree.root, 1000n, 1000n, true],
      ]);
      await distributor.claim(GPU_TIME, trainer.address, 600, tree.proof(trainer));
    });

    it("refuses a report over any other posting", async () => {
      const world = await loadFixture(programmesFunded);
      const { distributor, distributorAddress, trainer } = world;
      const posting = postingOf(GPU_TIME, 1n, treeOf(GPU_TIME, [trainer, 600n]));
      const leaf = postingLeaf(await chainId(), distributorAddress, posting);

      for (const other of [
        { ...posting, programme: TRAINING },
        { ...posting, epoch: 2n },
        { ...posting, root: digestOf("another root") },
        { ...posting, total: 601n },
      ]) {
        await expect(postReported(world, posting, other))
          .to.be.revertedWithCustomError(distributor, "RewardDistributorNotReported")
          .withArgs(leaf);
      }
    });

    it("refuses a report for another distributor or another chain", async () => {
      const world = await loadFixture(programmesFunded);
      const { distributor, distributorAddress, trainer, attest, stranger } = world;
      const posting = postingOf(GPU_TIME, 1n, treeOf(GPU_TIME, [trainer, 600n]));

      for (const leaf of [
        postingLeaf(1n, distributorAddress, posting),
        postingLeaf(await chainId(), stranger.address, posting),
      ]) {
        await expect(postAttested(world, posting, attest.leaf(0n, leaf)))
          .to.be.revertedWithCustomError(distributor, "RewardDistributorNotReported")
          .withArgs(postingLeaf(await chainId(), distributorAddress, posting));
      }
    });

    it("takes no result and no update for a posting, nor a posting for either", async () => {
      const world = await loadFixture(programmesFunded);
      const { distributor, oracle, trainer, attest, stranger } = world;
      const posting = postingOf(GPU_TIME, 1n, treeOf(GPU_TIME, [trainer, 600n]));
      const result = {
        requestId: 0n,
        requestHash: digestOf("request"),
        resultDigest: posting.root,
        status: Status.OK,
        size: 600n,
      };
      const update = {
        collection: stranger.address,
        tokenId: 0n,
        actor: trainer.address,
        sequence: 1n,
        manifestDigest: posting.root,
        inputDigest: posting.root,
        outputDigest: posting.root,
        stateDigest: posting.root,
      };

      for (const attestation of [attest.result(result, Delivery.DIGEST), attest.update(update)]) {
        await expect(postAttested(world, posting, attestation)).to.be.revertedWithCustomError(
          distributor,
          "RewardDistributorNotReported",
        );
      }
      const { attestation } = await world.report(posting);
      await expect(oracle.submitUpdate(attestation, update)).to.be.revertedWithCustomError(
        oracle,
        "InferenceOracleInvalidSignature",
      );
    });

    it("refuses a report of another first id, or over another number of leaves", async () => {
      const world = await loadFixture(programmesFunded);
      const { distributor, distributorAddress, trainer, attest } = world;
      const posting = postingOf(GPU_TIME, 1n, treeOf(GPU_TIME, [trainer, 600n]));
      const leaf = postingLeaf(await chainId(), distributorAddress, posting);

      const { configVersion, deadline } = attest.terms;

      for (const [firstId, count] of [
        [1n, 1n],
        [0n, 0n],
        [0n, 2n],
      ] as const) {
        const report = { configVersion, deadline, firstId, count, root: leaf };
        await expect(postAttested(world, posting, attestReport(report, attest.terms)))
          .to.be.revertedWithCustomError(distributor, "RewardDistributorNotReported")
          .withArgs(leaf);
      }
    });

    it("refuses one signature too few, and says nothing for a config that was revoked", async () => {
      const world = await loadFixture(programmesFunded);
      const { distributor, distributorAddress, oracle, dao, trainer, attest } = world;
      const posting = postingOf(GPU_TIME, 1n, treeOf(GPU_TIME, [trainer, 600n]));
      const leaf = postingLeaf(await chainId(), distributorAddress, posting);

      await expect(postAttested(world, posting, attest.leaf(0n, leaf, { by: [1] })))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorNotReported")
        .withArgs(leaf);
      await oracle.connect(dao).revokeConfig(attest.terms.configVersion);
      await expect(postReported(world, posting))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleConfigNotLive")
        .withArgs(attest.terms.configVersion);
    });

    it("refuses a report after its deadline", async () => {
      const world = await loadFixture(programmesFunded);
      const { oracle, trainer, attest } = world;
      const posting = postingOf(GPU_TIME, 1n, treeOf(GPU_TIME, [trainer, 600n]));
      await nextBlockAt(attest.terms.deadline + 1n);

      await expect(postReported(world, posting))
        .to.be.revertedWithCustomError(oracle, "InferenceOracleReportExpired")
        .withArgs(attest.terms.deadline, attest.terms.deadline + 1n);
    });

    it("[peers F46] takes each report once", async () => {
      const world = await loadFixture(programmesFunded);
      const { distributor, dao, trainer } = world;
      const posting = postingOf(GPU_TIME, 1n, treeOf(GPU_TIME, [trainer, 600n]));
      await postReported(world, posting);
      await distributor.connect(dao).setLimits(GPU_TIME, { epochCap: EPOCH_CAP, interval: 0 });

      await expect(postReported(world, posting))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorWrongEpoch")
        .withArgs(GPU_TIME, 2, 1);
    });

    it("adds up to the cap, and not one unit more", async () => {
      const world = await loadFixture(programmesFunded);
      const { distributor, trainer } = world;
      const over = postingOf(GPU_TIME, 1n, treeOf(GPU_TIME, [trainer, EPOCH_CAP + 1n]));

      await expect(postReported(world, over))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorOverCap")
        .withArgs(GPU_TIME, EPOCH_CAP + 1n, EPOCH_CAP);
      await postReported(world, postingOf(GPU_TIME, 1n, treeOf(GPU_TIME, [trainer, EPOCH_CAP])));
    });

    it("lets reporters post nothing before a vote allows it", async () => {
      const world = await loadFixture(freshDistributor);
      const { distributor, dao, trainer } = world;
      await distributor.connect(dao).fund(GPU_TIME, BUDGET);

      await expect(postReported(world, postingOf(GPU_TIME, 1n, treeOf(GPU_TIME, [trainer, 1n]))))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorNoReports")
        .withArgs(GPU_TIME);
    });

    it("lets reporters divide nothing anew before a vote allows it, though they would add nothing", async () => {
      const world = await loadFixture(freshDistributor);
      const { distributor, dao, trainer, stranger } = world;
      await distributor.connect(dao).fund(GPU_TIME, BUDGET);
      const honest = treeOf(GPU_TIME, [trainer, 100n]);
      await distributor.connect(dao).post(postingOf(GPU_TIME, 1n, honest));

      await expect(postReported(world, postingOf(GPU_TIME, 2n, treeOf(GPU_TIME, [stranger, 100n]))))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorNoReports")
        .withArgs(GPU_TIME);
      await distributor.claim(GPU_TIME, trainer.address, 100n, honest.proof(trainer));
      expect(await distributor.claimedBy(GPU_TIME, trainer.address)).to.equal(100n);
    });

    it("waits for the interval after any posting, to its last second; a vote does not", async () => {
      const world = await loadFixture(epochPosted);
      const { distributor, dao, attest, trainer, domain, reporters } = world;
      const { postedAt } = await distributor.booksOf(ACTIVITY);
      const posting = postingOf(ACTIVITY, 2n, treeOf(ACTIVITY, [trainer, 1100n]));
      const submit = async (at: bigint) => {
        const deadline = at + 60n;
        const leaf = await distributor.postingLeaf(posting);
        const attestation = attest.leaf(0n, leaf, { domain, reporters, deadline });
        await nextBlockAt(at);
        return distributor.postByReport(posting, attest.terms.configVersion, deadline, attestation);
      };

      await expect(submit(postedAt + INTERVAL - 1n))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorTooEarly")
        .withArgs(ACTIVITY, postedAt + INTERVAL);
      await submit(postedAt + INTERVAL);
      await distributor.connect(dao).post({ ...posting, epoch: 3n });
    });

    it("cannot promise more than the budget, whatever the cap", async () => {
      const world = await loadFixture(programmesFunded);
      const { distributor, dao, trainer } = world;
      await distributor.connect(dao).setLimits(GPU_TIME, { epochCap: 2n ** 192n - 1n, interval: 0 });

      await expect(postReported(world, postingOf(GPU_TIME, 1n, treeOf(GPU_TIME, [trainer, BUDGET + 1n]))))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorOverBudget")
        .withArgs(GPU_TIME, BUDGET + 1n, BUDGET);
    });

    it("bounds what m colluding reporters take, beyond what nobody claimed, to one programme's cap in an interval", async () => {
      const world = await loadFixture(programmesFunded);
      const { distributor, token, stranger } = world;
      const loot = treeOf(GPU_TIME, [stranger, EPOCH_CAP]);
      await postReported(world, postingOf(GPU_TIME, 1n, loot));
      await distributor.claim(GPU_TIME, stranger.address, EPOCH_CAP, loot.proof(stranger));
      const more = treeOf(GPU_TIME, [stranger, 2n * EPOCH_CAP]);

      await expect(postReported(world, postingOf(GPU_TIME, 2n, more))).to.be.revertedWithCustomError(
        distributor,
        "RewardDistributorTooEarly",
      );
      expect(await token.balanceOf(stranger.address)).to.equal(EPOCH_CAP);
    });
  });

  describe("the leaves", () => {
    it("are those that their types describe", async () => {
      const { distributor, distributorAddress } = await loadFixture(freshDistributor);
      const random = new Random("reward leaves");
      for (const programme of PROGRAMMES) {
        const account = random.address();
        const amount = random.uint(256);
        const posting = { programme, epoch: random.uint(64), root: random.bytes32(), total: random.uint(256) };

        expect(await distributor.rewardLeaf(programme, account, amount)).to.equal(
          rewardLeaf(programme, account, amount),
        );
        expect(await distributor.postingLeaf(posting)).to.equal(
          postingLeaf(await chainId(), distributorAddress, posting),
        );
      }
    });
  });

  describe("when the token is hostile", () => {
    it("[peers F44] refuses a budget of which a fee is taken", async () => {
      const { distributor, dao, token } = await loadFixture(freshDistributor);
      await token.takeFee(100);

      await expect(distributor.connect(dao).fund(ACTIVITY, 1000))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorWrongTransfer")
        .withArgs(1000, 990);
    });

    it("[peers F44] refuses a transfer that answers no, in and out", async () => {
      const { distributor, dao, token, tokenAddress, trainer, tree } = await loadFixture(epochPosted);
      await token.refuse(true);

      for (const call of [
        () => distributor.connect(dao).fund(ACTIVITY, 1),
        () => distributor.connect(dao).reclaim(ACTIVITY, 1, dao.address),
        () => distributor.claim(ACTIVITY, trainer.address, 600, tree.proof(trainer)),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(distributor, "SafeERC20FailedOperation")
          .withArgs(tokenAddress);
      }
      expect(await distributor.claimedBy(ACTIVITY, trainer.address)).to.equal(0n);
    });

    it("[peers F44] pays in a token that answers nothing", async () => {
      const { oracle, dao, trainer } = await loadFixture(freshDistributor);
      const token = await deployContract("SilentTokenMock");
      await token.mint(dao.address, 100);
      const args = [await token.getAddress(), dao.address, await oracle.getAddress()];
      const distributor = (await deployContract("RewardDistributor", args)).connect(dao);
      const tree = treeOf(ACTIVITY, [trainer, 60n]);
      await distributor.fund(ACTIVITY, 100);
      await distributor.post(postingOf(ACTIVITY, 1n, tree));

      await distributor.claim(ACTIVITY, trainer.address, 60, tree.proof(trainer));
      await distributor.reclaim(ACTIVITY, 40, dao.address);

      expect([await token.balanceOf(trainer.address), await token.balanceOf(dao.address)]).to.deep.equal([60n, 40n]);
    });

    it("[peers F44] pays the others when the token shuts one account out, and keeps that account's part", async () => {
      const { distributor, token, trainer, player, tree } = await loadFixture(epochPosted);
      await token.blacklist(trainer.address, true);

      await expect(distributor.claim(ACTIVITY, trainer.address, 600, tree.proof(trainer)))
        .to.be.revertedWithCustomError(token, "HostileTokenMockRefused")
        .withArgs(trainer.address);
      await distributor.claim(ACTIVITY, player.address, 400, tree.proof(player));
      await token.blacklist(trainer.address, false);
      await distributor.claim(ACTIVITY, trainer.address, 600, tree.proof(trainer));

      expect(await token.balanceOf(trainer.address)).to.equal(600n);
    });

    it("[peers F44] refuses every call that moves money or promises it from inside a transfer", async () => {
      const world = await loadFixture(epochPosted);
      const { distributor, distributorAddress, dao, token, tokenAddress, trainer, player, tree, report } = world;
      await distributor.connect(dao).transferOwnership(tokenAddress);
      const { interface: abi } = distributor;
      await token.callDuringTransfer(distributorAddress, [abi.encodeFunctionData("acceptOwnership")]);
      await distributor.claim(ACTIVITY, player.address, 400, tree.proof(player));
      expect(await distributor.owner()).to.equal(tokenAddress);
      await passTime(INTERVAL);
      const posting = postingOf(ACTIVITY, 2n, tree);
      const { configVersion, deadline, attestation } = await report(posting);
      const calls = [
        abi.encodeFunctionData("fund", [ACTIVITY, 1]),
        abi.encodeFunctionData("reclaim", [ACTIVITY, 1, tokenAddress]),
        abi.encodeFunctionData("expire", [ACTIVITY]),
        abi.encodeFunctionData("post", [posting]),
        abi.encodeFunctionData("postByReport", [posting, configVersion, deadline, attestation]),
        abi.encodeFunctionData("claim", [ACTIVITY, trainer.address, 600, tree.proof(trainer)]),
      ];
      await token.callDuringTransfer(distributorAddress, calls);

      await distributor.claim(ACTIVITY, trainer.address, 600, tree.proof(trainer));

      const refusal = abi.encodeErrorResult("ReentrancyGuardReentrantCall");
      for (const index of calls.keys()) expect(await token.answers(index + 1)).to.equal(refusal);
      expect(await token.balanceOf(trainer.address)).to.equal(600n);
    });

    it("keeps what was sent to it by mistake out of every budget", async () => {
      const { distributor, distributorAddress, token, dao } = await loadFixture(programmesFunded);
      await token.mint(distributorAddress, 77);

      await expect(distributor.connect(dao).reclaim(ACTIVITY, BUDGET + 1n, dao.address))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorOverBudget")
        .withArgs(ACTIVITY, BUDGET + 1n, BUDGET);
    });
  });
});
