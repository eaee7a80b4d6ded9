import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ainGovernorAbi } from "ainft-contracts";
import { Contract, id as idOf } from "ethers";
import { CREATOR, type Creator, newCreator, testAccount, TRAINER } from "./helpers/creator.ts";
import { delegated, pass, proposed, writeProposal } from "./helpers/dao.ts";
import { answer, jsonAnswer, run } from "./helpers/run.ts";

const TEXT = "# Nothing at all\n\u001b[2J";

describe("the DAO's commands", () => {
  let creator: Creator;
  let id: string;

  before(async () => (creator = await newCreator("--dao", CREATOR)));
  after(async () => creator.suite.close());

  it("shows the text of a proposal, which is written from its calls, and sends nothing", async () => {
    writeProposal(creator, "proposal.json", "Two reporters");
    const before = await creator.suite.provider.getBlockNumber();
    const text = await answer(["dao", "propose", "proposal.json", "--text"], creator);
    assert.match(text, /^# Two reporters\n\nTwo sign more safely than one\.\n\n## Calls\n/u);
    assert.match(text, /1\. `setConfig` of `InferenceOracle` at `0x[0-9a-fA-F]{40}`/u);
    assert.match(text, new RegExp(TRAINER, "u"));
    assert.equal(await creator.suite.provider.getBlockNumber(), before);
  });

  it("refuses a proposal without the votes for it, with the governor's own error", async () => {
    const { code, err } = await run(["dao", "propose", "proposal.json"], creator);
    assert.equal(code, 1);
    assert.match(err[0] ?? "", /^ainft: propose is refused: GovernorInsufficientProposerVotes\(/u);
  });

  it("leads a proposal from delegation to execution", async () => {
    await delegated(creator);
    id = await proposed(creator, "Two reporters");
    assert.equal((await jsonAnswer(["dao", "show", id], creator))["state"], "pending");
    await pass(creator, 1);
    const vote = await answer(["dao", "vote", id, "for", "--reason", "It is tested."], creator);
    assert.match(vote, /^\d+\.0 votes for\n/u);
    await pass(creator, 8);
    assert.equal((await jsonAnswer(["dao", "show", id], creator))["state"], "succeeded");
    await answer(["dao", "queue", id], creator);
    const early = await run(["dao", "execute", id], creator);
    assert.equal(early.code, 1);
    assert.match(early.err[0] ?? "", /^ainft: execute is refused: /u);
    await pass(creator, 2);
    await answer(["dao", "execute", id], creator);
    const lines = (await answer(["dao", "show", id], creator)).split("\n");
    assert.equal(lines[0], `proposal ${id}: Two reporters`);
    assert.match(lines[1] ?? "", new RegExp(`^by ${CREATOR}, executed, vote from \\d{4}-.*Z to \\d{4}-.*Z$`, "u"));
    assert.match(lines[2] ?? "", /^\d+\.0 for, 0\.0 against, 0\.0 abstain$/u);
    assert.equal(lines.at(-1), "yes  its text is written from these calls");
  });

  it("warns of a proposal whose text says something else than its calls do", async () => {
    const { dao } = JSON.parse(readFileSync(creator.suite.deployment, "utf8")) as {
      dao: { governor: string };
    };
    const governor = new Contract(dao.governor, ainGovernorAbi, testAccount(1).connect(creator.suite.provider));
    const sent = await governor.getFunction("propose").send([CREATOR], [10n ** 18n], ["0x"], TEXT);
    await sent.wait();
    const hidden = String(
      await governor.getFunction("getProposalId").staticCall([CREATOR], [10n ** 18n], ["0x"], idOf(TEXT)),
    );
    const { code, out, err } = await run(["dao", "show", hidden], creator);
    assert.equal(code, 1);
    assert.deepEqual(err, [`ainft: the text of proposal ${hidden} is not of its calls.`]);
    assert.match(out, /1\. plain payment to an unknown contract at `0x7099/u);
    assert.match(out, /sends `1000000000000000000` wei/u);
    assert(!out.includes("\u001b"));
  });

  for (const [what, call] of [
    ["an unknown contract", { contract: "Nobody", function: "f", arguments: [] }],
    ["an unknown function", { contract: "InferenceOracle", function: "giveMeAll", arguments: [] }],
    ["arguments that do not fit", { contract: "InferenceOracle", function: "setConfig", arguments: ["x"] }],
    ["data that are none", { contract: "InferenceOracle", data: "0x123" }],
    ["a negative value", { contract: "InferenceOracle", data: "0x", value: "-1" }],
    ["no call at all", null],
  ] as const) {
    it(`refuses a proposal with ${what}`, async () => {
      writeFileSync(creator.file("bad.json"), JSON.stringify({ title: "Bad", calls: [call] }));
      const { code, err } = await run(["dao", "propose", "bad.json", "--text"], creator);
      assert(code === 1 || code === 2);
      assert.match(err[0] ?? "", /call 1 in bad\.json/u);
    });
  }
});
