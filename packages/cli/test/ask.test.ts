import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { ainft721Abi } from "ainft-contracts";
import { Delivery, failureResult, okResult, parseRewardDocument, ResultStatus } from "ainft-core";
import { Contract } from "ethers";
import { ANSWER, ASKER, AskedWorld, SIGNERS } from "./helpers/asking.ts";
import { CREATOR, testAccount } from "./helpers/creator.ts";
import { providers } from "./helpers/providers.ts";
import { writePlan } from "./helpers/rewards.ts";
import { answer, jsonAnswer, run } from "./helpers/run.ts";
import { until } from "./helpers/chain.ts";

const TEXT = '{"answer":"I greet."}';
const QUORUM = `yes  quorum: 2 of 3 reporters of config 1: ${SIGNERS.join(", ")}`;

describe("asking for nothing", () => {
  let world: AskedWorld;
  let collection: unknown;
  let relay: Server;
  let relayUrl: string;
  /** What the relay answers for a digest. */
  const blobs = new Map<string, Uint8Array>();

  before(async () => {
    world = await AskedWorld.open();
    const config = JSON.parse(readFileSync(world.creator.file("ainft.config.json"), "utf8")) as Record<string, unknown>;
    ({ collection } = config);
    relay = createServer((request, response) => {
      const blob = blobs.get(request.url?.replace("/v1/blobs/", "") ?? "");
      response.writeHead(blob === undefined ? 404 : 200).end(blob);
    });
    await new Promise<void>((done) => relay.listen(0, "127.0.0.1", done));
    relayUrl = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
  });
  after(async () => {
    relay.close();
    await world.creator.suite.close();
  });

  const told = async (request: bigint, ...options: readonly string[]): Promise<string[]> =>
    (await answer(["answer", String(request), ...options], world.creator)).split("\n");

  it("waits for the answer, says so, and tells it with every check that it passed", async () => {
    const asking = run(["ask", "1", "question.json"], world.asker);
    await until("the request", 20_000, async () => Number(await world.oracle.getFunction("requestCount")()) === 1);
    await world.deliver(1n, ANSWER);
    const { code, out, err, progress } = await asking;
    assert.deepEqual([code, err], [0, []]);
    const [asked = "", transaction = "", ...checks] = out.split("\n");
    assert.equal(asked, "request 1; its answer: ainft answer 1, or wait by: ainft ask --request 1");
    assert.match(transaction, /^transaction 0x/u);
    assert.deepEqual(checks, [
      `yes  request: of token 1 of ${String(collection)}, by ${ASKER}`,
      "yes  result: OK, as the oracle keeps it",
      `yes  digest: ${ANSWER.digest} of 21 bytes, from the event`,
      "yes  form: as the manifest says",
      QUORUM,
      TEXT,
    ]);
    assert(progress.some((text) => text.startsWith("request 1 waits for its answer, 0 s")));
    assert.deepEqual(await told(1n), checks);
  });

  it("goes on with a question whose waiting was interrupted, and gives up when it was told to", async () => {
    const request = await world.ask();
    assert.deepEqual(await told(request), [`request ${request} waits for its answer`]);
    const patience = await run(["ask", "--request", String(request), "--wait", "1"], world.asker);
    assert.deepEqual(
      [patience.code, patience.err],
      [1, [`ainft: request ${request} is not answered: it has none yet; go on by: ainft ask --request ${request}.`]],
    );
    await world.deliver(request, ANSWER);
    const { state, output, quorum } = await jsonAnswer(["ask", "--request", String(request)], world.asker);
    assert.deepEqual([state, output], ["answered", TEXT]);
    assert.deepEqual(quorum, { configVersion: "1", signers: SIGNERS, reporters: 3 });
  });

  it("says no to a request that failed, and why", async () => {
    const request = await world.ask();
    await world.deliver(request, failureResult(ResultStatus.TIMEOUT));
    const { code, err, out } = await run(["answer", String(request)], world.creator);
    assert.deepEqual([code, err], [1, [`ainft: request ${request} failed: TIMEOUT.`]]);
    assert(out.split("\n").includes("yes  result: TIMEOUT, as the oracle keeps it"));
  });

  it("says no to an answer that is not as the manifest says, though a quorum signed it", async () => {
    const request = await world.ask();
    await world.deliver(request, okResult({ answer: 7 }));
    const { code, err, out } = await run(["answer", String(request)], world.creator);
    assert.deepEqual([code, err], [1, [`ainft: the answer to request ${request} is not what it should be: form.`]]);
    assert.match(out, /^NO {3}form: .*answer/mu);
  });

  it("ends waiting at the deadline", async () => {
    const request = await world.ask(world.asker, "--within", "60");
    await world.pass(61);
    const { code, err } = await run(["ask", "--request", String(request)], world.asker);
    assert.deepEqual([code, err], [1, [`ainft: request ${request} is not answered: its deadline is over.`]]);
  });

  it("sends nothing that does not fit the manifest, and nothing without a token and an input", async () => {
    writeFileSync(world.creator.file("number.json"), '{ "question": 1 }');
    const before = await world.creator.suite.provider.getBlockNumber();
    const { code, err } = await run(["ask", "1", "number.json"], world.asker);
    assert.equal(code, 1);
    assert.match(err[0] ?? "", /^ainft: .*question/u);
    for (const argv of [["ask"], ["ask", "1"], ["ask", "1", "question.json", "--request", "1"]])
      assert.equal((await run(argv, world.asker)).code, 2);
    assert.equal(await world.creator.suite.provider.getBlockNumber(), before);
  });

  describe("when the answer's bytes are off chain", () => {
    const named = (word: string): string => world.creator.file(`content/${word.slice(2)}`);

    it("tells the digest, and believes neither a changed file nor a lying relay", async () => {
      const request = await world.ask(world.asker, "--off-chain");
      await world.deliver(request, ANSWER, Delivery.DIGEST);
      const lines = await told(request);
      assert(lines.includes(`--   digest: ${ANSWER.digest}; its bytes are off chain: give --relay or --body`));
      assert(lines.includes(QUORUM) && !lines.includes(TEXT));

      const lie = okResult({ answer: "I lie." });
      const expected = `NO   digest: the 19 bytes from FROM have ${lie.digest}, not ${ANSWER.digest}`;
      const refused = async (from: string, ...options: readonly string[]): Promise<void> => {
        const { code, err, out } = await run(["answer", String(request), ...options], world.creator);
        const why = `ainft: the answer to request ${request} is not what it should be: digest.`;
        assert.deepEqual([code, err], [1, [why]]);
        assert(out.split("\n").includes(expected.replace("FROM", from)), out);
        assert(!out.includes("I lie."));
      };
      writeFileSync(named(ANSWER.digest), lie.bytes);
      await refused(`content/${ANSWER.digest.slice(2)}`);
      rmSync(named(ANSWER.digest));
      writeFileSync(world.creator.file("body.json"), lie.bytes);
      await refused("body.json", "--body", "body.json");
      blobs.set(ANSWER.digest, lie.bytes);
      await refused(relayUrl, "--relay", relayUrl);
    });

    it("takes them from a relay once, and keeps them in the content folder", async () => {
      const request = await world.ask(world.asker, "--off-chain");
      await world.deliver(request, ANSWER, Delivery.DIGEST);
      blobs.set(ANSWER.digest, ANSWER.bytes);
      assert.equal((await told(request, "--relay", relayUrl)).at(-1), TEXT);
      assert.deepEqual(Buffer.from(readFileSync(named(ANSWER.digest))), Buffer.from(ANSWER.bytes));
      const kept = await told(request);
      assert(kept.includes(`yes  digest: ${ANSWER.digest} of 21 bytes, from content/${ANSWER.digest.slice(2)}`));
      assert.equal(kept.at(-1), TEXT);
    });

    it("says that a relay answers too much, or nothing", async () => {
      const request = await world.ask(world.asker, "--off-chain");
      const other = okResult({ answer: "Another." });
      await world.deliver(request, other, Delivery.DIGEST);
      const argv = ["answer", String(request), "--relay", relayUrl];
      assert.match(await answer(argv, world.creator), /^-- {3}digest: /mu);
      blobs.set(other.digest, new Uint8Array(10_000_000));
      const { code, err } = await run(argv, world.creator);
      assert.equal(code, 3);
      assert.match(err[0] ?? "", /^ainft: The relay at http:\S+ does not answer what it should\. Check --relay\.$/u);
    });

    it("finds who signed a batch, and holds bytes against the answer's hash", async () => {
      const first = await world.ask(world.asker, "--off-chain");
      const second = await world.ask(world.asker, "--off-chain");
      await world.deliverBatch(first, [failureResult(ResultStatus.CONTAINER_ERROR), ANSWER]);
      assert.equal((await run(["answer", String(first)], world.creator)).code, 1);
      writeFileSync(world.creator.file("body.json"), ANSWER.bytes);
      const lines = await told(second, "--body", "body.json");
      assert(lines.includes(`yes  digest: ${ANSWER.digest} of 21 bytes, from body.json`), lines.join("\n"));
      assert(lines.includes(QUORUM));
    });

    it("finds who signed the root under which a result was proved", async () => {
      const first = await world.ask(world.asker, "--off-chain");
      await world.ask(world.asker, "--off-chain");
      await world.deliverByRoot(first, [ANSWER, ANSWER]);
      assert((await told(first)).includes(QUORUM));
    });
  });

  it("tells all of it as part of the token's life, and verifies it", async () => {
    const { verified, verdicts } = await jsonAnswer(["verify", "1"], world.creator);
    assert.equal(verified, true);
    const results = (verdicts as { what: string; detail: string }[]).find(({ what }) => what === "results");
    assert.equal(results?.detail, "12 requests: 8 answered, 2 failed, 2 without a result");
    const lines = (await answer(["history", "1"], world.creator)).split("\n");
    const ended = lines.filter((line) => line.includes("request 1 ")).map((line) => line.replace(/^block \d+ +/u, ""));
    assert.deepEqual(ended, [
      `request 1 asked  by ${ASKER}`,
      `request 1 ended  OK, result ${ANSWER.digest}, for ${ASKER}`,
    ]);
  });

  it("does not tell the results of another token", async () => {
    await answer(["mint", "manifest.json", "--to", ASKER], world.creator);
    const { request } = await jsonAnswer(["ask", "2", "question.json", "--wait", "0"], world.asker);
    await world.deliver(BigInt(String(request)), ANSWER);
    const { events } = await jsonAnswer(["history", "1"], world.creator);
    const ids = (events as { requestId?: string }[]).flatMap(({ requestId }) => requestId ?? []);
    assert(ids.length > 0 && !ids.includes(String(request)));
    const other = await jsonAnswer(["history", "2"], world.creator);
    const kinds = (other["events"] as { event: string; status?: string }[]).map(({ event, status }) => [event, status]);
    assert.deepEqual(kinds, [
      ["version", undefined],
      ["request", undefined],
      ["result", "OK"],
    ]);
  });

  it("lets GPU time be counted by what a reporter signed, to its provider, and by nothing else", async () => {
    await providers(world.creator);
    const [key = "", other = ""] = [5, 4].map((account) => testAccount(account).address);
    const runOf = async (request: bigint, reporter: string, milliseconds: number): Promise<object> => {
      const { requestHash } = await world.resultOf(request, ANSWER);
      return { requestId: String(request), requestHash, reporter, milliseconds: String(milliseconds) };
    };
    const open = await world.ask();
    const runs = await Promise.all([
      runOf(1n, key, 1_500),
      runOf(3n, key, 90_000),
      runOf(9n, key, 30),
      runOf(11n, key, 7),
      ...[runOf(1n, other, 5_000), runOf(open, key, 5_000)],
    ]);
    const forged = { ...(await runOf(2n, key, 5_000)), requestHash: `0x${"12".repeat(32)}` };
    await writePlan(world.creator, "gpu.json", {
      ...{ programme: "GPU_TIME", mostMilliseconds: "60000" },
      runs: [...runs, forged],
    });
    const out = await answer(["rewards", "build", "gpu.json", "--out", "gpu-1.json"], world.creator);
    assert.match(out, /\nfrom 4 of 7 runs, whose results are in blocks \d+ to \d+\n/u);
    const { rows } = parseRewardDocument(readFileSync(world.creator.file("gpu-1.json")));
    // A single answer, a failure, one of a batch and one under a root.
    assert.deepEqual(
      rows.map(({ account, units }) => [account, units]),
      [[CREATOR, 1_500n + 60_000n + 30n + 7n]],
    );
  });

  it("still verifies what was asked of an oracle that the collection left, and says which oracle is none", async () => {
    const owner = testAccount(1).connect(world.creator.suite.provider);
    const moved = new Contract(String(collection), ainft721Abi, owner);
    await (await moved.getFunction("setOracle").send(testAccount(8).address)).wait();
    const lines = (await answer(["verify", "1"], world.creator)).split("\n");
    const asked = lines.filter((line) => /^yes {2}(results|orders)/u.test(line));
    assert.deepEqual(asked, [
      `yes  results at ${world.address}: 13 requests: 8 answered, 2 failed, 3 without a result`,
      `yes  orders at ${world.address}: no orders`,
      `yes  results: not looked at: ${testAccount(8).address} is no oracle of this kind`,
    ]);
  });
});
