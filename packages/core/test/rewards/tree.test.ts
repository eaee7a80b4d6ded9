import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AbiCoder, keccak256, TypedDataEncoder } from "ethers";
import fc from "fast-check";
import {
  EmptyRewardTree,
  type EarnedReward,
  InvalidAddress,
  NoSuchReward,
  postingLeaf,
  Programme,
  rewardLeaf,
  type RewardPosting,
  RewardsNotAscending,
  RewardTree,
  singlePostingReport,
  UintOutOfRange,
  UnknownProgramme,
  verifyReward,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { anyAddress, anyBytes32, anyUint, RUNS } from "../helpers/random.ts";
import { account, anyEntries } from "../helpers/rewards.ts";

const { ACTIVITY, TRAINING } = Programme;
const earned = (number: number, cumulativeAmount = 1n): EarnedReward => ({
  account: account(number),
  cumulativeAmount,
});

describe("RewardTree", () => {
  it("of one entry is its leaf, with a proof of length 0", () => {
    const tree = new RewardTree(ACTIVITY, [earned(1, 5n)]);

    assert.equal(tree.root, rewardLeaf(ACTIVITY, earned(1, 5n)));
    assert.deepEqual(tree.prove(account(1)), { programme: ACTIVITY, ...earned(1, 5n), proof: [] });
  });

  it("hashes programme, account and amount, and that hash once more", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(Programme)), anyAddress, anyUint(256), (programme, who, amount) => {
        const words = AbiCoder.defaultAbiCoder().encode(["uint8", "address", "uint256"], [programme, who, amount]);

        assert.equal(rewardLeaf(programme, { account: who, cumulativeAmount: amount }), keccak256(keccak256(words)));
      }),
      RUNS,
    );
  });

  it("proves every entry, and no other amount, account or programme", () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const tree = new RewardTree(ACTIVITY, entries);
        for (const entry of entries) {
          const proof = tree.prove(entry.account);
          assert.deepEqual({ account: proof.account, cumulativeAmount: proof.cumulativeAmount }, entry);
          assert.ok(verifyReward(proof, tree.root));
          assert.ok(!verifyReward({ ...proof, cumulativeAmount: entry.cumulativeAmount ^ 1n }, tree.root));
          assert.ok(!verifyReward({ ...proof, programme: TRAINING }, tree.root));
          assert.ok(!verifyReward({ ...proof, proof: [...proof.proof, tree.root] }, tree.root));
        }
      }),
      { numRuns: 200 },
    );
  });

  it("needs entries, each of another account, in ascending order", () => {
    assertFails(() => new RewardTree(ACTIVITY, []), EmptyRewardTree);
    assertFails(() => new RewardTree(ACTIVITY, [earned(2), earned(1)]), RewardsNotAscending, { account: account(1) });
    assertFails(() => new RewardTree(ACTIVITY, [earned(2), earned(2)]), RewardsNotAscending, { account: account(2) });
    assertFails(() => new RewardTree(9 as Programme, [earned(1)]), UnknownProgramme, { actual: "9" });
    assertFails(() => new RewardTree(ACTIVITY, [earned(1, 2n ** 256n)]), UintOutOfRange, {
      field: "cumulativeAmount",
    });
  });

  it("says who has no entry", () => {
    const tree = new RewardTree(ACTIVITY, [earned(1)]);

    assertFails(() => tree.prove(account(2)), NoSuchReward, { account: account(2) });
    assertFails(() => tree.prove("0x12"), InvalidAddress);
  });
});

describe("the leaf of a posting", () => {
  const types = {
    RewardPosting: "uint256 chainId,address distributor,uint8 programme,uint64 epoch,bytes32 root,uint256 total"
      .split(",")
      .map((text) => text.split(" "))
      .map(([type = "", name = ""]) => ({ type, name })),
  };

  it("is what its type describes, hashed once more", () => {
    const anyPosting = fc.record({
      programme: fc.constantFrom(...Object.values(Programme)),
      epoch: anyUint(64),
      root: anyBytes32,
      total: anyUint(256),
    });
    fc.assert(
      fc.property(anyPosting, anyUint(256), anyAddress, (posting, chainId, distributor) => {
        const hash = TypedDataEncoder.hashStruct("RewardPosting", types, { chainId, distributor, ...posting });

        assert.equal(postingLeaf(posting, { chainId, distributor }), keccak256(hash));
      }),
      RUNS,
    );
  });

  it("is the root of a report that names no request", () => {
    const posting: RewardPosting = { programme: ACTIVITY, epoch: 1n, root: `0x${"11".repeat(32)}`, total: 5n };
    const domain = { chainId: 31_337n, distributor: account(7) };

    assert.deepEqual(singlePostingReport(posting, domain, { configVersion: 3n, deadline: 9n }), {
      configVersion: 3n,
      deadline: 9n,
      firstId: 0n,
      count: 1n,
      root: postingLeaf(posting, domain),
    });
  });
});
