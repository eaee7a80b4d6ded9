import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { inferenceOracleAbi, requestDeskAbi } from "ainft-contracts";
import { asAddress, bytesDigest, Delivery, encodeAttestation, ResultStatus } from "ainft-core";
import { getBytes, Interface, Wallet } from "ethers";
import { oracleCalls } from "../../../src/adapters/chain/calls.ts";
import { WalletTransactionSigner } from "../../../src/adapters/signer/signers.ts";
import { Dispatcher } from "../../../src/application/dispatcher.ts";
import { Submitter } from "../../../src/application/submitter.ts";
import { noopKey } from "../../../src/domain/noop.ts";
import { callbackReserve } from "../../../src/domain/order.ts";
import { ContractRefused } from "../../../src/domain/errors.ts";
import { resultKey } from "../../../src/domain/report.ts";
import type { AskedRequest, ReporterConfig } from "../../../src/domain/request.ts";
import type { Execution } from "../../../src/domain/execution.ts";
import type { TrackedTransaction } from "../../../src/ports/store.ts";
import { answered, executed, failed } from "../support/executions.ts";
import { contextOf, FakeWriter, type TestContext } from "../support/fakes.ts";
import { asked, block, COLLECTION, DESK, landing, placed, PLAYER, word } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const ORACLE = COLLECTION;
const KEY = resultKey(1n);
const wallet = new Wallet(`0x${"11".repeat(32)}`);
const signer = new WalletTransactionSigner(wallet, { chainId: 31_337n, oracle: ORACLE }, DESK);
const CONFIG: ReporterConfig = { version: 1n, reporters: [asAddress(wallet.address)], threshold: 1 };
const SIGNATURES = [{ index: 0, signature: `0x${"ab".repeat(64)}` as const }];
const ATTESTATION = encodeAttestation({ configVersion: 1n, deadline: 5_000n }, SIGNATURES, CONFIG.reporters);
const VIEW = { head: block(12), confirmed: block(10) };
const CALLBACK_GAS = 200_000n;
/** What the node estimates in these tests, and the room above it. */
const ESTIMATED = (40_000n * 5n) / 4n;
const oracle = new Interface(inferenceOracleAbi);
const desk = new Interface(requestDeskAbi);

describe("Submitter", () => {
  const database = new TestStore();
  let context: TestContext;
  let writer: FakeWriter;

  before(async () => database.open());

  beforeEach(async () => {
    context = contextOf(await database.clean());
    writer = new FakeWriter();
  });

  after(async () => database.close());

  function submitter(): Submitter {
    const turn = { reporter: signer.address, stageDelayMs: 0, maxInFlight: 16 };
    const caps = { maxFee: 1_000n, maxPriorityFee: 100n };
    const dispatcher = new Dispatcher(context, { writer, signer, caps, ...turn });
    return new Submitter(context, { dispatcher, calls: oracleCalls, oracle: ORACLE, desk: DESK });
  }

  /** Brings a request to the quorum of its result, without its order. */
  async function quorum(delivery: Delivery, execution: Execution = answered(1)): Promise<AskedRequest> {
    const { store } = context;
    const request = asked({ id: 1, delivery });
    await store.chain.append([block(1)], { requests: [request], landings: [], orders: [] });
    await store.requests.confirm(1n);
    await executed(store, 1n, execution, null);
    const report = { configVersion: 1n, deadline: 5_000n, firstId: 1n, count: 1n, root: word(1) };
    const signature = { key: KEY, report, digest: word(2), signer: signer.address, signature: "0xab" as const };
    await store.reports.commitSignature(signature, 1_000n);
    await store.reports.commitQuorum(KEY, word(2), ATTESTATION, context.clock.now());
    return request;
  }

  async function order(request: AskedRequest): Promise<ReturnType<typeof placed>> {
    const opened = placed(request, { callbackGas: CALLBACK_GAS });
    await context.store.chain.append([], { requests: [], landings: [], orders: [opened] });
    return opened;
  }

  async function transaction(): Promise<TrackedTransaction | undefined> {
    return (await context.store.transactions.ofKey(KEY))[0];
  }

  it("brings an answer with a callback to the desk, with its order, its bytes and gas for the callback", async () => {
    const execution = answered(1);
    const opened = await order(await quorum(Delivery.CALLBACK, execution));
    await submitter().submit(VIEW, CONFIG);

    const { target, data, gasLimit } = (await transaction()) ?? assert.fail("nothing was prepared");
    const call = desk.parseTransaction({ data }) ?? assert.fail("it is no call of the desk");
    assert.deepEqual(
      [target, call.name, gasLimit],
      [DESK, "fulfill", ESTIMATED + callbackReserve(CALLBACK_GAS, ResultStatus.OK)],
    );
    const [attestation, , result, output] = call.args as unknown as [string, unknown, { requestHash: string }, string];
    assert.equal(attestation, ATTESTATION);
    assert.equal(result.requestHash, opened.requestHash);
    assert.equal(bytesDigest(getBytes(output)), execution.result.digest);
    assert.ok(data.includes(opened.encoded.slice(2)), "the order is not as it was opened");
    assert.deepEqual(context.persisted, [{ state: "TX_READY", kind: "result", requestId: 1n }]);
  });

  it("brings a signed failure to the desk as it brings an answer, with the gas that is due for a failure", async () => {
    await order(await quorum(Delivery.CALLBACK, failed));
    await submitter().submit(VIEW, CONFIG);

    const { target, data, gasLimit } = (await transaction()) ?? assert.fail("nothing was prepared");
    const result = desk.parseTransaction({ data })?.args.getValue("result") as { status: bigint };
    assert.deepEqual([target, result.status], [DESK, BigInt(ResultStatus.TIMEOUT)]);
    assert.equal(gasLimit, ESTIMATED + callbackReserve(CALLBACK_GAS, ResultStatus.TIMEOUT));
  });

  it("waits with an answer for a callback until it has seen the order", async () => {
    const request = await quorum(Delivery.CALLBACK);
    await submitter().submit(VIEW, CONFIG);
    assert.deepEqual([await transaction(), writer.simulated], [undefined, []]);

    await order(request);
    await submitter().submit(VIEW, CONFIG);
    assert.equal((await transaction())?.target, DESK);
  });

  it("does not take another request's order under the same number for this one's", async () => {
    const request = await quorum(Delivery.CALLBACK);
    await order({ ...request, requestHash: word(99) });
    await submitter().submit(VIEW, CONFIG);

    assert.equal(await transaction(), undefined);
  });

  for (const [name, delivery] of [
    ["fulfillInline", Delivery.INLINE],
    ["fulfill", Delivery.DIGEST],
  ] as const) {
    it(`brings an answer without a callback to the oracle by ${name}, whether it was ordered or not`, async () => {
      await order(await quorum(delivery));
      await submitter().submit(VIEW, CONFIG);

      const { target, data, gasLimit } = (await transaction()) ?? assert.fail("nothing was prepared");
      assert.deepEqual([target, oracle.parseTransaction({ data })?.name, gasLimit], [ORACLE, name, ESTIMATED]);
    });
  }

  it("leaves what the contract refuses for a while, and then tries again", async () => {
    await quorum(Delivery.INLINE);
    const ours = submitter();
    writer.refusal = new ContractRefused("InferenceOracleNotOpen");
    await ours.submit(VIEW, CONFIG);
    writer.refusal = null;
    await ours.submit(VIEW, CONFIG);
    assert.deepEqual([await transaction(), writer.simulated.length], [undefined, 1]);

    context.clock.time += 5_000;
    await ours.submit(VIEW, CONFIG);
    assert.equal((await transaction())?.target, ORACLE);
  });

  it("has nothing to do for a result that somebody else has brought", async () => {
    await quorum(Delivery.INLINE);
    const at = block(10);
    await context.store.chain.append([at], { requests: [], landings: [landing(1, at)], orders: [] });
    await submitter().submit(VIEW, CONFIG);

    assert.equal((await context.store.reports.byKey(KEY))?.state, "SUPERSEDED");
    assert.equal(await transaction(), undefined);
  });

  it("has calls simulated side by side, with a nonce each and no more than may be on their way", async () => {
    const waiting: (() => void)[] = [];
    writer.simulate = async () =>
      new Promise((done) => {
        waiting.push(() => done(40_000n));
        if (waiting.length === 3) for (const go of waiting) go(); // none goes on before all have asked
      });
    const turn = { reporter: signer.address, stageDelayMs: 0, maxInFlight: 2 };
    const dispatcher = new Dispatcher(context, {
      writer,
      signer,
      caps: { maxFee: 1_000n, maxPriorityFee: 100n },
      ...turn,
    });
    const call = { to: ORACLE, data: "0x" as const, root: word(1), since: 0, reserve: 0n };
    const kept = await Promise.all(
      [1n, 2n, 3n].map(async (nonce) => dispatcher.dispatch({ ...call, key: noopKey(PLAYER, nonce) }, CONFIG)),
    );

    assert.deepEqual(kept, [true, true, false]);
    const nonces = (await context.store.transactions.unfinished(signer.address)).map(({ nonce }) => nonce);
    assert.deepEqual(nonces, [0n, 1n]);
  });
});
