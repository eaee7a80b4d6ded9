import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { answerHash, ResultStatus } from "ainft-core";
import {
  isOurAnswer,
  MAX_REPORT_SECONDS,
  resultDeadline,
  resultKey,
  updateDeadline,
  updateKey,
} from "../../../src/domain/report.ts";
import { asked, block, COLLECTION, landing, word } from "../support/requests.ts";

describe("isOurAnswer", () => {
  const request = asked({ id: 1 });
  const outcome = { status: ResultStatus.OK, resultDigest: word(9), size: 3n };
  const alone = landing(1, block(2));
  const batch = { ...alone, resultDigest: null, answer: answerHash({ ...outcome, requestHash: request.requestHash }) };

  it("knows a result by its digest, and one of a batch by the hash of its answer", () => {
    assert.equal(isOurAnswer(alone, request, outcome), true);
    assert.equal(isOurAnswer(batch, request, outcome), true);
  });

  it("takes no other digest, size, status or request for ours", () => {
    assert.equal(isOurAnswer(alone, request, { ...outcome, resultDigest: word(8) }), false);
    assert.equal(isOurAnswer(batch, request, { ...outcome, size: 4n }), false);
    assert.equal(isOurAnswer(batch, request, { ...outcome, status: ResultStatus.TIMEOUT }), false);
    assert.equal(isOurAnswer(batch, asked({ id: 1, tokenId: 2 }), outcome), false);
  });
});

describe("resultDeadline", () => {
  it("is the request's own", () => {
    assert.equal(resultDeadline(asked({ id: 1, deadline: 4_000n })), 4_000n);
  });

  it("is never more than 7 days after the request's block, the longest report that the contract takes", () => {
    const at = block(5);

    assert.equal(resultDeadline(asked({ id: 1, at, deadline: 2n ** 63n })), at.time + MAX_REPORT_SECONDS);
  });
});

describe("updateDeadline", () => {
  it("is an hour after the block that delivered the result", () => {
    assert.equal(updateDeadline(1_000n), 4_600n);
  });
});

describe("report keys", () => {
  it("name the question: a request, or a token and its sequence", () => {
    assert.equal(resultKey(7n), "result:7");
    assert.equal(updateKey({ collection: COLLECTION, tokenId: 3n }, 2n), `update:${COLLECTION}:3:2`);
  });
});
