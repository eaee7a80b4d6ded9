import { expect } from "chai";
import { id } from "ethers";
import { IAINFT721__factory } from "../../typechain-types";
import { loadFixture, nextBlockAt, now, passTime, type Person } from "../helpers/chain";
import { collectiveKinds } from "../helpers/collectives";
import {
  ABSTAIN,
  AGAINST,
  carried,
  type Dao,
  daoOpened,
  DAY,
  deployGovernors,
  FOR,
  type Governed,
  governedAt,
  openDao,
  type Proposal,
  proposalOf,
  propose,
  RULES,
  SALT,
  State,
  SUPPLY,
  untilActive,
  untilOver,
} from "../helpers/dao";
import { eventsOf } from "../helpers/events";

const minting = async ({ token, stranger }: Dao) => proposalOf(token, "mint", [stranger.address, 10n]);

/** A DAO in which anybody may propose. */
async function smallThreshold(): Promise<Dao> {
  return openDao({ ...RULES, proposalThreshold: 0n });
}

/** Proposes, casts the votes given, waits; answers how it ended. */
async function outcome(
  dao: Governed,
  proposer: Person,
  proposal: Proposal,
  votes: readonly (readonly [Person, number])[],
) {
  const proposalId = await propose(dao, proposer, proposal);
  await untilActive(dao, proposalId);
  for (const [voter, support] of votes) await dao.governor.connect(voter).castVote(proposalId, support);
  await untilOver(dao, proposalId);
  return dao.governor.state(proposalId);
}

describe("the quorum of AINGovernor", () => {
  it("[peers E39] is met exactly by the threshold, and missed by one vote less", async () => {
    const dao = await loadFixture(daoOpened);
    const { token, governor, owner, player } = dao;
    // The player has 200 of 1000, and the quorum is a fifth.
    expect(await outcome(dao, owner, await minting(dao), [[player, FOR]])).to.equal(State.succeeded);
    expect(await governor.quorum((await now()) - 1n)).to.equal(200n);
    await token.connect(player).transfer(owner.address, 1n);

    const second = { ...(await minting(dao)), description: "Again" };
    expect(await outcome(dao, owner, second, [[player, FOR]])).to.equal(State.defeated);
  });

  it("[peers E39] counts those who abstain, and not those against", async () => {
    const dao = await loadFixture(daoOpened);
    const { owner, player, trainer } = dao;
    const votes = (support: number) => [[trainer, FOR] as const, [player, support] as const];

    expect(await outcome(dao, owner, await minting(dao), votes(ABSTAIN))).to.equal(State.succeeded);
    const second = { ...(await minting(dao)), description: "Again" };
    expect(await outcome(dao, owner, second, votes(AGAINST))).to.equal(State.defeated);
  });

  it("[peers E39] does not help a tie: it fails, and one vote more passes", async () => {
    const dao = await loadFixture(daoOpened);
    const { owner, friend, player, trainer } = dao;
    const tie = [
      [owner, FOR],
      [friend, AGAINST],
      [player, AGAINST],
      [trainer, AGAINST],
    ] as const;
    expect(await outcome(dao, owner, await minting(dao), tie)).to.equal(State.defeated);

    const second = { ...(await minting(dao)), description: "Again" };
    expect(await outcome(dao, owner, second, tie.slice(0, 3))).to.equal(State.succeeded);
  });

  it("[peers E39] is a part of everything there is, delegated or not", async () => {
    const dao = await loadFixture(daoOpened);
    const { token, governor, owner, player, stranger } = dao;
    await token.connect(owner).transfer(stranger.address, 500n); // who never delegates
    await passTime(1n);

    expect(await governor.quorum((await now()) - 1n)).to.equal(200n);
    await expect(carried(dao, await minting(dao), dao.friend, [player])).to.changeTokenBalance(token, stranger, 10n);
  });

  it("[peers E39] is rounded up, so that it takes somebody's vote however small the supply", async () => {
    const dao = await loadFixture(daoOpened);
    const { governor, token } = dao;
    await carried(dao, await proposalOf(governor, "updateQuorumNumerator", [1n]), dao.owner, [dao.owner]);
    await passTime(1n);
    const time = (await now()) - 1n;

    expect(await token.getPastTotalSupply(time)).to.equal(SUPPLY);
    expect(await governor.quorum(time)).to.equal(1n); // a tenth of a unit, rounded up
    expect(await governor.quorumDenominator()).to.equal(10_000n);
  });

  it("[peers E39] is that of the snapshot: lowered, it does not revive a proposal that had failed", async () => {
    const dao = await loadFixture(daoOpened);
    const { governor, token, owner, player } = dao;
    await token.connect(player).transfer(owner.address, 1n);
    const lost = await minting(dao);
    expect(await outcome(dao, owner, lost, [[player, FOR]])).to.equal(State.defeated);
    const lostId = await governor.getProposalId(lost.targets, lost.values, lost.calldatas, id(lost.description));
    const running = { ...lost, description: "Running while the quorum is lowered" };

    const change = await proposalOf(governor, "updateQuorumNumerator", [100n]);
    const runningId = await propose(dao, owner, running);
    await untilActive(dao, runningId);
    await governor.connect(player).castVote(runningId, FOR);
    await carried(dao, change, owner, [owner]);

    expect(await governor.quorum(await governor.proposalSnapshot(lostId))).to.equal(200n);
    expect(await governor.state(lostId)).to.equal(State.defeated);
    expect(await governor.state(runningId)).to.equal(State.defeated);
    const later = { ...lost, description: "Afterwards" };
    expect(await outcome(dao, owner, later, [[player, FOR]])).to.equal(State.succeeded);
  });

  it("[peers E39] raised, does not undo a proposal that had passed", async () => {
    const dao = await loadFixture(daoOpened);
    const { governor, owner, player } = dao;
    const passed = await minting(dao);
    expect(await outcome(dao, owner, passed, [[player, FOR]])).to.equal(State.succeeded);
    await carried(dao, await proposalOf(governor, "updateQuorumNumerator", [10_000n]), owner, [owner]);

    const passedId = await governor.getProposalId(
      passed.targets,
      passed.values,
      passed.calldatas,
      id(passed.description),
    );
    expect(await governor.state(passedId)).to.equal(State.succeeded);
  });

  describe("reached late", () => {
    async function voteAt(beforeTheEnd: bigint) {
      const dao = await loadFixture(daoOpened);
      const { governor, owner, player } = dao;
      const proposalId = await propose(dao, owner, await minting(dao));
      const deadline = await governor.proposalDeadline(proposalId);
      await nextBlockAt(deadline - beforeTheEnd);
      const events = await eventsOf(governor.connect(player).castVote(proposalId, FOR), governor);
      return { dao, proposalId, deadline, events };
    }

    it("[peers E39] keeps the vote open for the extension, so that the others can answer", async () => {
      const { dao, proposalId, deadline, events } = await voteAt(10n);
      const { governor, owner, friend } = dao;
      const extended = deadline - 10n + RULES.lateQuorumExtension;

      expect(events.map(([name, ...args]) => [name, args.at(-1)])).to.deep.equal([
        ["VoteCast", ""],
        ["ProposalExtended", extended],
      ]);
      expect(await governor.proposalDeadline(proposalId)).to.equal(extended);
      await nextBlockAt(deadline + DAY);
      await governor.connect(owner).castVote(proposalId, AGAINST);
      await nextBlockAt(extended);
      await governor.connect(friend).castVote(proposalId, AGAINST); // in the last second; the end does not move again
      expect(await governor.proposalDeadline(proposalId)).to.equal(extended);
      await untilOver(dao, proposalId);
      expect(await governor.state(proposalId)).to.equal(State.defeated);
    });

    it("[peers E39] in time extends nothing", async () => {
      const { dao, proposalId, deadline, events } = await voteAt(RULES.lateQuorumExtension);

      expect(events.map(([name]) => name)).to.deep.equal(["VoteCast"]);
      expect(await dao.governor.proposalDeadline(proposalId)).to.equal(deadline);
    });
  });

  it("takes a vote in the last second of the period, and none after it", async () => {
    const dao = await loadFixture(daoOpened);
    const { governor, owner, friend } = dao;
    const proposalId = await propose(dao, owner, await minting(dao));
    await nextBlockAt(await governor.proposalDeadline(proposalId));
    await governor.connect(friend).castVote(proposalId, AGAINST);
    await untilOver(dao, proposalId);

    await expect(governor.connect(owner).castVote(proposalId, FOR)).to.be.revertedWithCustomError(
      governor,
      "GovernorUnexpectedProposalState",
    );
  });

  describe("of a proposal that nobody need have votes for", () => {
    it("[peers E39] one vote in a thousand does not decide", async () => {
      const dao = await loadFixture(smallThreshold);

      expect(await outcome(dao, dao.stranger, await minting(dao), [[dao.trainer, FOR]])).to.equal(State.defeated);
    });
  });
});

/** The votes of collectives come and go with their tokens; there the supply can be nothing at all. */
for (const [name, open] of collectiveKinds) {
  describe(`the quorum of a governor over ${name}`, () => {
    async function governed() {
      const world = await open();
      const governors = await deployGovernors();
      const [governorAddress, timelockAddress] = await governors.predictGovernor(world.creator.address, SALT);
      const rules = { ...RULES, proposalThreshold: 0n };
      await governors.connect(world.creator).openGovernor(SALT, "Collective", world.address, rules, [], []);
      return { world, dao: governedAt(governorAddress, timelockAddress, world.stranger) };
    }

    const pausing = async (address: string, by: Person) =>
      proposalOf(IAINFT721__factory.connect(address, by), "setMintingPaused", [true]);

    it("[peers E39] is zero without any supply, and still nothing passes", async () => {
      const { world, dao } = await governed();
      const proposal = await pausing(world.address, world.stranger);

      expect(await outcome(dao, world.stranger, proposal, [[world.stranger, FOR]])).to.equal(State.defeated);
      expect(await dao.governor.quorum((await now()) - 1n)).to.equal(0n);
    });

    it("[peers E39] is one vote when there is one, and follows what is burned", async () => {
      const { world, dao } = await governed();
      const { player, friend } = world;
      await world.give(player, 1);
      await passTime(1n);
      expect(await dao.governor.quorum((await now()) - 1n)).to.equal(1n);
      const proposal = await pausing(world.address, world.stranger);
      expect(await outcome(dao, player, proposal, [[player, FOR]])).to.equal(State.succeeded);

      await world.give(friend, 9);
      await passTime(1n);
      expect(await dao.governor.quorum((await now()) - 1n)).to.equal(2n);
      await world.burn(friend, 8);
      await passTime(1n);
      expect(await dao.governor.quorum((await now()) - 1n)).to.equal(1n);
    });

    it("[peers E42] votes sent on after the snapshot are cast once, by whom held them then", async () => {
      const { world, dao } = await governed();
      const { player, friend, stranger } = world;
      await world.give(player, 3);
      const proposalId = await propose(dao, stranger, await pausing(world.address, stranger));
      await untilActive(dao, proposalId);
      await dao.governor.connect(player).castVote(proposalId, FOR);
      await world.move(player, friend, 3);
      await dao.governor.connect(friend).castVote(proposalId, FOR);

      expect([...(await dao.governor.proposalVotes(proposalId))]).to.deep.equal([0n, 3n, 0n]);
    });
  });
}
