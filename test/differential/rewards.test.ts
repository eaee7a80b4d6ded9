import {
  type Address,
  buildRewardEpoch,
  configProposal,
  postingLeaf as corePostingLeaf,
  postingOf,
  Programme,
  type RewardEpoch,
  rewardLeaf as coreRewardLeaf,
  type RewardPosting,
  rewardTree,
  RewardTree,
  reporterKeyConsentTypedData,
  reporterSetOf,
  singlePostingReport,
} from "ainft-core";
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { deepEqual, equal } from "node:assert/strict";
import { attest } from "../helpers/attestation";
import { answersOf } from "../helpers/batches";
import { chainId, deployContract, loadFixture, provider as chain, setBalance } from "../helpers/chain";
import { CapacityClass, ENDPOINT, freshRegistry, keyOf, MINIMUM_STAKE, TERMS } from "../helpers/providers";
import { itRandomly, type Random } from "../helpers/random";
import { freshDistributor, programmesFunded, type RewardsWorld } from "../helpers/rewards";

const CASES = 500;
const TREES = 40;
const EPOCHS = 8;
const PROVIDERS = 45;

const numbers = Object.values(Programme);

/** Accounts in ascending order, each with an amount. */
function randomEntries(random: Random, count: number) {
  return random
    .list(count, () => ({ account: random.address() as Address, cumulativeAmount: random.uint(256) }))
    .sort((left, right) => (BigInt(left.account) < BigInt(right.account) ? -1 : 1));
}

describe("Solidity and TypeScript agree on rewards", () => {
  async function distributorAndBatch() {
    return { ...(await freshDistributor()), batch: await deployContract("BatchCallHarness") };
  }

  itRandomly(`leaves of ${CASES} rewards and ${CASES} postings`, async (random) => {
    const { distributor, distributorAddress, batch } = await loadFixture(distributorAndBatch);
    const rewards = random.list(CASES, () => [random.pick(numbers), random.address(), random.uint(256)] as const);
    const postings = random.list(CASES, (): RewardPosting => ({
      programme: random.pick(numbers),
      epoch: random.uint(64),
      root: random.bytes32() as Address,
      total: random.uint(256),
    }));
    const domain = { chainId: await chainId(), distributor: distributorAddress as Address };

    deepEqual(
      await answersOf(batch, distributor, "rewardLeaf", rewards),
      rewards.map(([programme, account, cumulativeAmount]) =>
        coreRewardLeaf(programme, { account: account as Address, cumulativeAmount }),
      ),
    );
    deepEqual(
      await answersOf(
        batch,
        distributor,
        "postingLeaf",
        postings.map((posting) => [posting]),
      ),
      postings.map((posting) => corePostingLeaf(posting, domain)),
    );
  });

  itRandomly(`trees of 1 to ${TREES} entries are those of OpenZeppelin's own library`, async (random) => {
    for (let count = 1; count <= TREES; count++) {
      const programme = random.pick(numbers);
      const entries = randomEntries(random, count);
      const rows = entries.map(({ account, cumulativeAmount }): [number, string, bigint] => [
        programme,
        account,
        cumulativeAmount,
      ]);
      const known = StandardMerkleTree.of(rows, ["uint8", "address", "uint256"]);

      const tree = new RewardTree(programme, entries);

      equal(tree.root, known.root);
      for (const row of rows) deepEqual(tree.prove(row[1] as Address).proof, known.getProof(row));
    }
  });

  itRandomly(`${EPOCHS} epochs that the chain pays to the unit, each under a quorum's report`, async (random) => {
    const world = await loadFixture(programmesFunded);
    const { distributor, dao } = world;
    for (const programme of numbers) {
      await distributor.connect(dao).setLimits(programme, { epochCap: 2n ** 100n, interval: 0 });
    }
    const accounts = random.list(12, () => random.address() as Address);
    const newest = new Map<Programme, RewardEpoch>();
    for (let round = 0; round < EPOCHS; round++) {
      const programme = random.pick(numbers);
      const epoch = buildRewardEpoch({
        programme,
        budget: 1n + BigInt(random.below(500)),
        rows: random.list(30, () => ({ programme, account: random.pick(accounts), units: 1n + random.uint(63) })),
        holdings: accounts.map((account) => ({ account, amount: BigInt(random.below(2_000)) })),
        boosts: [
          { minimum: 100n, bps: 11_111n },
          { minimum: 1_000n, bps: 25_000n },
        ],
        previous: newest.get(programme),
      });
      newest.set(programme, epoch);
      await postEpoch(world, epoch);
      await claimSome(world, random, epoch);
    }
    for (const epoch of newest.values()) await claimAll(world, epoch);
  });
});

describe("Solidity and TypeScript agree on providers", () => {
  /** Many providers of few different stakes, some of whom were jailed. */
  async function manyProviders() {
    const world = await freshRegistry();
    await world.registry.connect(world.dao).setTerms({ ...TERMS, maxProviders: 256n });
    return world;
  }

  itRandomly("who the reporters of the next config are, and the call that adopts them", async (random) => {
    const { registry, registryAddress, token, dao, consent } = await loadFixture(manyProviders);
    const oracle = await deployContract("InferenceOracle", [dao.address]);
    const active: { reporterKey: Address; bonded: bigint }[] = [];
    for (let index = 0; index < PROVIDERS; index++) {
      const wallet = keyOf(`account ${index}`).connect(chain);
      const key = keyOf(`key ${index}`);
      const bonded = MINIMUM_STAKE + BigInt(random.below(6));
      await setBalance(wallet.address, 10n ** 18n);
      await token.mint(wallet.address, bonded);
      await token.connect(wallet).approve(registryAddress, bonded);
      await registry.connect(wallet).register(bonded, CapacityClass.CPU, ENDPOINT, await consent(key, wallet));
      if (random.below(6) === 0) await registry.connect(dao).slash(wallet.address, 1, random.bytes32());
      else active.push({ reporterKey: key.address as Address, bonded });
    }

    const reporters = (await registry.reporterSet()) as Address[];
    const proposal = configProposal({ oracle: (await oracle.getAddress()) as Address, reporters, grace: 60n });

    expect(active.length).to.be.greaterThan(32);
    deepEqual([...reporters], reporterSetOf(active));
    await dao.sendTransaction({ to: proposal.target, data: proposal.calldata });
    const [adopted, threshold, live] = await oracle.configOf(1);
    deepEqual([[...adopted], threshold, live], [reporterSetOf(active), 22n, true]);
  });

  it("what a reporter key signs", async () => {
    const { registry, registryAddress, provider, key } = await loadFixture(freshRegistry);
    const deadline = 2n ** 48n - 1n;
    const { domain, types, message } = reporterKeyConsentTypedData(
      { provider: provider.address as Address, reporterKey: key.address as Address, nonce: 0n, deadline },
      { chainId: await chainId(), registry: registryAddress as Address },
    );
    const signature = await key.signTypedData(domain, types, { ...message });

    await registry
      .connect(provider)
      .register(MINIMUM_STAKE, CapacityClass.CPU, ENDPOINT, { account: key.address, deadline, signature });

    expect(await registry.providerOfKey(key.address)).to.equal(provider.address);
  });
});

async function postEpoch(world: RewardsWorld, epoch: RewardEpoch): Promise<void> {
  const { distributor, distributorAddress, attest: attestor, domain, reporters } = world;
  const { configVersion, deadline } = attestor.terms;
  const posting = postingOf(epoch);
  const report = singlePostingReport(
    posting,
    { chainId: await chainId(), distributor: distributorAddress as Address },
    { configVersion, deadline },
  );
  const attestation = attest(report, { domain, reporters, by: [0, 2] });
  await distributor.postByReport(posting, configVersion, deadline, attestation);
}

async function claimSome({ distributor }: RewardsWorld, random: Random, epoch: RewardEpoch): Promise<void> {
  const tree = rewardTree(epoch);
  for (const { account } of epoch.entries.filter(() => random.below(3) === 0)) {
    const { programme, cumulativeAmount, proof } = tree.prove(account);
    const paid = await distributor.claimedBy(programme, account);
    if (paid < cumulativeAmount) await distributor.claim(programme, account, cumulativeAmount, [...proof]);
  }
}

/** Everybody is paid what their entry says, and all of the total with it. */
async function claimAll({ distributor }: RewardsWorld, epoch: RewardEpoch): Promise<void> {
  const tree = rewardTree(epoch);
  for (const { account, cumulativeAmount } of epoch.entries) {
    const { proof } = tree.prove(account);
    if ((await distributor.claimedBy(epoch.programme, account)) < cumulativeAmount) {
      await distributor.claim(epoch.programme, account, cumulativeAmount, [...proof]);
    }
    expect(await distributor.claimedBy(epoch.programme, account)).to.equal(cumulativeAmount);
  }
  const { claimed, total } = await distributor.booksOf(epoch.programme);
  expect([claimed, total]).to.deep.equal([epoch.total, epoch.total]);
}
