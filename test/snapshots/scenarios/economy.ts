import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { attest } from "../../helpers/attestation";
import { chainId, now, passTime } from "../../helpers/chain";
import { providerRegistered, UNBONDING_DELAY } from "../../helpers/providers";
import { postingLeaf, Programme, programmesFunded, type RewardsWorld } from "../../helpers/rewards";
import { digestOf } from "../../helpers/typed-data";
import { gasOf, median, middle, named, RUNS } from "./measure";

/** Leaves of the measured tree: the proof of a claim has ten siblings. */
const ACCOUNTS = 1_024;

/** Stake and rewards, in the mock of the tests, whose transfers cost some thousand gas more than those of a plain ERC-20. */
export async function measureEconomy(): Promise<Record<string, number>> {
  return {
    ...named("ProviderRegistry", await measureStake()),
    ...named("RewardDistributor", await measureRewards()),
  };
}

async function measureStake(): Promise<Record<string, number>> {
  const { registry, dao, provider } = await providerRegistered();
  const by = registry.connect(provider);
  const heartbeat = await median(() => by.heartbeat(provider.address));
  const increaseStake = await median(() => by.increaseStake(500));
  const unbondings: number[] = [];
  const withdrawals: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    unbondings.push(await gasOf(by.startUnbonding(100)));
    await passTime(UNBONDING_DELAY);
    withdrawals.push(await gasOf(by.withdraw(provider.address)));
  }
  const slash = await median((run) => registry.connect(dao).slash(provider.address, 10, digestOf(`case ${run}`)));
  return {
    heartbeat,
    increaseStake,
    startUnbonding: middle(unbondings.slice(1)),
    "withdraw, 1 unbonding": middle(withdrawals.slice(1)),
    slash,
  };
}

async function measureRewards(): Promise<Record<string, number>> {
  const world = await programmesFunded();
  const { distributor, dao, trainer, relayer } = world;
  await distributor.connect(dao).setLimits(Programme.ACTIVITY, { epochCap: 1_000, interval: 0 });
  const claims: number[] = [];
  const postings: number[] = [];
  for (let epoch = 1n; epoch <= BigInt(RUNS); epoch += 1n) {
    const tree = treeAt(epoch, trainer.address);
    const posting = { programme: Programme.ACTIVITY, epoch, root: tree.root, total: 10n * epoch };
    const { configVersion, deadline, attestation } = await reported(world, posting);
    postings.push(
      await gasOf(distributor.connect(relayer).postByReport(posting, configVersion, deadline, attestation)),
    );
    const proof = tree.getProof([Programme.ACTIVITY, trainer.address, 10n * epoch]);
    claims.push(await gasOf(distributor.claim(Programme.ACTIVITY, trainer.address, 10n * epoch, proof)));
  }
  return {
    fund: await median(() => distributor.connect(dao).fund(Programme.ACTIVITY, 10)),
    "postByReport, m = 2": middle(postings.slice(1)),
    [`claim, ${ACCOUNTS} accounts`]: middle(claims.slice(1)),
  };
}

/** One account that earns ten units an epoch, among many that have earned nothing. */
function treeAt(epoch: bigint, account: string) {
  const others = Array.from({ length: ACCOUNTS - 1 }, (_, index): [bigint, string, bigint] => [
    Programme.ACTIVITY,
    `0x${(index + 1).toString(16).padStart(40, "0")}`,
    0n,
  ]);
  return StandardMerkleTree.of([[Programme.ACTIVITY, account, 10n * epoch], ...others], ["uint8", "address", "uint256"]);
}

async function reported(world: RewardsWorld, posting: Parameters<RewardsWorld["report"]>[0]) {
  const { attest: attestor, distributorAddress, domain, reporters } = world;
  const { configVersion } = attestor.terms;
  const deadline = (await now()) + 3_600n;
  const root = postingLeaf(await chainId(), distributorAddress, posting);
  const attestation = attest(
    { configVersion, deadline, firstId: 0n, count: 1n, root },
    { domain, reporters, by: [0, 1] },
  );
  return { configVersion, deadline, attestation };
}
