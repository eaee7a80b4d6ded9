import { expect } from "chai";
import { ZeroHash } from "ethers";
import { AINGovernor__factory, IGovernor__factory } from "../../typechain-types";
import { chainId, deployContract, loadFixture, now, passTime } from "../helpers/chain";
import {
  AGAINST,
  carried,
  type Dao,
  daoOpened,
  decided,
  FOR,
  idOf,
  type Proposal,
  proposalOf,
  propose,
  queuedAndDue,
  RULES,
  State,
  stateBits,
  termsOf,
  untilActive,
  untilOver,
} from "../helpers/dao";
import { eventsOf } from "../helpers/events";
import { functionsOf, interfaceId } from "../helpers/interfaces";

const minting = async ({ token, stranger }: Dao, amount = 10n) => proposalOf(token, "mint", [stranger.address, amount]);

describe("AINGovernor", () => {
  describe("initialize", () => {
    it("[peers D30] works once: neither again, nor in the implementation", async () => {
      const { governor, governors, timelockAddress, tokenAddress, stranger } = await loadFixture(daoOpened);
      const implementation = AINGovernor__factory.connect(await governors.governorImplementation(), stranger);
      for (const locked of [governor, implementation]) {
        await expect(locked.initialize("Mine", tokenAddress, timelockAddress, RULES)).to.be.revertedWithCustomError(
          governor,
          "InvalidInitialization",
        );
      }
    });

    it("[peers D31] has no function by which the code could be changed", () => {
      const names = AINGovernor__factory.createInterface().fragments.map((fragment) => fragment.format("minimal"));

      expect(names.filter((name) => /upgrade|proxiable|implementation/iu.test(name))).to.deep.equal([]);
    });
  });

  describe("the clock (ERC-6372)", () => {
    it("[peers E37] is that of the votes", async () => {
      const { governor, token } = await loadFixture(daoOpened);

      expect(await governor.clock()).to.equal(await now());
      expect(await governor.clock()).to.equal(await token.clock());
      expect(await governor.CLOCK_MODE()).to.equal(await token.CLOCK_MODE());
    });
  });

  describe("propose", () => {
    it("opens a vote after the delay, for the period, and tells all of it", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, friend } = dao;
      const proposal = await minting(dao);
      const { targets, values, calldatas, description } = proposal;
      const events = await eventsOf(
        governor.connect(friend).propose(targets, values, calldatas, description),
        governor,
      );
      const start = (await now()) + RULES.votingDelay;

      const proposalId = await idOf(dao, proposal);
      expect(events).to.deep.equal([
        [
          "ProposalCreated",
          proposalId,
          friend.address,
          targets,
          values,
          [""],
          calldatas,
          start,
          start + RULES.votingPeriod,
          description,
        ],
      ]);
      expect(await governor.state(proposalId)).to.equal(State.pending);
      expect(await governor.proposalProposer(proposalId)).to.equal(friend.address);
    });

    it("needs exactly the threshold of votes, a second before", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, token, trainer, owner } = dao;
      const { targets, values, calldatas, description } = await minting(dao);
      const byTrainer = async () => governor.connect(trainer).propose(targets, values, calldatas, description);
      await token.connect(owner).transfer(trainer.address, RULES.proposalThreshold - 2n);

      await expect(byTrainer())
        .to.be.revertedWithCustomError(governor, "GovernorInsufficientProposerVotes")
        .withArgs(trainer.address, RULES.proposalThreshold - 1n, RULES.proposalThreshold);
      await token.connect(owner).transfer(trainer.address, 1n);
      await byTrainer();
    });

    it("is refused twice for the same calls under the same text, and without any call", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, owner, friend } = dao;
      const proposal = await minting(dao);
      const proposalId = await propose(dao, owner, proposal);

      await expect(propose(dao, friend, proposal))
        .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
        .withArgs(proposalId, State.pending, ZeroHash);
      await expect(propose(dao, friend, { targets: [], values: [], calldatas: [], description: "" }))
        .to.be.revertedWithCustomError(governor, "GovernorInvalidProposalLength")
        .withArgs(0n, 0n, 0n);
    });

    it("[peers E40] under a text that ends with its proposer is refused to everybody else", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, owner, friend } = dao;
      const proposal = { ...(await minting(dao)), description: `Mint\n#proposer=${owner.address}` };

      await expect(propose(dao, friend, proposal))
        .to.be.revertedWithCustomError(governor, "GovernorRestrictedProposer")
        .withArgs(friend.address);
      const proposalId = await propose(dao, owner, proposal);
      expect(await governor.proposalProposer(proposalId)).to.equal(owner.address);
    });

    it("[peers E40] under a text without its proposer can be taken over and cancelled, which is what the suffix is for", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, owner, friend } = dao;
      const proposal = await minting(dao);
      const proposalId = await propose(dao, friend, proposal);
      await governor.connect(friend).cancel(...termsOf(proposal));

      await expect(propose(dao, owner, proposal))
        .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
        .withArgs(proposalId, State.canceled, ZeroHash);
      const bound = { ...proposal, description: `${proposal.description}\n#proposer=${owner.address}` };
      await expect(carried(dao, bound, owner, [owner])).to.changeTokenBalance(dao.token, dao.stranger, 10n);
    });
  });

  describe("cancel", () => {
    it("[peers E40] is the proposer's alone, and only until voting begins", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, owner, friend } = dao;
      const proposal = await minting(dao);
      const proposalId = await propose(dao, owner, proposal);
      await expect(governor.connect(friend).cancel(...termsOf(proposal)))
        .to.be.revertedWithCustomError(governor, "GovernorUnableToCancel")
        .withArgs(proposalId, friend.address);
      await untilActive(dao, proposalId);

      await expect(governor.connect(owner).cancel(...termsOf(proposal)))
        .to.be.revertedWithCustomError(governor, "GovernorUnableToCancel")
        .withArgs(proposalId, owner.address);
    });
  });

  describe("what is executed", () => {
    it("is what was proposed, by whoever sends it", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, token, owner } = dao;
      const proposal = await minting(dao);
      const executed = await carried(dao, proposal, owner, [owner]);
      const events = await eventsOf(executed, governor, token, dao.timelock);

      expect(events.map(([name]) => name)).to.deep.equal(["Transfer", "CallExecuted", "ProposalExecuted"]);
      expect(await governor.state(await idOf(dao, proposal))).to.equal(State.executed);
    });

    it("[peers E40] is nothing else: other calls, values, targets or texts are other proposals, which nobody knows", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, owner, tokenAddress } = dao;
      const proposal = await minting(dao);
      await queuedAndDue(dao, proposal, owner, [owner]);
      const other = await minting(dao, 11n);
      const changes: Partial<Proposal>[] = [
        { calldatas: other.calldatas },
        { values: [1n] },
        { targets: [owner.address] },
        { description: "Another text" },
        {
          targets: [tokenAddress, tokenAddress],
          values: [0n, 0n],
          calldatas: [...proposal.calldatas, ...proposal.calldatas],
        },
      ];
      for (const change of changes) {
        const changed = { ...proposal, ...change };
        for (const act of [governor.queue, governor.execute]) {
          await expect(act(...termsOf(changed)))
            .to.be.revertedWithCustomError(governor, "GovernorNonexistentProposal")
            .withArgs(await idOf(dao, changed));
        }
      }
      await governor.execute(...termsOf(proposal));
    });

    it("comes whole or not at all: a call that fails takes the others back, and can be tried again", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, token, owner, friend, timelockAddress } = dao;
      const mint = await minting(dao);
      const pay = await proposalOf(token, "transfer", [owner.address, 5n]);
      const both: Proposal = {
        targets: [...mint.targets, ...pay.targets],
        values: [0n, 0n],
        calldatas: [...mint.calldatas, ...pay.calldatas],
        description: "Mint, then pay",
      };
      await queuedAndDue(dao, both, owner, [owner]);

      await expect(governor.execute(...termsOf(both)))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
        .withArgs(timelockAddress, 0n, 5n);
      expect(await token.totalSupply()).to.equal(1_000n);
      await token.connect(friend).transfer(timelockAddress, 5n);
      await governor.execute(...termsOf(both));
      expect(await token.totalSupply()).to.equal(1_010n);
    });

    it("cannot be queued before the vote is over, nor when it was lost", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, owner, friend } = dao;
      const proposal = await minting(dao);
      const proposalId = await propose(dao, owner, proposal);
      await untilActive(dao, proposalId);
      await governor.connect(owner).castVote(proposalId, AGAINST);
      await governor.connect(friend).castVote(proposalId, FOR);
      await expect(governor.queue(...termsOf(proposal)))
        .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
        .withArgs(proposalId, State.active, stateBits(State.succeeded));
      await untilOver(dao, proposalId);

      await expect(governor.queue(...termsOf(proposal)))
        .to.be.revertedWithCustomError(governor, "GovernorUnexpectedProposalState")
        .withArgs(proposalId, State.defeated, stateBits(State.succeeded));
    });
  });

  describe("votes", () => {
    it("are cast once, by those who had them at the snapshot, with a reason or without", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, owner, stranger } = dao;
      const proposalId = await propose(dao, owner, await minting(dao));
      await untilActive(dao, proposalId);

      expect(
        await eventsOf(governor.connect(owner).castVoteWithReason(proposalId, FOR, "why"), governor),
      ).to.deep.equal([["VoteCast", owner.address, proposalId, 1n, 500n, "why"]]);
      await expect(governor.connect(owner).castVote(proposalId, FOR))
        .to.be.revertedWithCustomError(governor, "GovernorAlreadyCastVote")
        .withArgs(owner.address);
      await governor.connect(stranger).castVote(proposalId, AGAINST); // counts for nothing
      expect([...(await governor.proposalVotes(proposalId))]).to.deep.equal([0n, 500n, 0n]);
      await expect(governor.connect(dao.friend).castVote(proposalId, 3)).to.be.revertedWithCustomError(
        governor,
        "GovernorInvalidVoteType",
      );
    });

    it("[peers E42] that were bought, minted or delegated after the snapshot give nothing, and those sold then still count", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, token, owner, friend, stranger } = dao;
      const proposalId = await propose(dao, owner, await minting(dao));
      await untilActive(dao, proposalId);
      await token.connect(owner).transfer(stranger.address, 500n);
      await token.connect(stranger).delegate(stranger.address);
      await token.connect(friend).delegate(stranger.address);
      for (const voter of [owner, friend, stranger]) await governor.connect(voter).castVote(proposalId, FOR);

      expect([...(await governor.proposalVotes(proposalId))]).to.deep.equal([0n, 799n, 0n]);
      expect(await token.getVotes(stranger.address)).to.equal(799n);
    });

    it("[peers E42] borrowed for one transaction neither propose nor vote", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, governorAddress, token, tokenAddress, owner } = dao;
      const flash = await deployContract("FlashVoterMock");
      const flashAddress = await flash.getAddress();
      await token.connect(owner).approve(flashAddress, 2_000n);
      const proposal = await minting(dao);

      await expect(
        flash
          .connect(owner)
          .proposeWithBorrowed(tokenAddress, governorAddress, proposal.targets, proposal.calldatas, 500n),
      )
        .to.be.revertedWithCustomError(governor, "GovernorInsufficientProposerVotes")
        .withArgs(flashAddress, 0n, RULES.proposalThreshold);
      const proposalId = await propose(dao, owner, proposal);
      await passTime(RULES.votingDelay); // the next block is the first one in which votes count
      await flash.connect(owner).voteWithBorrowed(tokenAddress, governorAddress, proposalId, 500n);
      expect([...(await governor.proposalVotes(proposalId))]).to.deep.equal([0n, 0n, 0n]);
    });

    it("can be signed, and are then cast by anybody, once, for this governor and this proposal alone", async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, governorAddress, owner, relayer } = dao;
      const proposalId = await propose(dao, owner, await minting(dao));
      await untilActive(dao, proposalId);
      const types = {
        Ballot: [
          { name: "proposalId", type: "uint256" },
          { name: "support", type: "uint8" },
          { name: "voter", type: "address" },
          { name: "nonce", type: "uint256" },
        ],
      };
      const signed = async (verifyingContract: string, nonce: bigint) => {
        const domain = { name: "Test DAO", version: "1", chainId: await chainId(), verifyingContract };
        return owner.signTypedData(domain, types, { proposalId, support: FOR, voter: owner.address, nonce });
      };
      const cast = async (signature: string) =>
        governor.connect(relayer).castVoteBySig(proposalId, FOR, owner.address, signature);

      await expect(cast(await signed(relayer.address, 0n)))
        .to.be.revertedWithCustomError(governor, "GovernorInvalidSignature")
        .withArgs(owner.address);
      const ballot = await signed(governorAddress, 0n);
      await cast(ballot);
      await expect(cast(ballot))
        .to.be.revertedWithCustomError(governor, "GovernorInvalidSignature")
        .withArgs(owner.address);
      expect([...(await governor.proposalVotes(proposalId))]).to.deep.equal([0n, 500n, 0n]);
    });
  });

  it("takes no ether: the treasury is the timelock", async () => {
    const { governor, governorAddress, stranger } = await loadFixture(daoOpened);

    await expect(stranger.sendTransaction({ to: governorAddress, value: 1n })).to.be.revertedWithCustomError(
      governor,
      "GovernorDisabledDeposit",
    );
  });

  it("[peers D34] answers for the id of the standard governor, which it is in full", async () => {
    const { governor } = await loadFixture(daoOpened);
    const standard = IGovernor__factory.createInterface();
    const inherited = (["supportsInterface", "clock", "CLOCK_MODE"] as const).map(
      (name) => standard.getFunction(name).selector,
    );

    expect(await governor.supportsInterface(interfaceId(standard, inherited))).to.equal(true);
    const selectors = functionsOf(governor.interface).map(({ selector }) => selector);
    expect(selectors).to.include.members(functionsOf(standard).map(({ selector }) => selector));
    expect(await governor.supportsInterface("0x01ffc9a7")).to.equal(true);
    expect(await governor.supportsInterface("0xffffffff")).to.equal(false);
    expect(await governor.COUNTING_MODE()).to.equal("support=bravo&quorum=for,abstain");
  });

  it("needs its proposals queued, whatever they are", async () => {
    const dao = await loadFixture(daoOpened);
    const proposalId = await decided(dao, await minting(dao), dao.owner, [dao.owner]);

    expect(await dao.governor.proposalNeedsQueuing(proposalId)).to.equal(true);
  });
});
