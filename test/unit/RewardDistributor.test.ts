import { expect } from "chai";
import { concat, keccak256, MaxUint256, ZeroAddress } from "ethers";
import { IRewardDistributor__factory } from "../../typechain-types";
import { deployContract, loadFixture, nextBlockAt, now, passTime } from "../helpers/chain";
import { eventsOf } from "../helpers/events";
import { declarations } from "../helpers/interfaces";
import { Random } from "../helpers/random";
import {
  BUDGET,
  epochPosted,
  freshDistributor,
  postingOf,
  Programme,
  PROGRAMMES,
  programmesFunded,
  rewardLeaf,
  treeOf,
} from "../helpers/rewards";

const { ACTIVITY, GPU_TIME, TRAINING } = Programme;
const EXPIRY = 730n * 86_400n;

describe("RewardDistributor", () => {
  it("has every function, event and error of IRewardDistributor, letter by letter", async () => {
    const { distributor } = await loadFixture(freshDistributor);

    expect(declarations(distributor.interface)).to.include.members(
      declarations(IRewardDistributor__factory.createInterface()),
    );
  });

  it("is made for one token, one oracle and one owner, and starts with empty books", async () => {
    const { distributor, tokenAddress, oracle, dao } = await loadFixture(freshDistributor);

    expect(await distributor.token()).to.equal(tokenAddress);
    expect(await distributor.oracle()).to.equal(await oracle.getAddress());
    expect(await distributor.owner()).to.equal(dao.address);
    expect([await distributor.EXPIRY(), await distributor.MAX_INTERVAL()]).to.deep.equal([EXPIRY, EXPIRY / 2n]);
    for (const programme of PROGRAMMES) {
      const books = [0n, 0n, `0x${"00".repeat(32)}`, 0n, 0n, 0n];
      expect([...(await distributor.booksOf(programme))]).to.deep.equal(books);
      expect([...(await distributor.limitsOf(programme))]).to.deep.equal([0n, 0n]);
    }
  });

  it("is not made without a token, an oracle or an owner", async () => {
    const { distributor, tokenAddress, oracle, dao, stranger } = await loadFixture(freshDistributor);
    const oracleAddress = await oracle.getAddress();

    for (const args of [
      [stranger.address, dao.address, oracleAddress],
      [tokenAddress, dao.address, stranger.address],
    ]) {
      await expect(deployContract("RewardDistributor", args))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorNotAContract")
        .withArgs(stranger.address);
    }
    await expect(deployContract("RewardDistributor", [tokenAddress, ZeroAddress, oracleAddress]))
      .to.be.revertedWithCustomError(distributor, "OwnableInvalidOwner")
      .withArgs(ZeroAddress);
  });

  describe("fund", () => {
    it("adds anybody's tokens to one programme, and to no other", async () => {
      const { distributor, distributorAddress, token, creator } = await loadFixture(freshDistributor);

      expect(await eventsOf(distributor.connect(creator).fund(TRAINING, 70), distributor, token)).to.deep.equal([
        ["ProgrammeFunded", TRAINING, creator.address, 70n],
        ["Transfer", creator.address, distributorAddress, 70n],
      ]);
      const unallocated = async (programme: Programme) => (await distributor.booksOf(programme)).unallocated;
      expect(await Promise.all(PROGRAMMES.map(unallocated))).to.deep.equal([0n, 70n, 0n]);
    });

    it("refuses nothing at all", async () => {
      const { distributor } = await loadFixture(freshDistributor);

      await expect(distributor.fund(TRAINING, 0)).to.be.revertedWithCustomError(
        distributor,
        "RewardDistributorZeroAmount",
      );
    });
  });

  describe("post", () => {
    it("promises what a vote decided, out of the budget", async () => {
      const { distributor, dao, trainer, player } = await loadFixture(programmesFunded);
      const tree = treeOf(ACTIVITY, [trainer, 600n], [player, 400n]);

      expect(await eventsOf(distributor.connect(dao).post(postingOf(ACTIVITY, 1n, tree)), distributor)).to.deep.equal([
        ["EpochPosted", ACTIVITY, 1n, tree.root, 1000n, 1000n, false],
      ]);

      const books = [1n, await now(), tree.root, 1000n, 0n, BUDGET - 1000n];
      expect([...(await distributor.booksOf(ACTIVITY))]).to.deep.equal(books);
    });

    it("is the owner's alone", async () => {
      const { distributor, trainer, stranger } = await loadFixture(programmesFunded);
      const tree = treeOf(ACTIVITY, [trainer, 1n]);

      await expect(distributor.post(postingOf(ACTIVITY, 1n, tree)))
        .to.be.revertedWithCustomError(distributor, "OwnableUnauthorizedAccount")
        .withArgs(stranger.address);
    });

    it("takes the next epoch and no other", async () => {
      const { distributor, dao, trainer } = await loadFixture(epochPosted);
      const tree = treeOf(ACTIVITY, [trainer, 1000n]);

      for (const epoch of [0n, 1n, 3n, 2n ** 64n - 1n]) {
        await expect(distributor.connect(dao).post(postingOf(ACTIVITY, epoch, tree)))
          .to.be.revertedWithCustomError(distributor, "RewardDistributorWrongEpoch")
          .withArgs(ACTIVITY, 2, epoch);
      }
      await distributor.connect(dao).post(postingOf(ACTIVITY, 2n, tree));
    });

    it("promises all of the budget, and not one unit more", async () => {
      const { distributor, dao, trainer } = await loadFixture(epochPosted);
      const all = treeOf(ACTIVITY, [trainer, BUDGET]);
      const more = treeOf(ACTIVITY, [trainer, BUDGET + 1n]);

      await expect(distributor.connect(dao).post(postingOf(ACTIVITY, 2n, more)))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorOverBudget")
        .withArgs(ACTIVITY, BUDGET + 1n - 1000n, BUDGET - 1000n);
      await distributor.connect(dao).post(postingOf(ACTIVITY, 2n, all));
      expect((await distributor.booksOf(ACTIVITY)).unallocated).to.equal(0n);
      expect((await distributor.booksOf(TRAINING)).unallocated).to.equal(BUDGET);
    });

    it("takes back nothing: totals do not shrink, but may stay", async () => {
      const { distributor, dao, trainer, tree } = await loadFixture(epochPosted);

      await expect(distributor.connect(dao).post(postingOf(ACTIVITY, 2n, treeOf(ACTIVITY, [trainer, 999n]))))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorTotalShrinks")
        .withArgs(ACTIVITY, 1000, 999);
      await distributor.connect(dao).post(postingOf(ACTIVITY, 2n, tree));
    });

    it("needs a root", async () => {
      const { distributor, dao } = await loadFixture(programmesFunded);

      await expect(
        distributor.connect(dao).post({ programme: ACTIVITY, epoch: 1, root: `0x${"00".repeat(32)}`, total: 0 }),
      ).to.be.revertedWithCustomError(distributor, "RewardDistributorNoRoot");
    });
  });

  describe("claim", () => {
    it("pays an account what it has earned, whoever asks", async () => {
      const { distributor, distributorAddress, token, stranger, trainer, tree } = await loadFixture(epochPosted);
      const claiming = () => distributor.connect(stranger).claim(ACTIVITY, trainer.address, 600, tree.proof(trainer));

      expect(await distributor.claim.staticCall(ACTIVITY, trainer.address, 600, tree.proof(trainer))).to.equal(600n);
      expect(await eventsOf(claiming(), distributor, token)).to.deep.equal([
        ["RewardClaimed", ACTIVITY, trainer.address, 600n, 600n],
        ["Transfer", distributorAddress, trainer.address, 600n],
      ]);
      expect(await distributor.claimedBy(ACTIVITY, trainer.address)).to.equal(600n);
      expect((await distributor.booksOf(ACTIVITY)).claimed).to.equal(600n);
    });

    it("[peers F46] pays nobody twice, and in a later epoch only what is new", async () => {
      const { distributor, dao, token, trainer, player, tree } = await loadFixture(epochPosted);
      await distributor.claim(ACTIVITY, trainer.address, 600, tree.proof(trainer));

      await expect(distributor.claim(ACTIVITY, trainer.address, 600, tree.proof(trainer)))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorNothingDue")
        .withArgs(ACTIVITY, trainer.address, 600, 600);
      const next = treeOf(ACTIVITY, [trainer, 650n], [player, 500n]);
      await distributor.connect(dao).post(postingOf(ACTIVITY, 2n, next));
      await distributor.claim(ACTIVITY, trainer.address, 650, next.proof(trainer));
      await distributor.claim(ACTIVITY, player.address, 500, next.proof(player));

      expect(await token.balanceOf(trainer.address)).to.equal(650n);
      expect(await token.balanceOf(player.address)).to.equal(500n);
    });

    it("[peers F46] pays nothing to who has less in the newest tree than they were paid", async () => {
      const { distributor, dao, trainer, player, tree } = await loadFixture(epochPosted);
      await distributor.claim(ACTIVITY, trainer.address, 600, tree.proof(trainer));
      const next = treeOf(ACTIVITY, [trainer, 599n], [player, 401n]);
      await distributor.connect(dao).post(postingOf(ACTIVITY, 2n, next));

      await expect(distributor.claim(ACTIVITY, trainer.address, 599, next.proof(trainer)))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorNothingDue")
        .withArgs(ACTIVITY, trainer.address, 599, 600);
    });

    it("[peers F46] refuses a leaf of another tree: of another programme, of an older epoch, of nobody's", async () => {
      const { distributor, dao, trainer, player, stranger, tree } = await loadFixture(epochPosted);
      const refused = async (...args: Parameters<typeof distributor.claim.staticCall>) => {
        await expect(distributor.claim(...args))
          .to.be.revertedWithCustomError(distributor, "RewardDistributorInvalidProof")
          .withArgs(args[0], args[1], args[2]);
      };

      // The same root under another programme pays nobody.
      await distributor.connect(dao).post({ programme: TRAINING, epoch: 1, root: tree.root, total: tree.total });
      await refused(TRAINING, trainer.address, 600, tree.proof(trainer));
      await refused(GPU_TIME, trainer.address, 600, tree.proof(trainer));
      await refused(ACTIVITY, stranger.address, 600, tree.proof(trainer));
      await refused(ACTIVITY, trainer.address, 601, tree.proof(trainer));
      await refused(ACTIVITY, trainer.address, 600, tree.proof(player));
      await distributor.connect(dao).post(postingOf(ACTIVITY, 2n, treeOf(ACTIVITY, [trainer, 1000n])));
      await refused(ACTIVITY, player.address, 400, tree.proof(player));
    });

    it("[peers F46] takes a proof of length 0 for a tree of one leaf, and for no other", async () => {
      const { distributor, dao, trainer } = await loadFixture(epochPosted);

      await expect(distributor.claim(ACTIVITY, trainer.address, 600, []))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorInvalidProof")
        .withArgs(ACTIVITY, trainer.address, 600);
      const alone = treeOf(ACTIVITY, [trainer, 1000n]);
      await distributor.connect(dao).post(postingOf(ACTIVITY, 2n, alone));
      expect(alone.proof(trainer)).to.deep.equal([]);
      await distributor.claim(ACTIVITY, trainer.address, 1000, []);
    });

    it("[peers F46] does not take an inner node for a leaf", async () => {
      const { distributor, dao, trainer, player, friend } = await loadFixture(programmesFunded);
      const tree = treeOf(ACTIVITY, [trainer, 1n], [player, 2n], [friend, 3n]);
      await distributor.connect(dao).post(postingOf(ACTIVITY, 1n, tree));
      const leaves = [rewardLeaf(ACTIVITY, trainer.address, 1n), rewardLeaf(ACTIVITY, player.address, 2n)];
      const inner = keccak256(concat(leaves.sort()));

      // A leaf is two hashes over three words, an inner node one hash over two: no account and amount give a node.
      expect(await distributor.rewardLeaf(ACTIVITY, trainer.address, 1)).not.to.equal(inner);
      await expect(distributor.claim(ACTIVITY, trainer.address, BigInt(inner), tree.proof(friend)))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorInvalidProof")
        .withArgs(ACTIVITY, trainer.address, BigInt(inner));
    });

    it("finds no root where nothing was posted", async () => {
      const { distributor, trainer } = await loadFixture(programmesFunded);

      await expect(distributor.claim(ACTIVITY, trainer.address, 1, []))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorInvalidProof")
        .withArgs(ACTIVITY, trainer.address, 1);
    });

    it("pays a tree that promises more than its total as far as the total goes", async () => {
      const { distributor, dao, token, trainer, player, friend, distributorAddress } =
        await loadFixture(programmesFunded);
      const lying = treeOf(ACTIVITY, [trainer, 600n], [player, 400n], [friend, MaxUint256]);
      await distributor.connect(dao).post({ programme: ACTIVITY, epoch: 1, root: lying.root, total: 999 });

      await distributor.claim(ACTIVITY, trainer.address, 600, lying.proof(trainer));
      for (const [account, amount] of [
        [player, 400n],
        [friend, MaxUint256],
      ] as const) {
        await expect(distributor.claim(ACTIVITY, account.address, amount, lying.proof(account)))
          .to.be.revertedWithCustomError(distributor, "RewardDistributorOverTotal")
          .withArgs(ACTIVITY, 600, 999);
      }
      // Another programme's budget is out of reach, and a true total pays the rest.
      expect(await token.balanceOf(distributorAddress)).to.equal(3n * BUDGET - 600n);
      await distributor.connect(dao).post({ programme: ACTIVITY, epoch: 2, root: lying.root, total: 1000 });
      await distributor.claim(ACTIVITY, player.address, 400, lying.proof(player));
    });

    it("proves every account of a tree of 33", async () => {
      const { distributor, dao, token } = await loadFixture(programmesFunded);
      const random = new Random("tree of 33");
      const earned = random.list(33, () => [{ address: random.address() }, 1n + BigInt(random.below(100))] as const);
      const tree = treeOf(GPU_TIME, ...earned);
      await distributor.connect(dao).post(postingOf(GPU_TIME, 1n, tree));

      for (const [account, amount] of earned) {
        await distributor.claim(GPU_TIME, account.address, amount, tree.proof(account));
        expect(await token.balanceOf(account.address)).to.equal(amount);
      }
      expect((await distributor.booksOf(GPU_TIME)).claimed).to.equal(tree.total);
    });
  });

  describe("reclaim", () => {
    it("[peers F45] gives back what nobody was promised, and not one unit more", async () => {
      const { distributor, distributorAddress, token, dao, friend } = await loadFixture(epochPosted);
      const free = BUDGET - 1000n;

      await expect(distributor.connect(dao).reclaim(ACTIVITY, free + 1n, friend.address))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorOverBudget")
        .withArgs(ACTIVITY, free + 1n, free);
      expect(
        await eventsOf(distributor.connect(dao).reclaim(ACTIVITY, free, friend.address), distributor, token),
      ).to.deep.equal([
        ["BudgetReclaimed", ACTIVITY, friend.address, free],
        ["Transfer", distributorAddress, friend.address, free],
      ]);
      expect((await distributor.booksOf(ACTIVITY)).unallocated).to.equal(0n);
    });

    it("takes neither nothing nor the caller's word: zero and strangers are refused", async () => {
      const { distributor, dao, stranger } = await loadFixture(programmesFunded);

      await expect(distributor.connect(dao).reclaim(ACTIVITY, 0, dao.address)).to.be.revertedWithCustomError(
        distributor,
        "RewardDistributorZeroAmount",
      );
      for (const call of [
        () => distributor.reclaim(ACTIVITY, 1, stranger.address),
        () => distributor.expire(ACTIVITY),
        () => distributor.setLimits(ACTIVITY, { epochCap: 1, interval: 0 }),
        () => distributor.renounceOwnership(),
        () => distributor.transferOwnership(stranger.address),
      ]) {
        await expect(call())
          .to.be.revertedWithCustomError(distributor, "OwnableUnauthorizedAccount")
          .withArgs(stranger.address);
      }
    });
  });

  describe("expire", () => {
    it("frees what nobody claimed two years after the last posting, and not a second earlier", async () => {
      const { distributor, dao, trainer, player, tree } = await loadFixture(epochPosted);
      const expiresAt = (await distributor.booksOf(ACTIVITY)).postedAt + EXPIRY;
      await distributor.claim(ACTIVITY, trainer.address, 600, tree.proof(trainer));

      await nextBlockAt(expiresAt - 1n);
      await expect(distributor.connect(dao).expire(ACTIVITY))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorNotExpired")
        .withArgs(ACTIVITY, expiresAt);
      await nextBlockAt(expiresAt);
      expect(await eventsOf(distributor.connect(dao).expire(ACTIVITY), distributor)).to.deep.equal([
        ["ProgrammeExpired", ACTIVITY, 1n, 400n],
      ]);

      const { total, claimed, unallocated } = await distributor.booksOf(ACTIVITY);
      expect([total, claimed, unallocated]).to.deep.equal([600n, 600n, BUDGET - 600n]);
      await expect(distributor.claim(ACTIVITY, player.address, 400, tree.proof(player)))
        .to.be.revertedWithCustomError(distributor, "RewardDistributorInvalidProof")
        .withArgs(ACTIVITY, player.address, 400);
    });

    it("happens once, and never where nothing was posted", async () => {
      const { distributor, dao } = await loadFixture(epochPosted);
      await passTime(EXPIRY);
      await distributor.connect(dao).expire(ACTIVITY);

      for (const programme of [ACTIVITY, TRAINING]) {
        await expect(distributor.connect(dao).expire(programme))
          .to.be.revertedWithCustomError(distributor, "RewardDistributorNotExpired")
          .withArgs(programme, 0);
      }
    });

    it("is put off by every posting, and lets a programme begin again from what was claimed", async () => {
      const { distributor, dao, token, trainer, player, tree } = await loadFixture(epochPosted);
      await distributor.claim(ACTIVITY, trainer.address, 600, tree.proof(trainer));
      await passTime(EXPIRY - 10n);
      await distributor.connect(dao).post(postingOf(ACTIVITY, 2n, tree));
      await passTime(EXPIRY - 10n);
      await expect(distributor.connect(dao).expire(ACTIVITY)).to.be.revertedWithCustomError(
        distributor,
        "RewardDistributorNotExpired",
      );
      await passTime(10n);
      await distributor.connect(dao).expire(ACTIVITY);

      const next = treeOf(ACTIVITY, [trainer, 700n], [player, 50n]);
      await distributor.connect(dao).post(postingOf(ACTIVITY, 3n, next));
      await distributor.claim(ACTIVITY, trainer.address, 700, next.proof(trainer));
      await distributor.claim(ACTIVITY, player.address, 50, next.proof(player));

      expect(await token.balanceOf(trainer.address)).to.equal(700n);
      const { total, claimed, unallocated } = await distributor.booksOf(ACTIVITY);
      expect([total, claimed, unallocated]).to.deep.equal([750n, 750n, BUDGET - 750n]);
    });
  });

  describe("the owner", () => {
    it("[peers D32] hands over in two steps, and cannot renounce", async () => {
      const { distributor, dao, friend } = await loadFixture(freshDistributor);
      await distributor.connect(dao).transferOwnership(friend.address);
      expect(await distributor.owner()).to.equal(dao.address);

      await expect(distributor.connect(dao).renounceOwnership()).to.be.revertedWithCustomError(
        distributor,
        "RewardDistributorOwnerNeeded",
      );
      await distributor.connect(friend).acceptOwnership();
      expect(await distributor.owner()).to.equal(friend.address);
    });
  });
});
