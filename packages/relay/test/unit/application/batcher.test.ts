import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { Delivery, type Hex, reportDigest, type Report } from "ainft-core";
import { Wallet } from "ethers";
import { WalletReportSigner } from "../../../src/adapters/signer/signers.ts";
import { Batcher } from "../../../src/application/batcher.ts";
import { batchTree, resultsOf } from "../../../src/domain/batch.ts";
import type { ReporterConfig } from "../../../src/domain/request.ts";
import type { NewSignature } from "../../../src/ports/store.ts";
import { confirmed, failed } from "../support/executions.ts";
import { contextOf, type TestContext } from "../support/fakes.ts";
import { block, COLLECTION, PLAYER, word } from "../support/requests.ts";
import { TestStore } from "../support/store.ts";

const domain = { chainId: 31_337n, oracle: COLLECTION };
const signer = new WalletReportSigner(new Wallet(`0x${"11".repeat(32)}`), domain);
const CONFIG: ReporterConfig = { version: 1n, reporters: [signer.address, PLAYER], threshold: 2 };
const VIEW = { head: block(2), confirmed: block(1) };
const PATIENCE_MS = 5_000;
const FOUR = { firstId: 4n, count: 4n };

describe("Batcher", () => {
  const database = new TestStore();
  let context: TestContext;
  let announced: NewSignature[];
  let batcher: Batcher;

  before(async () => database.open());

  beforeEach(async () => {
    context = contextOf(await database.clean());
    announced = [];
    const cutting = { size: 4n, windowSeconds: 0n, patienceMs: PATIENCE_MS };
    const announce = (signature: NewSignature): number => announced.push(signature);
    batcher = new Batcher(context, { signer, domain, announce, ...cutting });
    await confirmed(context.store, ...[4, 5, 6, 7].map((id) => ({ id, tokenId: id, delivery: Delivery.DIGEST })));
  });

  after(async () => database.close());

  /** Runs these requests, and puts the others back. */
  async function run(...ids: bigint[]): Promise<void> {
    const { requests } = context.store;
    const leased = await requests.lease(10);
    const runs = ids.map((id) => ({
      ...{ id, execution: failed, sequence: null, deadline: 5_000n, lane: "batch" as const, note: null },
    }));
    await requests.recordExecutions(runs);
    for (const { id } of leased) if (!ids.includes(id)) await requests.release(id, 0);
  }

  async function round(afterMs = 0, config = CONFIG): Promise<string[]> {
    context.clock.time += afterMs;
    announced.length = 0;
    await batcher.batch(VIEW, config);
    return announced.map(({ key }) => key);
  }

  /** A peer's signature: of our own leaves, or of something else. */
  async function hear(range: { firstId: bigint; count: bigint }, other?: number): Promise<void> {
    const results = resultsOf(await context.store.batches.members(range)) ?? [];
    const terms = { configVersion: 1n, deadline: 5_000n };
    const honest: Report = batchTree(results, terms).report;
    const report = other === undefined ? honest : { ...honest, root: word(other) };
    const signature: Hex = `0x${"ab".repeat(64)}`;
    const key = `batch:${range.firstId}:${range.count}` as const;
    await context.store.reports.addPeerSignature({
      ...{ key, report, digest: reportDigest(report, domain), signer: PLAYER, signature },
    });
  }

  it("signs a range that was run whole, keeps the signature, and only then shows it", async () => {
    await run(4n, 5n, 6n, 7n);
    assert.deepEqual(await round(), ["batch:4:4"]);
    assert.deepEqual(context.persisted, [{ state: "SIGNED", kind: "batch", requestId: 4n }]);
    assert.equal((await context.store.batches.byKey("batch:4:4"))?.digest, announced[0]?.digest);
    assert.deepEqual(await round(10_000), [], "once is enough");
  });

  it("waits for the rest of a range, and signs what it has when that does not come", async () => {
    await run(4n, 5n, 7n);
    assert.deepEqual(await round(), []);
    assert.deepEqual(await round(PATIENCE_MS - 1), []);
    assert.deepEqual(await round(PATIENCE_MS), ["batch:4:2"]);
    assert.deepEqual(
      (await context.store.reports.unsigned(10)).map(({ key }) => key),
      ["result:7"],
    );
  });

  it("signs the part that a peer has signed, as soon as it was run", async () => {
    await run(4n, 5n);
    await round();
    await hear({ firstId: 4n, count: 2n });
    assert.deepEqual(await round(), ["batch:4:2"]);
  });

  it("signs both halves of a batch that a peer answers otherwise, when no quorum came in time", async () => {
    await run(4n, 5n, 6n, 7n);
    await round();
    await hear(FOUR, 99);
    assert.deepEqual(await round(), []);
    assert.deepEqual(await round(PATIENCE_MS), ["batch:4:2", "batch:6:2"]);
  });

  it("does not halve a batch only because nobody else is there", async () => {
    await run(4n, 5n, 6n, 7n);
    await round();
    assert.deepEqual(await round(100 * PATIENCE_MS), []);
  });

  it("signs again under a new config, the same batch", async () => {
    await run(4n, 5n, 6n, 7n);
    await round();
    const next = { ...CONFIG, version: 2n };
    await context.store.reports.renew(next.version);
    assert.deepEqual(await round(0, next), ["batch:4:4"]);
    assert.equal(announced[0]?.report.configVersion, 2n);
  });

  it("signs nothing when it is not in the config", async () => {
    await run(4n, 5n, 6n, 7n);
    assert.deepEqual(await round(0, { ...CONFIG, reporters: [PLAYER] }), []);
  });

  it("goes on with the others when one of a batch was answered otherwise before", async () => {
    await run(4n, 5n, 6n, 7n);
    const report = { configVersion: 1n, deadline: 5_000n, firstId: 5n, count: 1n, root: word(99) };
    const before: NewSignature = {
      ...{ key: "result:5", report, digest: word(98), signer: signer.address, signature: `0x${"ab".repeat(64)}` },
    };
    await context.store.reports.commitSignature(before, 1_000n);
    await context.store.reports.move("result:5", ["SIGNED"], "EXECUTED"); // as when its block vanished, and it ran again
    assert.deepEqual(await round(), []);
    assert.deepEqual(context.errors, ["A second answer to one question was refused"]);
    const alone = (await context.store.batches.members(FOUR)).filter(({ lane }) => lane === "single");
    assert.deepEqual(
      alone.map(({ id }) => id),
      [4n, 5n, 6n, 7n],
    );
  });
});
