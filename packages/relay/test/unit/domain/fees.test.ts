import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bumpedFees, firstFees } from "../../../src/domain/fees.ts";

const CAPS = { maxFee: 1_000n, maxPriorityFee: 50n };

describe("firstFees", () => {
  it("leaves room for the base fee to double", () => {
    assert.deepEqual(firstFees({ baseFee: 100n, priorityFee: 10n }, CAPS), { maxFee: 210n, maxPriorityFee: 10n });
  });

  it("never goes above the caps", () => {
    assert.deepEqual(firstFees({ baseFee: 900n, priorityFee: 90n }, CAPS), { maxFee: 1_000n, maxPriorityFee: 50n });
  });

  it("offers exactly the cap when the market asks exactly that", () => {
    assert.deepEqual(firstFees({ baseFee: 950n, priorityFee: 50n }, CAPS), { maxFee: 1_000n, maxPriorityFee: 50n });
  });

  it("waits when the market asks one wei more than the cap", () => {
    assert.equal(firstFees({ baseFee: 951n, priorityFee: 50n }, CAPS), null);
  });
});

describe("bumpedFees", () => {
  it("offers an eighth more, rounded up, of both fees", () => {
    const bumped = bumpedFees({ maxFee: 401n, maxPriorityFee: 10n }, { baseFee: 1n, priorityFee: 1n }, CAPS);

    assert.deepEqual(bumped, { maxFee: 452n, maxPriorityFee: 12n });
  });

  it("follows the market when that asks for more", () => {
    const bumped = bumpedFees({ maxFee: 100n, maxPriorityFee: 10n }, { baseFee: 300n, priorityFee: 40n }, CAPS);

    assert.deepEqual(bumped, { maxFee: 640n, maxPriorityFee: 40n });
  });

  it("raises a fee of zero by one wei", () => {
    const bumped = bumpedFees({ maxFee: 8n, maxPriorityFee: 0n }, { baseFee: 0n, priorityFee: 0n }, CAPS);

    assert.deepEqual(bumped, { maxFee: 9n, maxPriorityFee: 1n });
  });

  it("waits when either cap forbids the eighth", () => {
    const market = { baseFee: 1n, priorityFee: 1n };

    assert.equal(bumpedFees({ maxFee: 900n, maxPriorityFee: 10n }, market, CAPS), null);
    assert.equal(bumpedFees({ maxFee: 100n, maxPriorityFee: 48n }, market, CAPS), null);
  });
});
