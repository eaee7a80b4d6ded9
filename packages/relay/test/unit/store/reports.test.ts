import assert from "node:assert/strict";
import { beforeEach, it } from "node:test";
import type { Address, Bytes32 } from "ainft-core";
import { EquivocationRefused } from "../../../src/domain/errors.ts";
import { resultKey } from "../../../src/domain/report.ts";
import type { NewSignature, Store } from "../../../src/ports/store.ts";
import { confirmed, executed } from "../support/executions.ts";
import { word } from "../support/requests.ts";
import { describeStores } from "../support/store.ts";

const OURS: Address = "0x0000000000000000000000000000000000000001";
const PEER: Address = "0x0000000000000000000000000000000000000002";
const KEY = resultKey(1n);
const DEADLINE = 2_000n;

/** A signature under a root; the digest stands for root and terms together. */
function signature(
  root: number,
  options: { deadline?: bigint; configVersion?: bigint; signer?: Address } = {},
): NewSignature {
  const { deadline = DEADLINE, configVersion = 1n, signer = OURS } = options;
  const digest: Bytes32 = word(root * 1_000_000 + Number(configVersion) * 10_000 + Number(deadline));
  const report = { configVersion, deadline, firstId: 1n, count: 1n, root: word(root) };
  return { key: KEY, report, digest, signer, signature: `0x${"ab".repeat(64)}` };
}

describeStores("the ledger of reports", (database) => {
  let store: Store;

  beforeEach(async () => {
    store = await database.clean();
    await confirmed(store, { id: 1 });
    await executed(store, 1n);
  });

  async function stateOf(): Promise<string | undefined> {
    return (await store.reports.byKey(KEY))?.state;
  }

  it("keeps our signature and the state in one step", async () => {
    await store.reports.commitSignature(signature(1), 1_000n);

    assert.equal(await stateOf(), "SIGNED");
    assert.equal((await store.reports.signaturesOf(signature(1).digest)).length, 1);
  });

  it("refuses a second answer to a question, and keeps nothing of it", async () => {
    await store.reports.commitSignature(signature(1), 1_000n);

    await assert.rejects(store.reports.commitSignature(signature(2), 1_000n), (error) => {
      assert.ok(error instanceof EquivocationRefused);
      assert.deepEqual([error.key, error.signedRoot, error.askedRoot], [KEY, word(1), word(2)]);
      return true;
    });
    assert.deepEqual(await store.reports.signaturesOf(signature(2).digest), []);
    assert.equal((await store.reports.ownSignatures(0n, 10)).length, 1);
  });

  it("refuses it also after the request vanished, came back and was run again", async () => {
    await store.reports.commitSignature(signature(1), 1_000n);
    await store.chain.rollBack(0n);

    await assert.rejects(store.reports.commitSignature(signature(2), 1_000n), EquivocationRefused);
  });

  it("refuses it up to the last second in which the first answer counts, and takes it after", async () => {
    await store.reports.commitSignature(signature(1), 1_000n);

    await assert.rejects(store.reports.commitSignature(signature(2), DEADLINE), EquivocationRefused);
    await store.reports.commitSignature(signature(2, { deadline: 9_000n }), DEADLINE + 1n);
  });

  it("signs the same answer again under another config, and remembers the longest deadline", async () => {
    await store.reports.commitSignature(signature(1, { deadline: 3_000n }), 1_000n);
    await store.reports.commitSignature(signature(1, { configVersion: 2n }), 1_000n);

    assert.equal((await store.reports.ownSignatures(0n, 10)).length, 2);
    await assert.rejects(store.reports.commitSignature(signature(2), 3_000n), EquivocationRefused);
  });

  it("lets exactly one of many answers through when they come at once", async () => {
    const tries = await Promise.allSettled(
      [1, 2, 3, 4, 5].map(async (root) => store.reports.commitSignature(signature(root), 1_000n)),
    );

    assert.equal(tries.filter(({ status }) => status === "fulfilled").length, 1);
    assert.equal((await store.reports.ownSignatures(0n, 10)).length, 1);
  });

  it("has a quorum only for the digest that was signed", async () => {
    const signed = signature(1);
    await store.reports.commitSignature(signed, 1_000n);

    assert.equal(await store.reports.commitQuorum(KEY, signature(2).digest, "0xab", 5), false);
    assert.equal(await store.reports.commitQuorum(KEY, signed.digest, "0xab", 5), true);
    assert.equal(await stateOf(), "QUORUM");
  });

  it("keeps a peer's signature once, and never as our own", async () => {
    const theirs = signature(1, { signer: PEER });

    assert.equal(await store.reports.addPeerSignature(theirs), true);
    assert.equal(await store.reports.addPeerSignature(theirs), false);
    assert.deepEqual(await store.reports.ownSignatures(0n, 10), []);
  });

  it("gives our signatures a page at a time", async () => {
    await store.reports.commitSignature(signature(1), 1_000n);
    await store.reports.commitSignature(signature(1, { configVersion: 2n }), 1_000n);
    const [first] = await store.reports.ownSignatures(0n, 1);
    assert.ok(first !== undefined);
    const [second, ...none] = await store.reports.ownSignatures(first.id, 10);

    assert.deepEqual([first.report.configVersion, second?.report.configVersion], [1n, 2n]);
    assert.deepEqual(none, []);
  });

  it("changes a state only from one of those it may come from", async () => {
    assert.equal(await store.reports.move(KEY, ["SIGNED"], "EXPIRED"), false);
    assert.equal(await store.reports.move(KEY, ["EXECUTED", "SIGNED"], "EXPIRED"), true);
    assert.equal(await stateOf(), "EXPIRED");
  });
});
