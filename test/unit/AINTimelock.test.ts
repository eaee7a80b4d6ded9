import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";
import { AINTimelock__factory } from "../../typechain-types";
import { loadFixture, nextBlockAt, now, provider } from "../helpers/chain";
import { rawCloneOf } from "../helpers/contracts";
import {
  carried,
  DAY,
  type Dao,
  daoOpened,
  decided,
  idOf,
  NO_PREDECESSOR,
  type Proposal,
  proposalOf,
  queuedAndDue,
  RULES,
  State,
  stateBits,
  termsOf,
  timelockSalt,
} from "../helpers/dao";
import { eventsOf } from "../helpers/events";

/** What the timelock's own states are called in its errors. */
const READY = stateBits(2n);

const minting = async ({ token, stranger }: Dao) => proposalOf(token, "mint", [stranger.address, 10n]);
const hashOf = async (dao: Dao, proposal: Proposal) => {
  const { targets, values, calldatas } = proposal;
  return dao.timelock.hashOperationBatch(targets, values, calldatas, NO_PREDECESSOR, timelockSalt(dao, proposal));
};

describe("AINTimelock", () => {
  describe("open", () => {
    async function clone() {
      const dao = await daoOpened();
      const address = await rawCloneOf(await dao.governors.timelockImplementation(), dao.stranger);
      return { ...dao, clone: AINTimelock__factory.connect(address, dao.stranger) };
    }

    it("[peers D30] works once: neither again, nor by the base's own initializer, nor in the implementation", async () => {
      const { governors, timelock, governorAddress, stranger } = await loadFixture(daoOpened);
      const implementation = AINTimelock__factory.connect(await governors.timelockImplementation(), stranger);
      for (const locked of [timelock, implementation]) {
        await expect(locked.open(0n, governorAddress, [], [])).to.be.revertedWithCustomError(
          timelock,
          "InvalidInitialization",
        );
        await expect(
          locked.initialize(0n, [stranger.address], [stranger.address], stranger.address),
        ).to.be.revertedWithCustomError(timelock, "InvalidInitialization");
      }
    });

    it("refuses a governor without code", async () => {
      const world = await loadFixture(clone);

      await expect(world.clone.open(0n, world.stranger.address, [], []))
        .to.be.revertedWithCustomError(world.clone, "AINTimelockNoGovernor")
        .withArgs(world.stranger.address);
    });

    it("makes up to 32 opening calls, and refuses one more and lists that differ", async () => {
      const world = await loadFixture(clone);
      const { governorAddress, tokenAddress, token } = world;
      const call = token.interface.encodeFunctionData("clock");
      const list = (count: number): [string[], string[]] => [
        new Array<string>(count).fill(tokenAddress),
        new Array<string>(count).fill(call),
      ];
      const refused: [string[], string[]][] = [list(33), [[tokenAddress], []], [[], [call]]];
      for (const [targets, calls] of refused) {
        await expect(world.clone.open(0n, governorAddress, targets, calls))
          .to.be.revertedWithCustomError(world.clone, "AINTimelockBadOpening")
          .withArgs(targets.length, calls.length, 32n);
      }
      const opened = await eventsOf(world.clone.open(0n, governorAddress, ...list(32)), world.clone);

      expect(opened.filter(([name]) => name === "OpeningCallExecuted")).to.have.length(32);
      expect(await world.clone.MAX_OPENING_CALLS()).to.equal(32n);
    });
  });

  describe("roles", () => {
    it("[peers D32] are the governor's alone, but that anybody executes and the timelock administers itself", async () => {
      const { timelock, governorAddress, timelockAddress, governorsAddress, ...people } = await loadFixture(daoOpened);
      const roles = [
        ["admin", await timelock.DEFAULT_ADMIN_ROLE(), [timelockAddress]],
        ["proposer", await timelock.PROPOSER_ROLE(), [governorAddress]],
        ["canceller", await timelock.CANCELLER_ROLE(), [governorAddress]],
        ["executor", await timelock.EXECUTOR_ROLE(), [ZeroAddress]],
      ] as const;
      const accounts = [people.creator, people.owner, people.stranger, people.dao].map(({ address }) => address);
      for (const [name, role, holders] of roles) {
        const candidates = [...accounts, timelockAddress, governorAddress, governorsAddress, ZeroAddress];
        const held = await Promise.all(candidates.map(async (account) => timelock.hasRole(role, account)));
        expect(
          candidates.filter((_, index) => held[index]),
          name,
        ).to.deep.equal([...holders]);
        expect(await timelock.getRoleAdmin(role)).to.equal(ZeroHash);
      }
    });

    it("are given by nobody, and taken by nobody, without a vote", async () => {
      const { timelock, governorAddress, creator } = await loadFixture(daoOpened);
      const role = await timelock.PROPOSER_ROLE();
      const byCreator = timelock.connect(creator);
      for (const change of [
        async () => byCreator.grantRole(role, creator.address),
        async () => byCreator.revokeRole(role, governorAddress),
      ]) {
        await expect(change())
          .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
          .withArgs(creator.address, ZeroHash);
      }
      await expect(byCreator.schedule(creator.address, 0n, "0x", ZeroHash, ZeroHash, RULES.timelockDelay))
        .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
        .withArgs(creator.address, role);
      await expect(byCreator.updateDelay(0n))
        .to.be.revertedWithCustomError(timelock, "TimelockUnauthorizedCaller")
        .withArgs(creator.address);
    });
  });

  describe("the delay", () => {
    it("[peers E41] holds back what was decided until its last second is over, for everybody and by every way", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, timelock, owner, stranger } = dao;
      const proposal = await minting(dao);
      const proposalId = await decided(dao, proposal, owner, [owner]);
      const operation = await hashOf(dao, proposal);
      const { targets, values, calldatas } = proposal;
      const direct = async () =>
        timelock
          .connect(stranger)
          .executeBatch(targets, values, calldatas, NO_PREDECESSOR, timelockSalt(dao, proposal));

      await expect(governor.execute(...termsOf(proposal)))
        .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
        .withArgs(proposalId, State.succeeded, stateBits(State.queued));
      await governor.queue(...termsOf(proposal));
      const eta = await governor.proposalEta(proposalId);
      const ways = [async () => governor.execute(...termsOf(proposal)), direct];
      for (const [way, early] of ways.entries()) {
        await nextBlockAt(eta - 2n + BigInt(way));
        await expect(early())
          .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
          .withArgs(operation, READY);
      }
      await nextBlockAt(eta);
      await direct();

      expect(await governor.state(proposalId)).to.equal(State.executed);
      await expect(governor.execute(...termsOf(proposal)))
        .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
        .withArgs(proposalId, State.executed, stateBits(State.queued));
    });

    it("is changed by vote, and the new one holds for what is queued afterwards", async () => {
      const dao = await loadFixture(daoOpened);
      const { timelock, owner } = dao;
      await carried(dao, await proposalOf(timelock, "updateDelay", [5n * DAY]), owner, [owner]);

      expect(await timelock.getMinDelay()).to.equal(5n * DAY);
      const proposal = await minting(dao);
      const proposalId = await decided(dao, proposal, owner, [owner]);
      await dao.governor.queue(...termsOf(proposal));
      expect(await dao.governor.proposalEta(proposalId)).to.equal((await now()) + 5n * DAY);
    });
  });

  describe("cancelling", () => {
    it("[peers E41] what is queued is for the governor alone, which has no way to do it by itself", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, timelock, owner, creator } = dao;
      const proposal = await minting(dao);
      const proposalId = await queuedAndDue(dao, proposal, owner, [owner]);
      const role = await timelock.CANCELLER_ROLE();

      await expect(timelock.connect(creator).cancel(await hashOf(dao, proposal)))
        .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
        .withArgs(creator.address, role);
      await expect(governor.connect(owner).cancel(...termsOf(proposal)))
        .to.be.revertedWithCustomError(governor, "GovernorUnableToCancel")
        .withArgs(proposalId, owner.address);
    });

    it("[peers E41] can be given to a guardian by vote, who can then cancel and do nothing else", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, timelock, token, owner, arbiter: guardian } = dao;
      const role = await timelock.CANCELLER_ROLE();
      await carried(dao, await proposalOf(timelock, "grantRole", [role, guardian.address]), owner, [owner]);
      const proposal = await minting(dao);
      const proposalId = await queuedAndDue(dao, proposal, owner, [owner]);

      await timelock.connect(guardian).cancel(await hashOf(dao, proposal));

      expect(await governor.state(proposalId)).to.equal(State.canceled);
      await expect(governor.execute(...termsOf(proposal)))
        .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
        .withArgs(proposalId, State.canceled, stateBits(State.queued));
      const { targets, values, calldatas } = proposal;
      await expect(
        timelock
          .connect(guardian)
          .scheduleBatch(targets, values, calldatas, NO_PREDECESSOR, ZeroHash, RULES.timelockDelay),
      )
        .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
        .withArgs(guardian.address, await timelock.PROPOSER_ROLE());
      await expect(timelock.connect(guardian).grantRole(role, guardian.address))
        .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
        .withArgs(guardian.address, ZeroHash);
      expect(await token.totalSupply()).to.equal(1_000n);
      expect(await idOf(dao, proposal)).to.equal(proposalId);
    });
  });

  it("keeps ether, and spends it by vote only", async () => {
    const dao = await loadFixture(daoOpened);
    const { timelockAddress, owner, requester, player } = dao;
    await requester.sendTransaction({ to: timelockAddress, value: 1_000n });
    const proposal: Proposal = { targets: [player.address], values: [400n], calldatas: ["0x"], description: "Pay" };

    await expect(carried(dao, proposal, owner, [owner])).to.changeEtherBalances(
      [timelockAddress, player.address],
      [-400n, 400n],
    );
    expect(await provider.getBalance(timelockAddress)).to.equal(600n);
  });
});
