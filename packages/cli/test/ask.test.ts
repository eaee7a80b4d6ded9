import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { inferenceOracleAbi } from "ainft-contracts";
import {
  asAddress,
  type Bytes32,
  Delivery,
  encodeAttestation,
  failureResult,
  okResult,
  type ResultBody,
  ResultStatus,
  signReport,
  singleResultReport,
} from "ainft-core";
import { Contract, EventLog } from "ethers";
import { testAccount, type WorkingCreator, workingCreator } from "./helpers/creator.ts";
import { jsonAnswer, answer, run } from "./helpers/run.ts";

describe("asking", () => {
  let creator: WorkingCreator;
  let oracle: Contract;

  before(async () => {
    creator = await workingCreator("--reporters", testAccount(3).address, "--threshold", "1");
    writeFileSync(creator.file("question.json"), '{ "question": "Who are you?" }');
    const { contracts } = JSON.parse(readFileSync(creator.suite.deployment, "utf8")) as {
      contracts: { InferenceOracle: { address: string } };
    };
    const sender = testAccount(9).connect(creator.suite.provider);
    oracle = new Contract(contracts.InferenceOracle.address, inferenceOracleAbi, sender);
  });
  after(async () => creator.suite.close());

  /** The one reporter signs a body, and somebody delivers it. */
  async function deliver(request: bigint, { status, bytes, digest, size }: ResultBody): Promise<void> {
    const [created] = await oracle.queryFilter(oracle.getEvent("RequestCreated")(request), 0);
    assert(created instanceof EventLog);
    const requestHash = String(created.args.getValue("requestHash")) as Bytes32; // the ABI gives 32 bytes
    const result = { requestId: request, requestHash, resultDigest: digest, status, size };
    const block = await creator.suite.provider.getBlock("latest");
    const terms = { configVersion: 1n, deadline: BigInt(block?.timestamp ?? 0) + 600n };
    const report = singleResultReport(result, Delivery.INLINE, terms);
    const reporter = testAccount(3);
    const domain = { chainId: 31_337n, oracle: asAddress(await oracle.getAddress()) };
    const signature = await signReport(reporter, report, domain);
    const attestation = encodeAttestation(report, [{ index: 0, signature }], [asAddress(reporter.address)]);
    await (await oracle.getFunction("fulfillInline").send(attestation, result, bytes)).wait();
  }

  async function ask(): Promise<bigint> {
    return BigInt(String((await jsonAnswer(["ask", "1", "question.json"], creator))["request"]));
  }

  it("waits, and then tells the answer", async () => {
    const request = await ask();
    assert.equal(await answer(["answer", String(request)], creator), `request ${request} waits for its answer`);
    const body = okResult({ answer: "I greet." });
    assert.equal(body.status, ResultStatus.OK);
    await deliver(request, body);
    assert.equal(await answer(["answer", String(request)], creator), `digest ${body.digest}\n{"answer":"I greet."}`);
  });

  it("says no to a request that failed, and why", async () => {
    const request = await ask();
    await deliver(request, failureResult(ResultStatus.TIMEOUT));
    const { code, err } = await run(["answer", String(request)], creator);
    assert.equal(code, 1);
    assert.deepEqual(err, [`ainft: request ${request} failed: TIMEOUT.`]);
  });

  it("sends nothing that does not fit the manifest", async () => {
    writeFileSync(creator.file("question.json"), '{ "question": 1 }');
    const before = await creator.suite.provider.getBlockNumber();
    const { code, err } = await run(["ask", "1", "question.json"], creator);
    assert.equal(code, 1);
    assert.match(err[0] ?? "", /^ainft: .*question/u);
    assert.equal(await creator.suite.provider.getBlockNumber(), before);
  });
});
