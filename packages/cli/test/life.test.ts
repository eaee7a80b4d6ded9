import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { answer, jsonAnswer, run } from "./helpers/run.ts";
import {
  CREATOR,
  EDITIONS,
  filled,
  type WorkingCreator,
  workingCreator,
  writeBetterManifest,
} from "./helpers/creator.ts";

const words = (text: string): string[] => text.split(" ");

describe("history and verify", () => {
  let creator: WorkingCreator;
  let digests: string[];

  before(async () => {
    creator = await workingCreator();
    digests = [];
    for (const file of ["manifest.json", "better.json"])
      digests.push(String((await jsonAnswer(["manifest", "digest", file], creator))["digest"]));
  });
  after(async () => creator.suite.close());

  it("tells a life, an event a line, and that the chain agrees", async () => {
    const lines = (await answer(["history", "1"], creator)).split("\n");
    assert.deepEqual(
      lines.map((line) => line.replace(/^block \d+ +/u, "")),
      [
        `version 1 published  ${digests[0]}`,
        `version 2 published  ${digests[1]}`,
        `training 0 recorded  by ${CREATOR}`,
        `yes  3 events, as the chain has it; node ${creator.suite.rpcUrl} (AINFT_RPC_URL)`,
      ],
    );
  });

  it("tells the same as one JSON document", async () => {
    const { collection: _collection, block, events, ...rest } = await jsonAnswer(["history", "1"], creator);
    assert.deepEqual(rest, { tokenId: "1", verified: true });
    assert.equal(typeof block, "number");
    const told = events as Record<string, unknown>[];
    assert.deepEqual(
      told.map(({ event }) => event),
      ["version", "version", "record"],
    );
    assert.equal(told[1]?.["manifestDigest"], digests[1]);
    assert.equal((told[2]?.["record"] as Record<string, unknown>)["contributor"], CREATOR);
  });

  it("says how far it is", async () => {
    const { progress } = await run(["history", "1"], creator);
    assert.match(progress.at(-1) ?? "", /^block (\d+) of \1, 3 events$/u);
  });

  it("says no when events are left out, and which", async () => {
    const block = await creator.suite.provider.getBlockNumber();
    const { code, err, out } = await run(["history", "1", "--from-block", String(block)], creator);
    assert.equal(code, 1);
    assert.equal(err.length, 1);
    assert.match(
      err[0] ?? "",
      /^ainft: the chain at block \d+ does not agree: versions \(0 in events, 2 on chain\), active version/u,
    );
    assert.match(out, /^NO {3}0 events, not as/u);
    const told = await run(["history", "1", "--from-block", String(block), "--json"], creator);
    assert.equal((JSON.parse(told.out) as Record<string, unknown>)["verified"], false);
  });

  it("tells and verifies a program of an ERC-1155 collection, and refuses to mint it as a token", async () => {
    const at = ["--collection", EDITIONS];
    const verified = await jsonAnswer(filled(["verify", "1", ...at], creator), creator);
    assert.equal(verified["verified"], true);
    assert.equal(
      await answer(filled(["edition", "1", "7", ...at], creator), creator).then((out) => out.split("\n")[0]),
      `7 editions of 1 for ${CREATOR}`,
    );
    const token = await run(filled(["mint", "manifest.json", ...at], creator), creator);
    assert.equal(token.code, 2);
    assert.match(token.err[0] ?? "", /is an ERC-1155 collection: give --limit/u);
    const editions = await run(["edition", "1", "7"], creator);
    assert.equal(editions.code, 2);
    assert.match(editions.err[0] ?? "", /is an ERC-721 collection/u);
  });

  it("names every version whose content is missing, changed or no child of what it says", async () => {
    const content = creator.file("content");
    const [first = "", second = ""] = readdirSync(content).sort();
    const kept = readFileSync(`${content}/${first}`);
    appendFileSync(`${content}/${first}`, " ");
    const changed = await run(["verify", "1"], creator);
    assert.equal(changed.code, 1);
    assert.match(changed.err[0] ?? "", /^ainft: not verified: content of version [12]\.$/u);
    rmSync(`${content}/${second}`);
    const missing = await run(["verify", "1", "--json"], creator);
    assert.match(missing.err[0] ?? "", /^ainft: not verified: content of version 1, content of version 2\.$/u);
    const verdicts = (JSON.parse(missing.out) as { verdicts: { ok: boolean; what: string }[] }).verdicts;
    assert.deepEqual(
      verdicts.filter(({ ok }) => !ok).map(({ what }) => what),
      ["content of version 1", "content of version 2"],
    );
    writeFileSync(`${content}/${first}`, kept);
    writeBetterManifest(creator);
    for (const file of ["manifest.json", "better.json"]) await answer(["manifest", "publish", file], creator);
    assert.match(await answer(["verify", "1"], creator), /^verified at block \d+ of chain 31337/mu);
  });

  it("sees a rollback, a freeze and a state that nobody told", async () => {
    writeFileSync(creator.file("why.txt"), "it was better before\n");
    await answer(words("version activate 1 1 --reason why.txt"), creator);
    await answer(words("version freeze 1"), creator);
    const lines = (await answer(["history", "1"], creator)).split("\n");
    assert.match(lines[3] ?? "", new RegExp(`version 1 activated {2}by ${CREATOR}, after version 2$`, "u"));
    assert.match(lines[4] ?? "", new RegExp(`frozen {2}by ${CREATOR}$`, "u"));
    assert.match(await answer(["verify", "1"], creator), /^yes {2}frozen: for ever$/mu);
  });

  it("refuses a token that does not exist, and a proof that was changed", async () => {
    const unknown = await run(["history", "99"], creator);
    assert.equal(unknown.code, 1);
    assert.match(unknown.err[0] ?? "", /^ainft: programOf is refused: \w+\(99\)\.$/u);
    const proof = JSON.parse(readFileSync(creator.file("proof.json"), "utf8")) as { record: Record<string, unknown> };
    const changed = { ...proof, record: { ...proof.record, trainedAt: "1700000001" } };
    writeFileSync(creator.file("changed.json"), JSON.stringify(changed));
    const verified = await run(["train", "verify", "changed.json"], creator);
    assert.equal(verified.code, 1);
    assert.match(verified.out, /^NO {3}record 0x/u);
    assert.deepEqual(verified.err, ["ainft: The collection does not know this proof."]);
  });
});
