import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ainTokenAbi } from "ainft-contracts";
import { parseRewardDocument, rewardDocumentDigest } from "ainft-core";
import { Contract, parseEther } from "ethers";
import {
  CONSENT,
  CREATOR,
  filled,
  testAccount,
  TRAINER,
  type WorkingCreator,
  workingCreator,
} from "./helpers/creator.ts";
import { as } from "./helpers/providers.ts";
import { asTimelock, build, contractsOf, fund, post, writePlan } from "./helpers/rewards.ts";
import { answer, jsonAnswer, run, type Surroundings } from "./helpers/run.ts";

const STRANGER = testAccount(7).address;
const TWO_YEARS = 730 * 86_400;

describe("rewards", () => {
  let creator: WorkingCreator;

  before(async () => {
    creator = await workingCreator("--dao", CREATOR);
    await answer(filled(["train", "record", "1", "trainer.json", "--consent", CONSENT], creator), creator);
  });
  after(async () => creator.suite.close());

  const refused = async (argv: readonly string[], reason: RegExp, who: Surroundings = creator): Promise<void> => {
    const { code, err } = await run(argv, who);
    assert.equal(code, 1);
    assert.match(err[0] ?? "", reason);
  };
  const balanceOf = async (account: string): Promise<bigint> => {
    const token = new Contract(contractsOf(creator).token, ainTokenAbi, creator.suite.provider);
    return BigInt(String(await token.getFunction("balanceOf").staticCall(account)));
  };

  it("are worked out from a collection's training logs, up to the snapshot", async () => {
    await writePlan(creator, "plan.json", { programme: "TRAINING" });
    const text = await answer(["rewards", "build", "plan.json", "--out", "first.json"], creator);
    const document = parseRewardDocument(readFileSync(creator.file("first.json")));
    assert.deepEqual(
      text.split("\n").filter((line) => !line.startsWith("from ")),
      [
        "wrote first.json: epoch 1 of TRAINING, 2 of 2 accounts earned",
        `root ${document.root}, total 1000.0 AIN`,
        `digest ${rewardDocumentDigest(document)}`,
        "1000.0 AIN are missing: fund the programme before this is posted",
      ],
    );
    assert.match(text, /\nfrom 2 records of 0x[0-9a-fA-F]{40}, blocks \d+ to \d+\n/u);
    const earned = document.entries.map(({ account, cumulativeAmount }) => [account, cumulativeAmount]);
    const half = parseEther("500");
    assert.deepEqual(
      new Map(earned as [string, bigint][]),
      new Map([
        [CREATOR, half],
        [TRAINER, half],
      ]),
    );
    const { snapshotBlock } = document;
    await writePlan(creator, "early.json", { programme: "TRAINING", snapshotBlock: String(snapshotBlock - 1n) });
    const { rows } = await jsonAnswer(["rewards", "build", "early.json"], creator);
    assert.equal(rows, 1);
  });

  it("are worked out from the training logs of several collections, each once", async () => {
    const { collection } = await jsonAnswer(["collection", "create", "--name", "More", "--symbol", "MORE"], creator);
    const at = ["--collection", String(collection)];
    await answer(["mint", "manifest.json", ...at], creator);
    await answer(["train", "record", "1", "record.json", ...at], creator);
    const { collection: first } = JSON.parse(readFileSync(creator.file("ainft.config.json"), "utf8")) as {
      collection: string;
    };
    await writePlan(creator, "both.json", { programme: "TRAINING", collections: [first, String(collection)] });
    await answer(["rewards", "build", "both.json", "--out", "both-1.json"], creator);
    const { entries } = parseRewardDocument(readFileSync(creator.file("both-1.json")));
    const earned = entries.map(({ account, cumulativeAmount }) => [account, cumulativeAmount] as const);
    assert.equal(new Map<string, bigint>(earned).get(TRAINER), parseEther("1000") / 3n);
    await writePlan(creator, "twice.json", { programme: "TRAINING", collections: [first, first] });
    await refused(["rewards", "build", "twice.json"], /^ainft: collections in twice\.json names one of them twice\.$/u);
    await writePlan(creator, "mixed.json", { programme: "TRAINING", collections: [first], rows: [] });
    await refused(
      ["rewards", "build", "mixed.json"],
      /^ainft: mixed\.json names rows, and what to work them out from: one of both\.$/u,
    );
  });

  it("give the same bytes again, and are not written over another epoch", async () => {
    await answer(["rewards", "build", "plan.json", "--out", "first.json"], creator);
    const bytes = readFileSync(creator.file("first.json"), "utf8");
    assert.equal(await answer(["rewards", "build", "plan.json"], creator), bytes);
    const argv = ["rewards", "build", "early.json", "--out", "first.json"];
    await refused(argv, /^ainft: first\.json exists already, and is not this epoch\.$/u);
    assert.equal(readFileSync(creator.file("first.json"), "utf8"), bytes);
  });

  it("are not claimed before their epoch is posted", async () => {
    await refused(
      ["rewards", "claim", "first.json"],
      /first\.json can't be claimed by: epoch 1 is not posted: the newest is 0\.$/u,
    );
    const { code, out } = await run(["rewards", "show", "first.json"], creator);
    assert.equal(code, 1);
    assert.match(out, /\nNO {3}epoch 1 is not posted: the newest is 0$/u);
  });

  it("are told, and paid once, to the sender or to whom the sender names", async () => {
    await fund(creator, "TRAINING", 5_000);
    await post(creator, await build(creator, "plan.json", "first.json"));
    const shown = await answer(["rewards", "show", "first.json", "--for", TRAINER], creator);
    assert.match(
      shown,
      /^epoch 1 of TRAINING: 2 accounts, 1000\.0 AIN, root 0x[0-9a-f]{64}\nyes {2}it is what is posted; 0\.0 AIN are paid\n/u,
    );
    const due = `${TRAINER} earned 500.0 AIN, was paid 0.0, is due 500.0`;
    assert.equal(shown.split("\n")[2], due);
    const claim = ["rewards", "claim", "first.json", "--for", TRAINER];
    const rehearsed = await answer([...claim, "--dry-run"], as(creator, "7"));
    assert.equal(rehearsed.split("\n")[0], due);
    assert.equal(await balanceOf(TRAINER), 0n);
    assert.match(await answer(claim, as(creator, "7")), new RegExp(`^500\\.0 AIN are paid to ${TRAINER}\n`, "u"));
    assert.equal(await balanceOf(TRAINER), parseEther("500"));
    const again = new RegExp(
      `^ainft: Nothing is due: ${TRAINER} earned 500\\.0 AIN, was paid 500\\.0, is due 0\\.0\\.$`,
      "u",
    );
    await refused(claim, again);
    const before = await balanceOf(CREATOR);
    await answer(["rewards", "claim", "first.json"], creator);
    assert.equal(await balanceOf(CREATOR), before + parseEther("500"));
  });

  it("are not due to who is not in the document", async () => {
    await refused(
      ["rewards", "claim", "first.json"],
      new RegExp(`^ainft: ${STRANGER} has earned nothing in this programme\\.$`, "u"),
      as(creator, "7"),
    );
  });

  it("continue the epoch before, from the block behind its snapshot", async () => {
    const rows = [{ account: STRANGER, units: "3" }];
    await writePlan(creator, "next.json", { programme: "TRAINING", rows });
    await refused(
      ["rewards", "build", "next.json"],
      /^ainft: Epoch 1 of TRAINING is posted: name its document by --previous\.$/u,
    );
    await writePlan(creator, "logs.json", { programme: "TRAINING" });
    await refused(
      ["rewards", "build", "logs.json", "--previous", "first.json"],
      /^ainft: Nobody has earned a part of 1000/u,
    ); // nobody trained since
    await writePlan(creator, "other.json", { programme: "ACTIVITY", rows });
    await refused(
      ["rewards", "build", "other.json", "--previous", "first.json"],
      /^ainft: --previous is of TRAINING, not of ACTIVITY\.$/u,
    );
    const { snapshotBlock } = parseRewardDocument(readFileSync(creator.file("first.json")));
    await writePlan(creator, "old.json", { programme: "TRAINING", rows, snapshotBlock: String(snapshotBlock) });
    await refused(
      ["rewards", "build", "old.json", "--previous", "first.json"],
      /^ainft: The snapshot must be later than /u,
    );
    const posting = await build(creator, "next.json", "second.json", "--previous", "first.json");
    await post(creator, posting);
    await refused(["rewards", "claim", "first.json"], /epoch 1 is not the newest: ask for the document of epoch 2\.$/u);
    await answer(["rewards", "claim", "second.json"], as(creator, "7"));
    assert.equal(await balanceOf(STRANGER), parseEther("1000"));
    assert.match(await answer(["rewards", "show", "second.json", "--for", TRAINER], creator), /, is due 0\.0$/u);
  });

  it("are not claimed by a document of another root, distributor or chain, nor by one that was changed", async () => {
    const rows = [{ account: CREATOR, units: "1" }];
    await writePlan(creator, "a.json", { programme: "ACTIVITY", rows });
    await writePlan(creator, "b.json", { programme: "ACTIVITY", rows: [{ account: TRAINER, units: "1" }] });
    await build(creator, "b.json", "false.json");
    await fund(creator, "ACTIVITY", 1_000);
    await post(creator, await build(creator, "a.json", "true.json"));
    await refused(
      ["rewards", "claim", "false.json"],
      /^ainft: false\.json can't be claimed by: another root is posted for epoch 1: 0x/u,
    );
    const text = readFileSync(creator.file("true.json"), "utf8");
    const { distributor } = contractsOf(creator);
    for (const [from, to, reason] of [
      [
        distributor,
        STRANGER,
        new RegExp(`^ainft: bent\\.json is of the distributor ${STRANGER} on chain 31337, `, "u"),
      ],
      ['"chainId":"31337"', '"chainId":"1"', / on chain 1, not of /u],
      [`{"account":"${CREATOR}","cum`, `{"account":"${TRAINER}","cum`, /^ainft: Published epoch refused: .* earned /u],
    ] as const) {
      assert(text.includes(from));
      writeFileSync(creator.file("bent.json"), text.replace(from, to));
      await refused(["rewards", "claim", "bent.json"], reason);
    }
  });

  it("have a posting that a proposal takes as it is", async () => {
    await writePlan(creator, "later.json", { programme: "TRAINING", rows: [{ account: CREATOR, units: "1" }] });
    const posting = await build(creator, "later.json", "third.json", "--previous", "second.json");
    const call = { contract: "RewardDistributor", function: "post", arguments: [posting] };
    writeFileSync(creator.file("proposal.json"), JSON.stringify({ title: "Pay", reason: "Trained.", calls: [call] }));
    const text = await answer(["dao", "propose", "proposal.json", "--text"], creator);
    assert.match(text, /1\. `post` of `RewardDistributor` at `0x/u);
  });

  for (const [what, changed, reason] of [
    ["a misspelt key", { boost: [] }, /plan\.json has the unknown key "boost"\.$/u],
    [
      "an unknown programme",
      { programme: "PLAY" },
      /plan\.json: programme must be one of GPU_TIME, TRAINING, ACTIVITY\.$/u,
    ],
    ["a number that is none", { budget: 5 }, /budget must be a whole number as text\.$/u],
    ["rows that are no list", { rows: {} }, /rows in plan\.json must be a list\.$/u],
    [
      "a row that says more",
      { rows: [{ account: CREATOR, units: "1", note: "x" }] },
      /entry 0 must hold account and units, and/u,
    ],
    ["a row without an account", { rows: [{ account: 1, units: "1" }] }, /an account must be an address as text\.$/u],
    [
      "runs without the most that one counts",
      { programme: "GPU_TIME", runs: [] },
      /mostMilliseconds must be a whole number as text/u,
    ],
    [
      "a run that says more",
      { programme: "GPU_TIME", mostMilliseconds: "1", runs: [{ requestId: "1" }] },
      /runs in \S+: entry 0 must hold milliseconds and reporter and requestHash and requestId, and nothing else/u,
    ],
    [
      "no rows, and none on the chain",
      { programme: "GPU_TIME" },
      /Rows are read from the chain for TRAINING, and for GPU_TIME by its runs/u,
    ],
    [
      "a snapshot of a block to come",
      { snapshotBlock: "9999999", programme: "GPU_TIME" },
      /The snapshot is of block 9999999, /u,
    ],
    [
      "an account that holds twice",
      {
        programme: "GPU_TIME",
        rows: [{ account: CREATOR, units: "1" }],
        holdings: [1, 2].map(() => ({ account: CREATOR, amount: "1" })),
      },
      /^ainft: Two holdings are given for 0x7099/u,
    ],
  ] as const) {
    it(`are not worked out from ${what}`, async () => {
      await writePlan(creator, "plan.json", { programme: "TRAINING", ...changed });
      await refused(["rewards", "build", "plan.json"], reason);
    });
  }

  it("are divided by boosted units", async () => {
    const boosts = [{ minimum: "1000", bps: "30000" }];
    const holdings = [{ account: TRAINER, amount: "1000" }];
    const rows = [CREATOR, TRAINER].map((account) => ({ account, units: "5" }));
    await writePlan(creator, "boosted.json", { programme: "GPU_TIME", rows, holdings, boosts });
    await build(creator, "boosted.json", "boosted-epoch.json");
    const { entries } = parseRewardDocument(readFileSync(creator.file("boosted-epoch.json")));
    const amounts = new Map<string, bigint>(
      entries.map(({ account, cumulativeAmount }) => [account, cumulativeAmount]),
    );
    assert.deepEqual([amounts.get(CREATOR), amounts.get(TRAINER)], [parseEther("250"), parseEther("750")]);
  });

  it("are told as expired when nobody claimed for two years", async () => {
    const { provider } = creator.suite;
    await provider.send("evm_increaseTime", [TWO_YEARS + 60]);
    await provider.send("evm_mine", []);
    await asTimelock(creator, "expire", 1);
    await refused(
      ["rewards", "claim", "second.json"],
      /second\.json can't be claimed by: the rewards of epoch 2 expired\.$/u,
    );
  });
});
