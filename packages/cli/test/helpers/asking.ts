import { readFileSync, writeFileSync } from "node:fs";
import { inferenceOracleAbi } from "ainft-contracts";
import {
  type Address,
  answerHash,
  asAddress,
  batchStatuses,
  type Bytes32,
  Delivery,
  encodeAttestation,
  failureResult,
  type Hex,
  okResult,
  type Report,
  type Result,
  type ResultBody,
  ResultStatus,
  resultsReport,
  signReport,
  singleResultReport,
} from "ainft-core";
import { Contract, EventLog } from "ethers";
import { type Creator, testAccount, type WorkingCreator, workingCreator } from "./creator.ts";
import { as } from "./providers.ts";
import { answer, jsonAnswer } from "./run.ts";

/** Accounts 3, 4 and 5, two of whom make a quorum, as the oracle has them. */
const REPORTERS = [3, 4, 5]
  .map(testAccount)
  .sort((left, right) => (BigInt(left.address) < BigInt(right.address) ? -1 : 1));
const THRESHOLD = 2;
export const ANSWER = okResult({ answer: "I greet." });
/** What account 2, who asks, is called in a command line's surroundings. */
export const ASKER = testAccount(2).address;

/** A creator's folder, at a suite whose reporters the tests are. */
export class AskedWorld {
  readonly creator: WorkingCreator;
  readonly oracle: Contract;
  readonly address: Address;

  private constructor(creator: WorkingCreator, oracle: Contract, address: Address) {
    this.creator = creator;
    this.oracle = oracle;
    this.address = address;
  }

  static async open(): Promise<AskedWorld> {
    const reporters = REPORTERS.map(({ address }) => address).join(",");
    const dao = ["--dao", testAccount(1).address];
    const creator = await workingCreator("--reporters", reporters, "--threshold", String(THRESHOLD), ...dao);
    writeFileSync(creator.file("question.json"), '{ "question": "Who are you?" }');
    const { contracts } = JSON.parse(readFileSync(creator.suite.deployment, "utf8")) as {
      contracts: { InferenceOracle: { address: string } };
    };
    const { address } = contracts.InferenceOracle;
    const oracle = new Contract(address, inferenceOracleAbi, testAccount(9).connect(creator.suite.provider));
    return new AskedWorld(creator, oracle, asAddress(address));
  }

  /** Requests 1 to 4: one for nothing, and three for a fee: one is over, one failed, and one more, whose fee is owed to account 1. */
  async inAllStates(): Promise<void> {
    const ask = async (...options: readonly string[]): Promise<bigint> => this.ask(this.creator, ...options);
    await ask();
    await answer(["price", "1", "0.5"], this.creator);
    await ask("--within", "60");
    for (const request of [await ask(), await ask()])
      await this.deliver(request, failureResult(ResultStatus.CONTAINER_ERROR));
    await answer(["order", "settle", "4"], this.creator);
    await this.pass(61);
  }

  /** Account 2's surroundings. */
  get asker(): Creator {
    return as(this.creator, "2");
  }

  /** Asks token 1 by the command, and does not wait. */
  async ask(who: Creator = this.asker, ...options: readonly string[]): Promise<bigint> {
    const argv = ["ask", "1", "question.json", "--wait", "0", ...options];
    return BigInt(String((await jsonAnswer(argv, who))["request"]));
  }

  /** The quorum signs a body for a request, and somebody delivers it. */
  async deliver(request: bigint, body: ResultBody, delivery: Delivery = Delivery.INLINE): Promise<void> {
    const result = await this.resultOf(request, body);
    const report = singleResultReport(result, delivery, await this.terms());
    const attestation = await this.signed(report);
    const inline = delivery === Delivery.INLINE;
    await this.send(inline ? "fulfillInline" : "fulfill", attestation, result, ...(inline ? [body.bytes] : []));
  }

  /** The same for requests that follow each other, as a batch. */
  async deliverBatch(first: bigint, bodies: readonly ResultBody[]): Promise<void> {
    const results = await Promise.all(bodies.map(async (body, place) => this.resultOf(first + BigInt(place), body)));
    const { report } = resultsReport(results, Delivery.DIGEST, await this.terms());
    const answers = results.map(answerHash);
    await this.send("fulfillBatch", await this.signed(report), first, answers, batchStatuses(results));
  }

  /** The same, by a committed root and a proof of the first of them. */
  async deliverByRoot(first: bigint, bodies: readonly ResultBody[]): Promise<void> {
    const results = await Promise.all(bodies.map(async (body, place) => this.resultOf(first + BigInt(place), body)));
    const { lasting, report, proof } = resultsReport(results, Delivery.DIGEST, await this.terms());
    await this.send("commitRoot", await this.signed(lasting), first, bodies.length, report.root);
    await this.send("applyResult", first, bodies.length, results[0], proof(0));
  }

  async resultOf(request: bigint, { status, digest, size }: ResultBody): Promise<Result> {
    const [created] = await this.oracle.queryFilter(this.oracle.getEvent("RequestCreated")(request), 0);
    if (!(created instanceof EventLog)) throw new Error(`There is no request ${request}.`);
    const requestHash = String(created.args.getValue("requestHash")) as Bytes32; // the ABI gives 32 bytes
    return { requestId: request, requestHash, resultDigest: digest, status, size };
  }

  async terms(): Promise<Pick<Report, "configVersion" | "deadline">> {
    const block = await this.creator.suite.provider.getBlock("latest");
    return { configVersion: 1n, deadline: BigInt(block?.timestamp ?? 0) + 600n };
  }

  /** The last two of the reporters sign. */
  async signed(report: Report): Promise<Hex> {
    const domain = { chainId: 31_337n, oracle: this.address };
    const signing = REPORTERS.map((reporter, index) => ({ reporter, index })).slice(-THRESHOLD);
    const signatures = await Promise.all(
      signing.map(async ({ reporter, index }) => ({ index, signature: await signReport(reporter, report, domain) })),
    );
    return encodeAttestation(
      report,
      signatures,
      REPORTERS.map(({ address }) => asAddress(address)),
    );
  }

  async send(name: string, ...args: readonly unknown[]): Promise<void> {
    await (await this.oracle.getFunction(name).send(...args, { gasLimit: 1_000_000 })).wait();
  }

  /** Lets the chain's clock go on. */
  async pass(seconds: number): Promise<void> {
    await this.creator.suite.provider.send("evm_increaseTime", [seconds]);
    await this.creator.suite.provider.send("evm_mine", []);
  }
}

/** Who vouches for an answer in these tests. */
export const SIGNERS = REPORTERS.slice(-THRESHOLD).map(({ address }) => address);
