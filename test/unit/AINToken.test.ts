import { expect } from "chai";
import { type Contract, MaxUint256, Signature, ZeroAddress } from "ethers";
import {
  chainId,
  deployContract,
  inOneBlock,
  loadFixture,
  nextBlockAt,
  now,
  passTime,
  type Person,
} from "../helpers/chain";
import { CAP, type Dao, daoOpened, SUPPLY, VOTES } from "../helpers/dao";
import { eventsOf } from "../helpers/events";

const MAX_BATCH = 256;
const FOREVER = 2n ** 64n;

/** A token whose owner is an account, so that owning can be tried without a vote. */
async function owned() {
  const dao = await daoOpened();
  const token = await deployContract("AINToken", [dao.dao.address, CAP, dao.owner.address, SUPPLY]);
  return { ...dao, token, tokenAddress: await token.getAddress() };
}

async function domainOf(verifyingContract: string) {
  return { name: "AI Network", version: "1", chainId: await chainId(), verifyingContract };
}

const votesOf = async ({ token }: Dao, ...people: Person[]) =>
  Promise.all(people.map(async ({ address }) => token.getVotes(address)));

describe("AINToken", () => {
  describe("constructor", () => {
    it("gives the first holder the first AIN, and the right to mint to the owner", async () => {
      const { token, owner, dao } = await loadFixture(owned);

      expect([await token.name(), await token.symbol(), await token.decimals()]).to.deep.equal([
        "AI Network",
        "AIN",
        18n,
      ]);
      expect([await token.totalSupply(), await token.cap()]).to.deep.equal([SUPPLY, CAP]);
      expect(await token.balanceOf(owner.address)).to.equal(SUPPLY);
      expect([await token.owner(), await token.pendingOwner()]).to.deep.equal([dao.address, ZeroAddress]);
    });

    it("refuses a first amount above the cap, no owner, no holder and no cap", async () => {
      const { token, owner, dao } = await loadFixture(owned);
      const cases = [
        [[dao.address, CAP, owner.address, CAP + 1n], "ERC20ExceededCap", [CAP + 1n, CAP]],
        [[ZeroAddress, CAP, owner.address, SUPPLY], "OwnableInvalidOwner", [ZeroAddress]],
        [[dao.address, CAP, ZeroAddress, SUPPLY], "ERC20InvalidReceiver", [ZeroAddress]],
        [[dao.address, 0n, owner.address, 0n], "ERC20InvalidCap", [0n]],
      ] as const;
      for (const [args, error, details] of cases) {
        await expect(deployContract("AINToken", [...args]))
          .to.be.revertedWithCustomError(token, error)
          .withArgs(...details);
      }
    });

    it("refuses more than votes can count, whatever the cap", async () => {
      const { token, owner, dao } = await loadFixture(owned);
      const most = 2n ** 208n - 1n;

      await expect(deployContract("AINToken", [dao.address, MaxUint256, owner.address, most + 1n]))
        .to.be.revertedWithCustomError(token, "ERC20ExceededSafeSupply")
        .withArgs(most + 1n, most);
      await deployContract("AINToken", [dao.address, MaxUint256, owner.address, most]);
    });
  });

  describe("mint", () => {
    it("creates AIN up to the cap and not one unit above it", async () => {
      const { token, dao, stranger } = await loadFixture(owned);
      const minted = token.connect(dao).mint(stranger.address, CAP - SUPPLY);

      expect(await eventsOf(minted, token)).to.deep.equal([["Transfer", ZeroAddress, stranger.address, CAP - SUPPLY]]);
      await expect(token.connect(dao).mint(stranger.address, 1n))
        .to.be.revertedWithCustomError(token, "ERC20ExceededCap")
        .withArgs(CAP + 1n, CAP);
    });

    it("is for the owner alone: not for who deployed, nor for who holds all of it", async () => {
      const { token, owner, stranger, creator } = await loadFixture(owned);
      for (const caller of [owner, stranger, creator]) {
        await expect(token.connect(caller).mint(caller.address, 1n))
          .to.be.revertedWithCustomError(token, "OwnableUnauthorizedAccount")
          .withArgs(caller.address);
      }
    });

    it("moves to a new owner only when that one accepts, and ends when the owner renounces it", async () => {
      const { token, dao, friend, stranger } = await loadFixture(owned);
      await token.connect(dao).transferOwnership(friend.address);
      await expect(token.connect(friend).mint(friend.address, 1n))
        .to.be.revertedWithCustomError(token, "OwnableUnauthorizedAccount")
        .withArgs(friend.address);
      await expect(token.connect(stranger).acceptOwnership())
        .to.be.revertedWithCustomError(token, "OwnableUnauthorizedAccount")
        .withArgs(stranger.address);

      await token.connect(friend).acceptOwnership();
      await token.connect(friend).mint(friend.address, 1n);
      await token.connect(friend).renounceOwnership();

      await expect(token.connect(friend).mint(friend.address, 1n))
        .to.be.revertedWithCustomError(token, "OwnableUnauthorizedAccount")
        .withArgs(friend.address);
    });
  });

  describe("transferBatch", () => {
    it("sends each account its amount, an account named twice both", async () => {
      const { token, owner, friend, player } = await loadFixture(owned);
      const sent = token.connect(owner).transferBatch([friend.address, player.address, friend.address], [1n, 2n, 4n]);

      expect(await eventsOf(sent, token)).to.deep.equal([
        ["Transfer", owner.address, friend.address, 1n],
        ["Transfer", owner.address, player.address, 2n],
        ["Transfer", owner.address, friend.address, 4n],
      ]);
      expect(await token.balanceOf(friend.address)).to.equal(5n);
      expect(await token.totalSupply()).to.equal(SUPPLY);
    });

    it("takes 256 accounts, and neither one more, nor none, nor lists that differ", async () => {
      const { token, owner, friend } = await loadFixture(owned);
      const list = (count: number): [string[], bigint[]] => [
        new Array<string>(count).fill(friend.address),
        new Array<bigint>(count).fill(1n),
      ];
      expect(await token.MAX_BATCH()).to.equal(MAX_BATCH);
      await token.connect(owner).transferBatch(...list(MAX_BATCH));
      expect(await token.balanceOf(friend.address)).to.equal(MAX_BATCH);

      const refused: [string[], bigint[]][] = [list(MAX_BATCH + 1), list(0), [[friend.address], []], [[], [1n]]];
      for (const [accounts, amounts] of refused) {
        await expect(token.connect(owner).transferBatch(accounts, amounts))
          .to.be.revertedWithCustomError(token, "AINTokenBadBatch")
          .withArgs(accounts.length, amounts.length, MAX_BATCH);
      }
    });

    it("sends nothing at all when one of the amounts is not there: sums do not wrap around", async () => {
      const { token, owner, friend, player } = await loadFixture(owned);
      const half = 2n ** 255n;
      await expect(token.connect(owner).transferBatch([friend.address, player.address], [half, half]))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
        .withArgs(owner.address, SUPPLY, half);
      await expect(token.connect(owner).transferBatch([friend.address, player.address], [SUPPLY, 1n]))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
        .withArgs(owner.address, 0n, 1n);
      await expect(token.connect(owner).transferBatch([friend.address, ZeroAddress], [1n, 1n]))
        .to.be.revertedWithCustomError(token, "ERC20InvalidReceiver")
        .withArgs(ZeroAddress);

      expect(await token.balanceOf(friend.address)).to.equal(0n);
    });

    it("moves votes as single transfers do", async () => {
      const dao = await loadFixture(daoOpened);
      const { token, owner, friend, player, trainer } = dao;
      await token.connect(owner).transferBatch([friend.address, owner.address, player.address], [1n, 7n, 2n]);

      expect(await votesOf(dao, owner, friend, player, trainer)).to.deep.equal([497n, 300n, 202n, 1n]);
    });
  });

  describe("permit (ERC-2612)", () => {
    const types = {
      Permit: [
        { name: "owner", type: "address" },
        { name: "spender", type: "address" },
        { name: "value", type: "uint256" },
        { name: "nonce", type: "uint256" },
        { name: "deadline", type: "uint256" },
      ],
    };

    async function signed({ tokenAddress, owner, friend }: Dao, deadline: bigint, nonce = 0n) {
      const message = { owner: owner.address, spender: friend.address, value: 7n, nonce, deadline };
      return Signature.from(await owner.signTypedData(await domainOf(tokenAddress), types, message));
    }

    it("lets a spender be named by signature, once, until its deadline", async () => {
      const world = await loadFixture(owned);
      const { token, owner, friend, relayer } = world;
      const deadline = (await now()) + 100n;
      const { v, r, s } = await signed(world, deadline);
      await nextBlockAt(deadline);
      await token.connect(relayer).permit(owner.address, friend.address, 7n, deadline, v, r, s);

      expect(await token.allowance(owner.address, friend.address)).to.equal(7n);
      expect(await token.nonces(owner.address)).to.equal(1n);
      await expect(token.permit(owner.address, friend.address, 7n, deadline, v, r, s))
        .to.be.revertedWithCustomError(token, "ERC2612ExpiredSignature")
        .withArgs(deadline);
    });

    it("is refused a second time, and in another token's name", async () => {
      const world = await loadFixture(owned);
      const { token, owner, friend } = world;
      const { v, r, s } = await signed(world, FOREVER);
      await token.permit(owner.address, friend.address, 7n, FOREVER, v, r, s);

      await expect(token.permit(owner.address, friend.address, 7n, FOREVER, v, r, s)).to.be.revertedWithCustomError(
        token,
        "ERC2612InvalidSigner",
      );
      const foreign = await signed({ ...world, tokenAddress: owner.address }, FOREVER, 1n);
      await expect(
        token.permit(owner.address, friend.address, 7n, FOREVER, foreign.v, foreign.r, foreign.s),
      ).to.be.revertedWithCustomError(token, "ERC2612InvalidSigner");
    });
  });

  describe("votes", () => {
    it("[peers E37] count by the second, and say so", async () => {
      const { token } = await loadFixture(daoOpened);

      expect(await token.clock()).to.equal(await now());
      expect(await token.CLOCK_MODE()).to.equal("mode=timestamp");
    });

    it("[peers E36] are nobody's until their holder delegates, and the holder's when it is to themselves", async () => {
      const dao = await loadFixture(daoOpened);
      const { token, owner, stranger } = dao;
      await token.connect(owner).transfer(stranger.address, 100n);

      expect(await token.delegates(stranger.address)).to.equal(ZeroAddress);
      expect(await votesOf(dao, owner, stranger)).to.deep.equal([400n, 0n]);
      for (let time = 0; time < 2; time++) await token.connect(stranger).delegate(stranger.address);
      expect(await votesOf(dao, owner, stranger)).to.deep.equal([400n, 100n]);
    });

    it("[peers E36] delegated to zero are nobody's again, and none is counted twice afterwards", async () => {
      const dao = await loadFixture(daoOpened);
      const { token, owner, friend } = dao;
      for (let time = 0; time < 2; time++) await token.connect(owner).delegate(ZeroAddress);
      expect(await votesOf(dao, owner, friend)).to.deep.equal([0n, VOTES.friend]);
      await token.connect(owner).transfer(friend.address, 1n);

      await token.connect(owner).delegate(friend.address);
      expect(await votesOf(dao, owner, friend)).to.deep.equal([0n, VOTES.owner + VOTES.friend]);
      await token.connect(owner).delegate(owner.address);
      expect(await votesOf(dao, owner, friend)).to.deep.equal([VOTES.owner - 1n, VOTES.friend + 1n]);
    });

    it("[peers E38] are delegated by nobody else: not by what one is sent, nor by a signature for another token", async () => {
      const dao = await loadFixture(daoOpened);
      const { token, owner, friend, stranger } = dao;
      await token.connect(friend).transfer(owner.address, 1n);
      await token.connect(friend).transfer(stranger.address, 1n);
      expect(await token.delegates(owner.address)).to.equal(owner.address);
      expect(await token.delegates(stranger.address)).to.equal(ZeroAddress);

      const types = {
        Delegation: [
          { name: "delegatee", type: "address" },
          { name: "nonce", type: "uint256" },
          { name: "expiry", type: "uint256" },
        ],
      };
      const message = { delegatee: friend.address, nonce: 0n, expiry: FOREVER };
      const foreign = Signature.from(await owner.signTypedData(await domainOf(stranger.address), types, message));
      // It recovers to somebody unknown, as any bytes do; their votes, of which there are none, move.
      await token.delegateBySig(friend.address, 0n, FOREVER, foreign.v, foreign.r, foreign.s);
      expect(await token.delegates(owner.address)).to.equal(owner.address);

      const { v, r, s } = Signature.from(await owner.signTypedData(await domainOf(dao.tokenAddress), types, message));
      await token.delegateBySig(friend.address, 0n, FOREVER, v, r, s);
      expect(await token.delegates(owner.address)).to.equal(friend.address);
    });

    it("[peers E37] keep the last of several changes in one second, and show no second that is not over", async () => {
      const dao = await loadFixture(daoOpened);
      const { token, owner, friend } = dao;
      const time = (await now()) + 100n;
      await inOneBlock(time, async () => {
        await token.connect(owner).transfer(friend.address, 100n, { gasLimit: 500_000 });
        await token.connect(friend).transfer(owner.address, 50n, { gasLimit: 500_000 });
      });
      await expect(token.getPastVotes(owner.address, time))
        .to.be.revertedWithCustomError(token, "ERC5805FutureLookup")
        .withArgs(time, time);
      await passTime(10n);

      expect(await token.getPastVotes(owner.address, time)).to.equal(450n);
      expect(await token.getPastVotes(owner.address, time - 1n)).to.equal(500n);
      expect(await token.getPastTotalSupply(time)).to.equal(SUPPLY);
    });
  });

  it("has no function by which somebody could stop, take or change it", async () => {
    const { token } = await loadFixture(owned);
    const names = (token as unknown as Contract).interface.fragments.map((fragment) => fragment.format("minimal"));

    expect(
      names.filter((name) => /pause|blacklist|freeze|burnFrom|upgrade|seize|initialize|fee/iu.test(name)),
    ).to.deep.equal([]);
  });
});
