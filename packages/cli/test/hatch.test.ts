import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { CREATOR, newCreator, TRAINER } from "./helpers/creator.ts";
import { ainOf, BOND, committed, DELAY, type EggKeeper, eggKeeper, HATCHLING, mine } from "./helpers/eggs.ts";
import { as } from "./helpers/providers.ts";
import { answer, jsonAnswer, run } from "./helpers/run.ts";

describe("hatching", () => {
  let keeper: EggKeeper;

  before(async () => {
    keeper = await eggKeeper(await newCreator("--dao", CREATOR), 5);
  });
  after(async () => keeper.suite.close());

  const stateOf = async (egg: string): Promise<unknown> => (await jsonAnswer(["hatch", "show", egg], keeper))["state"];

  const commitmentOf = async (egg: number, secret: string): Promise<unknown> =>
    keeper.hatchery.getFunction("commitmentOf").staticCall(egg, CREATOR, secret);

  it("approves the egg and the bond, and nothing twice", async () => {
    const first = await answer(["hatch", "approve", "1"], keeper);
    assert.match(first, /^the hatchery may take egg 1\ntransaction 0x.*\nthe hatchery may take the bond of 250, /u);
    const again = await answer(["hatch", "approve", "1"], keeper);
    assert.equal(again, "the hatchery may take egg 1 and its bond already");
  });

  it("commits under a secret that only its owner's file holds", async () => {
    const lines = (await answer(["hatch", "commit", "1", "egg-1.json"], keeper)).split("\n");
    const reveal = BigInt(await keeper.suite.provider.getBlockNumber()) + DELAY;
    assert.equal(lines[0], `egg 1 is committed: reveal in blocks ${reveal + 1n} to ${reveal + 256n}`);
    assert.match(lines[1] ?? "", /^keep egg-1\.json and show it to nobody: .* the bond of 250 lost$/u);
    assert.equal(statSync(keeper.file("egg-1.json")).mode & 0o777, 0o600);
    const { secret } = JSON.parse(readFileSync(keeper.file("egg-1.json"), "utf8")) as { secret: string };
    assert.match(secret, /^0x[0-9a-f]{64}$/u);
    assert(!lines.join().includes(secret.slice(2)));
    const held = (await keeper.hatchery.getFunction("eggOf").staticCall(1)) as { commitment: string };
    assert.equal(held.commitment, await commitmentOf(1, secret));
  });

  it("tells in which blocks a reveal counts, and refuses one before without telling the node the secret", async () => {
    const reveal = BigInt(await keeper.suite.provider.getBlockNumber()) + DELAY;
    const [line, more] = (await answer(["hatch", "show", "1"], keeper)).split("\n");
    const blocks = `blocks ${reveal + 1n} to ${reveal + 256n}, the next is ${reveal - DELAY + 1n}`;
    assert.equal(line, `egg 1 waits: a reveal counts in ${blocks}`);
    assert.equal(more, `of ${CREATOR}, 0 XP, by table 1, bond 250`);
    await mine(keeper, DELAY - 1n);
    for (const how of [[], ["--dry-run"], ["--unsigned"]]) {
      const { code, err, out } = await run(["hatch", "reveal", "1", "egg-1.json", ...how], keeper);
      assert.equal(code, 1);
      assert.deepEqual(err, [`ainft: Too early, and a secret that is told is none: reveal from block ${reveal + 1n}.`]);
      assert.equal(out, "");
    }
    await mine(keeper, 1n);
    assert.equal(await stateOf("1"), "revealable");
  });

  it("refuses the secret of another egg, of another hatchery and of another commit", async () => {
    const kept = JSON.parse(readFileSync(keeper.file("egg-1.json"), "utf8")) as Record<string, string>;
    for (const [changed, reason] of [
      [{ egg: "2" }, /^ainft: other\.json is for egg 2 of 0x/u],
      [{ hatchery: TRAINER }, new RegExp(`^ainft: other\\.json is for egg 1 of ${TRAINER} on chain 31337`, "u")],
      [{ chainId: "1" }, /^ainft: other\.json is for egg 1 of 0x[0-9a-fA-F]{40} on chain 1\.$/u],
      [{ committer: TRAINER }, /^ainft: other\.json is of another commit of egg 1\.$/u],
      [{ secret: `0x${"11".repeat(32)}` }, /^ainft: other\.json is of another commit of egg 1\.$/u],
      [{ secret: "0x11" }, /^ainft: other\.json holds no secret as "ainft hatch commit" writes it\.$/u],
    ] as const) {
      writeFileSync(keeper.file("other.json"), JSON.stringify({ ...kept, ...changed }));
      const { code, err } = await run(["hatch", "reveal", "1", "other.json"], keeper);
      assert.equal(code, 1);
      assert.match(err[0] ?? "", reason);
    }
  });

  it("hatches by whoever has the file, for the committer, who gets the bond back", async () => {
    const hatched = await answer(["hatch", "reveal", "1", "egg-1.json"], as(keeper, "2"));
    assert.match(hatched, new RegExp(`^egg 1 hatched: token 1, outcome 0, manifest ${HATCHLING}\n`, "u"));
    assert.match(hatched, /\nthe bond of 250 waits: ainft hatch withdraw\n/u);
    assert.equal(await keeper.hatched.getFunction("ownerOf").staticCall(1), CREATOR);
    assert.equal(await answer(["hatch", "show", "1"], keeper), "egg 1 hatched: token 1");
    const before = await ainOf(keeper, CREATOR);
    await answer(["hatch", "withdraw", "--for", CREATOR], as(keeper, "2"));
    assert.equal(await ainOf(keeper, CREATOR), before + BOND);
    const again = await run(["hatch", "withdraw"], keeper);
    assert.match(again.err[0] ?? "", /^ainft: withdraw is refused: Payouts\w+\(/u);
    const twice = await run(["hatch", "reveal", "1", "egg-1.json"], keeper);
    assert.deepEqual(twice.err, ["ainft: Egg 1 does not wait to be revealed."]);
  });

  it("writes no secret over a file, and none for a commit that is rehearsed or refused", async () => {
    const lies = readFileSync(keeper.file("egg-1.json"), "utf8");
    const taken = await run(["hatch", "commit", "2", "egg-1.json"], keeper);
    assert.deepEqual(taken.err, ["ainft: egg-1.json exists already, and no secret is written over."]);
    assert.equal(readFileSync(keeper.file("egg-1.json"), "utf8"), lies);
    const refused = await run(["hatch", "commit", "2", "egg-2.json"], keeper);
    assert.match(refused.err[0] ?? "", /^ainft: commit is refused: ERC\w+Insufficient(Allowance|Approval)\(/u);
    await answer(["hatch", "approve", "2"], keeper);
    await answer(["hatch", "commit", "2", "egg-2.json", "--dry-run"], keeper);
    assert(!existsSync(keeper.file("egg-2.json")));
  });

  it("keeps the secret of a commit that is printed for another wallet", async () => {
    const print = ["hatch", "commit", "2", "printed.json", "--unsigned", "--from", CREATOR];
    const { data } = JSON.parse(await answer(print, keeper)) as { data: string };
    const kept = JSON.parse(readFileSync(keeper.file("printed.json"), "utf8")) as Record<string, string>;
    const { secret = "", committer } = kept;
    assert.equal(committer, CREATOR);
    const args = keeper.hatchery.interface.decodeFunctionData("commit", data).toArray() as unknown[];
    assert.deepEqual(args, [2n, await commitmentOf(2, secret), 1n]);
  });

  it("gives an abandoned egg back, no block earlier, without the bond", async () => {
    await committed(keeper, 3);
    await mine(keeper, DELAY + 255n);
    assert.equal(await stateOf("3"), "revealable");
    const early = await run(["hatch", "return", "3"], keeper);
    assert.match(early.err[0] ?? "", /^ainft: returnEgg is refused: HatcheryNotAbandoned\(3, /u);
    await mine(keeper, 1n);
    assert.match(await answer(["hatch", "show", "3"], keeper), /^egg 3 is abandoned since block \d+: return it\n/u);
    const late = await run(["hatch", "reveal", "3", "egg-3.json"], keeper);
    assert.match(late.err[0] ?? "", /^ainft: reveal is refused: HatcheryTooLate\(3, /u);
    const back = await answer(["hatch", "return", "3"], as(keeper, "2"));
    assert.match(back, new RegExp(`^egg 3 is with ${CREATOR} again; the bond of 250 is lost\n`, "u"));
    assert.equal(await answer(["hatch", "show", "3"], keeper), "egg 3 is not with the hatchery");
  });
});
