import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  answerHash,
  BatchNotConsecutive,
  batchStatuses,
  Delivery,
  EmptyBatch,
  LASTING_ROOT_TYPE,
  lastingRoot,
  LeafOutsideTree,
  provenRoot,
  type Result,
  resultLeaf,
  resultsReport,
  ResultStatus,
  singleResultReport,
  singleTraitUpdateReport,
  singleUpdateReport,
  type StateUpdate,
  traitUpdateLeaf,
  UintOutOfRange,
  updateLeaf,
  updatesReport,
} from "../../src/index.ts";
import { assertFails } from "../helpers/failures.ts";
import { anyAddress, anyBytes32, anyUint } from "../helpers/random.ts";
import { climb, hashStruct, reportRoot } from "../helpers/reference.ts";

const terms = { configVersion: 1n, deadline: 2n };
const anyResult: fc.Arbitrary<Result> = fc.record({
  requestId: fc.constant(0n),
  requestHash: anyBytes32,
  resultDigest: anyBytes32,
  status: fc.constantFrom(...Object.values(ResultStatus)),
  size: anyUint(32),
});
const anyUpdate: fc.Arbitrary<StateUpdate> = fc.record({
  collection: anyAddress,
  tokenId: anyUint(256),
  actor: anyAddress,
  sequence: anyUint(64),
  manifestDigest: anyBytes32,
  inputDigest: anyBytes32,
  outputDigest: anyBytes32,
  stateDigest: anyBytes32,
});
const manyResults = fc
  .tuple(fc.bigInt({ min: 1n, max: 2n ** 48n }), fc.array(anyResult, { minLength: 1, maxLength: 40 }))
  .map(([first, list]) => list.map((result, index) => ({ ...result, requestId: first + BigInt(index) })));
const FEW = { numRuns: 100 };

describe("resultsReport", () => {
  it("roots the leaves of consecutive requests as a second implementation does, and proves each", () => {
    fc.assert(
      fc.property(manyResults, fc.constantFrom(...Object.values(Delivery)), (results, delivery) => {
        const leaves = results.map((result) => resultLeaf(result, delivery));
        const { report, lasting, proof } = resultsReport(results, delivery, terms);
        assert.deepEqual(lasting, { ...report, root: lastingRoot(report.root) });
        const { requestId: firstId } = results[0] ?? assert.fail();
        assert.deepEqual(report, { ...terms, firstId, count: BigInt(leaves.length), root: reportRoot(leaves) });
        for (const [index, leaf] of leaves.entries()) {
          assert.equal(climb(leaf, proof(index)), report.root);
          assert.equal(provenRoot(leaf, proof(index)), report.root);
        }
      }),
      FEW,
    );
  });

  it("takes a delivery for each result", () => {
    const results = [1n, 2n].map((requestId) => resultWith({ requestId }));
    const { report } = resultsReport(results, [Delivery.INLINE, Delivery.DIGEST], terms);
    const leaves = [Delivery.INLINE, Delivery.DIGEST].map((delivery, index) =>
      resultLeaf(results[index] ?? assert.fail(), delivery),
    );
    assert.equal(report.root, reportRoot(leaves));
    assertFails(() => resultsReport(results, [Delivery.INLINE], terms), LeafOutsideTree, { index: 1, count: 1 });
  });

  it("is the report of a single result when there is one, without a proof", () => {
    const result = resultWith({ requestId: 7n });
    const { report, proof } = resultsReport([result], Delivery.DIGEST, terms);
    assert.deepEqual(report, singleResultReport(result, Delivery.DIGEST, terms));
    assert.deepEqual(proof(0), []);
  });

  it("refuses no result, a gap, and two results of one request", () => {
    assertFails(() => resultsReport([], Delivery.DIGEST, terms), EmptyBatch, {});
    for (const second of [9n, 7n]) {
      const results = [resultWith({ requestId: 7n }), resultWith({ requestId: second })];
      const wrong = { index: 1, expected: 8n, actual: second };
      assertFails(() => resultsReport(results, Delivery.DIGEST, terms), BatchNotConsecutive, wrong);
    }
  });

  it("refuses terms that do not fit, and places that are not there", () => {
    const results = [resultWith({ requestId: 1n })];
    assertFails(() => resultsReport(results, Delivery.DIGEST, { ...terms, deadline: 2n ** 64n }), UintOutOfRange, {
      field: "deadline",
    });
    const { proof } = resultsReport(results, Delivery.DIGEST, terms);
    for (const index of [-1, 1, 0.5]) assertFails(() => proof(index), LeafOutsideTree, { index, count: 1 });
  });
});

describe("updatesReport", () => {
  it("roots updates with traits and without, and proves each", () => {
    const anyTraits = fc.option(fc.array(fc.record({ key: anyBytes32, value: anyBytes32 }), { maxLength: 3 }));
    const manyUpdates = fc.array(fc.tuple(anyUpdate, anyTraits), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(manyUpdates, (list) => {
        const leaves = list.map(([update, traits]) =>
          traits === null ? updateLeaf(update) : traitUpdateLeaf(update, traits),
        );
        const { report, proof } = updatesReport(
          list.map(([update, traits]) => (traits === null ? { update } : { update, traits })),
          terms,
        );
        assert.deepEqual(report, { ...terms, firstId: 0n, count: BigInt(leaves.length), root: reportRoot(leaves) });
        for (const [index, leaf] of leaves.entries()) assert.equal(climb(leaf, proof(index)), report.root);
      }),
      FEW,
    );
  });

  it("is the report of a single update when there is one", () => {
    fc.assert(
      fc.property(anyUpdate, (update) => {
        assert.deepEqual(updatesReport([{ update }], terms).report, singleUpdateReport(update, terms));
        assert.deepEqual(
          updatesReport([{ update, traits: [] }], terms).report,
          singleTraitUpdateReport(update, [], terms),
        );
      }),
      FEW,
    );
  });

  it("refuses no update", () => {
    assertFails(() => updatesReport([], terms), EmptyBatch, {});
  });
});

describe("lastingRoot", () => {
  it("agrees with a second implementation, and is never the root", () => {
    fc.assert(
      fc.property(anyBytes32, (root) => {
        assert.equal(lastingRoot(root), hashStruct(LASTING_ROOT_TYPE, [root]));
        assert.notEqual(lastingRoot(root), root);
      }),
      FEW,
    );
  });
});

describe("batchStatuses", () => {
  it("is empty when every result is OK, and else a byte for each", () => {
    const { OK, CONTAINER_ERROR, TIMEOUT, REJECTED_INPUT } = ResultStatus;
    assert.equal(batchStatuses([{ status: OK }, { status: OK }]), "0x");
    assert.equal(
      batchStatuses([OK, CONTAINER_ERROR, TIMEOUT, REJECTED_INPUT].map((status) => ({ status }))),
      "0x00010203",
    );
  });
});

describe("answerHash", () => {
  it("depends on the request, the result and its size, and on nothing else", () => {
    const result = resultWith({ requestId: 1n });
    const hashes = [
      result,
      { ...result, requestHash: `0x${"05".repeat(32)}` as const },
      { ...result, resultDigest: `0x${"05".repeat(32)}` as const },
      { ...result, size: 4n },
    ].map(answerHash);
    assert.equal(new Set(hashes).size, 4);
    assert.equal(answerHash({ ...result, requestId: 9n, status: ResultStatus.TIMEOUT } as Result), hashes[0]);
  });
});

function resultWith({ requestId }: Pick<Result, "requestId">): Result {
  return {
    requestId,
    requestHash: `0x${"01".repeat(32)}`,
    resultDigest: `0x${"02".repeat(32)}`,
    status: ResultStatus.OK,
    size: 3n,
  };
}
