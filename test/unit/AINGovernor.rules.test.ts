import { expect } from "chai";
import { ZeroHash } from "ethers";
import { loadFixture } from "../helpers/chain";
import { carried, daoOpened, proposalOf, stateBits } from "../helpers/dao";

describe("the rules of AINGovernor", () => {
  const changes = [
    ["setVotingDelay", [3_600n], "votingDelay"],
    ["setVotingPeriod", [3_600n], "votingPeriod"],
    ["setProposalThreshold", [1n], "proposalThreshold"],
    ["setLateQuorumVoteExtension", [3_600n], "lateQuorumVoteExtension"],
    ["updateQuorumNumerator", [500n], "quorumNumerator()"],
  ] as const;
  for (const [name, args, getter] of changes) {
    it(`change by ${name} after a vote, and by nobody without one`, async () => {
      const dao = await loadFixture(daoOpened);
      const { governor, owner } = dao;
      await expect(governor.connect(owner).getFunction(name)(...args))
        .to.be.revertedWithCustomError(governor, "GovernorOnlyExecutor")
        .withArgs(owner.address);
      await carried(dao, await proposalOf(governor, name, args), owner, [owner]);

      expect(await governor.getFunction(getter)()).to.equal(args[0]);
    });
  }

  it("never let the quorum be zero, not even by vote", async () => {
    const dao = await loadFixture(daoOpened);
    const { governor, owner } = dao;

    await expect(
      carried(dao, await proposalOf(governor, "updateQuorumNumerator", [0n]), owner, [owner]),
    ).to.be.revertedWithCustomError(governor, "AINGovernorNoQuorum");
  });

  it("cannot be changed through the timelock by somebody who was not voted for", async () => {
    const dao = await loadFixture(daoOpened);
    const { governor, timelock, timelockAddress, stranger } = dao;
    await stranger.sendTransaction({ to: timelockAddress, value: 1n });
    const { targets, calldatas } = await proposalOf(governor, "updateQuorumNumerator", [1n]);
    const operation = await timelock.hashOperation(targets[0] ?? "", 0n, calldatas[0] ?? "", ZeroHash, ZeroHash);

    await expect(timelock.connect(stranger).execute(targets[0] ?? "", 0n, calldatas[0] ?? "", ZeroHash, ZeroHash))
      .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
      .withArgs(operation, stateBits(2n));
  });
});
