import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  type BoostTier,
  boostOf,
  BrokenSuccession,
  buildRewardEpoch,
  checkBoosts,
  divideRewards,
  DuplicateHolding,
  EmptyRewardTree,
  type EpochInput,
  InvalidBoosts,
  NobodyToReward,
  NothingToReward,
  postingOf,
  Programme,
  rewardTree,
  UintOutOfRange,
  UnknownProgramme,
  verifyReward,
  ZERO_BYTES32,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { anyUint, RUNS } from "../helpers/random.ts";
import { account, anyHoldings, anyRows, BOOSTS } from "../helpers/rewards.ts";

const NOBODY = account(0);
const { ACTIVITY, GPU_TIME, TRAINING } = Programme;

function input(changed: Partial<EpochInput> = {}): EpochInput {
  return {
    programme: ACTIVITY,
    budget: 1_000n,
    rows: [
      { programme: ACTIVITY, account: account(2), units: 1n },
      { programme: ACTIVITY, account: account(1), units: 2n },
    ],
    holdings: [],
    boosts: [],
    previous: undefined,
    ...changed,
  };
}

const amountsOf = (changed: Partial<EpochInput>): bigint[] =>
  buildRewardEpoch(input(changed)).entries.map(({ cumulativeAmount }) => cumulativeAmount);

describe("divideRewards", () => {
  it("gives the units that are left to the largest remainders, of equal ones to the lower address", () => {
    const equal = [3, 1, 2].map((number) => ({ account: account(number), weight: 1n }));

    assert.deepEqual(divideRewards(5n, equal), [
      { account: account(1), amount: 2n },
      { account: account(2), amount: 2n },
      { account: account(3), amount: 1n },
    ]);
    assert.deepEqual(
      divideRewards(10n, [
        { account: account(1), weight: 1n },
        { account: account(2), weight: 6n },
      ]).map(({ amount }) => amount),
      [1n, 9n], // 1.43 and 8.57
    );
  });

  it("divides nothing among nobody, and refuses to divide something", () => {
    assert.deepEqual(divideRewards(0n, []), []);
    assert.deepEqual(divideRewards(0n, [{ account: account(1), weight: 0n }]), [{ account: account(1), amount: 0n }]);
    assertFails(() => divideRewards(7n, [{ account: account(1), weight: 0n }]), NothingToReward, { budget: 7n });
  });

  it("refuses numbers that no contract has", () => {
    assertFails(() => divideRewards(-1n, []), UintOutOfRange, { field: "budget" });
    assertFails(() => divideRewards(1n, [{ account: account(1), weight: -1n }]), UintOutOfRange, { field: "weight" });
  });

  it("divides every budget to the unit, each part within one unit of its exact size", () => {
    const anyWeights = fc
      .array(anyUint(200), { minLength: 1, maxLength: 30 })
      .filter((weights) => weights.some((weight) => weight > 0n))
      .map((weights) => weights.map((weight, index) => ({ account: account(index + 1), weight })));
    fc.assert(
      fc.property(anyUint(256), anyWeights, (budget, weights) => {
        const parts = divideRewards(budget, weights);
        const whole = weights.reduce((sum, { weight }) => sum + weight, 0n);

        assert.equal(
          parts.reduce((sum, { amount }) => sum + amount, 0n),
          budget,
        );
        for (const [index, { amount }] of parts.entries()) {
          const exact = budget * (weights[index]?.weight ?? 0n);
          assert.ok(amount * whole > exact - whole && amount * whole < exact + whole);
        }
      }),
      RUNS,
    );
  });
});

describe("boosts", () => {
  it("count from their minimum on, and once below all of them", () => {
    const boosts = [0n, 99n, 100n, 999n, 1_000n, 2n ** 256n - 1n].map((holding) => boostOf(BOOSTS, holding));

    assert.deepEqual(boosts, [10_000n, 10_000n, 12_000n, 12_000n, 20_000n, 20_000n]);
  });

  const tier = (minimum: bigint, bps: bigint): BoostTier => ({ minimum, bps });
  const refused: readonly (readonly [string, readonly BoostTier[], string])[] = [
    ["more than 16 tiers", Array.from({ length: 17 }, (_, n) => tier(BigInt(n), 10_000n + BigInt(n))), "16 tiers"],
    ["a minimum that is not above the one before", [tier(5n, 11_000n), tier(5n, 12_000n)], "tier 1 needs"],
    ["a boost that is not above the one before", [tier(5n, 11_000n), tier(6n, 11_000n)], "tier 1 boosts no more"],
    ["less than once", [tier(5n, 9_999n)], "tier 0 boosts no more"],
    ["more than ten times", [tier(5n, 100_001n)], "tier 0 boosts more than"],
  ];
  for (const [name, table, problem] of refused) {
    it(`refuse ${name}`, () => {
      const error = assertFails(() => checkBoosts(table), InvalidBoosts);
      assert.ok(error.problem.includes(problem), error.problem);
    });
  }

  it("take the longest and steepest table there may be", () => {
    checkBoosts([tier(0n, 10_000n), tier(2n ** 256n - 1n, 100_000n)]);
    checkBoosts(Array.from({ length: 16 }, (_, n) => tier(BigInt(n), 10_000n + BigInt(n))));
    assertFails(() => checkBoosts([tier(2n ** 256n, 10_000n)]), UintOutOfRange, { field: "boosts[0].minimum" });
  });
});

describe("buildRewardEpoch", () => {
  it("divides the budget by units, in ascending order of accounts", () => {
    const epoch = buildRewardEpoch(input());

    assert.deepEqual(epoch.entries, [
      { account: account(1), cumulativeAmount: 667n },
      { account: account(2), cumulativeAmount: 333n },
    ]);
    assert.deepEqual([epoch.epoch, epoch.total], [1n, 1_000n]);
    assert.deepEqual(postingOf(epoch), { programme: ACTIVITY, epoch: 1n, root: epoch.root, total: 1_000n });
    assert.notEqual(epoch.root, ZERO_BYTES32);
  });

  it("lets units count as often as the holding at the snapshot says", () => {
    assert.deepEqual(
      amountsOf({ budget: 400n, boosts: BOOSTS, holdings: [{ account: account(2), amount: 1_000n }] }),
      [200n, 200n], // two units once, one unit twice
    );
  });

  it("leaves out rows of other programmes and accounts without units", () => {
    const rows = [
      { programme: TRAINING, account: account(3), units: 9n },
      { programme: GPU_TIME, account: account(4), units: 9n },
      { programme: ACTIVITY, account: account(5), units: 0n },
      { programme: ACTIVITY, account: account(6), units: 9n },
    ];

    const epoch = buildRewardEpoch(input({ rows }));

    assert.deepEqual(epoch.rows, [{ account: account(6), units: 9n, holding: 0n }]);
    assert.deepEqual(epoch.entries, [{ account: account(6), cumulativeAmount: 1_000n }]);
  });

  it("carries on what was earned before, also by who did nothing since", () => {
    const first = buildRewardEpoch(input());
    const rows = [{ programme: ACTIVITY, account: account(9), units: 1n }];

    const second = buildRewardEpoch(input({ rows, budget: 50n, previous: first }));

    assert.deepEqual(second.entries, [...first.entries, { account: account(9), cumulativeAmount: 50n }]);
    assert.deepEqual([second.epoch, second.total], [2n, 1_050n]);
  });

  it("takes an epoch without a budget when something was earned before", () => {
    const first = buildRewardEpoch(input());
    const second = buildRewardEpoch(input({ budget: 0n, rows: [], previous: first }));

    assert.deepEqual([second.root, second.total], [first.root, first.total]);
    assertFails(() => buildRewardEpoch(input({ budget: 0n, rows: [] })), EmptyRewardTree);
  });

  it("refuses what nobody could be paid for", () => {
    const toNobody = [{ programme: ACTIVITY, account: NOBODY, units: 1n }];
    const twice = [1n, 2n].map((amount) => ({ account: account(1), amount }));

    assertFails(() => buildRewardEpoch(input({ rows: [] })), NothingToReward, { budget: 1_000n });
    assertFails(() => buildRewardEpoch(input({ rows: toNobody })), NobodyToReward);
    assertFails(() => buildRewardEpoch(input({ holdings: twice })), DuplicateHolding, { account: account(1) });
    assertFails(() => buildRewardEpoch(input({ programme: 3 as Programme })), UnknownProgramme, { actual: "3" });
    assertFails(
      () => buildRewardEpoch(input({ previous: { programme: TRAINING, epoch: 1n, entries: [] } })),
      BrokenSuccession,
      { field: "programme" },
    );
    assertFails(
      () => buildRewardEpoch(input({ previous: { programme: ACTIVITY, epoch: 2n ** 64n - 1n, entries: [] } })),
      UintOutOfRange,
      { field: "epoch" },
    );
  });

  it("gives the same tree whatever the order of its rows and holdings", () => {
    fc.assert(
      fc.property(anyRows, anyHoldings, anyUint(128), fc.infiniteStream(fc.nat()), (rows, holdings, budget, order) => {
        fc.pre(rows.some(({ programme, units }) => programme === ACTIVITY && units > 0n) && budget > 0n);
        const shuffled = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => ({ item, key: order.next().value as number }))
            .sort((left, right) => left.key - right.key)
            .map(({ item }) => item);
        const one = buildRewardEpoch(input({ rows, holdings, budget, boosts: BOOSTS }));
        const other = buildRewardEpoch(
          input({ rows: shuffled(rows), holdings: shuffled(holdings), budget, boosts: BOOSTS }),
        );

        assert.deepEqual(other, one);
        assert.equal(one.total, budget);
      }),
      { numRuns: 300 },
    );
  });

  it("never lets anybody's sum fall, and adds exactly the budget, through random epochs", () => {
    const anyEpochs = fc.array(fc.tuple(anyRows, anyUint(64)), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(anyEpochs, anyHoldings, (epochs, holdings) => {
        let previous = buildRewardEpoch(input());
        for (const [rows, wanted] of epochs) {
          const busy = rows.some(({ programme, units }) => programme === ACTIVITY && units > 0n);
          const budget = busy ? wanted : 0n;
          const next = buildRewardEpoch(input({ rows, holdings, budget, boosts: BOOSTS, previous }));
          const tree = rewardTree(next);
          assert.equal(next.total - previous.total, budget);
          for (const { account: who, cumulativeAmount } of previous.entries) {
            const proof = tree.prove(who);
            assert.ok(proof.cumulativeAmount >= cumulativeAmount);
            assert.ok(verifyReward(proof, next.root));
          }
          previous = next;
        }
      }),
      { numRuns: 100 },
    );
  });
});
