import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ResultStatus } from "ainft-core";
import { callbackReserve } from "../../../src/domain/order.ts";

const FAILURES = [ResultStatus.CONTAINER_ERROR, ResultStatus.TIMEOUT, ResultStatus.REJECTED_INPUT] as const;

describe("callbackReserve", () => {
  it("keeps all that the requester asked for, and a 63rd of it, for an answer", () => {
    assert.equal(callbackReserve(2_000_000n, ResultStatus.OK), 2_000_000n + 31_746n + 40_000n);
    assert.equal(callbackReserve(1n, ResultStatus.OK), 40_001n);
  });

  it("keeps what the desk calls with, and no more, for a failure", () => {
    for (const status of FAILURES) {
      assert.equal(callbackReserve(2_000_000n, status), 100_000n + 1_587n + 40_000n);
      assert.equal(callbackReserve(100_001n, status), 100_000n + 1_587n + 40_000n);
      assert.equal(callbackReserve(50_000n, status), 50_000n + 793n + 40_000n);
    }
  });
});
