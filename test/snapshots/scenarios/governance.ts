import { id } from "ethers";
import { passTime } from "../../helpers/chain";
import { type Dao, FOR, openDao, proposalOf, RULES, termsOf, untilActive, untilOver } from "../../helpers/dao";
import { gasOf, median, medianEach, middle, named, RUNS } from "./measure";

/** Receivers of one batch. */
const BATCH = 50;

/** What a DAO over AIN costs: its money, and one proposal of one call from the text to the execution. */
export async function measureGovernance(): Promise<Record<string, number>> {
  const dao = await openDao(RULES);
  return {
    ...named("AINToken", await measureToken(dao)),
    ...named("AINGovernor", await measureProposals(dao)),
    ...named("Governors", { openGovernor: await opening(dao) }),
  };
}

/** Between accounts that hold some already and have delegated. */
async function measureToken({ token, owner, friend, player }: Dao): Promise<Record<string, number>> {
  const receivers = Array.from({ length: BATCH }, (_, place) => (place % 2 === 0 ? friend : player).address);
  const amounts = receivers.map(() => 1n);
  const byOwner = token.connect(owner);
  return {
    transfer: await median(() => byOwner.transfer(friend.address, 1n)),
    [`transferBatch of ${BATCH}, each`]: await medianEach(BATCH, () => byOwner.transferBatch(receivers, amounts)),
    delegate: await median((run) => byOwner.delegate((run % 2 === 0 ? friend : owner).address)),
  };
}

async function measureProposals(dao: Dao): Promise<Record<string, number>> {
  const { governor, token, tokenAddress, owner, friend, player, trainer, stranger } = dao;
  await token.connect(owner).delegate(owner.address);
  const samples: Record<string, number[]> = {};
  const note = (operation: string, gas: number): void => void (samples[operation] ??= []).push(gas);
  for (let run = 0; run < RUNS; run += 1) {
    const proposal = await proposalOf(token, "mint", [stranger.address, 1n], `Mint one, run ${run}`);
    const { values, calldatas, description } = proposal;
    await passTime(1n);
    note("propose", await gasOf(governor.connect(owner).propose([tokenAddress], values, calldatas, description)));
    const proposalId = await governor.getProposalId([tokenAddress], values, calldatas, id(description));
    await untilActive(dao, proposalId);
    await governor.connect(trainer).castVote(proposalId, FOR);
    await governor.connect(friend).castVote(proposalId, FOR); // the quorum
    note("castVote", await gasOf(governor.connect(player).castVote(proposalId, FOR)));
    await untilOver(dao, proposalId);
    note("queue", await gasOf(governor.queue(...termsOf(proposal))));
    await passTime(RULES.timelockDelay);
    note("execute, of one mint", await gasOf(governor.execute(...termsOf(proposal))));
  }
  return Object.fromEntries(Object.entries(samples).map(([operation, gas]) => [operation, middle(gas.slice(1))]));
}

async function opening({ governors, creator, tokenAddress }: Dao): Promise<number> {
  return median((run) =>
    governors.connect(creator).openGovernor(id(`measured governor ${run}`), "Measured DAO", tokenAddress, RULES, [], []),
  );
}
