import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Backoff } from "../../../src/application/backoff.ts";
import { FakeClock } from "../support/fakes.ts";

describe("what fails again and again", () => {
  it("waits twice as long each time, up to the longest pause, and not at all once it went well", () => {
    const clock = new FakeClock();
    const backoff = new Backoff(clock, { firstMs: 2_000, longestMs: 7_000 });
    for (const pause of [2_000, 4_000, 7_000, 7_000]) {
      assert.ok(backoff.isDue("it"));
      backoff.failed("it");
      clock.time += pause - 1;
      assert.ok(!backoff.isDue("it"));
      assert.ok(backoff.isDue("another"));
      clock.time += 1;
    }
    backoff.failed("it");
    assert.equal(backoff.timesOf("it"), 5);
    backoff.succeeded("it");

    assert.ok(backoff.isDue("it"));
    assert.equal(backoff.timesOf("it"), 0);
  });
});
