import { checkProposal, DescriptionMismatch, type Hex } from "ainft-core";
import { expect } from "chai";
import { mined } from "../../../scripts/lib/mined";
import { AINGovernor__factory, AINTimelock__factory } from "../../../typechain-types";
import { State, stateBits } from "../../helpers/dao";
import { describeOnNode } from "../../helpers/instrumented";
import { ACTS } from "./acts";
import { refusalOf } from "./chain";
import { carry, decide, idOf, openWorld, RULES, termsOf, type World, write, type Written } from "./world";

const governorAbi = AINGovernor__factory.createInterface();
const timelockAbi = AINTimelock__factory.createInterface();

/** As the timelock calls an operation that is due. */
const READY = stateBits(2n);

describeOnNode("what a vote can do, on a node", () => {
  let world: World;
  let snapshot: string;

  before(async () => {
    world = await openWorld();
  });
  beforeEach(async () => {
    snapshot = await world.chain.snapshot();
  });
  afterEach(async () => {
    await world.chain.restore(snapshot);
  });
  after(async () => {
    await world.chain.stop();
  });

  for (const act of ACTS) {
    describe(act.title, () => {
      async function written(): Promise<Written> {
        const calls = await act.prepare(world);
        return write(world, act.dao(world), `Vote to ${act.title}`, calls);
      }

      it("happens through text, proposal, vote, queue and execution, and not before the last", async () => {
        const proposal = await written();
        const { governor, timelock } = proposal.dao;
        await decide(world, proposal, [world.majority]);
        await mined(governor.queue(...termsOf(proposal)));
        await world.chain.pass(await timelock.getMinDelay());
        await act.before(world);

        await mined(governor.execute(...termsOf(proposal)));

        await act.after(world);
        expect(await governor.state(await idOf(proposal))).to.equal(State.executed);
      });

      it("is refused while the timelock's delay is not over", async () => {
        const proposal = await written();
        const { governor } = proposal.dao;
        const proposalId = await decide(world, proposal, [world.majority]);
        const unqueued = await refusalOf(governor.execute(...termsOf(proposal)), governorAbi);
        expect(unqueued).to.deep.equal([
          "GovernorUnexpectedProposalState",
          proposalId,
          State.succeeded,
          stateBits(State.queued),
        ]);
        await mined(governor.queue(...termsOf(proposal)));
        await world.chain.pass(RULES.timelockDelay - 60n);

        const [error, , expected] = await refusalOf(governor.execute(...termsOf(proposal)), governorAbi, timelockAbi);

        expect([error, expected]).to.deep.equal(["TimelockUnexpectedOperationState", READY]);
        await act.before(world);
      });

      it("is refused when the quorum was not reached", async () => {
        const proposal = await written();
        const { governor } = proposal.dao;
        const proposalId = await decide(world, proposal, [world.minority]);

        for (const [step, wanted] of [
          [governor.queue, State.succeeded],
          [governor.execute, State.queued],
        ] as const) {
          expect(await refusalOf(step(...termsOf(proposal)), governorAbi)).to.deep.equal([
            "GovernorUnexpectedProposalState",
            proposalId,
            State.defeated,
            stateBits(wanted),
          ]);
        }
        await act.before(world);
      });

      it("is refused with calls, or under a text, that differ in one byte from what was voted on", async () => {
        const proposal = await written();
        const { governor, timelock } = proposal.dao;
        await decide(world, proposal, [world.majority]);
        await mined(governor.queue(...termsOf(proposal)));
        await world.chain.pass(await timelock.getMinDelay());
        const [first = "0x", ...others] = proposal.calldatas;
        const last = first.endsWith("01") ? "02" : "01";
        const bent = { ...proposal, calldatas: [`${first.slice(0, -2)}${last}` as Hex, ...others] };
        const retold = { ...proposal, description: `${proposal.description} ` };

        for (const changed of [bent, retold]) {
          expect(await refusalOf(governor.execute(...termsOf(changed)), governorAbi)).to.deep.equal([
            "GovernorNonexistentProposal",
            await idOf(changed),
          ]);
        }
        expect(() => checkProposal(bent)).to.throw(DescriptionMismatch);
        await act.before(world);
      });
    });
  }

  it("is for one governor alone: a collective's vote moves nothing of the network, nor the other way round", async () => {
    const [publish] = ACTS;
    if (publish === undefined) throw new Error("There is no act.");
    const calls = await publish.prepare(world);
    const proposal = write(world, world.network, "Publish in somebody else's collection", calls);

    expect(await refusalOf(carry(world, proposal), world.collection.interface)).to.deep.equal([
      "AINFTNotController",
      1n,
      world.network.timelockAddress,
    ]);
    await publish.before(world);
  });
});
